"""KPIs in a deliverable: targets and values as they were reported, and pictures of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from initiatives import pictures
from initiatives.deliverable import blocks
from initiatives.deliverable.blocks import Block
from initiatives.deliverable.drawing import block_of
from initiatives.models import KPI, Initiative, Measurement, Target
from initiatives.pictures.values import Line


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


def reported(initiative: Initiative, on: date | None = None) -> list[Block]:
    """Return what was reported for each KPI, then pictures of what can be compared.

    `on` is the day of the document.
    """
    kpis = list(initiative.kpis.all())
    rows = [row for kpi in kpis for row in _rows(kpi)]
    columns = [_("KPI"), _("City"), _("As reported"), _("As of"), _("Target"), _("Note")]
    caption = _("Results of %s") % initiative.name
    found = blocks.table(caption, columns, rows, widths=[2.4, 1.2, 1.8, 1.5, 1.5, 2.8])
    drawn = [block for kpi in kpis for block in (*chart_of(kpi, on), *_photos(kpi, initiative))]
    return [*found, *drawn]


def _photos(kpi: KPI, initiative: Initiative) -> Iterator[Block]:
    """Return the pictures that show the values that hold, with what they show in words."""
    for value in kpi.measurements.all():
        for file in value.files.all() if value.corrected_by_id is None else ():
            told = (kpi.name, pictures.when_measured(value))
            address = reverse(
                "initiatives:evidence-file", args=[initiative.slug, kpi.pk, value.pk, file.pk]
            )
            yield blocks.photo(", ".join(filter(None, told)), file, address)


def _rows(kpi: KPI) -> list[list[str]]:
    targets = "\n".join(pictures.target_words(one) for one in _current_targets(kpi))
    values = [one for one in kpi.measurements.all() if one.corrected_by_id is None]
    if not values:
        return [[kpi.name, "", _("nothing reported yet"), "", targets, kpi.note]]
    rows = []
    for place, one in enumerate(values):
        notes = [kpi.note] if place == 0 else []
        rows.append(
            [
                kpi.name,
                one.city.name if one.city else "",
                pictures.value_words(one, kpi.unit),
                pictures.when_measured(one),
                targets if place == 0 else "",
                "\n".join(filter(None, [*notes, one.note, one.source_url])),
            ]
        )
    return rows


def chart_of(kpi: KPI, on: date | None = None) -> list[Block]:
    """Return the picture of a KPI's numbers where there are any to compare."""
    values, targets = list(kpi.measurements.all()), list(kpi.targets.all())
    figure = pictures.chart_of(kpi, values, targets, on)
    if figure is None:
        return []
    return [block_of(figure, chart=_native(kpi, values, targets, on))]


def _native(
    kpi: KPI, values: list[Measurement], targets: list[Target], on: date | None = None
) -> dict[str, Any]:
    """Return the numbers as a chart of slides holds them: the lines of the picture."""
    plotted = [one for one in values if pictures.is_plotted(one)]
    aim = pictures.next_target(targets, on)
    lines = pictures.lines_of(kpi, plotted)
    return {
        "kind": "line" if pictures.is_over_time(plotted) else "bar",
        "unit": kpi.unit,
        **(_line_of(lines[0]) if len(lines) == 1 else _line_by_line(plotted, lines)),
        "target": str(aim.value) if aim else "",
        "target_label": _("Target: %s") % pictures.target_words(aim) if aim else "",
    }


def _line_of(line: Line) -> dict[str, Any]:
    return {
        "series": line.label,
        "labels": [pictures.when_measured(one.of) for one in line.points],
        "values": [str(one.number) for one in line.points],
    }


def _line_by_line(plotted: list[Measurement], lines: list[Line]) -> dict[str, Any]:
    """Return each line over the same dates; "" where it has no number."""
    dated = sorted(plotted, key=lambda one: one.as_of or date.min)
    labels = list(dict.fromkeys(pictures.when_measured(one) for one in dated))
    told = []
    for line in lines:
        at = {pictures.when_measured(one.of): str(one.number) for one in line.points}
        told.append({"name": line.label, "values": [at.get(label, "") for label in labels]})
    return {"lines": told, "labels": labels}


def _current_targets(kpi: KPI) -> list[Target]:
    return [one for one in kpi.targets.all() if one.superseded_by_id is None]
