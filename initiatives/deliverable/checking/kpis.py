"""KPIs that changed between plan and result without a word, and pictures without words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from initiatives.deliverable.checking.findings import Finding, Grade
from initiatives.deliverable.facts import Facts


def planned_in(told: dict[str, Any]) -> dict[str, set[str]]:
    """Return the KPIs of each initiative as a snapshot planned them."""
    found: dict[str, set[str]] = {}
    for chapter in told["chapters"]:
        if chapter["kind"] == "kpis":
            for block in chapter["blocks"]:
                rows = block.get("rows") or [[one] for one in block.get("items", [])]
                found.setdefault(block.get("caption", ""), set()).update(row[0] for row in rows)
    return found


def changed(facts: Facts, earlier: dict[str, set[str]]) -> Iterator[Finding]:
    """Find KPIs that an earlier hand-in planned and that are gone, and those new without a note."""
    if not earlier:
        return
    before = set().union(*earlier.values())
    now = {kpi.name: (one, kpi) for one in facts.initiatives for kpi in one.kpis.all()}
    url = facts.roadmap.get_absolute_url()
    for name in sorted(before - now.keys()):
        what = _("This KPI was planned in an earlier hand-in and is gone; lessons do not say why.")
        if not any(name in lesson.text for lesson in facts.lessons):
            yield Finding("kpi-gone", Grade.ERROR, what, name, url, name)
    for name in sorted(now.keys() - before):
        one, kpi = now[name]
        if not kpi.note:
            what = _("This KPI is new since an earlier hand-in; its note does not say why.")
            edit = reverse("initiatives:kpi-edit", args=[one.slug, kpi.pk])
            yield Finding("kpi-new", Grade.QUESTION, what, name, f"{edit}#id_note", name)


def without_result(facts: Facts) -> Iterator[Finding]:
    """Find KPIs of which nothing was ever reported, and numbers reported in words alone."""
    for one in facts.initiatives:
        for kpi in one.kpis.all():
            url = reverse("initiatives:kpi-detail", args=[one.slug, kpi.pk])
            where = f"{one.name}: {kpi.name}"
            values = [value for value in kpi.measurements.all() if value.corrected_by_id is None]
            if not values:
                what = _("Nothing was reported for this KPI.")
                yield Finding("kpi-silent", Grade.QUESTION, what, where, url, kpi.name)
            for value in values:
                asks_number = kpi.name.casefold().startswith(("number of", "nombre de"))
                if asks_number and value.kind == "text" and not (kpi.note or value.note):
                    what = _("A number was planned, words were reported, and no note says why.")
                    excerpt = value.as_reported
                    yield Finding("kpi-words", Grade.QUESTION, what, where, url, excerpt)


def without_alternative(told: dict[str, Any], url: str) -> Iterator[Finding]:
    """Find pictures that say nothing to who does not see them."""
    for chapter in told["chapters"]:
        for block in chapter["blocks"]:
            if block["type"] == "picture" and not block["alt"].strip():
                what = _("A picture has no alternative text.")
                where = f"{chapter['heading']}: {block['caption']}"
                yield Finding("no-alternative", Grade.ERROR, what, where, url, block["caption"])
