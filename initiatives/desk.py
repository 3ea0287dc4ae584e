"""What a person's cities have to do: milestones, values, charters, and forms left half-filled."""

from __future__ import annotations

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.desk import DeskItem, DeskPart, DeskSection, OwnCities, Pile, shared
from cities.models import City, Participation, User
from initiatives import due
from initiatives.deliverable import deadlines
from initiatives.models import (
    KPI,
    CheckIn,
    Connector,
    DocumentTemplate,
    Initiative,
    Milestone,
    Roadmap,
)

MOST_ITEMS = 12
WORK = "initiatives"


def parts(user: User, own: OwnCities, *, whole: str = "") -> list[DeskPart]:
    """Return what is due in the cities whose team this person is in, and those they advise.

    `whole` names the section of which everything is wanted. Which roadmaps are theirs is asked
    first, on its own: put into each of the questions, it would take longer than they do.
    """
    names = ("name", "slug")
    most = None if whole == WORK else MOST_ITEMS
    cities = City.objects.filter(pk__in=own.all).only(*names)
    roadmaps = list(Roadmap.objects.of_cities(own.all).order_by().only("pk"))
    advised = City.objects.filter(pk__in=user.expert_assignments.running().values("city")).only(
        *names
    )
    rows = (
        cities,
        advised,
        *deadlines.due_rows(roadmaps),
        *due.due_rows(roadmaps, user, most=most),
        due.charter_rows(roadmaps, most=most),
    )
    return [DeskPart(rows, partial(_sections, most=most))]


def _sections(
    cities: list[City],
    advised: list[City],
    participations: list[Participation],
    outlines: list[DocumentTemplate],
    milestones: list[Milestone],
    kpis: list[KPI],
    connectors: list[Connector],
    check_ins: list[CheckIn],
    charters: list[Initiative],
    *,
    most: int | None,
) -> list[DeskSection]:
    made = []
    if cities:
        todo = due.told(milestones, kpis, connectors, check_ins)
        asked = [*deadlines.due_of(participations, outlines), *todo.check_ins]
        piles = [
            Pile([[one] for one in asked], len(asked), _more_asked),
            *(todo.sources, todo.milestones, todo.values, due.charters(charters)),
        ]
        if most is not None:
            piles = shared(piles, room=most)
        made.append(
            DeskSection(
                key=WORK,
                title=_("Your initiatives"),
                items=[item for pile in piles for item in pile.items],
                beyond=[pile.beyond for pile in piles if pile.beyond],
                empty=_("Nothing is due: milestones are on time and values are fresh."),
                more_url=_page(cities[0]),
                more_label=_("What %s works on") % cities[0].name,
            )
        )
    pages = [*cities[1:], *(one for one in advised if one not in cities)]
    if pages:
        made.append(DeskSection(title=_("Cities you help"), items=[_as_item(one) for one in pages]))
    return made


def _more_asked(number: int) -> str:
    return ngettext(
        "%d more hand-in or check-in", "%d more hand-ins and check-ins", number
    ) % number  # fmt: skip


def _as_item(city: City) -> DeskItem:
    return DeskItem(
        title=city.name,
        url=_page(city),
        kind=_("City"),
        detail=_("Phases, what is due, charters, team"),
    )


def _page(city: City) -> str:
    return reverse("initiatives:my-city", kwargs={"slug": city.slug})
