"""Who may do what with an event. They answer; callers raise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from cities import clock
from cities.models import Actor, City, CityMembership
from cities.permissions import may_edit_for
from events.audiences import those_meant
from events.models import (
    Audience,
    Event,
    EventFormat,
    EventStatus,
    GroupRole,
    Guest,
    GuestState,
    NextStep,
    Outcome,
    Presence,
    Registration,
    RegistrationStatus,
    Session,
    SignUp,
    ThematicActionGroup,
)


def registration_is_open(event: Event) -> bool:
    """Say whether places are given now: published, not over, within the dates for registering.

    An event that names no opening has no registration: it was loaded to be read.
    """
    if event.status != EventStatus.PUBLISHED or event.registration_opens_at is None:
        return False
    now = clock.now()
    return (
        event.registration_opens_at <= now
        and not clock.has_passed(event.registration_closes_at, now)
        and not event.has_ended(now)
    )


def may_register(user: Actor, event: Event) -> bool:
    """Say whether this person may take a place now."""
    return bool(user.is_authenticated and user.is_active and registration_is_open(event))


def is_admitted(user: Actor, event: Event) -> bool:
    """Say whether somebody has a place at an event."""
    if not (user.is_authenticated and user.is_active):
        return False
    return event.registrations.filter(user=user, status=RegistrationStatus.CONFIRMED).exists()


def takes_sign_ups(session: Session) -> bool:
    """Say whether places in a session are given now."""
    event = session.day.event
    return (
        session.capacity is not None
        and not session.is_cancelled
        and event.status == EventStatus.PUBLISHED
        and not session.has_ended(clock.now())
    )


def is_of_audience(user: Actor, session: Session) -> bool:
    """Say whether a session is for somebody: staff, who speaks or moderates, and its audience."""
    if not (user.is_authenticated and user.is_active):
        return False
    return user.pk in those_meant(session, [user])


def reads_materials(user: Actor, session: Session) -> bool:
    """Say whether somebody is shown the materials and the recording of a session."""
    return session.audience == Audience.PUBLIC or is_of_audience(user, session)


def keeps_the_door(user: Actor, event: Event) -> bool:
    """Say whether somebody marks who is there: staff, and helpers until the event is over."""
    return Event.objects.with_door_for(user).filter(pk=event.pk).exists()


def has_code(registration: Registration) -> bool:
    """Say whether somebody shows a code at the door: with a place, on site, until the end."""
    event = registration.event
    return (
        registration.status == RegistrationStatus.CONFIRMED
        and event.status == EventStatus.PUBLISHED
        and event.format != EventFormat.ONLINE
        and not event.is_over
    )


def guest_has_code(guest: Guest) -> bool:
    """Say whether a guest shows a code at the door: they come, on site, until the end."""
    event = guest.event
    return (
        guest.state == GuestState.ACCEPTED
        and event.status == EventStatus.PUBLISHED
        and event.format != EventFormat.ONLINE
        and not event.is_over
    )


def has_certificate(registration: Registration) -> bool:
    """Say whether attendance is certified: somebody was there, and the last day has begun."""
    event = registration.event
    has_ended = event.status == EventStatus.PUBLISHED and event.ends_on <= event.today
    return has_ended and registration.presences.standing().exists()


def feedback_is_open(session: Session, moment: datetime | None = None) -> bool:
    """Say whether people can say what they thought: it began, and the end is not past.

    Without a moment it is asked for now.
    """
    event = session.day.event
    if session.is_cancelled or event.status != EventStatus.PUBLISHED:
        return False
    moment = moment or clock.now()
    return _has_begun(session, moment) and not event.feedback_has_ended(moment)


def _has_begun(session: Session, moment: datetime) -> bool:
    if session.starts_at is not None:
        return session.starts_at <= moment
    return session.day.date <= moment.astimezone(session.day.event.zone).date()


def feedback_is_over(event: Event) -> bool:
    """Say whether no answer can be given or changed any more, so that results can be told."""
    return event.feedback_has_ended(clock.now())


@dataclass(frozen=True)
class TookPart:
    """Where somebody with a place at an event was, and in which sessions they have a place."""

    event: Event
    days: frozenset[date]
    sessions: frozenset[int]
    places: frozenset[int]

    def in_session(self, session: Session) -> bool:
        """Say whether they took part in one of its sessions.

        On site that is being marked on its day; online nobody is at a door. Of a session with a
        number of places, it takes one of those, or a mark in the session itself.
        """
        if session.pk in self.sessions:
            return True
        if session.capacity is not None and session.pk not in self.places:
            return False
        return self.event.format != EventFormat.ON_SITE or session.day.date in self.days


def took_part(user: Actor, event: Event) -> TookPart | None:
    """Return where somebody was at an event; None without a place there."""
    if not is_admitted(user, event):
        return None
    marks = Presence.objects.standing().filter(
        registration__user=user.pk, registration__event=event
    )
    seen = list(marks.values_list("day", "session"))
    places = SignUp.objects.filter(
        user=user.pk, session__day__event=event, status=RegistrationStatus.CONFIRMED
    )
    return TookPart(
        event,
        frozenset(day for day, _session in seen),
        frozenset(session for _day, session in seen if session),
        frozenset(places.values_list("session", flat=True)),
    )


def may_give_feedback(user: Actor, session: Session) -> bool:
    """Say whether somebody can say now what they thought of a session."""
    if not feedback_is_open(session):
        return False
    part = took_part(user, session.day.event)
    return part is not None and part.in_session(session)


def reads_feedback(user: Actor, session: Session) -> bool:
    """Say whether somebody is shown what people thought: staff, and who moderates the session."""
    if not (user.is_authenticated and user.is_active):
        return False
    return user.is_staff or session.moderators.filter(pk=user.pk).exists()


def runs_polls(user: Actor, session: Session) -> bool:
    """Say whether somebody prepares and runs polls in a session: staff, and who moderates it."""
    return reads_feedback(user, session)


def takes_place(session: Session) -> bool:
    """Say whether neither a session was cancelled nor its event called off."""
    return not session.is_cancelled and session.day.event.status != EventStatus.CANCELLED


def may_join(user: Actor, session: Session) -> bool:
    """Say whether somebody is shown how to join: staff, and who of its audience has a place.

    Nobody is where it does not take place.
    """
    if not user.is_authenticated or not takes_place(session):
        return False
    if user.is_staff:
        return True
    if not is_admitted(user, session.day.event) or not is_of_audience(user, session):
        return False
    places = SignUp.objects.filter(user=user, session=session, status=RegistrationStatus.CONFIRMED)
    return session.capacity is None or places.exists()


def works_in(user: Actor, group: ThematicActionGroup) -> bool:
    """Say whether somebody sees the inside of an action group."""
    return ThematicActionGroup.objects.worked_in_by(user).filter(pk=group.pk).exists()


def leads(user: Actor, group: ThematicActionGroup) -> bool:
    """Say whether somebody steers an action group: its coordinators and programme staff."""
    if not (user.is_authenticated and user.is_active):
        return False
    if user.is_staff:
        return True
    return group.members.standing().filter(user=user, role=GroupRole.COORDINATOR).exists()


def cities_spoken_for(
    user: Actor, group: ThematicActionGroup, *, ranking: bool = False
) -> QuerySet[City]:
    """Return the cities of a group for which somebody writes there.

    They are of a city's team and may edit, or stand in the group as a person of that city and have
    not left its team. Mentor cities come to help: with `ranking`, they are left out.
    """
    if not (user.is_authenticated and user.is_active):
        return City.objects.none()
    roles = [GroupRole.MEMBER] if ranking else [GroupRole.MEMBER, GroupRole.MENTOR]
    members = group.members.filter(role__in=roles, city__isnull=False).order_by()
    edited = CityMembership.objects.running().filter(user=user, role__may_edit=True)
    return City.objects.filter(pk__in=members.values("city")).filter(
        Q(pk__in=edited.values("city"))
        | Q(pk__in=members.standing().filter(user=user).values("city"))
    )


def may_note(user: Actor, session: Session) -> bool:
    """Say whether somebody notes now what remains of a session: it began, and they took part."""
    event = session.day.event
    if session.is_cancelled or event.status != EventStatus.PUBLISHED:
        return False
    if not _has_begun(session, clock.now()):
        return False
    part = took_part(user, event)
    return part is not None and part.in_session(session)


def is_of_team(user: Actor, city: City) -> bool:
    """Say whether somebody acts for a city today, in whatever role."""
    return CityMembership.objects.running().filter(user=user.pk, city=city).exists()


def may_write_outcome(user: Actor, outcome: Outcome) -> bool:
    """Say whether somebody may change what a city noted: who wrote it and is still of its team, and
    who writes for it."""
    if not (user.is_authenticated and user.is_active):
        return False
    if outcome.written_by_id == user.pk and is_of_team(user, outcome.city):
        return True
    if may_edit_for(user, outcome.city):
        return True
    group = outcome.group
    return group is not None and outcome.city in cities_spoken_for(user, group)


def may_write_step(user: Actor, step: NextStep) -> bool:
    """Say whether somebody may change a next step: who sees to it or wrote it, and their city.

    Those who lead its group may as well. What was theirs in a team they left is theirs no more.
    """
    if not (user.is_authenticated and user.is_active):
        return False
    if user.pk in (step.owner_id, step.written_by_id) and not step.was_left_by(user):
        return True
    if step.city is not None and may_edit_for(user, step.city):
        return True
    group = step.group
    if group is None:
        return False
    return leads(user, group) or (
        step.city is not None and step.city in cities_spoken_for(user, group)
    )


def acts_in(user: Actor, step: NextStep) -> frozenset[str]:
    """Return on which sides of a step with two cities somebody stands: "city", "with_city"."""
    sides = {"city": step.city, "with_city": step.with_city}
    return frozenset(name for name, city in sides.items() if city and may_edit_for(user, city))


def reads_collaboration(user: Actor, step: NextStep) -> bool:
    """Say whether somebody reads what was said of a collaboration: both cities' teams, and staff.

    Others who see the commitment learn that two cities work together, not why one declined.
    """
    if not (user.is_authenticated and user.is_active):
        return False
    teams = CityMembership.objects.running().filter(user=user)
    return user.is_staff or teams.filter(city__in=[step.city_id, step.with_city_id]).exists()
