"""What a charter's rows add up to: partners by kind, risks and stakeholders weighed, money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from cities.models import City, Organisation
from cities.pictures import Bar, Weighed, grid, horizontal_bars
from initiatives.models import BudgetLine, FundingLevel, Initiative, Risk, Stakeholder
from initiatives.pictures import Figure


def by_kind(partners: Iterable[Organisation]) -> list[tuple[str, list[Organisation]]]:
    """Return organisations fetched with their kind, kind by kind: companies, academia, public…"""
    groups: dict[Any, list[Organisation]] = defaultdict(list)
    for partner in partners:
        groups[partner.kind].append(partner)
    ordered = sorted(groups.items(), key=lambda at: (at[0].position, at[0].name))
    return [(kind.name, found) for kind, found in ordered]


def internal(initiative: Initiative, stakeholders: Sequence[Stakeholder]) -> dict[str, Any]:
    """Return what only insiders may read of a charter, its rows gathered before."""
    risks = list(initiative.risks.all())
    lines = list(initiative.budget_lines.all())
    return {
        "risks": risks,
        "risk_matrix": risk_matrix(initiative, risks),
        "stakeholder_matrix": stakeholder_matrix(initiative, stakeholders),
        "support_needs": list(initiative.support_needs.all()),
        "budget_lines": lines,
        "budget_years": any(line.until_year for line in lines),
        "budget_cities": any(line.city_id for line in lines),
        "budget_totals": totals(lines, f"budget-{initiative.pk}"),
        "budget_by_city": [
            (one.caption, one.columns_shown, one.rows_shown, f"budget-cities-{number}")
            for number, one in enumerate(by_city(lines), start=1)
        ],
    }


def risk_matrix(initiative: Initiative, risks: Sequence[Risk]) -> Figure | None:
    """Draw the risks by likelihood and impact; None when none has both."""
    weighed = [one for one in risks if one.likelihood and one.impact]
    if not weighed:
        return None
    # The heaviest come first, in the picture's numbers and in the table alike.
    weighed.sort(key=lambda one: -((one.likelihood or 0) * (one.impact or 0)))
    caption = _("Risks by likelihood and impact")
    picture = grid(
        f"risks-{initiative.pk}",
        caption,
        [Weighed(one.text, one.likelihood or 0, one.impact or 0) for one in weighed],
        across=_("Likelihood"),
        up=_("Impact"),
    )
    columns = [
        _("Risk"),
        *({"label": label, "numeric": True} for label in (_("Likelihood"), _("Impact"))),
        _("Mitigation"),
        _("Owner"),
    ]
    rows = [
        [
            f"{number}. {one.text}",
            {"text": one.likelihood, "numeric": True},
            {"text": one.impact, "numeric": True},
            one.mitigation,
            one.owner,
        ]
        for number, one in enumerate(weighed, start=1)
    ]
    return Figure(f"risk-matrix-{initiative.pk}", caption, picture, columns, rows)


def stakeholder_matrix(initiative: Initiative, rows: Sequence[Stakeholder]) -> Figure | None:
    """Draw the stakeholders by influence and interest; None when none has both."""
    weighed = [one for one in rows if one.influence and one.interest]
    if not weighed:
        return None
    caption = _("Stakeholders by influence and interest")
    picture = grid(
        f"stakeholders-{initiative.pk}",
        caption,
        [Weighed(one.name, one.interest or 0, one.influence or 0) for one in weighed],
        across=_("Interest"),
        up=_("Influence"),
        shades=False,
    )
    columns = [
        _("Who"),
        {"label": _("Influence"), "numeric": True},
        {"label": _("Interest"), "numeric": True},
        _("How often"),
        _("What that asks for"),
    ]
    told = [
        [
            f"{number}. {one.name}",
            {"text": one.influence, "numeric": True},
            {"text": one.interest, "numeric": True},
            one.rhythm,
            _advice(one),
        ]
        for number, one in enumerate(weighed, start=1)
    ]
    return Figure(f"stakeholder-matrix-{initiative.pk}", caption, picture, columns, told)


HIGH = 3


def _advice(one: Stakeholder) -> str:
    """Say what influence and interest together ask for: the four fields of the usual grid."""
    influential, interested = (one.influence or 0) >= HIGH, (one.interest or 0) >= HIGH
    if influential and interested:
        return _("Work with them closely")
    if influential:
        return _("Keep them satisfied")
    return _("Keep them informed") if interested else _("Keep an eye on them")


def totals(lines: Iterable[BudgetLine], id: str) -> list[Figure]:
    """Draw the money by level, with a table by source; a picture for each currency.

    What is paid every year counts with all its years. Nothing is converted.
    """
    by_currency: dict[str, list[BudgetLine]] = defaultdict(list)
    for line in lines:
        by_currency[line.currency].append(line)
    return [
        _total(found, currency, f"{id}-{currency.lower()}")
        for currency, found in sorted(by_currency.items())
    ]


def _total(lines: list[BudgetLine], currency: str, id: str) -> Figure:
    levels: dict[str, Decimal] = defaultdict(Decimal)
    sources: dict[tuple[str, str], list[BudgetLine]] = defaultdict(list)
    for line in lines:
        levels[line.level] += line.total
        sources[line.level, line.funding_source].append(line)
    order = list(FundingLevel.values)
    whole = sum(levels.values(), Decimal())
    caption = _("Budget by source: %s in all") % money(whole, currency)
    bars = [
        Bar(str(FundingLevel(level).label), levels[level], money(levels[level], currency))
        for level in order
        if level in levels
    ]
    columns = [
        _("Level"),
        _("Funding source"),
        {"label": _("Amount"), "numeric": True},
        {"label": _("Of it secured"), "numeric": True},
    ]
    rows = [
        [
            str(FundingLevel(level).label),
            source,
            _cell(sum((one.total for one in found), Decimal()), currency),
            _cell(sum((one.total for one in found if one.is_secured), Decimal()), currency),
        ]
        for (level, source), found in sorted(
            sources.items(), key=lambda at: (order.index(at[0][0]), at[0][1])
        )
    ]
    secured = sum((one.total for one in lines if one.is_secured), Decimal())
    rows.append([_("In all"), "", _cell(whole, currency), _cell(secured, currency)])
    picture = horizontal_bars(id, caption, bars)
    return Figure(f"{id}-table", caption, picture, columns, rows)


@dataclass(frozen=True)
class CitySums:
    """What each city of a consortium brings or gets, in one currency: a table."""

    caption: str
    columns: list[str]
    rows: list[list[str]]
    """City, funding source, amount, what of it is secured; with sums where there are several."""

    @property
    def columns_shown(self) -> list[Any]:
        """Return the columns as a page has them: amounts stand to the right."""
        return [*self.columns[:2], *({"label": one, "numeric": True} for one in self.columns[2:])]

    @property
    def rows_shown(self) -> list[list[Any]]:
        """Return the rows as a page has them."""
        return [
            [*row[:2], *({"text": one, "numeric": True} for one in row[2:])] for row in self.rows
        ]


def by_city(lines: Iterable[BudgetLine]) -> list[CitySums]:
    """Add up the money of each city, by source: a table for each currency, to the cent.

    There is none where no line is the part of a city. Nothing is converted.
    """
    known = list(lines)
    if not any(line.city_id for line in known):
        return []
    found = []
    for currency in sorted({line.currency for line in known}):
        same = [line for line in known if line.currency == currency]
        rows = [row for city in _cities(same) for row in _rows_of(city, same, currency)]
        rows.append([_("In all"), "", *_sums(same, currency)])
        columns = [_("City"), _("Funding source"), _("Amount"), _("Of it secured")]
        found.append(CitySums(_("Budget by city, in %s") % currency, columns, rows))
    return found


def _cities(lines: Sequence[BudgetLine]) -> list[City | None]:
    """Return the cities with a part, by name; None, for all together, comes last."""
    named = {line.city_id: line.city for line in lines}
    return sorted(named.values(), key=lambda city: (city is None, city.name if city else ""))


def _rows_of(city: City | None, lines: Sequence[BudgetLine], currency: str) -> list[list[str]]:
    own = [line for line in lines if line.city_id == (city.pk if city else None)]
    name = city.name if city else _("All cities together")
    sources: dict[tuple[int, str], list[BudgetLine]] = defaultdict(list)
    for line in own:
        sources[FundingLevel.values.index(line.level), line.funding_source].append(line)
    rows = [
        [name, _source(found[0]), *_sums(found, currency)]
        for _key, found in sorted(sources.items(), key=lambda at: at[0])
    ]
    if len(rows) > 1:
        rows.append([name, _("In all"), *_sums(own, currency)])
    return rows


def _source(line: BudgetLine) -> str:
    return ": ".join(filter(None, (line.get_level_display(), line.funding_source)))


def _sums(lines: Iterable[BudgetLine], currency: str) -> list[str]:
    """Return what lines come to with all their years, and what of it is secured."""
    known = list(lines)
    secured = (line.total for line in known if line.is_secured)
    sums = sum((line.total for line in known), Decimal()), sum(secured, Decimal())
    return [money(one, currency) for one in sums]


def money(amount: Decimal, currency: str) -> str:
    """Return an amount with its cents and currency."""
    return f"{number_format(amount, decimal_pos=2, force_grouping=True)} {currency}"


def _cell(amount: Decimal, currency: str) -> dict[str, Any]:
    return {"text": money(amount, currency), "numeric": True}
