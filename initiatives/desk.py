"""What a person's cities have to do: milestones, values, charters, and forms left half-filled."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from cities.desk import DeskItem, DeskSection
from cities.models import City, User
from initiatives import due
from initiatives.models import Roadmap

MOST_ITEMS = 12


def sections(user: User) -> list[DeskSection]:
    """Return what is due in the cities whose team this person is in, and those they advise."""
    cities = list(City.objects.acted_for_by(user))
    own = {city.pk for city in cities}
    advised = City.objects.filter(pk__in=user.expert_assignments.running().values("city")).exclude(
        pk__in=own
    )
    made = []
    if cities:
        roadmaps = Roadmap.objects.acted_for_by(user).order_by()
        todo = due.due_in(roadmaps, most=MOST_ITEMS)
        items = [*todo.milestones, *todo.values][:MOST_ITEMS]
        items += due.charters_in(roadmaps, most=MOST_ITEMS - len(items))
        made.append(
            DeskSection(
                title=_("Your initiatives"),
                items=items,
                empty=_("Nothing is due: milestones are on time and values are fresh."),
                more_url=_page(cities[0]),
                more_label=_("What %s works on") % cities[0].name,
            )
        )
    pages = [*cities[1:], *advised]
    if pages:
        made.append(DeskSection(title=_("Cities you help"), items=[_as_item(one) for one in pages]))
    return made


def _as_item(city: City) -> DeskItem:
    return DeskItem(
        title=city.name,
        url=_page(city),
        kind=_("City"),
        detail=_("Phases, what is due, charters, team"),
    )


def _page(city: City) -> str:
    return reverse("initiatives:my-city", kwargs={"slug": city.slug})
