"""The same questions answered from the database, plainly, while there is no index."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from marketplace.models import Entry
from marketplace.search.questions import Question

LOOKED_IN = (
    "live_revision__title",
    "live_revision__summary",
    "live_revision__approach",
    "live_revision__story",
    "city__name",
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
}
ORDERS = {
    "relevance": ("-first_published_at", "-pk"),
    "newest": ("-first_published_at", "-pk"),
    "name": ("live_revision__title", "pk"),
}


def narrow(entries: QuerySet[Entry], chosen: dict[str, tuple[str, ...]]) -> QuerySet[Entry]:
    """Keep entries within the chosen values; values of one facet add up."""
    for facet, values in chosen.items():
        if values and facet in FIELDS:
            wanted = [value == "yes" for value in values] if facet == "open_source" else values
            within = Entry.objects.filter(**{f"{FIELDS[facet]}__in": wanted})
            entries = entries.filter(pk__in=within.order_by().values("pk"))
    return entries


def find(question: Question) -> tuple[list[int], int]:
    """Return the part of the live entries that was asked for, and how many there are in all."""
    entries = narrow(Entry.objects.live(), question.chosen)
    # Accents and case as typed: the database does not fold them.
    for word in question.text.replace('"', " ").replace("\0", " ").split()[:8]:
        either = Q()
        for name in LOOKED_IN:
            either |= Q(**{f"{name}__icontains": word})
        entries = entries.filter(either)
    ids = entries.order_by(*ORDERS[question.order]).values_list("pk", flat=True)
    return list(ids[question.offset : question.offset + question.limit]), entries.count()
