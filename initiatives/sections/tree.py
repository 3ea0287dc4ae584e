"""The sections of a roadmap in their order, and what each asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.addressing import Addresses
from initiatives import charter
from initiatives.models import CommitmentKind, Horizon, LessonKind
from initiatives.plan import levels
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
    "deals": gettext_lazy("Local Green Deals"),
}
# A charter is a section too: its key ends with the initiative's.
CHARTER = "charter-"

_results_of = lazy(lambda name: _("Results of “%s”") % name, str)

Item = tuple[Any, bool, str]
"""What a section asks for: its name (perhaps lazily), whether it is there, its field's id."""


def write_url(roadmap: int, key: str) -> str:
    """Return where a section of a roadmap is written."""
    return reverse("initiatives:section-write", args=[roadmap, key])


def label_of(key: str) -> str:
    """Return what people call a section that has a form of its own."""
    return str(WRITTEN[key])


def build(facts: Facts) -> list[SectionState]:
    """Return the groups of sections of a roadmap."""

    def made(*keys: str) -> list[SectionState]:
        return [_section(facts, key) for key in keys]

    preparation = made("introduction", "openness", "needs", "state", "ecosystem")
    return [
        _group(facts, "preparation", _("Preparation"), preparation),
        _group(facts, "strategy", _("Strategy"), made("vision", "matrix")),
        _initiatives(facts),
        *made("governance", "results", "lessons", "commitments", "three-years", "deals"),
    ]


def build_one(facts: Facts, key: str) -> SectionState:
    """Return one of the sections that have a form of their own."""
    return _section(facts, key)


def _section(facts: Facts, key: str) -> SectionState:
    """Return a section with what it lacks, each with a link to its field."""
    url = write_url(facts.pk, key)
    items = ITEMS[key](facts)
    lacking = [(label, anchor) for label, is_there, anchor in items if not is_there]
    filled = len(items) - len(lacking)

    def gaps() -> list[Gap]:
        return [Gap(str(label), f"{url}#{anchor}") for label, anchor in lacking]

    return SectionState(key, label_of(key), url, filled, len(items), gaps)


def _group(facts: Facts, key: str, label: str, children: list[SectionState]) -> SectionState:
    url = reverse("initiatives:roadmap-write", args=[facts.pk])
    return group(key, label, f"{url}#{key}", children)


def _introduction(facts: Facts) -> list[Item]:
    roadmap = facts.roadmap
    return [
        (_("Introduction"), bool(roadmap.introduction), "id_introduction"),
        (_("Priorities"), roadmap.has_priority_axes, "priorities"),
    ]


def _openness(facts: Facts) -> list[Item]:
    return [(_("Openness"), bool(facts.roadmap.openness), "id_openness")]


def _needs(facts: Facts) -> list[Item]:
    is_there = bool(facts.roadmap.needs) or facts.roadmap.has_city_needs
    return [(_("Needs"), is_there, "id_needs")]


def _state(facts: Facts) -> list[Item]:
    return [(one.name, one.has_answer, f"dimension-{one.pk}") for one in facts.dimensions]


def _ecosystem(facts: Facts) -> list[Item]:
    return [(_("An organisation"), facts.roadmap.has_partners, "organisations")]


def _vision(facts: Facts) -> list[Item]:
    ambitions = of_horizon(facts, Horizon.VISION)
    return [
        (_("Vision"), bool(facts.roadmap.vision), "id_vision"),
        (_("An ambition"), bool(ambitions), "ambitions"),
        (_("An axis"), facts.roadmap.has_axes, "axes"),
    ]


def _matrix(facts: Facts) -> list[Item]:
    ambitions = of_horizon(facts, Horizon.VISION)
    if not ambitions:
        return [(_("What is done for an ambition"), False, "matrix")]
    return [(one.statement, one.has_entries, f"row-{one.pk}") for one in ambitions]


def _initiatives(facts: Facts) -> SectionState:
    nodes = list(levels.flat(levels.tree(facts.initiatives)))
    has_levels = any(node.depth > 1 for node in nodes)
    form = Addresses("initiatives:initiative-edit")
    children = [_charter(one.initiative, one.number if has_levels else "", form) for one in nodes]
    made = _group(facts, "initiatives", _("Initiatives"), children)
    if children:
        return made
    add = f"{reverse('initiatives:initiative-add')}?roadmap={facts.pk}"
    gaps = [Gap(_("An initiative"), add)]
    return SectionState(made.key, made.label, made.url, 0, 1, lambda: gaps)


def _charter(initiative: Any, number: str, form: Addresses) -> SectionState:
    done = charter.completeness(initiative)
    edit = form.of(initiative.slug)

    def gaps() -> list[Gap]:
        page = initiative.get_absolute_url()
        return [
            Gap(
                str(one.label),
                f"{edit}#{one.anchor}" if one.anchor else f"{page}#{one.page_anchor}",
            )
            for one in done.missing
        ]

    key = f"{CHARTER}{initiative.pk}"
    name = initiative.name
    return SectionState(key, name, edit, done.filled, done.total, gaps, number=number)


def _governance(facts: Facts) -> list[Item]:
    return [
        (_("Governance in words"), bool(facts.roadmap.governance), "id_governance"),
        (_("Bodies and roles"), facts.roadmap.has_bodies, "bodies"),
    ]


def _results(facts: Facts) -> list[Item]:
    summary = bool(facts.roadmap.impact_summary)
    return [
        (_("Summary of the impact"), summary, "id_impact_summary"),
        *((_results_of(one.name), one.has_results, f"results-{one.pk}") for one in facts.outcomes),
    ]


def _lessons(facts: Facts) -> list[Item]:
    return [
        (kind.label, getattr(facts.roadmap, f"has_{kind.value}"), kind.value.replace("_", "-"))
        for kind in LessonKind
    ]


def _commitments(facts: Facts) -> list[Item]:
    kinds = [(kind.value, kind.label) for kind in CommitmentKind]
    items: list[Item] = [
        (
            format_lazy("{}: {}", one.name, label),
            getattr(one, f"commits_{kind}"),
            f"id_cell-{one.pk}-{kind}",
        )
        for one in facts.outcomes
        for kind, label in kinds
    ]
    return items or [(_("A commitment"), facts.roadmap.has_commitments, "commitments")]


def _three_years(facts: Facts) -> list[Item]:
    ambitions = of_horizon(facts, Horizon.THREE_YEARS)
    return [
        (_("An ambition"), bool(ambitions), "ambitions"),
        *(
            (_("Steps towards “%s”") % one.statement, one.has_steps, "ambitions")
            for one in ambitions
        ),
    ]


def _deals(facts: Facts) -> list[Item]:
    """Ask only of deals that there are: a roadmap is complete without any."""
    return [
        (f"{one.title}: {label}", is_there, f"deal-{one.pk}")
        for one in facts.deals
        for label, is_there in (
            (_("Aim"), bool(one.aim)),
            (_("A signatory"), one.has_signatories),
            (_("An action"), one.has_actions),
        )
    ]


ITEMS: dict[str, Callable[[Facts], list[Item]]] = {
    "introduction": _introduction,
    "openness": _openness,
    "needs": _needs,
    "state": _state,
    "ecosystem": _ecosystem,
    "vision": _vision,
    "matrix": _matrix,
    "governance": _governance,
    "results": _results,
    "lessons": _lessons,
    "commitments": _commitments,
    "three-years": _three_years,
    "deals": _deals,
}
