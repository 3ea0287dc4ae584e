"""The rows of a portfolio as tables: on a page with links, in a file with addresses."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook

from cities.tables.cells import USELESS, guard
from initiatives import dates
from initiatives.charter_facts import money
from initiatives.models import CheckInAnswer, FundingLevel, InitiativeStatus
from initiatives.portfolio.check_ins import Asked, Stands, asked, stands
from initiatives.portfolio.facts import Measured, Money, Of, Portfolio, Slip

MARK = "\ufeff"
Value = str | int | Decimal


@dataclass(frozen=True)
class Kind:
    """One kind of rows: its title, its columns, and what narrows it further."""

    title: Any
    columns: tuple[Any, ...]
    rows: Callable[[Portfolio], Iterable[Any]]
    cells: Callable[[Any], list[Value]]
    narrow: Callable[[Any], dict[str, str]]
    numeric: tuple[int, ...] = ()


def _of(of: Of) -> list[Value]:
    return [of.name, of.city, of.edition]


def _initiative(of: Of) -> list[Value]:
    return [*_of(of), str(InitiativeStatus(of.status).label)]


def _slip(one: Slip) -> list[Value]:
    said = _("not reported") if one.is_late else ""
    return [*_of(one.of), one.title, one.plan, one.now, one.days, said]


def _budget(one: Money) -> list[Value]:
    secured = _("yes") if one.is_secured else _("no")
    level = str(FundingLevel(one.level).label)
    return [*_of(one.of), one.label, level, one.source, one.total, one.currency, secured, one.years]


def _kpi(one: Measured) -> list[Value]:
    counts = [one.values, one.targets]
    return [*_of(one.of), one.name, one.concept, one.unit, *counts, one.last, one.as_of, one.aims]


def _asked(one: Asked) -> list[Value]:
    return [*_of(one.of), one.year, _day(one.asked_on), _day(one.answered_on), one.who, one.answers]


def _stands(one: Stands) -> list[Value]:
    answer = CheckInAnswer(one.answer).label if one.answer else _("not answered")
    return [*_of(one.of), one.about, str(answer), one.note, _day(one.on), one.who]


def _day(day: date | None) -> str:
    return dates.words(dates.of_day(day)) if day else ""


FIRST = (gettext_lazy("Initiative"), gettext_lazy("City"), gettext_lazy("Edition"))
FIRST_OF_ROADMAPS = (gettext_lazy("Roadmap"), *FIRST[1:])
KINDS: dict[str, Kind] = {
    "initiatives": Kind(
        gettext_lazy("Initiatives"),
        (*FIRST, gettext_lazy("Status")),
        lambda portfolio: portfolio.initiatives(),
        _initiative,
        lambda one: {"status": one.status},
    ),
    "slips": Kind(
        gettext_lazy("Milestones that slipped or are late"),
        (
            *FIRST,
            gettext_lazy("Milestone"),
            gettext_lazy("First plan"),
            gettext_lazy("Now"),
            gettext_lazy("Days later"),
            gettext_lazy("Late"),
        ),
        lambda portfolio: portfolio.slips(),
        _slip,
        lambda one: {"late": "1" if one.is_late else "0", "moved": "1" if one.days else "0"},
        numeric=(6,),
    ),
    "kpis": Kind(
        gettext_lazy("KPIs"),
        (
            *FIRST,
            gettext_lazy("KPI"),
            gettext_lazy("Concept"),
            gettext_lazy("Unit"),
            gettext_lazy("Values"),
            gettext_lazy("Targets"),
            gettext_lazy("Last value"),
            gettext_lazy("As of"),
            gettext_lazy("What is aimed at"),
        ),
        lambda portfolio: portfolio.kpis_in_full(),
        _kpi,
        lambda one: {
            "concept": one.concept_code or "none",
            "reported": "1" if one.values else "0",
        },
        numeric=(6, 7),
    ),
    "budget": Kind(
        gettext_lazy("Budget lines"),
        (
            *FIRST,
            gettext_lazy("What for"),
            gettext_lazy("Level"),
            gettext_lazy("Funding source"),
            gettext_lazy("Amount"),
            gettext_lazy("Currency"),
            gettext_lazy("Secured"),
            gettext_lazy("Year"),
        ),
        lambda portfolio: portfolio.money(),
        _budget,
        lambda one: {
            "level": one.level,
            "source": one.source or "none",
            "currency": one.currency,
        },
        numeric=(6,),
    ),
    "check-ins": Kind(
        gettext_lazy("Yearly check-ins"),
        (
            *FIRST_OF_ROADMAPS,
            gettext_lazy("Year"),
            gettext_lazy("Asked on"),
            gettext_lazy("Last answered on"),
            gettext_lazy("Answered by"),
            gettext_lazy("Answers"),
        ),
        lambda portfolio: asked(portfolio.keys),
        _asked,
        lambda one: {"year": str(one.year), "answered": "1" if one.answered_on else "0"},
        numeric=(7,),
    ),
    "standing": Kind(
        gettext_lazy("How ambitions stand"),
        (
            *FIRST_OF_ROADMAPS,
            gettext_lazy("Ambition or step"),
            gettext_lazy("How it stands"),
            gettext_lazy("Note"),
            gettext_lazy("Answered on"),
            gettext_lazy("Answered by"),
        ),
        lambda portfolio: stands(portfolio.keys),
        _stands,
        lambda one: {"stands": one.answer or "none"},
    ),
}
# What narrows the rows of a kind, beside the filters of all; a status is one of those.
NARROWING = {
    "initiatives": (),
    "slips": ("late", "moved"),
    "kpis": ("concept", "reported"),
    "budget": ("level", "source", "currency"),
    "check-ins": ("year", "answered"),
    "standing": ("stands",),
}


def rows_of(name: str, portfolio: Portfolio, said: dict[str, str]) -> list[Any]:
    """Return the rows of a kind that fit what was asked."""
    kind = KINDS[name]
    wanted = {key: said[key] for key in NARROWING[name] if said.get(key)}
    return [
        row
        for row in kind.rows(portfolio)
        if all(kind.narrow(row)[key] == value for key, value in wanted.items())
    ]


def page_of(row: Any) -> str:
    """Return the address of what a row is about."""
    of = row if isinstance(row, Of) else row.of
    if isinstance(row, Asked | Stands):
        return reverse("initiatives:roadmap-detail", args=[of.pk])
    if isinstance(row, Measured):
        return reverse("initiatives:kpi-detail", args=[of.slug, row.kpi])
    anchor = {"Slip": "#milestones", "Money": "#internal"}.get(type(row).__name__, "")
    return f"{reverse('initiatives:initiative-detail', args=[of.slug])}{anchor}"


def shown(name: str, rows: Iterable[Any]) -> list[list[Any]]:
    """Return rows as components/table.html takes them; the first cell leads to the page."""
    kind = KINDS[name]
    found = []
    for row in rows:
        first, *rest = kind.cells(row)
        cells: list[Any] = [{"text": first, "url": page_of(row)}]
        for place, value in enumerate(rest, start=1):
            text = money(value, "").strip() if isinstance(value, Decimal) else value
            cells.append({"text": text, "numeric": True} if place in kind.numeric else text)
        found.append(cells)
    return found


def csv_file(name: str, rows: Iterable[Any]) -> bytes:
    """Return the rows as CSV; what a spreadsheet would compute has an apostrophe before it."""
    held = io.StringIO(newline="")
    held.write(MARK)
    writer = csv.writer(held)
    writer.writerow(_head(name))
    for row in rows:
        writer.writerow(
            [guard(cell) if isinstance(cell, str) else cell for cell in _plain(name, row)]
        )
    return held.getvalue().encode()


def xlsx_file(name: str, rows: Iterable[Any]) -> bytes:
    """Return the rows as a workbook; texts are typed, so that none is taken for a formula."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = name
    sheet.freeze_panes = "A2"
    lines: list[list[Value]] = [[*_head(name)], *(_plain(name, row) for row in rows)]
    for number, line in enumerate(lines, start=1):
        for place, value in enumerate(line, start=1):
            cell = sheet.cell(number, place)
            if isinstance(value, str):
                cell.value = ""
                cell._value, cell.data_type = value, "s"
            else:
                cell.value = value
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _head(name: str) -> list[str]:
    return [*(str(column) for column in KINDS[name].columns), _("Address")]


def _plain(name: str, row: Any) -> list[Value]:
    """Return clean text: one line each, nothing invisible, with the address of the page."""
    cells: list[Value] = [
        " ".join(USELESS.sub("", cell).split()) if isinstance(cell, str) else cell
        for cell in KINDS[name].cells(row)
    ]
    return [*cells, settings.BASE_URL + page_of(row)]
