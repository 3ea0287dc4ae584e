"""From rows to cells: each value as text that `reading` makes the same value of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models

from cities.models import Actor
from cities.tables.cells import clean
from initiatives import dates
from initiatives.dates import DateNotUnderstood, PartialDate
from initiatives.exchange import meanings
from initiatives.exchange.columns import (
    CODES,
    LISTS,
    NAMES_OF_INITIATIVES,
    SLUGS,
    TABLES,
    TARGETS,
    VALUES,
    Table,
)
from initiatives.models import Initiative, Measurement, Precision, Roadmap, Target

Cells = dict[str, str]
# Beyond so many rows, all of them are read: a database takes only so many numbers in a question.
MOST_NAMED = 1000
LONGEST_KEY = 19
# What stands for another city's initiative that the reader may not know of: in no language, since
# it is the same on the way out and on the way in.
HIDDEN = "(not public)"
NOBODY: Actor = AnonymousUser()
NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Line:
    """A row of a sheet: its key ("" when it is new), its number there, and its cells."""

    key: str
    number: int
    cells: Cells


def rows_of(
    roadmap: Roadmap, keys: Mapping[str, set[str]] | None = None, *, reader: Actor = NOBODY
) -> dict[str, list[tuple[str, Any]]]:
    """Return the rows of every sheet with their keys: fourteen queries, however many rows.

    `keys` leaves out the others, but for initiatives, which all rows may name. Rows remember of
    another city's initiative whether the reader may know of it.
    """
    initiatives = list(
        roadmap.initiatives.select_related("parent").prefetch_related("themes", "goals", "partners")
    )
    found: dict[str, list[tuple[str, Any]]] = {
        "initiatives": [(str(one.pk), one) for one in initiatives]
    }
    for table in TABLES[1:]:
        wanted = _narrowed(keys, table)
        if table in (VALUES, TARGETS):
            told = values_of(roadmap) if table is VALUES else targets_of(roadmap)
            found[table.name] = [(str(one.pk), one) for one in told.filter(**wanted)]
            continue
        related = [name for name in table.columns if name in SLUGS | CODES | NAMES_OF_INITIATIVES]
        rows = table.model._default_manager.filter(initiative__roadmap=roadmap, **wanted)
        ordered = rows.select_related(*related).order_by(
            "initiative__position", "initiative", "position", "pk"
        )
        found[table.name] = [(str(one.pk), one) for one in ordered]
    _hide([row for _key, row in found["dependencies"]], roadmap, reader)
    return found


def _hide(rows: list[Any], roadmap: Roadmap, reader: Actor) -> None:
    """Let rows remember which initiatives of others the reader may not know of."""
    others = {
        row.on_initiative_id
        for row in rows
        if row.on_initiative is not None and row.on_initiative.roadmap_id != roadmap.pk
    }
    if not others:
        return
    known = Initiative.objects.visible_to(reader).filter(pk__in=others)
    hidden = others - set(known.order_by().values_list("pk", flat=True))
    for row in rows:
        row.is_on_hidden = row.on_initiative_id in hidden


def _narrowed(keys: Mapping[str, set[str]] | None, table: Table) -> dict[str, Any]:
    if keys is None or len(keys.get(table.name, ())) > MOST_NAMED:
        return {}
    # A file may hold anything as a key; what is no number is the key of nothing.
    named = [one for one in keys.get(table.name, ()) if one.isascii() and one.isdecimal()]
    return {"pk__in": [int(one) for one in named if len(one) < LONGEST_KEY]}


def values_of(roadmap: Roadmap) -> models.QuerySet[Measurement]:
    """Return the values of KPIs that were not corrected since, in the order of the charters."""
    current = Measurement.objects.current().filter(kpi__initiative__roadmap=roadmap)
    return current.select_related("kpi__initiative", "city").order_by(
        *("kpi__initiative__position", "kpi__initiative", "kpi__position", "kpi"),
        *("city__name", models.F("as_of").asc(nulls_last=True), "pk"),
    )


def targets_of(roadmap: Roadmap) -> models.QuerySet[Target]:
    """Return the targets that none has superseded, in the order of the charters."""
    now = Target.objects.filter(kpi__initiative__roadmap=roadmap, superseded_by__isnull=True)
    return now.select_related("kpi__initiative").order_by(
        *("kpi__initiative__position", "kpi__initiative", "kpi__position", "kpi"),
        *(models.F("due_on").asc(nulls_last=True), "pk"),
    )


def lines_of(roadmap: Roadmap, reader: Actor = NOBODY) -> dict[str, list[Line]]:
    """Return every sheet as text, as the reader may know it."""
    found = rows_of(roadmap, reader=reader)
    return {
        table.name: [
            Line(key, number, cells_of(table, row, roadmap.pk))
            for number, (key, row) in enumerate(found[table.name], start=3)
        ]
        for table in TABLES
    }


def cells_of(table: Table, row: Any, roadmap: int) -> Cells:
    """Return a row's cells by column, without signs that no workbook can hold."""
    return {
        column: NO_XML.sub("", clean(text_of(row, column, roadmap))) for column in table.columns
    }


