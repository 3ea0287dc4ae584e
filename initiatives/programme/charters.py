"""Initiatives with everything in their charters, and their KPIs as they were reported."""

from __future__ import annotations

from typing import Any

from cities.models import City, Goal, Organisation, Theme
from cities.programme import Loading, Record
from initiatives.models import (
    KPI,
    BudgetLine,
    Dependency,
    Initiative,
    KPIConcept,
    Measurement,
    Milestone,
    Risk,
    Roadmap,
    Stakeholder,
    SupportNeed,
    Target,
)

CHARTER = [
    *("summary", "lead", "working_team", "contributors", "goal", "stakeholder_note"),
    *("impact_and_timing", "support_needed", "results", "results_url"),
]
LISTS = [
    *("milestones", "dependencies", "risks", "stakeholders", "support_needs", "budget_lines"),
    "kpis",
]


def load_initiatives(loading: Loading, record: Record, roadmap: Roadmap) -> dict[str, Initiative]:
    """Load the initiatives of a roadmap and return them by slug; lists come with new ones only."""
    default = record.child("measurement_default")
    rows, fresh = {}, []
    for position, item in enumerate(record.children("initiatives")):
        item.label = item.text("slug")
        initiative, is_new = _load_initiative(loading, item, roadmap, position)
        rows[initiative.slug] = initiative
        lists = {name: item.children(name) for name in LISTS}
        item.close()
        if is_new:
            fresh.append((initiative, lists))
    for initiative, lists in fresh:
        _load_milestones(loading, lists["milestones"], initiative)
        _load_dependencies(loading, lists["dependencies"], initiative, rows)
        _load_rest_of_charter(loading, lists, initiative)
        _load_kpis(loading, lists["kpis"], initiative, default)
    return rows


def _load_initiative(
    loading: Loading, record: Record, roadmap: Roadmap, position: int
) -> tuple[Initiative, bool]:
    return loading.put(
        Initiative,
        record,
        {"slug": record.need("slug")},
        many={
            "themes": loading.find_all(Theme, record, "themes"),
            "goals": loading.find_all(Goal, record, "goals", by="number"),
            "partners": loading.find_all(Organisation, record, "partners"),
        },
        roadmap=roadmap,
        position=position,
        name=record.text("name"),
        status=record.text("status", "planned"),
        is_public=record.get("is_public", False),
        **_words(record),
        **loading.marks(record),
    )


def _words(record: Record) -> dict[str, Any]:
    return {name: record.text(name) for name in CHARTER}


def _load_milestones(loading: Loading, items: list[Record], initiative: Initiative) -> None:
    for position, item in enumerate(items):
        plan = item.child("plan")
        planned: dict[str, Any] = {}
        if plan is not None:
            planned = {
                "plan_precision": plan.text("precision"),
                "plan_starts_on": plan.day("starts_on"),
                "plan_ends_on": plan.day("ends_on"),
            }
            plan.close()
        loading.create(
            Milestone,
            item,
            initiative=initiative,
            position=position,
            title=item.text("title"),
            description=item.text("description"),
            precision=item.need("precision"),
            starts_on=item.day("starts_on"),
            ends_on=item.day("ends_on"),
            project_month=item.whole("project_month"),
            date_text=item.text("date_text"),
            status=item.text("status", "planned"),
            reached_on=item.day("reached_on"),
            **planned,
            **loading.marks(item),
        )
        item.close()


def _load_dependencies(
    loading: Loading,
    items: list[Record],
    initiative: Initiative,
    rows: dict[str, Initiative],
) -> None:
    for position, item in enumerate(items):
        slug = item.text("initiative")
        if slug and slug not in rows:
            raise item.wrong("initiative", f"“{slug}” is no initiative of this roadmap.")
        loading.create(
            Dependency,
            item,
            initiative=initiative,
            position=position,
            kind=item.need("kind"),
            on_initiative=rows.get(slug),
            on_organisation=loading.find_or_none(Organisation, item, "organisation"),
            text=item.text("text"),
        )
        item.close()


