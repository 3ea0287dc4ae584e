"""Passing a role on when people change: at once within a team, or once staff confirm."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities import mails
from cities.models import CityMembership, Handover, HandoverState, User
from cities.permissions import is_programme_staff
from cities.today import today

mails.register(
    "cities_handover",
    label=_("Roles that are passed on to you"),
    about=_("A colleague leaves and passes a role in a city's team on to you, or staff decided."),
    may_be_off=False,
)


class HandoverRefused(Exception):
    """It cannot be passed on like that; the words can be shown."""


def waits_for_staff(membership: CityMembership, to: User) -> bool:
    """Say whether staff confirm: where the role says so, and for people outside the team."""
    if membership.role.staff_confirm_handover:
        return True
    team = CityMembership.objects.running().filter(city=membership.city_id, user=to)
    return not team.exists()


@transaction.atomic
def pass_on(membership: CityMembership, to: User, last_day: date, note: str = "") -> Handover:
    """Pass a role on, at once or as a wish that staff confirm."""
    membership = _locked(membership.pk)
    if to.pk == membership.user_id:
        raise HandoverRefused(_("You cannot pass a role on to yourself."))
    if membership.until is not None:
        raise HandoverRefused(_("This role ends already."))
    Handover.objects.filter(membership=membership).take_back()
    handover = Handover.objects.create(
        membership=membership, to=to, last_day=max(last_day, today()), note=note
    )
    if not waits_for_staff(membership, to):
        _complete(handover, by=membership.user)
    return handover


@transaction.atomic
def decide(handover: Handover, *, staff: User, confirmed: bool) -> Handover:
    """Let staff confirm a handover or not; somebody who was faster has decided already."""
    if not is_programme_staff(staff):
        raise PermissionDenied
    # The role first, as everybody who changes it does.
    membership = _locked(handover.membership_id)
    handover = Handover.objects.select_for_update(of=("self",)).get(pk=handover.pk)
    if handover.state != HandoverState.WAITING:
        raise HandoverRefused(_("This handover is decided already."))
    handover.membership = membership
    if confirmed:
        return _complete(handover, by=staff)
    return _close(handover, HandoverState.REFUSED, by=staff)


def _locked(pk: int) -> CityMembership:
    rows = CityMembership.objects.select_for_update(of=("self",))
    return rows.select_related("role", "city", "user").get(pk=pk)


def _complete(handover: Handover, *, by: User) -> Handover:
    """End the one role and begin the other. Nothing is deleted: who wrote what stays.

    A role that was ended meanwhile stays so: nobody comes back by a handover.
    """
    leaving = handover.membership
    last_day = max(handover.last_day, leaving.since)
    leaving.until = min(last_day, leaving.until) if leaving.until else last_day
    leaving.save(update_fields=["until"])
    day = today()
    theirs = CityMembership.objects.select_for_update(of=("self",)).filter(
        city=leaving.city_id, user=handover.to, until=None
    )
    held = theirs.select_related("role").first()
    if held is not None and not _gains(held, leaving):
        return _close(handover, HandoverState.DONE, by=by)
    if held is not None:
        held.until = max(day, held.since)
        held.save(update_fields=["until"])
    CityMembership.objects.create(user=handover.to, city=leaving.city, role=leaving.role, since=day)
    return _close(handover, HandoverState.DONE, by=by)


def _gains(held: CityMembership, offered: CityMembership) -> bool:
    """Say whether a role lets somebody do what theirs does not."""
    rights = ("may_edit", "may_submit", "may_manage_team")
    return any(getattr(offered.role, right) and not getattr(held.role, right) for right in rights)


def _close(handover: Handover, state: HandoverState, *, by: User) -> Handover:
    handover.state, handover.decided_at, handover.decided_by = state, timezone.now(), by
    handover.save(update_fields=["state", "decided_at", "decided_by"])
    people = [handover.to] if state == HandoverState.DONE else []
    if by.pk != handover.membership.user_id:
        people.append(handover.membership.user)
    for person in people:
        mails.write(
            "cities_handover",
            key=f"handover:{handover.pk}:{state.value}",
            to=person,
            template="emails/handover.txt",
            link=_link(handover),
            handover=handover,
            is_done=state == HandoverState.DONE,
        )
    return handover


def _link(handover: Handover) -> str:
    return reverse("cities:city-detail", args=[handover.membership.city.slug])
