"""Versions of an agenda: kept when something is published, and told to those concerned once."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cities import effects
from cities.models import User
from events import notifications
from events.audiences import audiences_of
from events.models import (
    AgendaVersion,
    Event,
    EventStatus,
    GuestPlace,
    RegistrationStatus,
    Session,
    SessionStar,
    SignUp,
    Talk,
    known_zone,
)
from events.plan.differences import Change, differences
from events.plan.snapshots import snapshot_of

TOLD = "events.tell_agenda"
# So long nobody has changed anything when changes made outside of a draft are told.
QUIET = timedelta(hours=1)


@transaction.atomic
def keep_version(event: Event, *, by: User | None = None, note: str = "") -> AgendaVersion | None:
    """Keep what the agenda says now as its next version; None where nothing is new.

    The first one is what there was: nobody is told of it. To be called with the event held.
    """
    plan = snapshot_of(event)
    last = event.versions.order_by("-number").first()
    if last is not None and last.plan == plan:
        return None
    if last is None and not plan["sessions"]:
        return None
    return event.versions.create(
        number=(event.versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        published_by=by,
        note=note,
        plan=plan,
        told_at=timezone.now() if last is None else None,
    )


@transaction.atomic
def announce(event: Event, *, by: User | None, note: str = "") -> AgendaVersion | None:
    """Keep what staff changed in the public agenda, and have it told; None where nothing is new."""
    event = Event.objects.select_for_update().get(pk=event.pk)
    version = keep_version(event, by=by, note=note)
    hand_over_untold(event)
    return version


def hand_over_untold(event: Event) -> None:
    """Have the newest version told where that is still to be done and the event is public."""
    last = event.versions.order_by("-number").first()
    if last is not None and last.told_at is None and event.may_be_told:
        moment = timezone.now().timestamp()
        effects.hand_over(TOLD, key=f"agenda:{last.pk}:{moment}", version=last.pk)


def settled() -> list[Event]:
    """Return public events to come whose agenda staff changed directly, and left alone since.

    What people must know of is told once the last change is QUIET old: while staff are still at
    it, people would be mailed more than once.
    """
    told = Event.objects.filter(
        status=EventStatus.PUBLISHED, versions__isnull=False, changed_at__lt=timezone.now() - QUIET
    )
    return [
        event
        for event in told.coming().distinct()
        if any(change.is_told for change in unannounced(event))
    ]


def unannounced(event: Event) -> list[Change]:
    """Return what staff changed in the public agenda since its last version."""
    last = event.versions.order_by("-number").first()
    if last is None:
        return []
    return differences(last.plan, snapshot_of(event), known_zone(event.time_zone) or UTC)


def tell(version: AgendaVersion) -> int:
    """Mail everybody whom a version concerns what is new for them, once; return how many.

    It is compared with the last version that was told. To be called with the version held.
    """
    event = version.event
    if version.told_at is not None or not event.may_be_told:
        return 0
    earlier = event.versions.filter(number__lt=version.number, told_at__isnull=False)
    before = earlier.order_by("-number").first()
    zone = known_zone(event.time_zone) or UTC
    changes = differences(before.plan if before else {}, version.plan, zone)
    told = [one for one in changes if one.is_told]
    for person, theirs in _concerned(event, told).items():
        notifications.tell_agenda(version, person, theirs)
    notifications.tell_guests(
        event,
        kind="agenda-changed",
        key=f"agenda:{version.pk}",
        template="emails/events_agenda.txt",
        by_guest=_guests(event, told),
        note=version.note,
    )
    event.versions.filter(number__lte=version.number, told_at__isnull=True).update(
        told_at=timezone.now()
    )
    return len(told)


def _concerned(event: Event, changes: list[Change]) -> dict[User, list[Change]]:
    """Return whom changes concern: who has a place in the session or waits, starred it, speaks or
    moderates; who sits there in a group, or guides one; and, where a session takes everybody of its
    audience, all of those who come."""
    wanted: dict[int, list[Change]] = defaultdict(list)
    places = SignUp.objects.open().filter(session__day__event=event)
    own = _by_session(places.values_list("session", "user"))
    of_event = {"session__day__event": event}
    for rows in (
        SessionStar.objects.filter(**of_event).values_list("session", "user"),
        Talk.objects.filter(speaker__isnull=False, **of_event).values_list("session", "speaker"),
        Session.moderators.through.objects.filter(**of_event).values_list("session", "user"),
        notifications.in_groups(event),
    ):
        for session, people in _by_session(rows).items():
            own[session] |= people
    coming = event.registrations.filter(status=RegistrationStatus.CONFIRMED)
    roles = audiences_of(event, coming.values_list("user", flat=True))
    for change in changes:
        people = set(own[change.key])
        if change.capacity is None:
            people |= {user for user, belongs in roles.items() if change.audience in belongs}
        for user in people:
            wanted[user].append(change)
    known = User.objects.filter(pk__in=wanted).order_by("pk")
    return {person: wanted[person.pk] for person in known}


def _guests(event: Event, changes: list[Change]) -> dict[int, list[Change]]:
    """Return which changes concern guests who come to a session."""
    places = GuestPlace.objects.filter(guest__event=event, is_taken=True)
    coming = _by_session(places.values_list("session", "guest"))
    wanted: dict[int, list[Change]] = defaultdict(list)
    for change in changes:
        for guest in coming[change.key]:
            wanted[guest].append(change)
    return wanted


def _by_session(rows: object) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for session, user in rows:  # type: ignore[attr-defined]
        found[session].add(user)
    return found
