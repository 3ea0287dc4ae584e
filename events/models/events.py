"""Events of the programme: City Labs, chapter meetings, workshops, forums."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from cities import clock
from cities.models import Actor, City, Edition, Organisation, Sourced


def known_zone(name: str) -> ZoneInfo | None:
    """Return the zone of that name, or None when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@cache
def _all_zones() -> list[ZoneInfo]:
    return [zone for name in sorted(available_timezones()) if (zone := known_zone(name))]


def _has_ended(now: datetime) -> Q:
    """Say in SQL what `Event.is_over` says: the last day has passed where the event is.

    Takes a moment. Almost everywhere it is the day that UTC has; where it is another, it is the
    day before or the day after, and those zones are named.
    """
    today = now.astimezone(UTC).date()
    days = {zone.key: now.astimezone(zone).date() for zone in _all_zones()}
    ahead = [name for name, day in days.items() if day > today]
    behind = [name for name, day in days.items() if day < today]
    yesterday = today - timedelta(days=1)
    still_on = Q(ends_on=yesterday, time_zone__in=behind)
    return (Q(ends_on__lt=today) & ~still_on) | Q(ends_on=today, time_zone__in=ahead)


# How long people can still say what they thought, where staff name no day.
FEEDBACK_DAYS = 14


class EventKind(models.Model):
    """What an event is: City Lab, chapter meeting, workshop, forum…"""

    slug = models.SlugField(_("short address"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_plural = models.CharField(_("name, plural"), max_length=80)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("kind of event")
        verbose_name_plural = _("kinds of events")

    def __str__(self) -> str:
        return self.name


class EventStatus(models.TextChoices):
    """Whether the world sees an event."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    CANCELLED = "cancelled", _("Cancelled")


class EventFormat(models.TextChoices):
    """Where people meet."""

    ONLINE = "online", _("Online")
    ON_SITE = "on_site", _("On site")
    HYBRID = "hybrid", _("Online and on site")


class EventQuerySet(models.QuerySet["Event"]):
    """Questions about events."""

    def visible_to(self, user: Actor) -> EventQuerySet:
        """Keep what this person may know of: all for staff, for others what was announced."""
        if user.is_authenticated and user.is_staff:
            return self.all()
        return self.exclude(status=EventStatus.DRAFT)

    def of_their_own(self) -> EventQuerySet:
        """Leave drafts of agendas out: they are reached from the event whose agenda they change."""
        return self.filter(draft_of=None)

    def with_door_for(self, user: Actor) -> EventQuerySet:
        """Keep the events where somebody marks who comes: all for staff, for helpers until the end.

        Nobody helps at the door of what is a draft or called off.
        """
        if not (user.is_authenticated and user.is_active):
            return self.none()
        if user.is_staff:
            return self.all()
        # Not coming(), which sorts: this stands within other questions.
        open_now = self.exclude(_has_ended(timezone.now()))
        return open_now.filter(status=EventStatus.PUBLISHED, door_helpers__user=user)

    def coming(self) -> EventQuerySet:
        """Keep what has not ended, nearest first."""
        return self.exclude(_has_ended(timezone.now())).order_by("starts_on")

    def past(self) -> EventQuerySet:
        """Keep what has ended, latest first."""
        return self.filter(_has_ended(timezone.now())).order_by("-starts_on")

    def for_cards(self) -> EventQuerySet:
        """Fetch with each event what a card shows."""
        return self.select_related("kind", "edition", "city")


class Event(Sourced):
    """A meeting of one or more days. Days are calendar days in its own time zone."""

    slug = models.SlugField(_("short address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=160)
    kind = models.ForeignKey(EventKind, on_delete=models.PROTECT, related_name="events")
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, null=True, blank=True, related_name="events"
    )
    status = models.CharField(
        _("status"), choices=EventStatus, default=EventStatus.DRAFT, max_length=10
    )
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    description = models.TextField(_("description"), blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    dates_note = models.CharField(
        _("note on the dates"),
        max_length=300,
        blank=True,
        help_text=_("For example that two sources disagree."),
    )
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Brussels")
    format = models.CharField(
        _("format"), choices=EventFormat, default=EventFormat.ONLINE, max_length=10
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    city = models.ForeignKey(
        City, on_delete=models.SET_NULL, null=True, blank=True, related_name="hosted_events"
    )
    country = CountryField(_("country"), blank=True)
    link = models.URLField(_("public link"), max_length=500, blank=True)
    organisers = models.ManyToManyField(Organisation, blank=True, related_name="organised_events")
    cities = models.ManyToManyField(City, through="CityAttendance", related_name="events")
    registration_opens_at = models.DateTimeField(_("registration opens"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("registration closes"), null=True, blank=True)
    capacity = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    places_per_city = models.PositiveSmallIntegerField(
        _("seats of a city, at most"),
        null=True,
        blank=True,
        help_text=_("Further people of a city wait, and come in when one of theirs cancels."),
    )
    feedback_until = models.DateField(
        _("feedback on sessions until"),
        null=True,
        blank=True,
        help_text=_("The last day on which it can be given or changed; without one, two weeks."),
    )
    # What people believe of its days while it is a draft once more: those shown, or "otherwise".
    # The database knows the default, too: a release that knows no such column writes rows as well.
    days_shown = models.CharField(
        max_length=21, blank=True, default="", db_default="", editable=False
    )
    sequence = models.PositiveIntegerField(_("version for calendars"), default=0, editable=False)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "title"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.CheckConstraint(
                name="event_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(
                name="event_registration_closes_after_opening",
                condition=Q(registration_closes_at__isnull=True)
                | Q(registration_opens_at__isnull=True)
                | Q(registration_closes_at__gt=F("registration_opens_at")),
                violation_error_message=_("Registration cannot close before it opens."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the event's page."""
        return reverse("events:event-detail", kwargs={"slug": self.slug})

    @property
    def is_over(self) -> bool:
        """Say whether the last day has passed where the event is, wherever the reader is."""
        return self.ends_on < self.today

    def has_ended(self, moment: datetime) -> bool:
        """Say whether nothing can be done there any more: it is over, and a minute of grace too."""
        return clock.has_passed(self.end_of(self.ends_on), moment)

    def feedback_has_ended(self, moment: datetime) -> bool:
        """Say whether no answer is taken any more, the minute of grace included."""
        return clock.has_passed(self.end_of(self.feedback_ends_on), moment)

    def end_of(self, day: date) -> datetime:
        """Return the last moment of a day where the event is."""
        midnight = datetime.combine(day + timedelta(days=1), time.min, self.zone)
        return midnight.astimezone(UTC) - clock.STEP

    @property
    def zone(self) -> tzinfo:
        """Return the zone in which its days and hours are told."""
        return known_zone(self.time_zone) or UTC

    @property
    def may_be_told(self) -> bool:
        """Say whether mails about groups and talks may go out: it is announced, and not over."""
        return self.status == EventStatus.PUBLISHED and not self.is_over

    @property
    def feedback_ends_on(self) -> date:
        """Return the last day on which feedback on its sessions can be given or changed."""
        return self.feedback_until or self.ends_on + timedelta(days=FEEDBACK_DAYS)

    @property
    def time_code(self) -> str:
        """Say the same as a code, for its tone."""
        if self.is_over:
            return "over"
        return "running" if self.starts_on <= self.today else "planned"

    @property
    def time_words(self) -> str:
        """Say in words whether it lies ahead, is under way or took place."""
        if self.is_over:
            return gettext("Took place")
        return gettext("Under way") if self.starts_on <= self.today else gettext("Coming up")

    @property
    def today(self) -> date:
        """Return the day it is now where the event is."""
        return timezone.localdate(timezone=self.zone)


class EventFigure(Sourced):
    """A figure about an event as it was reported: "350+" participants, 117 cities."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="figures")
    label = models.CharField(_("label"), max_length=120)
    value = models.CharField(_("value as reported"), max_length=40)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["event", "position"]
        verbose_name = _("figure of an event")
        verbose_name_plural = _("figures of events")
        constraints = [models.UniqueConstraint(fields=["event", "label"], name="event_figure_once")]

    def __str__(self) -> str:
        return f"{self.label}: {self.value}"


class CityAttendance(Sourced):
    """A city took part in an event."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="attendances")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="attendances")
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        ordering = ["event", "city__name"]
        verbose_name = _("city at an event")
        verbose_name_plural = _("cities at events")
        constraints = [
            models.UniqueConstraint(fields=["event", "city"], name="city_attendance_once")
        ]

    def __str__(self) -> str:
        return f"{self.city}, {self.event}"


class EventDay(models.Model):
    """One day of an event."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="days")
    date = models.DateField(_("date"))
    title = models.CharField(_("title"), max_length=160, blank=True)
    summary = models.TextField(_("summary"), blank=True)

    class Meta:
        ordering = ["event", "date"]
        verbose_name = _("day")
        verbose_name_plural = _("days")
        constraints = [
            models.UniqueConstraint(fields=["event", "date"], name="event_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.event}, {self.date:%Y-%m-%d}"
