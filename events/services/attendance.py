"""Who is there: marks at the door, taken back, and the codes by which people are found."""

from __future__ import annotations

from datetime import date, timedelta

from django.core import signing
from django.db import transaction
from django.db.models import DateTimeField, F, Q, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.models import User
from events.models import (
    CityAttendance,
    Event,
    EventStatus,
    Presence,
    Registration,
    RegistrationStatus,
    Session,
)

SIGNER = signing.Signer(sep="~", salt="events.door")
# A lab has every day from its first to its last; what lasts longer has those that are named.
A_WEEK, MOST_DAYS = 7, 31
# Staff may still add marks for so long after an event; then codes end.
CODE_DAYS = 7


class PresenceRefused(Exception):
    """Somebody cannot be marked as present; the words say why."""


def code_of(registration: Registration) -> str:
    """Return what a person's code for the door says: signed, and over once it is renewed."""
    return SIGNER.sign(f"{registration.pk}-{registration.code_number}")


def registration_of(code: str) -> Registration | None:
    """Return whose code it is; None for one that is not ours, was renewed, or is long over."""
    try:
        pk, number = SIGNER.unsign(code).split("-")
    except (signing.BadSignature, ValueError):
        return None
    rows = Registration.objects.filter(pk=pk, code_number=number)
    found = rows.select_related("event", "user", "city").first()
    if found and found.event.today > found.event.ends_on + timedelta(days=CODE_DAYS):
        return None
    return found


def renew_code(registration: Registration) -> None:
    """End the code of a registration; the next one works from now on."""
    Registration.objects.filter(pk=registration.pk).update(code_number=F("code_number") + 1)


def lab_days(event: Event) -> list[date]:
    """Return the days on which somebody can be there, in their order."""
    named = set(event.days.values_list("date", flat=True))
    length = (event.ends_on - event.starts_on).days + 1
    if named and length > A_WEEK:
        return sorted(named)
    all_days = {
        event.starts_on + timedelta(days=number) for number in range(min(length, MOST_DAYS))
    }
    return sorted(named | all_days)


@transaction.atomic
def mark(
    registration: Registration,
    *,
    day: date,
    by: User,
    session: Session | None = None,
    by_code: bool = False,
) -> tuple[Presence, bool]:
    """Mark somebody as present on a day, or in a session of it; twice is once.

    Returns the mark, and whether it is new. Raises PresenceRefused for whoever has no place, and
    for a day that is none of the event's or has not come.
    """
    registration = _locked(registration)
    _check(registration, day, session)
    before = _standing(registration, day, session)
    if before:
        return before, False
    now = timezone.now()
    on_day = _standing(registration, day, None)
    if session is not None and on_day is None:
        registration.presences.create(day=day, at=now, by=by, by_code=by_code)
    made = registration.presences.create(day=day, session=session, at=now, by=by, by_code=by_code)
    return made, True


@transaction.atomic
def undo(presence: Presence, *, by: User) -> bool:
    """Take a mark back; with a day's go those of its sessions. Twice is once.

    Returns whether it was taken back now. One that was taken back before says nothing about marks
    that were made since.
    """
    registration = _locked(presence.registration)
    standing = Presence.objects.filter(registration=registration).standing()
    gone = standing.filter(pk=presence.pk)
    if not gone.exists():
        return False
    if presence.session_id is None:
        gone = standing.filter(day=presence.day)
    # Clocks of two servers may differ: nothing is taken back before it was marked.
    now = Value(timezone.now(), output_field=DateTimeField())
    gone.update(undone_at=Greatest(now, F("at")), undone_by=by)
    return True


def days_attended(registration: Registration) -> list[date]:
    """Return the days on which somebody was there, in their order."""
    marks = Presence.objects.filter(registration=registration, session=None).standing()
    return sorted(marks.values_list("day", flat=True))


def people_at(event: Event) -> QuerySet[Registration]:
    """Return who has a place at an event, and who was there before giving theirs back."""
    marks = Presence.objects.standing().filter(registration__event=event).order_by()
    has_place = Q(status=RegistrationStatus.CONFIRMED)
    return event.registrations.filter(has_place | Q(pk__in=marks.values("registration")))


@transaction.atomic
def name_cities_that_came(event: Event) -> int:
    """Put the cities of those who were there on the event's page; return how many are new.

    Whoever was there counts, also with a place given back since.
    """
    present = Presence.objects.standing().filter(registration__event=event)
    came = set(
        present.exclude(registration__city=None).values_list("registration__city", flat=True)
    )
    new = came - set(event.attendances.values_list("city", flat=True))
    CityAttendance.objects.bulk_create(
        [
            CityAttendance(event=event, city_id=city, demonstration=event.demonstration)
            for city in sorted(new)
        ],
        ignore_conflicts=True,
    )
    return len(new)


def _check(registration: Registration, day: date, session: Session | None) -> None:
    """Raise PresenceRefused where nobody can be marked."""
    event = registration.event
    if registration.status == RegistrationStatus.WAITING:
        raise PresenceRefused(_("This person is on the waiting list and has no place yet."))
    if registration.status == RegistrationStatus.CANCELLED:
        raise PresenceRefused(_("This person gave their place back."))
    if event.status != EventStatus.PUBLISHED:
        raise PresenceRefused(_("The event is a draft, or was called off."))
    if day not in lab_days(event):
        raise PresenceRefused(
            _("The event has no day on %s.") % date_format(day, "SHORT_DATE_FORMAT")
        )
    if day > event.today:
        raise PresenceRefused(_("This day has not come yet."))
    if session is not None and (session.day.event_id != event.pk or session.day.date != day):
        raise PresenceRefused(_("This session is not on that day."))
    if session is not None and session.is_cancelled:
        raise PresenceRefused(_("This session was cancelled."))


def _standing(registration: Registration, day: date, session: Session | None) -> Presence | None:
    marks = Presence.objects.filter(registration=registration, session=session).standing()
    found = marks if session else marks.filter(day=day)
    return found.select_related("by").first()


def _locked(registration: Registration) -> Registration:
    """Read a registration again and hold it: two helpers may have the same person before them."""
    rows = Registration.objects.select_for_update(of=("self",)).select_related("event", "user")
    return rows.get(pk=registration.pk)
