"""Who changed what in a section and when, with the words compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.differences import words
from cities.models import AssessmentAnswer
from cities.models.gathering import read_together
from initiatives import dates
from initiatives.dates import PartialDate
from initiatives.models import (
    KPI,
    Ambition,
    AmbitionStep,
    Axis,
    DealAction,
    DealSignatory,
    Horizon,
    Initiative,
    LocalGreenDeal,
    MatrixEntry,
    Precision,
    Roadmap,
    Target,
)
from initiatives.pictures import target_words
from initiatives.sections.places import Place
from initiatives.sections.recorded import (
    BY,
    CHARTER_ROWS,
    CHARTER_TEXTS,
    PLAN,
    ROWS,
    TEXTS,
    WHEN,
    Rows,
)
from initiatives.values import number_words

MOST_RECORDS, MOST_CHANGES = 400, 60
# A row is known by the first of its columns that is one of these, and so much of it is shown.
NAMES = frozenset(("title", "name", "kpi", "label", "heading", "organisation", "text", "statement"))
MOST_OF_NAME = 60
DATES = {
    WHEN: gettext_lazy("When"),
    PLAN: gettext_lazy("First plan"),
    BY: gettext_lazy("By when"),
}


@dataclass(frozen=True)
class Change:
    """What somebody did with one text or row."""

    when: datetime
    who: str
    what: str
    fields: list[dict[str, Any]]
    """Each field that changed: label and parts, as components/diff.html takes them."""


def of(roadmap: Roadmap, place: Place) -> list[Change]:
    """Return the changes people made in a section, newest first: one query for all of its rows."""
    known = _of_charter(place.initiative) if place.initiative else _of_section(roadmap, place.key)
    whose = place.initiative or (roadmap if place.key == "ecosystem" else None)
    lists = _lists(whose) if whose else {}
    read = read_together(*(_newest(rows) for rows, _columns in known), *lists.values())
    for column, rows in zip(lists, read[len(known) :], strict=True):
        _put_list(read[0], column, rows)
    found = [
        change
        for (_rows, columns), records in zip(known, read, strict=False)
        for change in _changes(records, columns)
    ]
    found.sort(key=lambda change: change.when, reverse=True)
    return found[:MOST_CHANGES]


def _of_charter(initiative: Initiative) -> list[tuple[Any, list[str]]]:
    """Return the records of a charter and of what stands in it, each with its columns."""
    own = Initiative.history.filter(id=initiative.pk).select_related("history_user", "parent")
    below = [
        (_with_named(rows.model.history.filter(_of(rows.model, initiative)), rows), rows.columns)
        for rows in CHARTER_ROWS
    ]
    return [(own, CHARTER_TEXTS), *below]


def _of(model: Any, initiative: Initiative) -> Q:
    """Say that a record is of this initiative, whether or not its row is still there."""
    if model is Target:
        return Q(kpi__in=KPI.history.filter(initiative=initiative.pk).order_by().values("id"))
    return Q(initiative=initiative.pk)


def _lists(row: Any) -> dict[Any, Any]:
    """Return what stood in each list of a row, in all of its records."""
    records = type(row).history.model
    return {
        column: getattr(records, column.name)
        .model.objects.filter(history__id=row.pk)
        .select_related(column.m2m_reverse_field_name())
        .order_by("pk")
        for column in records._history_m2m_fields
    }


def _put_list(records: list[Any], column: Any, rows: list[Any]) -> None:
    """Give each record what stood in a list, in words; what is gone by now has none."""
    words_of: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        named = getattr(row, column.m2m_reverse_field_name())
        if named is not None:
            words_of[row.history_id].append(str(named))
    for record in records:
        setattr(record, _in_words(column.name), ", ".join(sorted(words_of[record.pk])))


def _in_words(column: str) -> str:
    return f"{column}_in_words"


def _of_section(roadmap: Roadmap, key: str) -> list[tuple[Any, list[str]]]:
    """Return the records of a section's texts and rows, each with its columns."""
    texts = Roadmap.history.filter(id=roadmap.pk).select_related("history_user")
    known = [(texts, TEXTS[key])] if key in TEXTS else []
    for rows in ROWS.get(key, []):
        records = _with_named(rows.model.history.filter(_in(rows.model, roadmap)), rows)
        known.append((records.filter(rows.which) if rows.which else records, rows.columns))
    return known