def text_of(row: Any, column: str, roadmap: int) -> str:
    """Return what stands in a cell."""
    if isinstance(row, Measurement):
        return value_text(row, column)
    if isinstance(row, Target):
        return target_text(row, column)
    if column == "when":
        return date_text(dates.read(row))
    if column in LISTS:
        return list_text(getattr(row, column).all())
    value = getattr(row, column)
    if column in NAMES_OF_INITIATIVES and isinstance(value, Initiative):
        if column == "on_initiative" and getattr(row, "is_on_hidden", False):
            return HIDDEN
        # Another roadmap's initiative is named by its short address: names there may be the same.
        return value.name if value.roadmap_id == roadmap else value.slug
    if column in SLUGS | CODES and value is not None:
        return str(value.code if column in CODES else value.slug)
    return plain(value)


def value_text(row: Measurement, column: str) -> str:
    """Return what stands in a cell of a value."""
    if column == "as_of":
        when = dates.read_as_of(row)
        return date_text(when) if when else ""
    told = {
        "initiative": row.kpi.initiative.name,
        "kpi": row.kpi.name,
        "city": row.city.slug if row.city else "",
        "value": row.as_reported,
        "means": meanings.written(row) if column == "means" else "",
        "unit": row.former_unit if row.is_former else row.kpi.unit,
    }
    return told[column] if column in told else plain(getattr(row, column))


def target_text(row: Target, column: str) -> str:
    """Return what stands in a cell of a target."""
    by = dates.read_by(row)
    told = {
        "initiative": row.kpi.initiative.name,
        "kpi": row.kpi.name,
        "unit": row.former_unit if row.is_former else row.kpi.unit,
        "value": "" if row.value is None else meanings.plain(row.value),
        "by": date_text(by) if by else "",
    }
    return told[column] if column in told else plain(getattr(row, column))


def list_text(rows: Any) -> str:
    """Return the keys of themes, goals or organisations, in an order that does not change."""
    numbers = sorted(row.number for row in rows if hasattr(row, "number"))
    slugs = sorted(row.slug for row in rows if not hasattr(row, "number"))
    return ", ".join([*(str(number) for number in numbers), *slugs])


def plain(value: Any) -> str:
    """Return a value as text, without loss."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return str(value)


def date_text(when: PartialDate) -> str:
    """Return a date as it can be read in every language: the city's words where they say it."""
    if when.text:
        try:
            if dates.parse(when.text).same_as(when):
                return when.text
        except DateNotUnderstood:
            if when.precision == Precision.ORDER:
                return when.text
    if when.precision == Precision.PROJECT_MONTH:
        return f"month {when.project_month}"
    if when.starts_on is None:
        return when.text
    start = _unit(when.precision, when.starts_on)
    if when.ends_on is None:
        return f"from {start}"
    end = _unit(when.precision, when.ends_on)
    return start if start == end else f"{start} – {end}"


def _unit(precision: str, day: date) -> str:
    if precision == Precision.MONTH:
        return f"{day:%Y-%m}"
    if precision == Precision.QUARTER:
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return str(day.year) if precision == Precision.YEAR else day.isoformat()
