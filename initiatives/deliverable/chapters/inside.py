"""What only the programme reads: risks, budget, support needed."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives import charter_facts
from initiatives.charter_facts import money
from initiatives.deliverable import blocks
from initiatives.deliverable.blocks import Block
from initiatives.deliverable.drawing import block_of
from initiatives.deliverable.facts import Facts
from initiatives.deliverable.kinds import fills
from initiatives.models import BudgetLine, FundingLevel, Initiative, Risk, SupportNeed


def risks_of(initiative: Initiative) -> list[Block]:
    """Return the risks of an initiative, the gravest first, drawn where they are weighed."""
    found = _by_weight(list(initiative.risks.all()))
    caption = _("Risks of %s") % initiative.name
    drawn = charter_facts.risk_matrix(initiative, found)
    if drawn is None:
        rows = [_risk(one) for one in found]
        return _internal(blocks.table(caption, _risk_columns(), rows, widths=RISK_WIDTHS))
    # Those that nobody has weighed stand in no field of the picture, but in its table.
    block = {**block_of(drawn, widths=RISK_WIDTHS, share=55), "caption": caption}
    block["rows"] += [_risk(one) for one in found if not _weight(one)]
    return _internal([block])


def support_of(initiative: Initiative) -> list[Block]:
    """Return what an initiative asks for, row by row."""
    rows = [_need(one) for one in initiative.support_needs.all()]
    caption = _("Support needed by %s") % initiative.name
    return _internal(
        blocks.table(caption, _support_columns(), rows, numeric=[2], widths=SUPPORT_WIDTHS)
    )


def budget_of(initiative: Initiative) -> list[Block]:
    """Return the budget lines of an initiative."""
    rows = [_line(one) for one in initiative.budget_lines.all()]
    caption = _("Budget of %s") % initiative.name
    return _internal(
        blocks.table(caption, _budget_columns(), rows, numeric=[1], widths=BUDGET_WIDTHS)
    )


@fills("risks", gettext_lazy("Risks of all initiatives"), internal=True)
def risks(facts: Facts) -> list[Block]:
    """What may go wrong, the gravest first."""
    rows = [(risk, one.name) for one in facts.initiatives for risk in one.risks.all()]
    rows.sort(key=lambda pair: -_weight(pair[0]))
    told = [[*_risk(risk), name] for risk, name in rows]
    columns = [*_risk_columns(), _("Initiative")]
    return blocks.table(_("Risks"), columns, told, widths=[*RISK_WIDTHS, 1.6])


@fills("budget", gettext_lazy("Budget by source"), internal=True)
def budget(facts: Facts) -> list[Block]:
    """All money, line by line, and the sums by level of funding in each currency."""
    lines = [(line, one) for one in facts.initiatives for line in one.budget_lines.all()]
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line, _one in lines:
        sums[line.level, line.currency] += line.total
    totals = [
        [str(FundingLevel(level).label), money(amount, currency)]
        for (level, currency), amount in sorted(sums.items())
    ]
    rows = [[*_line(line), one.name] for line, one in lines]
    columns = [*_budget_columns(), _("Initiative")]
    # Of one line the sum is the line, unless it comes each year.
    says_more = len(lines) > 1 or any(line.total != line.amount for line, _one in lines)
    sums_told = totals if says_more else []
    return [
        *blocks.table(_("Sums by source"), [_("Source"), _("Amount")], sums_told, numeric=[1]),
        *_by_city([line for line, _one in lines]),
        *blocks.table(_("Budget lines"), columns, rows, numeric=[1], widths=[*BUDGET_WIDTHS, 1.6]),
    ]


def _by_city(lines: list[BudgetLine]) -> list[Block]:
    return [
        block
        for sums in charter_facts.by_city(lines)
        for block in blocks.table(
            sums.caption, sums.columns, sums.rows, numeric=[2, 3], widths=CITIES_WIDTHS
        )
    ]


@fills("support", gettext_lazy("Support needed by all initiatives"), internal=True)
def support(facts: Facts) -> list[Block]:
    """What the initiatives cannot do without."""
    needed = ((one.name, one.support_needed) for one in facts.initiatives)
    rows = [
        [*_need(need), one.name] for one in facts.initiatives for need in one.support_needs.all()
    ]
    columns = [*_support_columns(), _("Initiative")]
    return [
        *blocks.pairs(needed, _("Support needed")),
        *blocks.table(
            _("What is asked for"), columns, rows, numeric=[2], widths=[*SUPPORT_WIDTHS, 1.6]
        ),
    ]


SUPPORT_WIDTHS = [1.2, 3.6, 1.4]
RISK_WIDTHS = [3, 1, 0.8, 2.6, 1.4]
CITIES_WIDTHS = [2, 2.4, 1.5, 1.5]
BUDGET_WIDTHS = [2.4, 1.5, 1.2, 1.3, 1.3, 1.7, 1]


def _risk_columns() -> list[str]:
    return [_("Risk"), _("Likelihood"), _("Impact"), _("Mitigation"), _("Owner")]


def _budget_columns() -> list[str]:
    return [
        _("What for"),
        _("Amount"),
        _("Year"),
        _("City's part"),
        _("Level"),
        _("Funding source"),
        _("Secured"),
    ]


def _support_columns() -> list[str]:
    return [_("Kind"), _("What is needed"), _("Amount")]


def _weight(risk: Risk) -> int:
    return (risk.likelihood or 0) * (risk.impact or 0)


def _by_weight(risks: list[Risk]) -> list[Risk]:
    return sorted(risks, key=lambda risk: -_weight(risk))


def _risk(risk: Risk) -> list[str]:
    weighed = [str(one) if one else "" for one in (risk.likelihood, risk.impact)]
    return [risk.text, *weighed, risk.mitigation, risk.owner]


def _line(line: BudgetLine) -> list[str]:
    return [
        line.label,
        money(line.amount, line.currency),
        _years(line),
        str(line.city or ""),
        line.get_level_display(),
        line.funding_source,
        _("yes") if line.is_secured else _("not yet"),
    ]


def _years(line: BudgetLine) -> str:
    """Return when an amount is paid; a yearly one is paid in full in each of its years."""
    if line.year is None:
        return ""
    if line.until_year is None or line.until_year == line.year:
        return str(line.year)
    return _("each year, %(first)d–%(last)d") % {"first": line.year, "last": line.until_year}


def _need(need: SupportNeed) -> list[str]:
    amount = "" if need.amount is None else money(need.amount, need.currency)
    return [need.get_kind_display(), need.text, amount]


def _internal(found: list[Block]) -> list[Block]:
    return [{**block, "internal": True} for block in found]
