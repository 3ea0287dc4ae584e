"""What a plan says in words: its longest chain, and whom slips hit."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from initiatives.plan.chart import Plan
from initiatives.plan.network import Task

MOST_SENTENCES = 25


def chain_items(plan: Plan) -> list[dict[str, str]]:
    """Return the longest chain: each with its days, and the room before the next one."""
    rooms = [days(room) if room else "" for room in (*plan.chain.rooms, 0)]
    return [
        _named(plan, key) | {"days": days(_task(plan, key).days), "room": room}
        for key, room in zip(plan.chain.keys, rooms, strict=False)
    ]


def chain_words(plan: Plan) -> str:
    """Say how long the longest chain is, and what a day lost in it means for the end."""
    count = plan.chain.days
    said = ngettext(
        "Each waits for the one before it; together they take %d day, more than any other chain.",
        "Each waits for the one before it; together they take %d days, more than any other chain.",
        count,
    ) % count  # fmt: skip
    if plan.chain.room:
        meant = _(
            "Between them lie %s of room: only what is lost beyond the room after it is lost in "
            "the end."
        )
        return f"{said} {meant % days(plan.chain.room)}"
    return f"{said} {_('A day lost here is a day lost in the end.')}"


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
