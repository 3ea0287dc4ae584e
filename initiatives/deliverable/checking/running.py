"""All rules, one after the other, and what is kept of them for the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils import timezone

from cities.models import Dimension
from initiatives import sections
from initiatives.deliverable import facts, snapshots
from initiatives.deliverable.checking import addresses, days, kpis, languages, texts, words
from initiatives.deliverable.checking.findings import Finding
from initiatives.deliverable.facts import Facts
from initiatives.models import DeliverableCheck, DocumentAudience, DocumentTemplate, Roadmap

# Each returns words with which forms explain their fields: no answer is one of them.
_helps: list[Callable[[], Iterable[str]]] = []


def explains(helps: Callable[[], Iterable[str]]) -> None:
    """Take words with which forms explain their fields; forms stand above, so they come here."""
    _helps.append(helps)


def look_through(roadmap: Roadmap, template: DocumentTemplate) -> list[Finding]:
    """Return what is odd about a roadmap's deliverable, each finding once."""
    known = facts.read(roadmap, DocumentAudience.PROGRAMME, timezone.localdate())
    found = {finding.key: finding for finding in _all(known, template)}
    return list(found.values())


def refresh(roadmap: Roadmap, template: DocumentTemplate) -> DeliverableCheck:
    """Check, and keep what was found for the page."""
    found = [finding.as_data() for finding in look_through(roadmap, template)]
    return DeliverableCheck.objects.update_or_create(
        roadmap=roadmap, defaults={"findings": found, "sections": _sections(roadmap)}
    )[0]


def _all(known: Facts, template: DocumentTemplate) -> Iterator[Finding]:
    told = list(texts.of(known))
    yield from words.placeholders(told)
    yield from words.prompts(told, _guidance())
    yield from words.translators(told)
    yield from words.other_cities(known, told)
    yield from languages.foreign(told, template.language)
    yield from days.disagreeing(known)
    earlier = _planned_before(known.roadmap)
    yield from kpis.changed(known, earlier) if earlier else kpis.changed_since_planned(known)
    yield from kpis.without_target(known)
    yield from kpis.without_result(known)
    yield from kpis.pictures_without_words(known)
    yield from addresses.silent(known)


def _planned_before(roadmap: Roadmap) -> kpis.Planned | None:
    first = roadmap.snapshots.order_by("number").first()
    if first is None:
        return None
    return kpis.planned_in(snapshots.told_to(first, DocumentAudience.PROGRAMME))


def _guidance() -> set[str]:
    asked = Dimension.objects.exclude(guidance="").values_list("guidance", flat=True)
    helps = (one for of_forms in _helps for one in of_forms())
    return words.guidance_of([*helps, *asked])


def _sections(roadmap: Roadmap) -> list[dict[str, Any]]:
    return [
        {
            "label": str(one.label),
            "url": one.url,
            "filled": one.filled,
            "total": one.total,
            "gaps": [{"label": str(gap.label), "url": gap.url} for gap in one.gaps],
        }
        for one in sections.of(roadmap)
    ]
