"""What happens on a day of an event, down to the minute where it is known."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from cities import clock
from cities.models import Actor, City, Organisation, Sourced, Theme
from events.models.events import EventDay, EventStatus
from events.models.venues import Room, Track


class SessionKind(models.Model):
    """What a session is: plenary, peer review, mentor lounge, thematic workshop, 1:1s…"""

    slug = models.SlugField(_("short address"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("kind of session")
        verbose_name_plural = _("kinds of sessions")

    def __str__(self) -> str:
        return self.name


class PartOfDay(models.TextChoices):
    """When a session takes place, where no source gives the hour."""

    MORNING = "1morning", _("Morning")
    AFTERNOON = "2afternoon", _("Afternoon")
    UNKNOWN = "3unknown", _("Time not published")


class Audience(models.TextChoices):
    """Who a session is for. Everybody may read that it takes place."""

    PUBLIC = "public", _("Open to everybody")
    CITIES = "cities", _("Cities of the programme")
    CORE = "core", _("Core cities")
    MENTORS = "mentors", _("Mentor cities and experts")
    EXPERTS = "experts", _("Experts of the programme")


class SessionQuerySet(models.QuerySet["Session"]):
    """Questions about sessions."""

    def visible_to(self, user: Actor) -> SessionQuerySet:
        """Keep the sessions of events this person may know of."""
        if user.is_authenticated and user.is_staff:
            return self.all()
        return self.exclude(day__event__status=EventStatus.DRAFT)

    def of_their_own(self) -> SessionQuerySet:
        """Leave sessions in drafts of agendas out: they are copies of those that are listed."""
        return self.filter(day__event__draft_of=None)

    def in_order(self) -> SessionQuerySet:
        """Sort by day, then hour where one is known, else part of the day, then position."""
        return self.order_by(
            "day__date", F("starts_at").asc(nulls_last=True), "part_of_day", "position", "pk"
        )


class Session(Sourced):
    """A part of a day. Start and end are moments (UTC in the database), or both unknown."""

    day = models.ForeignKey(EventDay, on_delete=models.CASCADE, related_name="sessions")
    slug = models.SlugField(_("short address"), max_length=80)
    title = models.CharField(_("title"), max_length=200)
    kind = models.ForeignKey(SessionKind, on_delete=models.PROTECT, related_name="sessions")
    summary = models.TextField(_("what it is about"), blank=True)
    takeaways = models.TextField(_("what came out of it"), blank=True)
    starts_at = models.DateTimeField(_("starts at"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    part_of_day = models.CharField(
        _("part of the day"), choices=PartOfDay, default=PartOfDay.UNKNOWN, max_length=10
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    parallel = models.CharField(
        _("parallel with"),
        max_length=40,
        blank=True,
        help_text=_("Sessions of one day with the same word here run side by side."),
    )
    theme = models.ForeignKey(
        Theme, on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions"
    )
    group = models.ForeignKey(
        "ThematicActionGroup",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("thematic action group"),
    )
    audience = models.CharField(
        _("audience"), choices=Audience, default=Audience.CITIES, max_length=10
    )
    track = models.ForeignKey(
        Track,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("track"),
    )
    room = models.ForeignKey(
        Room,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("room"),
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    capacity = models.PositiveIntegerField(
        _("places"),
        null=True,
        blank=True,
        help_text=_("With a number, people sign up for this session; the others wait."),
    )
    join_link = models.URLField(
        _("link to join"),
        max_length=500,
        blank=True,
        help_text=_("Shown only to those who have a place."),
    )
    moderators = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="moderated_sessions",
        verbose_name=_("moderators"),
        help_text=_("They see what people thought of the session, without names."),
    )
    # The database knows the defaults, too: a release without these columns writes rows as well.
    moderators_outside = models.CharField(
        _("moderators from outside"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text=_("Names of those without an account, separated by commas."),
    )
    recording = models.URLField(
        _("recording"),
        max_length=500,
        blank=True,
        default="",
        db_default="",
        help_text=_("For the audience of the session; of a public one, for everybody."),
    )
    is_cancelled = models.BooleanField(_("cancelled"), default=False)
    sequence = models.PositiveIntegerField(_("version for calendars"), default=0, editable=False)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["day", "part_of_day", "position", "pk"]
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.UniqueConstraint(fields=["day", "slug"], name="session_slug_once_a_day"),
            models.CheckConstraint(
                name="session_has_both_times_or_none",
                condition=Q(starts_at__isnull=True, ends_at__isnull=True)
                | Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("Give both start and end, the end after the start."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the session's page."""
        day = self.day
        return reverse(
            "events:session-detail",
            kwargs={"slug": day.event.slug, "day": day.date.isoformat(), "session": self.slug},
        )

    def has_ended(self, moment: datetime) -> bool:
        """Say whether it is over, a minute of grace included; without hours, when its day is."""
        return clock.has_passed(self.ends_at or self.day.event.end_of(self.day.date), moment)

    @property
    def outsiders(self) -> list[str]:
        """Name the moderators who have no account."""
        return [name for part in self.moderators_outside.split(",") if (name := part.strip())]

    @property
    def minutes(self) -> int | None:
        """Return how long it lasts, where its hours are known."""
        if not (self.starts_at and self.ends_at):
            return None
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone of the event."""
        return ZoneInfo(self.day.event.time_zone)


class AgendaItem(Sourced):
    """A block of a session: a title and, where planned, minutes. Blocks fill their session."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="agenda_items")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    title = models.CharField(_("title"), max_length=200)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering = ["session", "position"]
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        constraints = [
            models.UniqueConstraint(fields=["session", "position"], name="agenda_item_order_once")
        ]

    def __str__(self) -> str:
        return self.title


class SessionMaterial(models.Model):
    """Slides, a handout, notes: what a session leaves, as a link; for its audience."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="materials")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    title = models.CharField(_("title"), max_length=160)
    link = models.URLField(_("link"), max_length=500)

    class Meta:
        ordering = ["session", "position", "pk"]
        verbose_name = _("material of a session")
        verbose_name_plural = _("materials of a session")
        constraints = [
            models.UniqueConstraint(fields=["session", "link"], name="session_material_once")
        ]

    def __str__(self) -> str:
        return self.title


class Talk(Sourced):
    """Somebody presents something in a session, in one of its blocks or not.

    The speaker is a person of the portal, or a name; organisation, city or country where known.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="talks")
    item = models.ForeignKey(
        AgendaItem, on_delete=models.CASCADE, null=True, blank=True, related_name="talks"
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    title = models.CharField(_("title"), max_length=200)
    speaker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="talks",
    )
    speaker_name = models.CharField(_("name of a speaker from outside"), max_length=150, blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="talks"
    )
    city = models.ForeignKey(
        City, on_delete=models.SET_NULL, null=True, blank=True, related_name="talks"
    )
    country = CountryField(_("country"), blank=True)
    summary = models.TextField(_("summary"), blank=True)

    class Meta:
        ordering = ["session", "item__position", "position", "pk"]
        verbose_name = _("talk")
        verbose_name_plural = _("talks")

    def __str__(self) -> str:
        return self.title