def _newest(records: Any) -> Any:
    return records.order_by("-history_date", "-history_id")[:MOST_RECORDS]


def _with_named(records: Any, rows: Rows) -> Any:
    """Fetch with records who made them, and what they name."""
    columns = {one.name: one for one in rows.model._meta.concrete_fields}
    keys = [name for name in rows.columns if name in columns and columns[name].many_to_one]
    return records.select_related("history_user", *keys)


def _in(model: Any, roadmap: Roadmap) -> Q:
    """Say that a record is of this roadmap, whether or not its row is still there."""
    if model is AssessmentAnswer:
        return Q(participation=roadmap.participation_id)
    if model is MatrixEntry:
        return Q(axis__in=Axis.history.filter(roadmap=roadmap.pk).order_by().values("id"))
    if model in (DealSignatory, DealAction):
        deals = LocalGreenDeal.history.filter(roadmap=roadmap.pk)
        return Q(deal__in=deals.order_by().values("id"))
    if model is AmbitionStep:
        of_it = Ambition.history.filter(roadmap=roadmap.pk, horizon=Horizon.THREE_YEARS)
        return Q(ambition__in=of_it.order_by().values("id"))
    return Q(roadmap=roadmap.pk)


def _changes(records: list[Any], columns: list[str]) -> Iterator[Change]:
    """Compare each record with the one before it of the same row; newest come first."""
    later: dict[int, Any] = {}
    for record in records:
        if record.id in later:
            yield from _change(later[record.id], record, columns)
        later[record.id] = record
    for record in later.values():
        if record.history_type == "+":
            yield from _change(record, None, columns)


def _change(record: Any, before: Any, columns: list[str]) -> Iterator[Change]:
    # What was loaded from files is nobody's doing.
    if record.history_user is None:
        return
    fields = []
    for column in columns:
        old = _text(before, column) if before is not None else ""
        new = "" if record.history_type == "-" else _text(record, column)
        # A switch that is off where a row begins is nothing that somebody did.
        is_off = before is None and getattr(record, column, None) is False
        if old != new and not is_off:
            fields.append({"label": _capital(_label(record, column)), "parts": words(old, new)})
    if not fields:
        return
    what = _capital(str(record.instance_type._meta.verbose_name))
    if record.history_type == "~" and (name := _named(record, before, columns)):
        what = _("%(what)s “%(name)s”") % {"what": what, "name": name}
    yield Change(record.history_date, str(record.history_user), _done(what, record), fields)


def _named(record: Any, before: Any, columns: list[str]) -> str:
    """Return which row changed, where what changed does not tell."""
    if isinstance(record, (Initiative.history.model, Roadmap.history.model)):
        return ""
    name = next((one for one in columns if one in NAMES), "")
    value = _text(record, name) if name else ""
    return Truncator(value).chars(MOST_OF_NAME) if value == _text(before, name) else ""


def _done(name: str, record: Any) -> str:
    said = {
        "+": _("%s: added"),
        "~": _("%s: changed"),
        "-": _("%s: taken away"),
    }
    return said[record.history_type] % name


def _label(record: Any, column: str) -> str:
    if column in DATES:
        return str(DATES[column])
    if column == "kpi":
        return _("KPI")
    return str(record.instance_type._meta.get_field(column).verbose_name)


def _text(record: Any, column: str) -> str:
    if column in DATES:
        return _date(record, column)
    if hasattr(record, _in_words(column)):
        return str(getattr(record, _in_words(column)))
    told = getattr(record, f"get_{column}_display", None)
    value = told() if told else getattr(record, column)
    if value is None:
        return ""
    if column == "value":
        return number_words(value)
    if isinstance(value, Target):
        return target_words(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return date_format(value) if hasattr(value, "year") else str(value)


def _date(record: Any, column: str) -> str:
    """Return when something is, or was to be by the first plan; "" where that is not known."""
    if column == BY:
        by = dates.read_by(record)
        return dates.told(by) if by else ""
    if column == PLAN:
        known = bool(record.plan_precision)
        precision = Precision(record.plan_precision) if known else Precision.ORDER
        when = PartialDate(precision, record.plan_starts_on, record.plan_ends_on)
    else:
        when = dates.read(record)
    says_nothing = when.starts_on is None and not when.project_month and not when.text
    return "" if says_nothing else dates.told(when)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
