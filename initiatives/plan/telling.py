"""What a plan says in words: its longest chain, and whom slips hit."""

from __future__ import annotations

from typing import Any

from django.utils.translation import ngettext

from initiatives.plan.chart import Plan
from initiatives.plan.network import Task

MOST_SENTENCES = 25


def chain_items(plan: Plan) -> list[dict[str, str]]:
    """Return the longest chain: each with its days."""
    return [_named(plan, key) | {"days": days(_task(plan, key).days)} for key in plan.chain.keys]


def hit_items(plan: Plan) -> list[dict[str, Any]]:
    """Return whom slips hit, what no plan has taken in yet first."""
    items = []
    pressing = sorted(plan.hits, key=lambda hit: -hit.open_days)
    for hit in pressing[:MOST_SENTENCES]:
        told = {
            "source": _named(plan, hit.source),
            "slip": days(_task(plan, hit.source).slip),
            "hit": _named(plan, hit.key),
            "through": _named(plan, hit.through) if hit.through != hit.source else None,
            "days": days(hit.days),
            "open": days(hit.open_days) if hit.open_days else "",
        }
        items.append(told)
    return items


def circular_items(plan: Plan) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Return the dependencies that were left out because they run in a circle."""
    return [(_named(plan, before), _named(plan, after)) for before, after in plan.network.circular]


def _named(plan: Plan, key: int) -> dict[str, str]:
    one = plan.facts.find(key)
    name = one.name if key in plan.facts.own else f"{one.name} ({participant(one)})"
    return {"name": name, "url": address_of(one)}


def _task(plan: Plan, key: int) -> Task:
    return plan.facts.tasks[key]


def participant(initiative: Any) -> str:
    """Return whose an initiative of another roadmap is."""
    return str(initiative.roadmap.participation.participant)


def address_of(initiative: Any) -> str:
    """Return where an initiative is shown."""
    return str(initiative.get_absolute_url())


def days(count: int) -> str:
    """Return a number of days in words."""
    return ngettext("%d day", "%d days", count) % count
