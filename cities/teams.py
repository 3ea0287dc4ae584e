"""A city's team, kept by whoever may manage it: people come in, roles end, nothing is deleted."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cities import mails
from cities.models import City, CityMembership, CityRole, Handover, User
from cities.today import today

mails.register(
    "cities_team",
    label=_("Your roles in teams of cities"),
    about=_("Somebody put you into a city's team, or ended your role there."),
    may_be_off=False,
)
RIGHTS = ("may_edit", "may_submit", "may_manage_team")
NEEDED = {
    "may_submit": _("Nobody else stays who may submit for the city. Put somebody in first."),
    "may_manage_team": _("Nobody else stays who may manage the team. Put somebody in first."),
}


class TeamRefused(Exception):
    """It cannot be done; the words can be shown."""


def roles_to_give(by: User, city: City) -> QuerySet[CityRole]:
    """Return the roles that somebody may hand out: those that allow no more than their own.

    Roles whose handover staff confirm are handed out by staff.
    """
    own = CityMembership.objects.running().filter(user=by, city=city).select_related("role")
    held = {right for one in own for right in RIGHTS if getattr(one.role, right)}
    beyond = dict.fromkeys((right for right in RIGHTS if right not in held), False)
    return CityRole.objects.filter(staff_confirm_handover=False, **beyond)


@transaction.atomic
def add(city: City, person: User, role: CityRole, *, by: User) -> CityMembership:
    """Put somebody into a city's team and tell them.

    Somebody whose role ends today can be put in again at once, say with the right role.
    """
    _hold(city)
    theirs = CityMembership.objects.filter(city=city, user=person)
    held = theirs.filter(Q(until=None) | Q(until__gt=today())).first()
    if held is not None and held.since > today():
        words = _("%(person)s joins the team on %(day)s already.")
        day = date_format(held.since, "DATE_FORMAT")
        raise TeamRefused(words % {"person": person, "day": day})
    if held is not None:
        raise TeamRefused(_("%s is in the team already.") % person)
    made = CityMembership.objects.create(user=person, city=city, role=role)
    _tell(made, by, is_in=True)
    return made


@transaction.atomic
def end(membership: CityMembership, *, by: User) -> None:
    """End somebody's role today and tell them; what they wrote stays, with their name.

    Nobody ends a role that they could not give, nor the last one that holds a right for the city.
    A handover of the role that waits for staff is taken back.
    """
    _hold(membership.city)
    rows = CityMembership.objects.select_for_update(of=("self",)).select_related("user", "city")
    membership = rows.select_related("role").get(pk=membership.pk)
    if membership.user_id == by.pk:
        raise TeamRefused(_("Pass your own role on to somebody else instead."))
    day = today()
    if membership.until is not None and membership.until <= day:
        return
    if not roles_to_give(by, membership.city).filter(pk=membership.role_id).exists():
        raise TeamRefused(_("You cannot give this role, so you cannot end it: ask staff."))
    _keep_somebody(membership)
    membership.until = max(day, membership.since)
    membership.save(update_fields=["until"])
    Handover.objects.filter(membership=membership).take_back()
    _tell(membership, by, is_in=False)


def _hold(city: City) -> None:
    """Let one change of a team wait for the other, so that no two end the last roles at once."""
    City.objects.select_for_update(no_key=True).get(pk=city.pk)


def _keep_somebody(leaving: CityMembership) -> None:
    """Refuse where nobody else holds a right of this role for as long as it would have run."""
    others = CityMembership.objects.running().filter(city=leaving.city, user__is_active=True)
    others = others.exclude(pk=leaving.pk)
    stays = Q(until=None) if leaving.until is None else Q(until=None) | Q(until__gte=leaving.until)
    for right, words in NEEDED.items():
        if getattr(leaving.role, right) and not (
            others.filter(stays, **{f"role__{right}": True}).exists()
        ):
            raise TeamRefused(words)


def _tell(membership: CityMembership, by: User, *, is_in: bool) -> None:
    mails.write(
        "cities_team",
        key=f"team:{membership.pk}:{'in' if is_in else 'out'}",
        to=membership.user,
        template="emails/team.txt",
        link=reverse("cities:city-detail", args=[membership.city.slug]),
        membership=membership,
        by=by,
        is_in=is_in,
    )
