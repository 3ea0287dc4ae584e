"""Who is told what about demands, by mail; each is written with what causes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cities import mails
from cities.models import CityMembership, User
from marketplace.models import Consent, Participant

if TYPE_CHECKING:
    from marketplace.models import Need, ProcurementEvent

mails.register(
    "demand_joined",
    label=_("Others who want the same"),
    about=_("Another city states a need like one of yours."),
)
mails.register(
    "procurement_step",
    label=_("Buying together"),
    about=_("A joint procurement your city was asked to take part in begins or goes on."),
)


def tell_others(need: Need, *, is_asked: bool) -> None:
    """Tell the other cities of a demand that one more wants the same; by name if it is theirs."""
    others = need.demand.needs.active().exclude(city=need.city).order_by().values("city")
    for person in _people(others):
        mails.write(
            "demand_joined",
            key=f"need:{need.pk}",
            to=person,
            template="emails/demand_joined.txt",
            link=need.demand.get_absolute_url(),
            need=need,
            number=others.distinct().count() + 1,
        )
    if is_asked:
        ask_to_take_part(need)


def ask_to_take_part(need: Need) -> None:
    """Ask a need's city whether it takes part in what its demand buys together."""
    for person in _people([need.city_id]):
        _write_asked(person, f"need:{need.pk}:asked", need)


def tell_of_procurement(event: ProcurementEvent) -> None:
    """Tell the cities that take part, or were asked to, of a step."""
    told = Participant.objects.filter(procurement=event.procurement_id).exclude(
        consent=Consent.DECLINED
    )
    for person in _people(told.order_by().values("city")):
        mails.write(
            "procurement_step",
            key=f"procurement:{event.pk}",
            to=person,
            template="emails/procurement_step.txt",
            link=event.procurement.get_absolute_url(),
            demand=event.procurement.demand,
            state=event.procurement.get_state_display(),
            is_question=not event.before,
            outcome=event.procurement.outcome,
        )


def _write_asked(person: User, key: str, need: Need) -> None:
    mails.write(
        "procurement_step",
        key=key,
        to=person,
        template="emails/procurement_step.txt",
        link=f"{need.demand.get_absolute_url()}#procurement",
        demand=need.demand,
        is_question=True,
    )


def _people(cities: object) -> list[User]:
    """Return who may submit in the name of any of these cities."""
    running = CityMembership.objects.running().filter(city__in=cities, role__may_submit=True)
    return list(User.objects.filter(pk__in=running.order_by().values("user"), is_active=True))
