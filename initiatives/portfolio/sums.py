"""The numbers of a portfolio, each with the address of the rows it counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.pictures import Bar, Share, horizontal_bars, stacked_bar
from initiatives.charter_facts import money
from initiatives.models import CheckInAnswer, FundingLevel, InitiativeStatus
from initiatives.pictures import Figure
from initiatives.portfolio.check_ins import Asked, Stands
from initiatives.portfolio.facts import Measured, Money, Portfolio, Slip

To = Callable[..., str]
"""Returns the address of rows: `to("budget", level="eu")`."""
MOST_SOURCES = 20


def statuses(portfolio: Portfolio, to: To) -> Figure | None:
    """Draw how many initiatives stand how."""
    counts = Counter(one.status for one in portfolio.of.values())
    if not counts:
        return None
    caption = _("Initiatives by status")
    shares = [Share(str(status.label), counts[status]) for status in InitiativeStatus]
    rows = [
        [str(status.label), _count(counts[status], to("initiatives", status=status.value))]
        for status in InitiativeStatus
        if counts[status]
    ]
    picture = stacked_bar("portfolio-status", caption, shares)
    return Figure("status-table", caption, picture, [_("Status"), _number(_("Initiatives"))], rows)


def figures(portfolio: Portfolio, slips: Iterable[Slip], to: To) -> list[dict[str, Any]]:
    """Return the large numbers at the top."""
    slips = list(slips)
    late = sum(one.is_late for one in slips)
    moved = sum(one.days > 0 for one in slips)
    hit = len({one.of.pk for one in slips if one.days > 0})
    return [
        {
            "value": len(portfolio.of),
            "label": _("initiatives"),
            "url": to("initiatives"),
        },
        {
            "value": moved,
            "label": _("milestones later than first planned"),
            "note": ngettext("in %d initiative", "in %d initiatives", hit) % hit if hit else "",
            "url": to("slips", moved="1"),
        },
        {
            "value": late,
            "label": _("milestones whose day has passed without a word"),
            "url": to("slips", late="1"),
        },
    ]


def concepts(kpis: Iterable[Measured], to: To) -> Figure | None:
    """Draw how many KPIs there are of each concept, and how many have a value."""
    groups: dict[tuple[str, str], list[Measured]] = defaultdict(list)
    for one in kpis:
        groups[one.concept_code, one.concept].append(one)
    if not groups:
        return None
    caption = _("KPIs by concept")
    rows, bars = [], []
    for (code, name), found in sorted(groups.items(), key=lambda at: (not at[0][0], at[0][1])):
        label = name or _("No concept")
        reported = sum(one.values > 0 for one in found)
        bars.append(Bar(label, len(found)))
        asked = code or "none"
        rows.append(
            [
                label,
                _count(len(found), to("kpis", concept=asked)),
                _count(reported, to("kpis", concept=asked, reported="1")),
                _count(len(found) - reported, to("kpis", concept=asked, reported="0")),
                {"text": sum(one.values for one in found), "numeric": True},
            ]
        )
    columns = [
        _("Concept"),
        *(
            _number(label)
            for label in (_("KPIs"), _("With a value"), _("Without a value"), _("Values in all"))
        ),
    ]
    picture = horizontal_bars("portfolio-concepts", caption, bars)
    return Figure("concepts-table", caption, picture, columns, rows)


def budgets(lines: Iterable[Money], to: To) -> list[Figure]:
    """Draw the money by level with a table by level and source: one for each currency."""
    by_currency: dict[str, list[Money]] = defaultdict(list)
    for line in lines:
        by_currency[line.currency].append(line)
    return [_budget(found, currency, to) for currency, found in sorted(by_currency.items())]


def _budget(lines: list[Money], currency: str, to: To) -> Figure:
    levels: dict[str, list[Money]] = defaultdict(list)
    sources: dict[str, list[Money]] = defaultdict(list)
    for line in lines:
        levels[line.level].append(line)
        if line.source:
            sources[line.source].append(line)
    caption = _("Budget in %s by level and source") % currency
    order = [level for level in FundingLevel.values if level in levels]
    rows = [
        [str(FundingLevel(level).label), *_sums(levels[level], currency, to, level=level)]
        for level in order
    ]
    largest = sorted(sources, key=lambda name: -sum(one.total for one in sources[name]))
    rows += [
        [_("Source: %s") % name, *_sums(sources[name], currency, to, source=name)]
        for name in largest[:MOST_SOURCES]
    ]
    rows.append([_("In all"), *_sums(lines, currency, to)])
    bars = [
        Bar(
            str(FundingLevel(level).label),
            _sum(levels[level]),
            money(_sum(levels[level]), currency),
        )
        for level in order
    ]
    columns = [
        _("Level or source"),
        *(_number(label) for label in (_("Lines"), _("Amount"), _("Of it secured"))),
    ]
    name = f"budget-{currency.lower()}"
    return Figure(f"{name}-table", caption, horizontal_bars(name, caption, bars), columns, rows)


def check_ins(asked: Iterable[Asked], to: To) -> Figure | None:
    """Draw how many roadmaps were asked in each year, and how many have answered."""
    years: dict[int, list[Asked]] = defaultdict(list)
    for one in asked:
        years[one.year].append(one)
    if not years:
        return None
    caption = _("Yearly check-ins")
    rows, bars = [], []
    for year, found in sorted(years.items(), reverse=True):
        answered = sum(one.answered_on is not None for one in found)
        said = _("%(answered)d of %(asked)d answered") % {
            "answered": answered,
            "asked": len(found),
        }
        bars.append(Bar(str(year), answered, said))
        asked_for = {"year": str(year)}
        rows.append(
            [
                str(year),
                _count(len(found), to("check-ins", **asked_for)),
                _count(answered, to("check-ins", **asked_for, answered="1")),
                _count(len(found) - answered, to("check-ins", **asked_for, answered="0")),
            ]
        )
    columns = [
        _("Year"),
        *(
            _number(label)
            for label in (_("Roadmaps asked"), _("Have answered"), _("Have not answered"))
        ),
    ]
    picture = horizontal_bars("portfolio-check-ins", caption, bars)
    return Figure("check-ins-table", caption, picture, columns, rows)


def standing(stands: Iterable[Stands], to: To) -> Figure | None:
    """Draw how ambitions for three years, and the steps towards them, stand."""
    counts = Counter(one.answer for one in stands)
    if not counts:
        return None
    caption = _("How ambitions and their steps stand")
    labels = [*((one.value, str(one.label)) for one in CheckInAnswer), ("", _("Not answered"))]
    shares = [Share(label, counts[answer]) for answer, label in labels]
    rows = [
        [label, _count(counts[answer], to("standing", stands=answer or "none"))]
        for answer, label in labels
        if counts[answer]
    ]
    picture = stacked_bar("portfolio-standing", caption, shares)
    columns = [_("How it stands"), _number(_("Ambitions and steps"))]
    return Figure("standing-table", caption, picture, columns, rows)


def _sums(lines: list[Money], currency: str, to: To, **asked: str) -> list[Any]:
    secured = _sum([one for one in lines if one.is_secured])
    return [
        _count(len(lines), to("budget", currency=currency, **asked)),
        {"text": money(_sum(lines), currency), "numeric": True},
        {"text": money(secured, currency), "numeric": True},
    ]


def _sum(lines: Iterable[Money]) -> Decimal:
    return sum((one.total for one in lines), Decimal())


def _count(count: int, url: str) -> dict[str, Any]:
    return {"text": str(count), "url": url if count else "", "numeric": True}


def _number(label: str) -> dict[str, Any]:
    return {"label": label, "numeric": True}
