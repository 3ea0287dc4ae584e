"""The columns of a table of figures, the results of entries: the same out as in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import translation
from django.utils.translation import gettext as _

from cities.tables.cells import Cell, CellFault, clean
from initiatives import dates
from initiatives.models import ValueKind
from initiatives.values import Reading, Reported, ValueRefused, echo, read
from marketplace import values
from marketplace.models import ResultFigure, Revision

VALUE = "value"
# Whose figure it is, and which: its place in the list of the entry, from 1; empty for a new one.
FIGURE_KEYS = ("entry", "city", "title", "order")
FIGURE_FIELDS = ("figure", VALUE, "means", "number", "unit", "before", "as_of", "source", "note")
FIGURE_INFORMATION: tuple[str, ...] = ()
FIGURE_COLUMNS = (*FIGURE_KEYS, *FIGURE_FIELDS)
# What a table calls them, and the field of a figure.
FIELD_OF = {
    "figure": "label",
    "unit": "unit",
    "before": "before_as_reported",
    "source": "source_url",
    "note": "note",
}
MOST_ORDER = 999


def rows_of(revision: Revision) -> list[list[Cell]]:
    """Return a row for each figure of a revision, in their order."""
    entry = revision.entry
    city = entry.city.slug if entry.city else ""
    return [
        [entry.slug, city, revision.title, order, *_cells(figure)]
        for order, figure in enumerate(revision.figures.all(), start=1)
    ]


def _cells(figure: ResultFigure) -> list[Cell]:
    return [
        figure.label,
        figure.as_reported,
        figure.kind,
        values.number_cell(figure),
        figure.unit,
        figure.before_as_reported,
        values.as_of_cell(figure),
        figure.source_url,
        figure.note,
    ]


def read_row(
    cells: dict[str, str], names: list[str], there: ResultFigure | None, faults: list[str]
) -> dict[str, Any]:
    """Return the columns of a figure that a row says; each fault of a cell goes into `faults`.

    A value in the words of the figure that is there stays what it was confirmed to mean.
    """
    found: dict[str, Any] = {}
    for name in names:
        field = FIELD_OF.get(name)
        if field is None:
            continue
        try:
            found[field] = _text(field, cells.get(name, ""))
        except CellFault as fault:
            faults.append(_fault(name, fault))
    unit = found.get("unit", "")
    before = found.get("before_as_reported")
    is_confirmed = there is not None and _says_the_same(cells, unit, there)
    readers: dict[str, Callable[[], dict[str, Any]]] = {}
    if VALUE in names and not is_confirmed:
        readers[VALUE] = partial(_value, cells, unit)
    if before is not None:
        readers["before"] = partial(values.before_columns, before, unit)
    if "as_of" in names:
        readers["as_of"] = partial(_period, cells.get("as_of", ""))
    for name, reader in readers.items():
        try:
            found |= reader()
        except (CellFault, ValueRefused) as fault:
            faults.append(_fault(name, fault))
    return found


def read_order(text: str) -> int | None:
    """Return the place in the list that a row names; raise CellFault for what is no place."""
    text = clean(text)
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:4]) <= MOST_ORDER:
        raise CellFault(_("“{text}” is not a whole number, such as 6.").format(text=text[:40]))
    return int(text)


def holds_for(figure: ResultFigure, text: str) -> bool:
    """Say whether a figure holds for the day or period that a cell names."""
    try:
        said = _period(text)
    except CellFault:
        return False
    return all(getattr(figure, name) == value for name, value in said.items())


def changed(figure: ResultFigure, found: dict[str, Any]) -> list[str]:
    """Return the names of the columns in which a row says something else than the figure."""
    fields = {name for name, value in found.items() if getattr(figure, name) != value}
    names = [name for name, field in FIELD_OF.items() if field in fields]
    if fields & {"as_reported", "kind", "number"}:
        names.append(VALUE)
    if fields & {"as_of", "as_of_precision", "period_starts_on"}:
        names.append("as_of")
    return [name for name in FIGURE_FIELDS if name in names]


def _text(name: str, text: str) -> str:
    field = ResultFigure._meta.get_field(name)
    text = clean(text).replace("\n", " ")
    if name == "source_url" and text and "://" not in text:
        text = f"https://{text}"
    try:
        if name == "source_url" and text:
            URLValidator(["http", "https"])(text)
        return str(field.clean(text, None))  # type: ignore[union-attr]
    except ValidationError as fault:
        raise CellFault(" ".join(fault.messages)) from fault


def _value(cells: dict[str, str], unit: str) -> dict[str, Any]:
    """Return the columns of the value; what may mean two things is asked for in `means`."""
    reported = clean(cells.get(VALUE, "")).replace("\n", " ")
    return values.columns(_chosen(read(reported, unit=unit), cells))


def _says_the_same(cells: dict[str, str], unit: str, there: ResultFigure) -> bool:
    is_said = any(cells.get(name, "").strip() for name in ("means", "number"))
    words = clean(cells.get(VALUE, "")).replace("\n", " ")
    return not is_said and (words, unit or there.unit) == (there.as_reported, there.unit)


def _chosen(found: Reading, cells: dict[str, str]) -> Reported:
    kind, number = clean(cells.get("means", "")), clean(cells.get("number", ""))
    if kind and kind not in ValueKind.values:
        raise CellFault(
            _("“{text}” is not one of: {known}.").format(
                text=kind[:40], known=", ".join(ValueKind.values)
            )
        )
    fitting = [
        reading
        for reading in found.readings
        if (not kind or reading.kind == kind)
        and (not number or (reading.number is not None and _same(reading, number)))
    ]
    if not fitting:
        raise CellFault(
            _(
                "These words cannot mean what “means” and “number” say. They may mean: {ways}"
            ).format(ways=_ways(found))
        )
    if found.is_certain or len(fitting) == 1 or (kind and kind not in {"number", "change"}):
        return fitting[0]
    raise CellFault(
        _("This may mean: {ways} Say in “means” and “number” which.").format(ways=_ways(found))
    )


def _same(reading: Reported, number: str) -> bool:
    return reading.number is not None and format(reading.number.normalize(), "f") == number


def _ways(found: Reading) -> str:
    ways = [
        f"{echo(one)} ({one.kind}{'' if one.number is None else f', {one.number.normalize():f}'})"
        for one in found.readings
    ]
    return "; ".join(ways) + "."


def _period(text: str) -> dict[str, Any]:
    """Return the columns of a day or period, written in English or as its reader writes."""
    text = clean(text)
    if not text:
        return values.as_of_columns(None)
    try:
        with translation.override("en"):
            found = dates.parse(text)
    except dates.DateNotUnderstood:
        try:
            found = dates.parse(text)
        except dates.DateNotUnderstood as fault:
            raise CellFault(str(fault)) from fault
    if found.starts_on is None or found.ends_on is None:
        raise CellFault(_("Write a day or a period of the calendar that has an end: August 2022."))
    return values.as_of_columns(found)


def _fault(name: str, words: object) -> str:
    return str(_("Column {name}: {words}").format(name=name, words=words))
