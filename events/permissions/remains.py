"""Who works in action groups, and who writes what remains of sessions and groups."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from cities import clock
from cities.models import Actor, City, CityMembership
from cities.permissions import may_edit_for
from events.models import (
    EventStatus,
    GroupRole,
    NextStep,
    Outcome,
    Session,
    ThematicActionGroup,
)
from events.permissions.attending import has_begun, took_part


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
    if not has_begun(session, clock.now()):
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
