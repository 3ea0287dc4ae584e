"""Who may do what with a city. They answer; callers raise."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from cities.models import Actor, City, CityMembership, User


def signed_in(request: HttpRequest) -> User:
    """Return the person behind a request that only reaches people who signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def is_programme_staff(user: Actor) -> bool:
    """Say whether somebody runs the programme."""
    return bool(user.is_authenticated and user.is_active and user.is_staff)


def _roles(user: Actor, city: City) -> list[CityMembership]:
    if not user.is_authenticated or not user.is_active:
        return []
    running = CityMembership.objects.running().filter(user=user, city=city)
    return list(running.select_related("role"))


def may_edit_for(user: Actor, city: City) -> bool:
    """Say whether somebody may write what the city works on."""
    return any(membership.role.may_edit for membership in _roles(user, city))


def may_submit_for(user: Actor, city: City) -> bool:
    """Say whether somebody may submit and publish in the city's name."""
    return any(membership.role.may_submit for membership in _roles(user, city))


def may_manage_team(user: Actor, city: City) -> bool:
    """Say whether somebody may decide who is in the city's team."""
    return any(membership.role.may_manage_team for membership in _roles(user, city))
