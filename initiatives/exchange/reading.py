"""From cells to values: the faults say what is expected."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from cities.models import City, Goal, Organisation, Theme
from cities.tables.cells import CellFault
from initiatives import dates, series
from initiatives.dates import DateNotUnderstood, PartialDate
from initiatives.exchange.columns import CODES, LISTS, SLUGS, Table
from initiatives.models import (
    KPI,
    Initiative,
    KPIConcept,
    Measurement,
    Roadmap,
    exact,
)

BETWEEN = re.compile(r"[,;\n]+")
MOST_CENTS = 2


class Known:
    """What cells may name, read once for a whole workbook: seven queries."""

    def __init__(self, roadmap: Roadmap, user: Any) -> None:
        """Read it; of other roadmaps' initiatives only what this person may know of."""
        edition = roadmap.participation.edition_id
        self.rows: dict[str, dict[str, Any]] = {
            "themes": {one.slug: one for one in Theme.objects.filter(kind__edition=edition)},
            "goals": {str(one.number): one for one in Goal.objects.all()},
            "partners": {one.slug: one for one in Organisation.objects.all()},
        }
        self.rows["organisation"] = self.rows["on_organisation"] = self.rows["partners"]
        consortium = roadmap.participation.consortium_id
        cities = City.objects.filter(consortium_memberships__consortium=consortium)
        self.rows["city"] = {one.slug: one for one in cities} if consortium else {}
        self.rows["concept"] = {one.code: one for one in KPIConcept.objects.all()}
        self.initiatives = {one.name: one for one in roadmap.initiatives.all()}
        kpis = KPI.objects.filter(initiative__roadmap=roadmap)
        self.kpis: dict[tuple[int | None, str], KPI] = {
            (one.initiative_id, one.name): one for one in kpis
        }
        self.units_taken: dict[str, str] = {}
        """The units of KPIs, by their keys, as they were when the file was taken along."""
        self.others = Initiative.objects.visible_to(user).exclude(roadmap=roadmap)
        self.roadmap = roadmap

    @cached_property
    def reported(self) -> set[tuple[Any, ...]]:
        """Return what was reported already: KPI, city, day or period, and words; one query."""
        current = Measurement.objects.current().filter(kpi__initiative__roadmap=self.roadmap)
        return set(
            current.values_list(*("kpi", "city__slug", "as_of", "period_starts_on", "as_reported"))
        )

    @cached_property
    def counted(self) -> set[int]:
        """Return the KPIs with numbers or targets in the unit of today: one query."""
        return set(series.counting(KPI.objects.filter(initiative__roadmap=self.roadmap)))

    def find(self, column: str, text: str) -> Any:
        """Return the row that a cell names; raise CellFault when there is none."""
        if column in SLUGS | CODES:
            found = self.rows[column].get(text)
        else:
            found = self.initiatives.get(text)
            if found is None and column == "on_initiative":
                found = self.others.filter(slug=text.rstrip("/").rpartition("/")[2]).first()
        if found is None:
            raise CellFault(_("“%s” is not known here.") % text[:60])
        return found

    def kpi(self, initiative: str, name: str) -> KPI:
        """Return the KPI of that name in an initiative; raise CellFault when there is none."""
        found = self.kpis.get((self.find("initiative", initiative).pk, name))
        if found is None:
            raise CellFault(_("“%s” is not known here.") % name[:60])
        return found


def value_of(table: Table, column: str, text: str, known: Known) -> Any:
    """Return the value that a cell stands for; raise CellFault with what is expected."""
    if column in DATES:
        return DATES[column](text)
    if column in LISTS:
        return _list(column, text, known)
    found = table.field(column)
    if column == "currency" and not re.fullmatch("[A-Z]{3}", text):
        raise CellFault(_("Write three capital letters, such as EUR."))
    if isinstance(found, models.ForeignKey):
        return known.find(column, text) if text else None
    if isinstance(found, models.BooleanField):
        return _yes_or_no(text)
    if isinstance(found, models.DateField):
        return _day(text)
    if isinstance(found, models.DecimalField):
        return _amount(text, found)
    if isinstance(found, models.PositiveSmallIntegerField):
        return _whole(text)
    try:
        return found.clean(text or found.get_default() if found.choices else text, None)
    except ValidationError as fault:
        raise CellFault(" ".join(fault.messages)) from fault


def read_date(text: str) -> PartialDate:
    """Return a date as it was typed; words that are none keep their place in the order."""
    if not text:
        return dates.in_order_only()
    if len(text) > dates.LONGEST_TEXT:
        raise CellFault(_("Keep the date shorter than %d characters.") % dates.LONGEST_TEXT)
    try:
        return dates.parse(text)
    except DateNotUnderstood:
        return dates.in_order_only(text)


def _by(text: str) -> PartialDate | None:
    found = read_date(text) if text else None
    if found is not None and not dates.ends(found):
        raise CellFault(str(dates.BY_WHEN))
    return found


DATES = {"when": read_date, "by": _by}


def _list(column: str, text: str, known: Known) -> list[Any]:
    asked = [part.strip() for part in BETWEEN.split(text) if part.strip()]
    rows = known.rows[column]
    unknown = [part for part in asked if part not in rows]
    if unknown:
        some = ", ".join(list(rows)[:12])
        raise CellFault(
            _("%(values)s is not known; expected some of: %(known)s.")
            % {"values": ", ".join(f"“{part[:40]}”" for part in unknown), "known": some}
        )
    return [rows[part] for part in dict.fromkeys(asked)]


def _yes_or_no(text: str) -> bool:
    told = text.casefold()
    if told not in {"yes", "no", "true", "false", "1", "0", ""}:
        raise CellFault(_("“%s” is neither yes nor no.") % text[:40])
    return told in {"yes", "true", "1"}


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise CellFault(_("“%s” is not a date as 2026-01-31.") % text[:40]) from fault


def _amount(text: str, found: Any) -> Decimal | None:
    if not text:
        if found.null:
            return None
        raise CellFault(_("An amount is missing."))
    return read_number(text, found)


def read_number(text: str, found: Any) -> Decimal:
    """Return the number of a cell, as exactly as its field keeps it; raise CellFault."""
    plain = text.replace(" ", "").replace("\u00a0", "").replace("\u202f", "")
    try:
        value = Decimal(plain)
    except InvalidOperation as fault:
        raise CellFault(_("“%s” is not an amount, such as 350000.00.") % text[:40]) from fault
    if found.decimal_places > MOST_CENTS:
        if not exact.is_kept(value):
            raise CellFault(exact.refusal(text[:40]))
        return value
    if not value.is_finite() or value != round(value, MOST_CENTS):
        raise CellFault(_("“%s” is not an amount, such as 350000.00.") % text[:40])
    return round(value, MOST_CENTS)


def _whole(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,5}", text):
        raise CellFault(_("“%s” is not a whole number, such as 2021.") % text[:40])
    return int(text)
