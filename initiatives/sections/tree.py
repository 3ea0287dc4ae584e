"""The sections of a roadmap in their order, and what each asks for."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives import charter
from initiatives.models import CommitmentKind, Horizon, LessonKind
from initiatives.sections.facts import Facts, of_horizon
from initiatives.sections.states import Gap, SectionState, group

# The sections that have a form of their own, by key, in their order.
WRITTEN = {
    "introduction": gettext_lazy("Introduction and priorities"),
    "openness": gettext_lazy("National and international openness"),
    "needs": gettext_lazy("What the city needs"),
    "state": gettext_lazy("State of the city"),
    "ecosystem": gettext_lazy("Organisations around the city"),
    "vision": gettext_lazy("Vision, ambitions and axes"),
    "matrix": gettext_lazy("Matrix of the strategy"),
    "governance": gettext_lazy("Governance"),
    "results": gettext_lazy("Results and impact"),
    "lessons": gettext_lazy("Lessons"),
    "commitments": gettext_lazy("Commitments"),
    "three-years": gettext_lazy("In three years"),
}
# A charter is a section too: its key ends with the initiative's.
CHARTER = "charter-"

Item = tuple[Any, bool, str]
"""What a section asks for: its name, whether it is there, and the id of its field."""


def write_url(roadmap: int, key: str) -> str:
    """Return where a section of a roadmap is written."""
    return reverse("initiatives:section-write", args=[roadmap, key])


def label_of(key: str) -> str:
    """Return what people call a section that has a form of its own."""
    return str(WRITTEN[key])


def build(facts: Facts) -> list[SectionState]:
    """Return the groups of sections of a roadmap."""
    return [
        _preparation(facts),
        _strategy(facts),
        _initiatives(facts),
        _governance(facts),
        _results(facts),
        _lessons(facts),
        _commitments(facts),
        _three_years(facts),
    ]


def _section(facts: Facts, key: str, items: list[Item]) -> SectionState:
    """Return a section with what it lacks, each with a link to its field."""
    url = write_url(facts.roadmap.pk, key)
    gaps = [Gap(str(label), f"{url}#{anchor}") for label, is_there, anchor in items if not is_there]
    return SectionState(key, label_of(key), url, len(items) - len(gaps), len(items), gaps)


def _group(facts: Facts, key: str, label: str, children: list[SectionState]) -> SectionState:
    url = reverse("initiatives:roadmap-write", args=[facts.roadmap.pk])
    return group(key, label, f"{url}#{key}", children)


def _preparation(facts: Facts) -> SectionState:
    roadmap = facts.roadmap
    sections = [
        _section(
            facts,
            "introduction",
            [
                (_("Introduction"), bool(roadmap.introduction), "id_introduction"),
                (_("Priorities"), roadmap.has_priority_axes, "priorities"),
            ],
        ),
        _section(facts, "openness", [(_("Openness"), bool(roadmap.openness), "id_openness")]),
        _section(facts, "needs", [(_("Needs"), bool(roadmap.needs), "id_needs")]),
        _section(
            facts,
            "state",
            [(one.name, one.has_answer, f"dimension-{one.pk}") for one in facts.dimensions],
        ),
        _section(
            facts, "ecosystem", [(_("An organisation"), roadmap.has_partners, "organisations")]
        ),
    ]
    return _group(facts, "preparation", _("Preparation"), sections)


def _strategy(facts: Facts) -> SectionState:
    roadmap, ambitions = facts.roadmap, of_horizon(facts, Horizon.VISION)
    vision = _section(
        facts,
        "vision",
        [
            (_("Vision"), bool(roadmap.vision), "id_vision"),
            (_("An ambition"), bool(ambitions), "ambitions"),
            (_("An axis"), roadmap.has_axes, "axes"),
        ],
    )
    items: list[Item] = [(one.statement, one.has_entries, f"row-{one.pk}") for one in ambitions]
    if not ambitions:
        items = [(_("What is done for an ambition"), False, "matrix")]
    return _group(facts, "strategy", _("Strategy"), [vision, _section(facts, "matrix", items)])


def _initiatives(facts: Facts) -> SectionState:
    children = [_charter(one) for one in facts.initiatives]
    made = _group(facts, "initiatives", _("Initiatives"), children)
    if children:
        return made
    add = f"{reverse('initiatives:initiative-add')}?roadmap={facts.roadmap.pk}"
    return SectionState(made.key, made.label, made.url, 0, 1, [Gap(_("An initiative"), add)])


def _charter(initiative: Any) -> SectionState:
    done = charter.completeness(initiative)
    edit = reverse("initiatives:initiative-edit", args=[initiative.slug])
    page = initiative.get_absolute_url()
    gaps = [
        Gap(one.label, f"{edit}#{one.anchor}" if one.anchor else f"{page}#{one.page_anchor}")
        for one in done.missing
    ]
    return SectionState(
        f"{CHARTER}{initiative.pk}", initiative.name, edit, done.filled, done.total, gaps
    )


def _governance(facts: Facts) -> SectionState:
    items: list[Item] = [
        (_("Governance in words"), bool(facts.roadmap.governance), "id_governance"),
        (_("Bodies and roles"), facts.roadmap.has_bodies, "bodies"),
    ]
    return _section(facts, "governance", items)


def _results(facts: Facts) -> SectionState:
    roadmap = facts.roadmap
    items: list[Item] = [
        (_("Summary of the impact"), bool(roadmap.impact_summary), "id_impact_summary")
    ]
    items += [
        (_("Results of “%s”") % one.name, one.has_results, f"results-{one.pk}")
        for one in facts.initiatives
    ]
    return _section(facts, "results", items)


def _lessons(facts: Facts) -> SectionState:
    items: list[Item] = [
        (kind.label, getattr(facts.roadmap, f"has_{kind.value}"), kind.value.replace("_", "-"))
        for kind in LessonKind
    ]
    return _section(facts, "lessons", items)


def _commitments(facts: Facts) -> SectionState:
    items: list[Item] = [
        (
            f"{one.name}: {kind.label}",
            (one.pk, kind.value) in facts.commitments,
            f"id_cell-{one.pk}-{kind.value}",
        )
        for one in facts.initiatives
        for kind in CommitmentKind
    ]
    if not items:
        items = [(_("A commitment"), bool(facts.commitments), "commitments")]
    return _section(facts, "commitments", items)


def _three_years(facts: Facts) -> SectionState:
    ambitions = of_horizon(facts, Horizon.THREE_YEARS)
    items: list[Item] = [(_("An ambition"), bool(ambitions), "ambitions")]
    items += [
        (_("Steps towards “%s”") % one.statement, one.has_steps, "ambitions") for one in ambitions
    ]
    return _section(facts, "three-years", items)
