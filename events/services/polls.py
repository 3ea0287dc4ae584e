"""Polls: prepared beforehand, run from one page, a question at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from secrets import choice

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.filters.facets import folded
from events.models import (
    EventStatus,
    OptionState,
    Poll,
    PollKind,
    PollOption,
    PollQuestion,
    PollState,
    QuestionState,
    Session,
    Voice,
)

# Nothing that looks or sounds like another sign, and no vowels, so that no code is a word. Six of
# them are 191 million codes; whoever guesses is slowed down (`events.views.live`).
SIGNS = "23456789CDFGHJKMNPQRTVWX"
CODE_LENGTH = 6
LONGEST_KEY = 200
NAMES_KEPT_DAYS = 7


class PollRefused(Exception):
    """Something cannot be done with a poll now; the words say why."""


def new_code() -> str:
    """Return a code that no other poll has."""
    while True:
        code = "".join(choice(SIGNS) for _sign in range(CODE_LENGTH))
        if not Poll.objects.filter(code=code).exists():
            return code


def prepare(session: Session, *, title: str, asks_names: bool = False) -> Poll:
    """Begin a poll. It has its code at once, so that it can stand on slides."""
    return Poll.objects.create(session=session, title=title, asks_names=asks_names, code=new_code())


def hold(poll: Poll) -> Poll:
    """Read a poll again and hold it: what two moderators do comes one after the other."""
    held = Poll.objects.select_for_update(of=("self",), no_key=True)
    return held.select_related("session__day__event").get(pk=poll.pk)


def key_of(text: str) -> str:
    """Return what two spellings of the same words have in common."""
    return " ".join(folded(text).split())[:LONGEST_KEY]


@transaction.atomic
def set_options(question: PollQuestion, texts: Sequence[str], *, right: int | None = None) -> None:
    """Give a question its options, in order, in place of those it had; `right` counts from 0.

    Raises PollRefused once it was asked: answers would lose what they say.
    """
    poll = hold(question.poll)
    _see_that_it_goes_on(poll)
    _see_that_nobody_was_asked(question)
    question.options.all().delete()
    PollOption.objects.bulk_create(
        PollOption(
            question=question, position=at, text=text, key=key_of(text), is_right=at - 1 == right
        )
        for at, text in enumerate(texts, start=1)
    )
    _step(poll)


def next_position(poll: Poll) -> int:
    """Return the place after the last question."""
    return (poll.questions.aggregate(last=Max("position"))["last"] or 0) + 1


@transaction.atomic
def remove(question: PollQuestion) -> None:
    """Take a question out. Raises PollRefused once it was asked."""
    poll = hold(question.poll)
    _see_that_nobody_was_asked(question)
    question.delete()
    _step(poll)


@transaction.atomic
def move(question: PollQuestion, *, by: int) -> None:
    """Move a question up (-1) or down (1); beyond either end it stays where it is."""
    poll = hold(question.poll)
    order = list(poll.questions.values_list("pk", flat=True))
    at = order.index(question.pk)
    to = min(max(at + by, 0), len(order) - 1)
    order.insert(to, order.pop(at))
    for position, pk in enumerate(order, start=1):
        PollQuestion.objects.filter(pk=pk).update(position=position)
    _step(poll)


@transaction.atomic
def start(poll: Poll) -> Poll:
    """Let the room in; twice is once.

    Raises PollRefused without questions, once it has ended, and where the session does not take
    place.
    """
    poll = hold(poll)
    _see_that_it_goes_on(poll)
    event = poll.session.day.event
    if poll.session.is_cancelled or event.status != EventStatus.PUBLISHED or event.is_over:
        raise PollRefused(
            _("The event is hidden, called off or over, or the session is: nobody can answer.")
        )
    if not poll.questions.exists():
        raise PollRefused(_("Add a question first."))
    if not poll.is_live:
        poll.state = PollState.LIVE
        poll.save(update_fields=["state"])
        _step(poll)
    return poll


@transaction.atomic
def open_question(question: PollQuestion) -> None:
    """Ask a question; the one that was open closes. Twice is once."""
    poll = hold(question.poll)
    if not poll.is_live:
        raise PollRefused(_("Start the poll first: the room is not in yet."))
    question = poll.questions.get(pk=question.pk)
    if question.is_open:
        return
    if question.kind != PollKind.WORDS and not question.options.exists():
        raise PollRefused(_("This question has no choices yet."))
    _close(poll)
    poll.questions.filter(pk=question.pk).update(state=QuestionState.OPEN, moved_at=timezone.now())
    _step(poll)


@transaction.atomic
def close_question(poll: Poll) -> None:
    """Close the question that is open. Answers on their way are in, or are refused: never half."""
    poll = hold(poll)
    if _close(poll):
        _step(poll)


@transaction.atomic
def end(poll: Poll) -> None:
    """Close everything for good, and forget whose voice was whose. Twice is once."""
    poll = hold(poll)
    if not poll.is_live:
        return
    _close(poll)
    poll.state = PollState.ENDED
    poll.save(update_fields=["state"])
    poll.voices.update(digest=None)
    _step(poll)


@transaction.atomic
def start_afresh(poll: Poll) -> None:
    """Delete all answers of a rehearsal: the poll is as it was prepared, with the same code.

    Raises PollRefused once the poll has ended: then its results stand.
    """
    poll = hold(poll)
    _see_that_it_goes_on(poll)
    # Answers on their way are in, or find it closed.
    _close(poll)
    poll.voices.all().delete()
    PollOption.objects.filter(question__poll=poll, question__kind=PollKind.WORDS).delete()
    poll.questions.update(state=QuestionState.WAITING, moved_at=None)
    poll.state = PollState.PREPARED
    poll.save(update_fields=["state"])
    _step(poll)


@transaction.atomic
def share(poll: Poll, *, is_shared: bool) -> None:
    """Put the results on the page of the session, or take them away from there."""
    Poll.objects.filter(pk=poll.pk).update(is_shared=is_shared, version=F("version") + 1)


@transaction.atomic
def judge(option: PollOption, state: OptionState) -> None:
    """Show words to the room, or keep them from it; whoever writes the same is judged with it."""
    poll = hold(option.question.poll)
    PollOption.objects.filter(pk=option.pk).update(state=state)
    _step(poll)


@transaction.atomic
def take_name_away(voice: Voice) -> None:
    """Take a name out of the ranking; what was answered counts as before."""
    poll = hold(voice.poll)
    Voice.objects.filter(pk=voice.pk).update(name="")
    _step(poll)


def end_forgotten() -> int:
    """End polls a day after their event, and forget names for the ranking a week after it."""
    today = timezone.localdate()
    live = Poll.objects.filter(
        state=PollState.LIVE, session__day__event__ends_on__lt=today - timedelta(days=1)
    )
    ended = list(live)
    for poll in ended:
        end(poll)
    last = today - timedelta(days=NAMES_KEPT_DAYS)
    named = Voice.objects.exclude(name="").filter(poll__session__day__event__ends_on__lt=last)
    named.update(name="")
    return len(ended)


def _see_that_it_goes_on(poll: Poll) -> None:
    if poll.state == PollState.ENDED:
        raise PollRefused(_("This poll has ended."))


def _see_that_nobody_was_asked(question: PollQuestion) -> None:
    question.refresh_from_db(fields=["state"])
    if question.state != QuestionState.WAITING:
        raise PollRefused(_("The room was asked this already: it stays as people read it."))


def _close(poll: Poll) -> int:
    """Close what is open, once the answers that hold it are written; return how many that were."""
    opened = poll.questions.filter(state=QuestionState.OPEN)
    return opened.update(state=QuestionState.CLOSED, moved_at=timezone.now())


def _step(poll: Poll) -> None:
    """Let open pages notice."""
    Poll.objects.filter(pk=poll.pk).update(version=F("version") + 1)
