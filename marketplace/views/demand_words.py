"""Demands in words and pictures: sums, budgets by year, windows with what they have in common."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.pictures import Bar, PlanRow, horizontal_bars, plan_chart
from initiatives.templatetags.initiative_words import money
from marketplace.demand import Sums
from marketplace.models import JointProcurement, Need

LEAST_FOR_A_PICTURE = 2
THOUSANDS_FROM = 10_000


def facts(sums: Sums) -> list[dict[str, Any]]:
    """Return what a demand comes to, for components/definition_list.html."""
    people = number_format(sums.population, force_grouping=True) if sums.population else ""
    if people and sums.without_population:
        people = _("{people}, and {number} cities whose population is not known").format(
            people=people, number=sums.without_population
        )
    pairs = [(_("People they serve"), people), (_("Budgets together"), _budgets(sums))]
    if sums.overlap:
        first, last = sums.overlap
        pairs.append(
            (_("All windows are open"), f"{date_format(first)} – {date_format(last)}"),
        )
    return [{"label": label, "value": value} for label, value in pairs if value]


def _budgets(sums: Sums) -> str:
    """Say what budgets come to, of how many cities, and how many gave a range only or nothing."""
    number, silent = len(sums.cities) - sums.without_budget, sums.without_budget - sums.only_roughly
    if not number and not sums.only_roughly:
        return ""
    total = " + ".join(money(amount, currency) for currency, amount in sorted(sums.totals.items()))
    of_cities = ngettext("{total} from {number} city", "{total} from {number} cities", number)
    ranges = ngettext(
        "{number} city gave a range", "{number} cities gave a range", sums.only_roughly
    )
    none = ngettext("{number} city gave none", "{number} cities gave none", silent)
    parts = [(number, of_cities), (sums.only_roughly, ranges), (silent, none)]
    return "; ".join(words.format(total=total, number=many) for many, words in parts if many)


def budget_picture(sums: Sums) -> dict[str, Any] | None:
    """Return bars of the budget by year, and the same as a table; None without a budget.

    One currency is drawn, that of the largest sum; the table has all.
    """
    if not sums.budgets:
        return None
    drawn, _most = max(sums.totals.items(), key=lambda item: item[1])
    of_it = {year: amount for (year, currency), amount in sums.budgets.items() if currency == drawn}
    # The axis counts thousands where there are many; the bar says the whole amount.
    unit, divisor = drawn, 1
    if max(of_it.values()) >= THOUSANDS_FROM:
        unit, divisor = _("thousand {currency}").format(currency=drawn), 1000
    bars = [
        Bar(str(year or _("no year")), amount / divisor, note=money(amount, drawn))
        for year, amount in of_it.items()
    ]
    rows = [
        [str(year or _("no year named")), {"text": money(amount, currency), "numeric": True}]
        for (year, currency), amount in sums.budgets.items()
    ]
    title = _("Budget by year, in {unit}").format(unit=unit)
    return {
        "picture": horizontal_bars("budget-by-year", title, bars, unit=unit),
        "caption": title,
        "columns": [_("Year"), {"label": _("Budget"), "numeric": True}],
        "rows": rows,
    }


def window_picture(sums: Sums, *, tell_names: bool) -> dict[str, Any] | None:
    """Return procurement windows as a plan, with the days they have in common, and a table."""
    if not sums.windows:
        return None
    named = [(_name(need, tell_names=tell_names), need) for need in sums.windows]
    rows = [
        PlanRow(name, need.wanted_from, need.wanted_until, precision="month", state="todo")
        for name, need in named
    ]
    if sums.overlap:
        first, last = sums.overlap
        rows.append(PlanRow(_("All at once"), first, last, precision="day", state="current"))
    table = [
        [row.label, date_format(row.start), date_format(row.end)]
        for row in rows
        if row.start and row.end
    ]
    drawn = plan_chart("windows", _("When they mean to buy"), rows, today=timezone.localdate())
    return {
        # A window is neither done nor late: the picture needs no legend.
        "picture": replace(drawn, legend=()),
        "caption": _("When they mean to buy"),
        "columns": [_("City"), _("From"), _("Until")],
        "rows": table,
    }


def need_cells(need: Need) -> list[Any]:
    """Return a need as a row of the table that cities of the same demand and staff read."""
    city = need.city
    budget = (
        money(need.budget, need.currency)
        if need.budget is not None
        else need.get_budget_band_display()
    )
    days = [date_format(day) for day in (need.wanted_from, need.wanted_until) if day]
    people = "" if city.population is None else number_format(city.population, force_grouping=True)
    return [
        {"text": city.name, "url": city.get_absolute_url()},
        {"text": people, "numeric": True},
        need.title,
        {"text": budget, "numeric": True},
        str(need.budget_year or ""),
        " – ".join(days),
        need.get_urgency_display(),
        need.words,
    ]


def need_columns() -> list[Any]:
    """Return the heads of that table."""
    return [
        _("City"),
        {"label": _("Population"), "numeric": True},
        _("Need"),
        {"label": _("Budget"), "numeric": True},
        _("Year"),
        _("Window"),
        _("Urgency"),
        _("In their words"),
    ]


def card(demand: Any, sums: Sums, number: int) -> dict[str, Any]:
    """Return a demand as components/card.html takes it."""
    themes = {theme.short_name: None for need in demand.wanted for theme in need.themes.all()}
    procurement = getattr(demand, "procurement", None)
    budgets = " + ".join(
        money(amount, currency) for currency, amount in sorted(sums.totals.items())
    )
    people = ""
    if sums.population:
        people = _("{number} people").format(
            number=number_format(sums.population, force_grouping=True)
        )
    return {
        "demand": demand,
        "kicker": ngettext("%(number)d city", "%(number)d cities", number) % {"number": number},
        "tags": list(themes)[:3],
        "meta": [
            word
            for word in (
                people,
                budgets,
                str(procurement.get_state_display()) if procurement else "",
            )
            if word
        ],
    }


def procurement_parts(procurement: JointProcurement) -> dict[str, Any]:
    """Return what the public reads of a joint procurement: tasks, documents, a plan."""
    tasks = list(procurement.tasks.all())
    today = timezone.localdate()
    rows = [
        PlanRow(
            task.name,
            task.starts_on or task.due_on,
            task.due_on or task.starts_on,
            state="done"
            if task.done_on
            else "current"
            if task.starts_on and task.starts_on <= today
            else "todo",
        )
        for task in tasks
    ]
    table = [
        [
            task.name,
            date_format(task.starts_on) if task.starts_on else "",
            date_format(task.due_on) if task.due_on else "",
            _("Done on {day}").format(day=date_format(task.done_on)) if task.done_on else "",
        ]
        for task in tasks
    ]
    return {
        "plan": plan_chart("procurement-plan", _("Steps of the procurement"), rows, today=today)
        if len([row for row in rows if row.start]) >= LEAST_FOR_A_PICTURE
        else None,
        "columns": [_("Step"), _("From"), _("Until"), _("State")],
        "rows": table,
        "documents": list(procurement.documents.all()),
    }


def _name(need: Need, *, tell_names: bool) -> str:
    return need.city.name if tell_names or need.is_named else _("A city that is not named")
