"""How well an entry fits a city: one rule, for the order of results and for the words on cards.

What speaks for an entry is where it works already. Points add up; the first line that holds counts:

    size     3  it works in a city of the same band of population
             1  in one of the next smaller or larger band
    traits   2  for each trait of place that a city has where it works (coast, river…)
             1  for each other one (climate, port…)
    budget   2  it surely costs no more
             1  it may cost less or more

The city that asks is not counted among those where it works, and what it runs already comes last.
Entries with as many points stand in the order of the search. `rule` is what the index ranks by and
`fit_of` is what cards say; both read `facts`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.models import City, CitySize, CityTrait, TraitKind
from marketplace.models import RUNNING, CostBand, Deployment, Entry, EntryKind, Maturity, Revision

SAME_SIZE, NEAR_SIZE = 3.0, 1.0
TRAIT = {TraitKind.PLACE: 2.0, TraitKind.CLIMATE: 1.0, TraitKind.OTHER: 1.0}
WITHIN_BUDGET, AROUND_BUDGET = 2.0, 1.0
# What introducing it costs at least and at most, in euro.
COSTS: dict[str, tuple[int, int | None]] = {
    CostBand.FREE: (0, 0),
    CostBand.UNDER_50K: (0, 50_000),
    CostBand.UNDER_250K: (50_000, 250_000),
    CostBand.UNDER_1M: (250_000, 1_000_000),
    CostBand.OVER_1M: (1_000_000, None),
}
# With one of these, and no word in the ledger, an entry works in the city that offers it.
WORKS = [Maturity.PILOT, Maturity.DEPLOYED, Maturity.SCALED]


@dataclass(frozen=True)
class CityLike:
    """The city that something shall fit: one of ours, or only what is said of it."""

    slug: str = ""
    name: str = ""
    population: int | None = None
    traits: Sequence[CityTrait] = ()
    budget: int | None = None
    """What may be spent, in euro."""

    @property
    def size(self) -> CitySize | None:
        """The band its population falls in."""
        return CitySize.of(self.population)

    def __bool__(self) -> bool:
        """Whether anything is said that an entry could fit."""
        return bool(self.size or self.traits or self.budget is not None)


@dataclass(frozen=True)
class Part:
    """Points for having one of these values among the facts of a kind."""

    kind: str
    values: Collection[str]
    points: float


@dataclass(frozen=True)
class Fit:
    """What speaks for an entry, in words."""

    points: float = 0.0
    reasons: list[str] = field(default_factory=list)


def works_in(entry: Entry, revision: Revision) -> list[City]:
    """Return the cities where an entry works: those of the ledger that run it, and its owner.

    Reads `entry.deployments`, their cities, and `entry.city`. A profile stands for its city.
    """
    rows = [] if entry.kind == EntryKind.CITY_PROFILE else list(entry.deployments.all())
    cities = [row.city for row in rows if row.status in RUNNING]
    is_told = any(row.city_id == entry.city_id for row in rows)
    owner_runs = entry.kind == EntryKind.CITY_PROFILE or revision.maturity in WORKS
    if entry.city is not None and owner_runs and not is_told:
        cities.insert(0, entry.city)
    return cities


def facts(entry: Entry, revision: Revision) -> dict[str, list[str]]:
    """Return what the rule asks for, by kind: `size`, `trait`, `cost` and who runs it, `run_by`."""
    cities = works_in(entry, revision)
    own = [entry.city.slug] if entry.city else []
    return {
        "size": sorted({city.size.value for city in cities if city.size}),
        "trait": sorted({trait.slug for city in cities for trait in city.traits.all()}),
        "cost": [revision.cost_band] if revision.cost_band else [],
        "run_by": sorted({*own, *(city.slug for city in cities)}),
    }


def rule(like: CityLike) -> list[list[Part]]:
    """Return what gives points to entries for this city: of each list the best part counts."""
    found = []
    if like.size:
        near = [size.value for size in like.size.neighbours]
        found.append([Part("size", [like.size.value], SAME_SIZE), Part("size", near, NEAR_SIZE)])
    found += [[Part("trait", [trait.slug], TRAIT[TraitKind(trait.kind)])] for trait in like.traits]
    if like.budget is not None:
        within, around = _bands(like.budget)
        parts = [Part("cost", within, WITHIN_BUDGET), Part("cost", around, AROUND_BUDGET)]
        found.append([part for part in parts if part.values])
    return found


def points(like: CityLike, held: Mapping[str, Collection[str]]) -> float:
    """Return the points of an entry with these facts."""
    if like.slug and like.slug in held["run_by"]:
        return 0.0
    return sum(
        max((part.points for part in parts if set(part.values) & set(held[part.kind])), default=0.0)
        for parts in rule(like)
    )


def fit_of(
    like: CityLike, entry: Entry, revision: Revision, traits: Mapping[int, Collection[str]]
) -> Fit:
    """Say why an entry fits; `traits` are the slugs of each city's, by the key of the city."""
    cities = works_in(entry, revision)
    held = {
        "size": {city.size.value for city in cities if city.size},
        "trait": {slug for city in cities for slug in traits.get(city.pk, ())},
        "cost": {revision.cost_band},
        "run_by": {city.slug for city in [entry.city, *cities] if city},
    }
    cost = _about_cost(like, revision)
    if like.slug and like.slug in held["run_by"]:
        own = _("{city} offers or runs it already.").format(city=like.name)
        return Fit(0.0, [own, *cost])
    is_profile = entry.kind == EntryKind.CITY_PROFILE
    reasons = [
        *_about_size(like, cities, is_profile=is_profile),
        *_about_traits(like, cities, traits),
    ]
    if not reasons and (like.size or like.traits) and not is_profile:
        reasons = [_("No city like this one is known to run it.")]
    return Fit(points(like, held), [*reasons, *cost])


