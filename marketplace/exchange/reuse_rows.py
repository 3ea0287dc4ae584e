"""The ledger of reuse as a file: a row for each value before or after, or for a city without."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings

from cities.tables.cells import Cell
from marketplace import values
from marketplace.models import Deployment, DeploymentValue

REUSE_COLUMNS = (
    *("page", "entry", "title", "offered_by", "city", "country", "status", "confirmation"),
    *("since", "until", "stopped_why", "cost", "currency", "note", "demonstration"),
    *("measured", "moment", "value", "means", "number", "qualifier", "base_year"),
    *("as_of", "source", "value_note"),
)
OF_A_VALUE = 10


def rows_of(found: Iterable[Deployment]) -> Iterator[list[Cell]]:
    """Yield the cells of each row, its values, city, entry and owner fetched."""
    for row in found:
        told = [_value_cells(value) for value in row.values.all()]
        for cells in told or [[""] * OF_A_VALUE]:
            yield [*_row_cells(row), *cells]


def records_of(found: Iterable[Deployment]) -> list[dict[str, Cell]]:
    """Return the same for programs, each cell under the name of its column."""
    return [dict(zip(REUSE_COLUMNS, cells, strict=True)) for cells in rows_of(found)]


def _row_cells(row: Deployment) -> list[Cell]:
    owner = row.entry.city
    return [
        settings.BASE_URL + row.get_absolute_url(),
        row.entry.slug,
        str(row.entry),
        owner.slug if owner else row.entry.owner_note,
        row.city.slug,
        str(row.city.country),
        row.status,
        # Nobody confirms what never ran, or what a city runs of its own.
        row.confirmation if row.has_run and not row.is_own else "",
        row.since.isoformat() if row.since else "",
        row.until.isoformat() if row.until else "",
        row.stopped_why,
        "" if row.cost is None else str(row.cost),
        row.currency if row.cost is not None else "",
        row.note,
        "yes" if row.demonstration else "no",
    ]


def _value_cells(value: DeploymentValue) -> list[Cell]:
    return [
        value.label,
        value.moment,
        value.as_reported,
        value.kind,
        values.number_cell(value),
        value.qualifier,
        "" if value.base_year is None else str(value.base_year),
        values.as_of_cell(value),
        value.source_url,
        value.note,
    ]
