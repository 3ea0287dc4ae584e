"""Polls in a session: questions that a room answers together, without accounts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities.models import Actor, Sourced
from events.models.events import EventStatus
from events.models.sessions import Session

LONGEST_OPTION = 120
LONGEST_WORDS = 60


class PollState(models.TextChoices):
    """How far a poll is. `services.polls` alone changes it."""

    PREPARED = "prepared", _("Prepared")
    LIVE = "live", _("Live")
    ENDED = "ended", _("Ended")


class PollQuerySet(models.QuerySet["Poll"]):
    """Questions about polls."""

    def visible_to(self, user: Actor) -> PollQuerySet:
        """Keep what a person prepares and runs: all for staff, for others where they moderate."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        if user.is_staff:
            return self.all()
        own = user.moderated_sessions.order_by().values("pk")
        return self.filter(session__in=own).exclude(session__day__event__status=EventStatus.DRAFT)

    def told(self) -> PollQuerySet:
        """Keep those whose results stand on the page of their session, for its audience."""
        return self.filter(state=PollState.ENDED, is_shared=True)

    def with_code(self, code: str) -> PollQuerySet:
        """Keep the one that a room finds by its code, typed in any case, with spaces or not."""
        typed = "".join(code.split()).replace("-", "").upper()
        return self.filter(code=typed, session__day__event__status=EventStatus.PUBLISHED)


class Poll(Sourced):
    """Questions of a session, in order. `version` grows with each step, so that pages notice."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="polls")
    title = models.CharField(_("title"), max_length=160)
    code = models.CharField(_("code for the room"), max_length=10, unique=True, editable=False)
    state = models.CharField(
        _("state"), choices=PollState, default=PollState.PREPARED, max_length=10, editable=False
    )
    asks_names = models.BooleanField(
        _("people may give a name for the ranking"),
        default=False,
        help_text=_("For a quiz: whoever gives a name is ranked by right answers, for the room."),
    )
    is_shared = models.BooleanField(
        _("results on the session's page"),
        default=False,
        help_text=_("Once the poll has ended, for the audience of the session."),
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = PollQuerySet.as_manager()

    class Meta:
        ordering = ["session", "pk"]
        verbose_name = _("poll")
        verbose_name_plural = _("polls")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the page from which it is run."""
        return reverse("events:poll", kwargs={"pk": self.pk})

    @property
    def is_live(self) -> bool:
        """Say whether the room can answer."""
        return self.state == PollState.LIVE

    @property
    def code_in_parts(self) -> str:
        """Return the code as people read it aloud: ABC 234."""
        return f"{self.code[:3]} {self.code[3:]}"


class PollKind(models.TextChoices):
    """What an answer is."""

    ONE = "one", _("One choice")
    SEVERAL = "several", _("Several choices")
    SCALE = "scale", _("Scale from 1 to 5")
    WORDS = "words", _("Short answers in one's own words")
    QUIZ = "quiz", _("Quiz: one choice is right")


class QuestionState(models.TextChoices):
    """Whether a question can be answered. `services.polls` alone changes it."""

    WAITING = "waiting", _("Not asked yet")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class PollQuestion(models.Model):
    """One question. No more than one of a poll is open."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(_("kind"), choices=PollKind, default=PollKind.ONE, max_length=10)
    text = models.CharField(_("question"), max_length=200)
    is_hidden_while_open = models.BooleanField(
        _("show results only once it is closed"),
        default=False,
        help_text=_("Nobody is led by what others say. With a quiz it is always so."),
    )
    is_moderated = models.BooleanField(
        _("look at answers in own words before the room sees them"), default=True
    )
    state = models.CharField(
        _("state"),
        choices=QuestionState,
        default=QuestionState.WAITING,
        max_length=10,
        editable=False,
    )
    moved_at = models.DateTimeField(_("opened or closed at"), null=True, editable=False)

    class Meta:
        ordering = ["poll", "position", "pk"]
        verbose_name = _("question of a poll")
        verbose_name_plural = _("questions of a poll")
        constraints = [
            models.UniqueConstraint(
                fields=["poll"], condition=Q(state="open"), name="poll_has_one_open_question"
            ),
            models.CheckConstraint(
                name="poll_question_moved_is_dated",
                condition=Q(state="waiting") | Q(moved_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        """Say whether it can be answered."""
        return self.state == QuestionState.OPEN

    @property
    def shows_results(self) -> bool:
        """Say whether the room sees what it has said so far."""
        if self.state == QuestionState.CLOSED:
            return True
        return self.is_open and not self.is_hidden_while_open and self.kind != PollKind.QUIZ


class OptionState(models.TextChoices):
    """Whether the room sees words that somebody wrote."""

    WAITING = "waiting", _("To be looked at")
    SHOWN = "shown", _("Shown")
    HIDDEN = "hidden", _("Not shown")


class PollOption(models.Model):
    """What can be answered: a choice, a mark of the scale, or words somebody in the room wrote.

    `key` is the text without case and accents: the same words are one option, looked at once.
    """

    question = models.ForeignKey(PollQuestion, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.CharField(_("text"), max_length=LONGEST_OPTION)
    key = models.CharField(max_length=200, editable=False)
    is_right = models.BooleanField(_("right"), default=False)
    state = models.CharField(
        _("state"), choices=OptionState, default=OptionState.SHOWN, max_length=10
    )

    class Meta:
        ordering = ["question", "position", "pk"]
        verbose_name = _("option of a question")
        verbose_name_plural = _("options of a question")
        constraints = [
            models.UniqueConstraint(fields=["question", "key"], name="poll_option_once"),
            models.UniqueConstraint(
                fields=["question"], condition=Q(is_right=True), name="poll_one_option_is_right"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Voice(models.Model):
    """Somebody in the room. Nothing says who: of their address the database keeps the digest.

    It is deleted when the poll ends; then nobody can tell whose voice it was.
    """

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="voices")
    digest = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001
    name = models.CharField(_("name for the ranking"), max_length=30, blank=True)

    class Meta:
        ordering = ["poll", "pk"]
        verbose_name = _("voice")
        verbose_name_plural = _("voices")
        constraints = [
            models.UniqueConstraint(
                "poll", Lower("name"), condition=~Q(name=""), name="poll_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name or str(self.pk)


class PollAnswer(models.Model):
    """What a voice answers to a question: one option, or several that are ticked."""

    voice = models.ForeignKey(Voice, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(PollQuestion, on_delete=models.PROTECT, related_name="answers")
    option = models.ForeignKey(
        PollOption, on_delete=models.PROTECT, null=True, blank=True, related_name="answers"
    )
    ticked = models.ManyToManyField(PollOption, related_name="ticked_in")

    class Meta:
        ordering = ["question", "pk"]
        verbose_name = _("answer to a poll")
        verbose_name_plural = _("answers to a poll")
        constraints = [
            models.UniqueConstraint(fields=["voice", "question"], name="poll_answer_once")
        ]

    def __str__(self) -> str:
        return str(self.question)