def fits(like: CityLike, entries: Sequence[Entry]) -> dict[int, Fit]:
    """Say of each live entry why it fits, by its key: two queries, however many there are."""
    if not like or not entries:
        return {}
    rows = Deployment.objects.select_related("city")
    prefetch_related_objects(list(entries), Prefetch("deployments", rows))
    cities = {city.pk for entry in entries for city in _all_cities(entry)}
    traits: dict[int, set[str]] = defaultdict(set)
    if like.traits and cities:
        asked = [trait.pk for trait in like.traits]
        held = City.traits.through.objects.filter(city__in=cities, citytrait__in=asked)
        for city, slug in held.values_list("city_id", "citytrait__slug"):
            traits[city].add(slug)
    return {
        entry.pk: fit_of(like, entry, entry.live_revision, traits)
        for entry in entries
        if entry.live_revision
    }


def _all_cities(entry: Entry) -> list[City]:
    return works_in(entry, entry.live_revision) if entry.live_revision else []


def _about_size(like: CityLike, cities: Sequence[City], *, is_profile: bool) -> list[str]:
    if like.size is None:
        return []
    same = [city for city in cities if city.size == like.size]
    if same:
        band = _small(str(like.size.label))
        if is_profile:
            return [_("A city of the same size: {band}.").format(band=band)]
        words = ngettext(
            "Runs in {number} city of the same size: {band}.",
            "Runs in {number} cities of the same size: {band}.",
            len(same),
        )
        return [words.format(number=len(same), band=band)]
    near = [city.size for city in cities if city.size in like.size.neighbours]
    if near and near[0]:
        band = _small(str(near[0].label))
        if is_profile:
            return [_("A city of a similar size: {band}.").format(band=band)]
        return [_("Runs in a city of a similar size: {band}.").format(band=band)]
    return []


def _about_traits(
    like: CityLike, cities: Sequence[City], traits: Mapping[int, Collection[str]]
) -> list[str]:
    shared = []
    for trait in sorted(like.traits, key=lambda one: -TRAIT[TraitKind(one.kind)]):
        number = sum(trait.slug in traits.get(city.pk, ()) for city in cities)
        if number:
            words = ngettext("{trait} ({number} city)", "{trait} ({number} cities)", number)
            shared.append(words.format(trait=trait.name, number=number))
    return [_("In common: {traits}.").format(traits=", ".join(shared))] if shared else []


def _about_cost(like: CityLike, revision: Revision) -> list[str]:
    if like.budget is None:
        return []
    if not revision.cost_band:
        return [_("What it costs is not stated.")]
    band = _small(str(revision.get_cost_band_display()))
    within, around = _bands(like.budget)
    if revision.cost_band in within:
        return [_("Within your budget: {band}.").format(band=band)]
    if revision.cost_band in around:
        return [_("Perhaps within your budget: {band}.").format(band=band)]
    return [_("Costs more than your budget: {band}.").format(band=band)]


def _bands(budget: int) -> tuple[list[str], list[str]]:
    """Return the bands of cost surely within a budget, and those that may be."""
    within = [band for band, (_low, high) in COSTS.items() if high is not None and high <= budget]
    around = [band for band, (low, _high) in COSTS.items() if low < budget and band not in within]
    return within, around


def _small(words: str) -> str:
    """Begin a label in small letters, for the middle of a sentence."""
    return words[:1].lower() + words[1:]
