"""All rules, one after the other, and what is kept of them for the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone, translation

from cities.models import Dimension
from initiatives import sections
from initiatives.deliverable import content, facts, snapshots
from initiatives.deliverable.checking import days, kpis, languages, texts, words
from initiatives.deliverable.checking.findings import Finding
from initiatives.deliverable.facts import Facts
from initiatives.models import DeliverableCheck, DocumentAudience, DocumentTemplate, Roadmap


def look_through(
    roadmap: Roadmap, template: DocumentTemplate, helps: Iterable[str] = ()
) -> list[Finding]:
    """Return what is odd about a roadmap's deliverable, each finding once.

    `helps` are the words with which forms explain their fields: no answer is one of them.
    """
    known = facts.read(roadmap, DocumentAudience.PROGRAMME, timezone.localdate())
    found = {finding.key: finding for finding in _all(known, template, helps)}
    return list(found.values())


def refresh(
    roadmap: Roadmap, template: DocumentTemplate, helps: Iterable[str] = ()
) -> DeliverableCheck:
    """Check, and keep what was found for the page."""
    found = [finding.as_data() for finding in look_through(roadmap, template, helps)]
    return DeliverableCheck.objects.update_or_create(
        roadmap=roadmap, defaults={"findings": found, "sections": _sections(roadmap)}
    )[0]


def _all(known: Facts, template: DocumentTemplate, helps: Iterable[str]) -> Iterator[Finding]:
    told = list(texts.of(known))
    yield from words.placeholders(told)
    yield from words.prompts(told, _guidance(helps))
    yield from words.translators(told)
    yield from words.other_cities(known, told)
    yield from languages.foreign(told, template.language)
    yield from days.disagreeing(known)
    yield from kpis.changed(known, _planned_before(known.roadmap))
    yield from kpis.without_result(known)
    with translation.override(template.language):
        made = content.from_facts(known, template)
    yield from kpis.without_alternative(made, known.roadmap.get_absolute_url())


def _planned_before(roadmap: Roadmap) -> dict[str, set[str]]:
    first = roadmap.snapshots.order_by("number").first()
    if first is None:
        return {}
    return kpis.planned_in(snapshots.told_to(first, DocumentAudience.PROGRAMME))


def _guidance(helps: Iterable[str]) -> set[str]:
    asked = Dimension.objects.exclude(guidance="").values_list("guidance", flat=True)
    return {one.strip().casefold() for one in [*helps, *asked] if one}


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
