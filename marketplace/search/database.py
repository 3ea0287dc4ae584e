"""The same questions answered from the database, plainly, while there is no index."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from cities.models import City, CityName, CitySize
from marketplace.fit import WORKS
from marketplace.models import RUNNING, Deployment, Entry, EntryKind, Revision
from marketplace.search.questions import Question

LOOKED_IN = (
    "live_revision__title",
    "live_revision__summary",
    "live_revision__problem",
    "live_revision__approach",
    "live_revision__results",
    "live_revision__story",
    "city__name",
    "owner_note",
)
FIELDS = {
    "kind": "kind",
    "theme": "live_revision__themes__slug",
    "country": "city__country",
    "maturity": "live_revision__maturity",
    "technology": "live_revision__technologies__slug",
    "goal": "live_revision__goals__number",
    "cost": "live_revision__cost_band",
    "open_source": "live_revision__is_open_source",
    "language": "live_revision__language",
    "funding": "live_revision__fundings__slug",
    "standard": "live_revision__standards__slug",
}
NEWEST = ("-first_published_at", "-pk")
REUSED = ("-confirmed_reuse", *NEWEST)
ORDERS = {
    # The database knows no better match: all are equal, and what more cities run comes first.
    "relevance": REUSED,
    "fit": REUSED,
    "newest": NEWEST,
    "reused": REUSED,
    "name": ("live_revision__title", "pk"),
}


def narrow(entries: QuerySet[Entry], chosen: dict[str, tuple[str, ...]]) -> QuerySet[Entry]:
    """Keep entries within the chosen values; values of one facet add up.

    What only the index knows, such as how strong the evidence is, is left open.
    """
    for facet, values in chosen.items():
        if values and facet == "size":
            entries = entries.filter(_works_in_cities_of(values))
        elif values and facet in FIELDS:
            wanted = [value == "yes" for value in values] if facet == "open_source" else values
            within = Entry.objects.filter(**{f"{FIELDS[facet]}__in": wanted})
            entries = entries.filter(pk__in=within.order_by().values("pk"))
    return entries


def left_open(question: Question) -> list[str]:
    """Return the facets in which something is ticked that `narrow` cannot ask for."""
    known = {"size", *FIELDS}
    return [facet for facet, values in question.chosen.items() if values and facet not in known]


def find(question: Question) -> tuple[list[int], int]:
    """Return the part of the live entries that was asked for, and how many there are in all."""
    entries = narrow(Entry.objects.live(), question.chosen)
    if question.among is not None:
        entries = entries.filter(pk__in=question.among)
    # Accents and case as typed: the database does not fold them.
    for word in question.text.replace('"', " ").replace("\0", " ").split()[:8]:
        entries = entries.filter(_holds(word))
    ids = entries.order_by(*ORDERS[question.order]).values_list("pk", flat=True)
    return list(ids[question.offset : question.offset + question.limit]), entries.count()


def _holds(word: str) -> Q:
    """Keep what has a word in its texts, a name of its city or of an organisation behind it."""
    either = Q()
    for name in LOOKED_IN:
        either |= Q(**{f"{name}__icontains": word})
    cities = CityName.objects.filter(name__icontains=word).order_by().values("city")
    theirs = Revision.objects.filter(partners__name__icontains=word).order_by().values("pk")
    return either | Q(city__in=cities) | Q(live_revision__in=theirs)


def _works_in_cities_of(sizes: Iterable[str]) -> Q:
    """Keep what works in a city of one of these sizes: the same rule as `fit.works_in`."""
    within = Q()
    for size in sizes:
        low, high = CitySize(size).bounds
        band = Q(population__gte=low)
        within |= band if high is None else band & Q(population__lt=high)
    cities = City.objects.filter(within).order_by().values("pk")
    is_profile = Q(kind=EntryKind.CITY_PROFILE)
    rows = Deployment.objects.filter(status__in=RUNNING, city__in=cities).order_by()
    told = Deployment.objects.filter(entry=OuterRef("pk"), city=OuterRef("city"))
    by_owner = is_profile | (Q(live_revision__maturity__in=WORKS) & ~Exists(told))
    return (Q(city__in=cities) & by_owner) | (~is_profile & Q(pk__in=rows.values("entry")))
