"""Places at events: taken, given back, passed on; and what calendars must learn of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cities import clock, effects
from cities.models import City, User
from events import notifications, permissions
from events.models import (
    Event,
    EventStatus,
    Guest,
    GuestState,
    Registration,
    RegistrationNeeds,
    RegistrationStatus,
    Room,
    Session,
)
from events.services import attendance, meeting_changes, needs, shown_again, signups
from events.services.meeting_hours import withdrawn_cities

# For the days people know of an event: they believe it is off, or know older days than were shown.
OTHERWISE = "otherwise"


class RegistrationRefused(Exception):
    """A place cannot be taken or given back; the words say why."""


@transaction.atomic
def register(
    event: Event,
    user: User,
    city: City | None = None,
    note: str = "",
    access: str = "",
    diet: str = "",
) -> Registration:
    """Take a place, or one on the waiting list when all are taken; return the registration.

    Registering twice is registering once; needs and a note that were missing are added. Raises
    RegistrationRefused when registration is closed.
    """
    event = _locked(event)
    before = Registration.objects.filter(event=event, user=user).first()
    if before and before.status != RegistrationStatus.CANCELLED:
        return _with_what_was_typed(before, note, access, diet)
    if not permissions.may_register(user, event):
        raise RegistrationRefused(_("Registration for this event is not open."))
    if event.places_per_city is not None and city is None and _acts_for_a_city(user):
        raise RegistrationRefused(_("Say for which city you come: each has a share of the places."))
    is_free = _free(event) and _free_for(event, city.pk if city else None)
    status = RegistrationStatus.CONFIRMED if is_free else RegistrationStatus.WAITING
    comes_back = city is not None and city.pk in withdrawn_cities(event)
    registration = before or Registration(event=event, user=user)
    registration.city, registration.note = city, note
    # Who gave a place back and wants it again stands at the end of the queue.
    registration.queued_at, registration.cancelled_at = _end_of_queue(event), None
    registration.status = status
    registration.save()
    if access or diet:
        RegistrationNeeds.objects.create(registration=registration, access=access, diet=diet)
    notifications.tell_where_it_stands(registration)
    if city is not None and comes_back:
        meeting_changes.city_came(event, city.pk)
    return registration


def _with_what_was_typed(
    registration: Registration, note: str, access: str, diet: str
) -> Registration:
    """Keep what somebody wrote whom a colleague had registered meanwhile."""
    if note or access or diet:
        try:
            needs.check_in_time(registration.event)
        except needs.NeedsRefused as refusal:
            raise RegistrationRefused(str(refusal)) from refusal
    if note and not registration.note:
        registration.note = note
        registration.save(update_fields=["note"])
    if access or diet:
        kept = needs.needs_of(registration)
        needs.state_needs(registration, access=access or kept["access"], diet=diet or kept["diet"])
    return registration


@transaction.atomic
def register_delegation(event: Event, city: City, people: Iterable[User]) -> list[Registration]:
    """Take places for people of a city, in their order; all of them or, where refused, none."""
    return [register(event, person, city) for person in people]


@transaction.atomic
def cancel(registration: Registration) -> Registration:
    """Give a place back; whoever waits longest gets it. Cancelling twice is cancelling once.

    With the last place of a city its one-to-one talks are called off.
    Raises RegistrationRefused once the event is over: who was there stays among those who were.
    """
    event = _locked(registration.event)
    held = Registration.objects.select_for_update(of=("self",)).select_related("event", "user")
    registration = held.get(pk=registration.pk)
    if registration.status == RegistrationStatus.CANCELLED:
        return registration
    if event.has_ended(clock.now()):
        raise RegistrationRefused(_("The event is over; places are not given back any more."))
    registration.status = RegistrationStatus.CANCELLED
    registration.cancelled_at = clock.not_before(registration.queued_at, clock.now())
    registration.save(update_fields=["status", "cancelled_at"])
    # Codes for the door that were printed before end with the place.
    attendance.renew_code(registration)
    needs.forget(Registration.objects.filter(pk=registration.pk))
    registration.note = ""
    signups.leave_all(event, registration.user)
    notifications.tell_where_it_stands(registration)
    fill_places(event)
    if registration.city_id is not None:
        meeting_changes.city_left(event, registration.city_id)
    return registration


@transaction.atomic
def fill_places(event: Event) -> int:
    """Give free places to those who wait, in their order; return how many moved up.

    Called when somebody cancels and when staff change the number of seats.
    """
    event = _locked(event)
    moved = 0
    waiting = event.registrations.waiting().select_related("event", "user")
    for registration in waiting.order_by("queued_at", "pk"):
        if _has_ended(event) or not _free(event):
            break
        if not _free_for(event, registration.city_id):
            # Whose city has its share goes on waiting, and keeps its place in the list.
            continue
        registration.status = RegistrationStatus.CONFIRMED
        registration.save(update_fields=["status"])
        notifications.tell_where_it_stands(registration)
        moved += 1
    return moved


@transaction.atomic
def change_status(event: Event, status: EventStatus) -> Event:
    """Publish an event or call it off; calendars learn of it, and so do those who registered."""
    before = _locked(event).status
    event.status = status
    event.sequence += 1
    event.save(update_fields=["status", "sequence", "changed_at"])
    tell_of_change(event, status_before=before)
    return event


@transaction.atomic
def tell_of_change(
    event: Event, *, status_before: str, days_before: tuple[date, date] | None = None
) -> str:
    """Let everybody who has a place, waits or has a part be told that an event is called off or has
    new dates.

    Takes the event as saved, its status and days before. An event that was called off and is
    published again tells its dates once more, and so does one that was a draft meanwhile where they
    are others than those people know; one that is over tells nothing. What else changed while it
    was hidden is made up for. Returns what is told: "called_off", "dates", or "" for nothing. Mails
    are an effect: there may be hundreds.
    """
    is_off = event.status == EventStatus.CANCELLED
    was_off = status_before == EventStatus.CANCELLED
    is_shown = event.status == EventStatus.PUBLISHED
    now = _days(event.starts_on, event.ends_on)
    before = _days(*days_before) if days_before else now
    told = ""
    if is_off and not was_off:
        told = notifications.CALLED_OFF
        # Nothing is prepared any more: what people need there is nobody's business now.
        needs.forget(event.registrations.all())
    elif is_shown and (before != now or was_off or event.days_shown not in ("", now)):
        told = notifications.DATES
    # Of an event that was called off, by mistake or not, no needs are kept.
    was_emptied = was_off or event.days_shown == OTHERWISE
    shown = "" if is_shown else event.days_shown
    if event.status == EventStatus.DRAFT and status_before == EventStatus.PUBLISHED:
        # People know these days; when it is shown again they are told if it has others.
        shown = before
    elif event.status == EventStatus.DRAFT and was_off:
        # Whatever its days are, they were told that it does not take place.
        shown = OTHERWISE
    if shown != event.days_shown:
        event.days_shown = shown
        Event.objects.filter(pk=event.pk).update(days_shown=shown)
    if is_shown and status_before != EventStatus.PUBLISHED:
        fill_places(event)
        shown_again.catch_up(event)
    if not told or event.is_over or not notifications.concerns_anybody(event):
        return ""
    effects.hand_over(
        "events.tell_registered",
        key=f"event:{event.pk}:{told}:{event.sequence}",
        event=event.pk,
        told=told,
        turn=event.sequence,
        was_emptied=was_emptied and told == notifications.DATES,
    )
    return told


def keep_untold(event: Event) -> None:
    """Keep that nobody was told of new dates, since the event was hidden before mails went out."""
    Event.objects.filter(pk=event.pk, status=EventStatus.DRAFT).update(days_shown=OTHERWISE)


def _days(first: date, last: date) -> str:
    return f"{first:%Y-%m-%d}/{last:%Y-%m-%d}"


def tell_calendars_of_rooms(rooms: Iterable[Room]) -> None:
    """Count a new version of every session in rooms that changed: their place reads otherwise."""
    in_rooms = Session.objects.filter(room__in=rooms)
    in_rooms.update(sequence=F("sequence") + 1, changed_at=timezone.now())


def _has_ended(event: Event) -> bool:
    """Say whether it is too late to give a place: the event is over or called off."""
    return event.is_over or event.status != "published"


def _locked(event: Event) -> Event:
    """Read the event again and hold it: whoever takes or gives a place waits for their turn."""
    return Event.objects.select_for_update().get(pk=event.pk)


def _end_of_queue(event: Event) -> datetime:
    """Return a moment after all at which somebody registered; to be asked while the event is held.

    So the order is that in which the event was held, whatever the clocks of hosts say.
    """
    last = event.registrations.aggregate(last=Max("queued_at"))["last"]
    return clock.not_before(last, clock.now())


def _free(event: Event) -> bool:
    left = seats_left(event)
    return left is None or left > 0


def _acts_for_a_city(user: User) -> bool:
    return City.objects.acted_for_by(user).exists()


def _free_for(event: Event, city: int | None) -> bool:
    """Say whether a city may have one more place; whoever comes for none is not counted."""
    if event.places_per_city is None or city is None:
        return True
    taken = event.registrations.filter(status=RegistrationStatus.CONFIRMED, city=city).count()
    return taken < event.places_per_city


def seats_left(event: Event) -> int | None:
    """Return how many places are free, or None when an event has no limit."""
    if event.capacity is None:
        return None
    taken = event.registrations.filter(status=RegistrationStatus.CONFIRMED).count()
    guests = Guest.objects.filter(event=event, state=GuestState.ACCEPTED).count()
    return max(0, event.capacity - taken - guests)


def ahead_of(registration: Registration) -> int | None:
    """Return how many wait longer than this person, or None when they do not wait."""
    if registration.status != RegistrationStatus.WAITING:
        return None
    waiting = Registration.objects.filter(event=registration.event_id).waiting()
    earlier = Q(queued_at__lt=registration.queued_at) | Q(
        queued_at=registration.queued_at, pk__lt=registration.pk
    )
    return waiting.filter(earlier).count()
