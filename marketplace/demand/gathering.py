"""Needs are stated, joined, left, and (by staff) merged and split."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cities.models import City, Theme, User
from cities.permissions import is_programme_staff
from marketplace import permissions
from marketplace.demand import telling
from marketplace.models import (
    Consent,
    Demand,
    Entry,
    JointProcurement,
    Need,
    Participant,
    ProcurementState,
)
from marketplace.services import Refused

# So long a city says whether it takes part; with the tender that is settled.
ANSWERED_WHILE = {ProcurementState.GATHERING, ProcurementState.PREPARING}
# Parts of addresses below /marketplace/demand/ that are pages of their own.
RESERVED = {"state", "similar", "needs"}


class DemandRefused(Refused):
    """This cannot be done with a demand now; the words can be shown to who asked."""


@transaction.atomic
def state(need: Need, themes: Iterable[Theme], *, demand: Demand | None, actor: User) -> Need:
    """State a city's need, in a demand that is there or in one of its own; return it.

    Others in the demand are told. Raises DemandRefused when the city is in the demand already,
    PermissionDenied when this person does not write for the city.
    """
    if not permissions.may_keep_ledger(actor, need.city):
        raise PermissionDenied
    is_known = False
    if demand is None:
        demand = Demand.objects.create(
            slug=_free_slug(need.title), title=need.title, demonstration=need.demonstration
        )
    else:
        demand = _locked(demand)
        # What a city writes itself takes the place of its bare interest; the others know of it.
        takes_place = demand.needs.active().filter(city=need.city, follows_interest=True)
        is_known = bool(takes_place.update(left_at=timezone.now()))
        if demand.needs.active().filter(city=need.city).exists():
            raise DemandRefused(
                _("{city} is in this demand already: edit its need there.").format(city=need.city)
            )
    need.demand, need.author = demand, actor
    need.save()
    need.themes.set(themes)
    is_asked = _add_to_procurement(need)
    if not is_known:
        telling.tell_others(need, is_asked=is_asked)
    return need


def _add_to_procurement(need: Need) -> bool:
    """Have a need's city among those asked to buy together; return whether anybody still is."""
    running = JointProcurement.objects.filter(
        demand=need.demand_id, state__in=ANSWERED_WHILE
    ).first()
    if running is None:
        return False
    running.participants.get_or_create(city=need.city)
    return True


@transaction.atomic
def leave(need: Need, *, actor: User) -> None:
    """Take a city out of a demand; what it wrote is kept, and no longer counted or shown.

    It takes no part in what is bought together, until the tender: then that is settled.
    """
    if not permissions.may_keep_ledger(actor, need.city):
        raise PermissionDenied
    demand = Demand.objects.select_for_update().get(pk=need.demand_id)
    led = JointProcurement.objects.filter(
        demand=demand,
        lead_buyer=need.city,
        state__in=[
            *(ProcurementState.PREPARING, ProcurementState.TENDERED, ProcurementState.AWARDED),
        ],
    )
    if led.exists():
        raise DemandRefused(
            _("Your city leads the joint procurement: write to the programme team first.")
        )
    Need.objects.filter(pk=need.pk, left_at__isnull=True).update(left_at=timezone.now())
    Participant.objects.filter(
        procurement__demand=demand, procurement__state__in=ANSWERED_WHILE, city=need.city
    ).update(consent=Consent.DECLINED, answered_by=actor, answered_at=timezone.now())


@transaction.atomic
def merge(demands: Iterable[Demand], *, into: Demand, actor: User) -> Demand:
    """Move the needs of some demands into another; their addresses lead there from now on.

    A city that is in several keeps the need it has in `into`; one that is new there is asked to
    take part in what is bought together. Raises DemandRefused for a demand with a joint procurement
    of its own.
    """
    _only_staff(actor)
    into = _locked(into)
    for each in demands:
        if each.pk == into.pk:
            continue
        other = Demand.objects.select_for_update().get(pk=each.pk)
        if other.merged_into_id is not None:
            continue
        if JointProcurement.objects.filter(demand=other).exists():
            raise DemandRefused(
                _("“{title}” has a joint procurement; merge the others into it.").format(
                    title=other.title
                )
            )
        there = into.needs.active().order_by().values("city")
        other.needs.active().filter(city__in=there).update(left_at=timezone.now())
        moved = list(other.needs.active().select_related("city"))
        other.needs.update(demand=into)
        for need in moved:
            need.demand = into
            if _add_to_procurement(need):
                telling.ask_to_take_part(need)
        # What was merged here before follows, so that no address leads to a dead end.
        Demand.objects.filter(merged_into=other).update(merged_into=into)
        other.merged_into = into
        other.save(update_fields=["merged_into"])
    return into


@transaction.atomic
def split(needs: Iterable[Need], *, actor: User) -> Demand:
    """Move some needs of one demand into a demand of their own; return it."""
    _only_staff(actor)
    needs = list(needs)
    if not needs or len({need.demand_id for need in needs}) > 1:
        raise DemandRefused(_("Choose needs of one demand."))
    demand = Demand.objects.select_for_update().get(pk=needs[0].demand_id)
    chosen = {need.pk for need in needs}
    if not demand.needs.active().exclude(pk__in=chosen).exists():
        raise DemandRefused(_("Some city must stay in the demand."))
    new = Demand.objects.create(
        slug=_free_slug(needs[0].title),
        title=needs[0].title,
        demonstration=all(need.demonstration for need in needs),
    )
    Need.objects.filter(pk__in=chosen).update(demand=new)
    return new


def join_those_of(entry: Entry, *, actor: User) -> None:
    """Make one of the demands that are about an entry alone, such as after two became one entry.

    A demand in which some city wants something else stays, as does a second one that is bought
    together.
    """
    about = (
        Demand.objects.current()
        .filter(needs__entry=entry.pk, needs__left_at__isnull=True)
        .distinct()
    )
    bought = JointProcurement.objects.filter(demand=OuterRef("pk"))
    found = list(about.annotate(is_bought=Exists(bought)).order_by("-is_bought", "pk"))
    alone = [
        each
        for each in found[1:]
        if not each.is_bought and not each.needs.active().exclude(entry=entry.pk).exists()
    ]
    if alone:
        merge(alone, into=found[0], actor=actor)


def demand_of(entry_pk: int) -> Demand | None:
    """Return the current demand in which cities want an entry, if there is one."""
    return (
        Demand.objects.current()
        .filter(needs__entry=entry_pk, needs__left_at__isnull=True)
        .order_by("pk")
        .distinct()
        .first()
    )


def need_of(demand: Demand, cities: Iterable[City]) -> Need | None:
    """Return the need one of these cities has in a demand."""
    return demand.needs.active().filter(city__in=list(cities)).order_by("pk").first()


def _locked(demand: Demand) -> Demand:
    """Lock a demand, or the one it was merged into meanwhile."""
    demand = Demand.objects.select_for_update().get(pk=demand.pk)
    if demand.merged_into_id is not None:
        return Demand.objects.select_for_update().get(pk=demand.merged_into_id)
    return demand


def _only_staff(actor: User) -> None:
    if not is_programme_staff(actor):
        raise PermissionDenied


def _free_slug(title: str) -> str:
    wanted = slugify(title)[:100].strip("-") or "demand"
    taken = RESERVED | {
        *Demand.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)
    }
    slug, number = wanted, 2
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug
