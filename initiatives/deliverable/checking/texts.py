"""Every text of a roadmap that stands in its deliverable, with the place where it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from initiatives import sections
from initiatives.deliverable.facts import Facts
from initiatives.models import Horizon, Initiative, LocalGreenDeal


@dataclass(frozen=True)
class Text:
    """Words, what people call their place, and the address of their field."""

    words: str
    where: str
    url: str


ROADMAP = [
    ("title", "introduction", "id_title"),
    ("introduction", "introduction", "id_introduction"),
    ("openness", "openness", "id_openness"),
    ("needs", "needs", "id_needs"),
    ("vision", "vision", "id_vision"),
    ("governance", "governance", "id_governance"),
    ("impact_summary", "results", "id_impact_summary"),
]
CHARTER = [
    "name", "summary", "lead", "working_team", "contributors", "goal", "stakeholder_note",
    "impact_and_timing", "support_needed", "results", "results_url",
]  # fmt: skip
DEAL = ["title", "date_text", "aim", "goals", "governance"]


def of(facts: Facts) -> Iterator[Text]:
    """Return the texts of a roadmap, one after the other; empty ones are left out."""
    yield from (text for text in _all(facts) if text.words.strip())


def _all(facts: Facts) -> Iterator[Text]:
    roadmap = facts.roadmap
    for name, section, anchor in ROADMAP:
        label = str(roadmap._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        url = f"{sections.write_url(roadmap.pk, section)}#{anchor}"
        yield Text(getattr(roadmap, name), label.capitalize(), url)
    yield from _lists(facts)
    for deal in facts.deals:
        yield from _deal(deal)
    for one in facts.initiatives:
        yield from _charter(one)
        yield from _rows(one)
    for own in roadmap.own_chapters.all():
        url = reverse("initiatives:own-chapter-edit", args=[roadmap.pk, own.pk])
        yield Text(f"{own.heading}\n{own.text}", own.heading, f"{url}#id_text")


def _lists(facts: Facts) -> Iterator[Text]:
    for section, words in _listed(facts):
        url = sections.write_url(facts.roadmap.pk, section)
        yield Text(words, sections.label_of(section), url)


def _listed(facts: Facts) -> Iterator[tuple[str, str]]:
    yield from (("introduction", one.name) for one in facts.priority_axes)
    yield from (("needs", one.text) for one in facts.city_needs)
    yield from (("state", one.text) for one in facts.answers)
    yield from (("vision", one.name) for one in facts.axes)
    for ambition in facts.ambitions:
        section = "vision" if ambition.horizon == Horizon.VISION else "three-years"
        yield section, ambition.statement
        yield from ((section, step.text) for step in ambition.steps.all())
    yield from (("matrix", words) for entries in facts.cells.values() for words in entries)
    for body in facts.bodies:
        yield "governance", f"{body.name}\n{body.role}\n{body.rhythm}"
    yield from (("lessons", f"{one.heading}\n{one.text}") for one in facts.lessons)
    yield from (("commitments", one.text) for one in facts.commitments)


def _deal(deal: LocalGreenDeal) -> Iterator[Text]:
    page = reverse("initiatives:deal-write", args=[deal.roadmap_id, deal.pk])
    for name in DEAL:
        label = str(deal._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        yield Text(getattr(deal, name), f"{deal.title}: {label}", f"{page}#id_{name}")
    for signatory in deal.signatories.all():
        where = f"{deal.title}: {_('signatories')}"
        words = f"{signatory.name}\n{signatory.pledge}\n{signatory.date_text}"
        yield Text(words, where, f"{page}#signatories")
    for action in deal.actions.all():
        words = f"{action.text}\n{action.responsible}\n{action.date_text}"
        yield Text(words, f"{deal.title}: {_('actions')}", f"{page}#actions")


def _charter(one: Initiative) -> Iterator[Text]:
    edit = reverse("initiatives:initiative-edit", args=[one.slug])
    for name in CHARTER:
        label = str(one._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        yield Text(getattr(one, name), f"{one.name}: {label}", f"{edit}#id_{name}")


def _rows(one: Initiative) -> Iterator[Text]:
    edit = reverse("initiatives:initiative-edit", args=[one.slug])

    def at(label: Any, anchor: str) -> tuple[str, str]:
        return f"{one.name}: {label}", f"{edit}#{anchor}"

    for need in one.dependencies.all():
        yield Text(need.text, *at(_("dependencies"), "dependencies"))
    for who in one.stakeholders.all():
        words = f"{who.name}\n{who.role}\n{who.rhythm}"
        yield Text(words, *at(_("stakeholders"), "stakeholders"))
    for risk in one.risks.all():
        yield Text(f"{risk.text}\n{risk.mitigation}\n{risk.owner}", *at(_("risks"), "risks"))
    for support in one.support_needs.all():
        yield Text(support.text, *at(_("support needed"), "support"))
    for line in one.budget_lines.all():
        yield Text(f"{line.label}\n{line.funding_source}", *at(_("budget"), "budget"))
    for stone in one.milestones.all():
        url = reverse("initiatives:milestone-edit", args=[one.slug, stone.pk])
        words = f"{stone.title}\n{stone.description}\n{stone.date_text}\n{stone.moved_because}"
        yield Text(words, f"{one.name}: {stone.title}", url)
    yield from _kpis(one)


def _kpis(one: Initiative) -> Iterator[Text]:
    for kpi in one.kpis.all():
        url = reverse("initiatives:kpi-edit", args=[one.slug, kpi.pk])
        words = f"{kpi.name}\n{kpi.unit}\n{kpi.description}\n{kpi.note}"
        yield Text(words, f"{one.name}: {kpi.name}", url)
        for target in kpi.targets.all():
            add = reverse("initiatives:target-add", args=[one.slug, kpi.pk])
            where = f"{one.name}: {kpi.name}, {_('target')}"
            yield Text(f"{target.text}\n{target.origin}", where, add)
        for value in kpi.measurements.all():
            page = reverse("initiatives:kpi-detail", args=[one.slug, kpi.pk])
            yield Text(f"{value.as_reported}\n{value.note}", f"{one.name}: {kpi.name}", page)
