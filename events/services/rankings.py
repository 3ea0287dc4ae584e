"""In which order cities put a group's priorities, each for itself and all together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from cities.models import City, User
from events.models import CityRanking, GroupRole, Priority, RankedPriority, ThematicActionGroup


@dataclass(frozen=True)
class Combined:
    """A priority in the order of all cities together."""

    place: int
    priority: Priority
    points: int
    # By the key of a city: its place for this priority among those it ranked.
    places: Mapping[int, int]

    @property
    def firsts(self) -> int:
        """Return how many cities put it first."""
        return sum(place == 1 for place in self.places.values())


@transaction.atomic
def locked(group: ThematicActionGroup) -> ThematicActionGroup:
    """Hold a group: whoever saves a ranking of it waits for their turn."""
    return ThematicActionGroup.objects.select_for_update().get(pk=group.pk)


def ranks_of(group: ThematicActionGroup, city: City) -> dict[int, int]:
    """Return the rank a city gave to each priority, by its key."""
    places = RankedPriority.objects.filter(ranking__group=group, ranking__city=city)
    return dict(places.values_list("priority", "rank"))


@transaction.atomic
def set_ranking(
    group: ThematicActionGroup, city: City, ranks: Mapping[int, int], *, by: User
) -> None:
    """Keep a city's order, closed up, in place of the one before; an empty one takes it back."""
    locked(group)
    if not ranks:
        CityRanking.objects.filter(group=group, city=city).delete()
        return
    ranking, _new = CityRanking.objects.update_or_create(
        group=group, city=city, defaults={"saved_by": by}
    )
    ranking.places.all().delete()
    in_order = sorted(ranks, key=lambda priority: ranks[priority])
    RankedPriority.objects.bulk_create(
        RankedPriority(ranking=ranking, priority_id=priority, rank=rank)
        for rank, priority in enumerate(in_order, start=1)
    )


def combined(
    group: ThematicActionGroup, among: Iterable[Priority]
) -> tuple[list[Combined], list[CityRanking]]:
    """Return the order in which all cities together put priorities, and the cities' own rankings.

    Cities that are members no more do not count; their rankings are kept in case they come back.
    Points are those of the modified Borda count: a city that ranked m priorities gives m to its
    first, m - 1 to its second and so on to 1; what it did not rank gets none. So naming one alone
    gives it one point, not as many as there are priorities (P. Emerson, *The original Borda count
    and partial voting*, Social Choice and Welfare 40, 2013). Equal points share a place.
    """
    members = group.members.filter(role=GroupRole.MEMBER, city__isnull=False).order_by()
    there = group.rankings.filter(city__in=members.values("city"))
    rankings = list(there.select_related("city").prefetch_related("places"))
    points: dict[int, int] = {}
    places: dict[int, dict[int, int]] = {}
    for ranking in rankings:
        own = list(ranking.places.all())
        # Counted, not read: a priority that was taken away since leaves a gap among the ranks.
        for place, ranked in enumerate(own, start=1):
            key = ranked.priority_id
            points[key] = points.get(key, 0) + len(own) - place + 1
            places.setdefault(key, {})[ranking.city_id] = place
    priorities = sorted(among, key=lambda one: -points.get(one.pk, 0))
    rows: list[Combined] = []
    for at, one in enumerate(priorities, start=1):
        total = points.get(one.pk, 0)
        place = rows[-1].place if rows and rows[-1].points == total else at
        rows.append(Combined(place, one, total, places.get(one.pk, {})))
    return rows, rankings
