"""KPIs in a deliverable: targets and values as they were reported, and pictures of numbers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from initiatives import pictures
from initiatives.deliverable import blocks
from initiatives.deliverable.blocks import Block
from initiatives.deliverable.drawing import block_of
from initiatives.models import KPI, Initiative, Measurement, Target


def planned(initiative: Initiative) -> list[Block]:
    """Return what an initiative measures and what it aims at."""
    rows = [
        [
            kpi.name,
            kpi.concept.name if kpi.concept else "",
            kpi.unit,
            "\n".join(pictures.target_words(one) for one in _current_targets(kpi)),
            kpi.description,
        ]
        for kpi in initiative.kpis.all()
    ]
    columns = [_("KPI"), _("Concept"), _("Unit"), _("Target"), _("How it is measured")]
    caption = _("KPIs of %s") % initiative.name
    return blocks.table(caption, columns, rows, widths=[3, 1.5, 1, 2, 3])


def reported(initiative: Initiative) -> list[Block]:
    """Return what was reported for each KPI, then pictures of what can be compared."""
    kpis = list(initiative.kpis.all())
    rows = [row for kpi in kpis for row in _rows(kpi)]
    columns = [_("KPI"), _("As reported"), _("As of"), _("Target"), _("Note")]
    caption = _("Results of %s") % initiative.name
    found = blocks.table(caption, columns, rows, widths=[2.4, 1.8, 1.5, 1.5, 2.8])
    return [*found, *(chart for kpi in kpis for chart in chart_of(kpi))]


def _rows(kpi: KPI) -> list[list[str]]:
    targets = "\n".join(pictures.target_words(one) for one in _current_targets(kpi))
    values = [one for one in kpi.measurements.all() if one.corrected_by_id is None]
    if not values:
        return [[kpi.name, _("nothing reported yet"), "", targets, kpi.note]]
    rows = []
    for place, one in enumerate(values):
        notes = [kpi.note] if place == 0 else []
        rows.append(
            [
                kpi.name,
                value_words(one, kpi),
                pictures.when_measured(one),
                targets if place == 0 else "",
                "\n".join(filter(None, [*notes, one.note, one.source_url])),
            ]
        )
    return rows


def value_words(measurement: Measurement, kpi: KPI) -> str:
    """Return a value in the words of its report, with the unit where the words leave it out."""
    words = measurement.as_reported
    if measurement.kind == "number" and kpi.unit and kpi.unit.casefold() not in words.casefold():
        return f"{words} {kpi.unit}"
    return words


def chart_of(kpi: KPI) -> list[Block]:
    """Return the picture of a KPI's numbers where there are any to compare."""
    values, targets = list(kpi.measurements.all()), list(kpi.targets.all())
    figure = pictures.chart_of(kpi, values, targets)
    if figure is None:
        return []
    return [block_of(figure, chart=_native(kpi, values, targets))]


def _native(kpi: KPI, values: list[Measurement], targets: list[Target]) -> dict[str, Any]:
    """Return the numbers as a chart of slides holds them."""
    plotted = [one for one in values if pictures.is_plotted(one)]
    aim = next((one for one in targets if pictures.can_be_drawn(one)), None)
    over_time = len({one.as_of for one in plotted}) > 1
    return {
        "kind": "line" if over_time else "bar",
        "unit": kpi.unit,
        "series": kpi.name,
        "labels": [pictures.when_measured(one) for one in plotted],
        "values": [str(one.number) for one in plotted],
        "target": str(aim.value) if aim else "",
        "target_label": _("Target: %s") % pictures.target_words(aim) if aim else "",
    }


def _current_targets(kpi: KPI) -> list[Target]:
    return [one for one in kpi.targets.all() if one.superseded_by_id is None]