def _load_rest_of_charter(
    loading: Loading, lists: dict[str, list[Record]], initiative: Initiative
) -> None:
    for position, item in enumerate(lists["risks"]):
        loading.create(
            Risk,
            item,
            initiative=initiative,
            position=position,
            text=item.text("text"),
            likelihood=item.whole("likelihood"),
            impact=item.whole("impact"),
            mitigation=item.text("mitigation"),
            owner=item.text("owner"),
        )
        item.close()
    for position, item in enumerate(lists["stakeholders"]):
        loading.create(
            Stakeholder,
            item,
            initiative=initiative,
            position=position,
            name=item.text("name"),
            organisation=loading.find_or_none(Organisation, item, "organisation"),
            role=item.text("role"),
            rhythm=item.text("rhythm"),
            influence=item.whole("influence"),
            interest=item.whole("interest"),
        )
        item.close()
    for position, item in enumerate(lists["support_needs"]):
        loading.create(
            SupportNeed,
            item,
            initiative=initiative,
            position=position,
            kind=item.text("kind", "other"),
            text=item.text("text"),
            amount=item.number("amount"),
            currency=item.text("currency", "EUR"),
        )
        item.close()
    for position, item in enumerate(lists["budget_lines"]):
        loading.create(
            BudgetLine,
            item,
            initiative=initiative,
            position=position,
            label=item.text("label"),
            amount=item.number("amount"),
            currency=item.text("currency", "EUR"),
            year=item.whole("year"),
            until_year=item.whole("until_year"),
            city=loading.find_or_none(City, item, "city"),
            level=item.text("level", "unknown"),
            funding_source=item.text("funding_source"),
            is_secured=item.get("is_secured", False),
        )
        item.close()


def _load_kpis(
    loading: Loading, items: list[Record], initiative: Initiative, default: Record | None
) -> None:
    for position, item in enumerate(items):
        kpi = loading.create(
            KPI,
            item,
            initiative=initiative,
            position=position,
            name=item.text("name"),
            description=item.text("description"),
            concept=loading.find_or_none(KPIConcept, item, "concept", by="code"),
            unit=item.text("unit"),
            direction=item.text("direction", "up"),
            note=item.text("note"),
            **loading.marks(item),
        )
        _load_targets(loading, item.children("targets"), kpi)
        for value in item.children("measurements"):
            _load_measurement(loading, value, kpi, default)
        item.close()


def _load_targets(loading: Loading, items: list[Record], kpi: KPI) -> None:
    later: Target | None = None
    # From the last one back, so that a superseded target finds the one that replaced it.
    for item in reversed(items):
        superseded = item.get("superseded", False)
        later = loading.create(
            Target,
            item,
            kpi=kpi,
            comparison=item.need("comparison"),
            value=item.number("value"),
            base_year=item.whole("base_year"),
            text=item.text("text"),
            precision=item.text("precision", "day"),
            due_on=item.day("due_on"),
            superseded_by=later if superseded else None,
            **loading.marks(item),
        )
        item.close()


def _load_measurement(loading: Loading, item: Record, kpi: KPI, default: Record | None) -> None:
    as_of, precision, note = item.day("as_of"), item.text("as_of_precision"), item.text("note")
    if as_of is None and default is not None:
        as_of, precision = default.day("as_of"), default.text("as_of_precision")
        note = f"{note} {default.text('note')}".strip()
    loading.create(
        Measurement,
        item,
        kpi=kpi,
        kind=item.need("kind"),
        number=item.number("number"),
        qualifier=item.text("qualifier"),
        base_year=item.whole("base_year"),
        text=item.text("text"),
        date=item.day("date"),
        yes=item.get("yes"),
        as_reported=item.need("as_reported"),
        as_of=as_of,
        as_of_precision=precision or "day",
        note=note,
        source_url=item.text("source_url"),
        **loading.marks(item),
    )
    item.close()
