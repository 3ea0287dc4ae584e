"""What a plan is made of, read with a constant number of queries whatever its size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from cities.models import Actor
from initiatives.models import (
    Dependency,
    Initiative,
    InitiativeStatus,
    Milestone,
    MilestoneStatus,
    Roadmap,
)
from initiatives.plan import levels
from initiatives.plan.levels import Node
from initiatives.plan.network import Edge, Network, Task

OVER = (InitiativeStatus.DONE, InitiativeStatus.STOPPED)


class Stop(NamedTuple):
    """A milestone, with what a plan needs of it."""

    pk: int
    initiative: int
    title: str
    status: str
    precision: str
    starts_on: date | None
    ends_on: date | None
    reached_on: date | None
    plan_starts_on: date | None
    plan_ends_on: date | None
    project_month: int | None
    date_text: str

    @property
    def first(self) -> date | None:
        """Return its first day; when it was reached, that day."""
        return self.reached_on or self.starts_on

    @property
    def last(self) -> date | None:
        """Return its last day; when it was reached, that day."""
        return self.reached_on or self.ends_on or self.starts_on

    def is_late(self, today: date) -> bool:
        """Say whether its last day has passed without a word."""
        return bool(self.status == MilestoneStatus.PLANNED and self.last and self.last < today)


@dataclass(frozen=True)
class Need:
    """Something an initiative waits for: an initiative, an organisation, or words."""

    initiative: int
    on: int | None
    words: str


@dataclass
class PlanFacts:
    """A roadmap's initiatives as a tree, their milestones, and what waits for what."""

    nodes: list[Node]
    stops: dict[int, list[Stop]]
    needs: list[Need]
    others: dict[int, Any] = field(default_factory=dict)
    """Other roadmaps' initiatives that this one waits for, or that wait for it."""

    def __post_init__(self) -> None:
        """Work out the dates of each initiative, with all that is part of it."""
        placed = list(levels.flat(self.nodes))
        self.own: dict[int, Any] = {node.initiative.pk: node.initiative for node in placed}
        found: dict[int, Task | None] = {}
        # What is part of something comes after it; here it is needed first.
        for node in reversed(placed):
            key = node.initiative.pk
            parts = [found[child.initiative.pk] for child in node.children]
            found[key] = _together(self._task(node.initiative), *parts)
        found |= {key: self._task(one) for key, one in self.others.items()}
        self.tasks: dict[int, Task] = {key: task for key, task in found.items() if task}

    def _task(self, initiative: Any) -> Task | None:
        """Return the stretch of an initiative; what is completed or stopped is over."""
        task = task_of(self.stops.get(initiative.pk, []))
        if task is not None and initiative.status in OVER:
            return replace(task, is_over=True)
        return task

    @property
    def edges(self) -> list[Edge]:
        """Return the dependencies between initiatives."""
        return [(one.on, one.initiative) for one in self.needs if one.on is not None]

    def network(self) -> Network:
        """Return what is dated, in the order of what waits for what."""
        return Network.of(self.tasks, self.edges)

    def stops_within(self, node: Node) -> list[Stop]:
        """Return the milestones of an initiative and of all that is part of it."""
        keys = [node.initiative.pk, *(one.initiative.pk for one in node.below)]
        return [stop for key in keys for stop in self.stops.get(key, [])]

    def find(self, key: int) -> Any:
        """Return an initiative of this roadmap or of another."""
        return self.own.get(key) or self.others.get(key)


def task_of(stops: Iterable[Stop]) -> Task | None:
    """Return the stretch that milestones cover, now and in the first plan; None without dates.

    It is over when all of them are reached.
    """
    holding = [one for one in stops if one.status != MilestoneStatus.DROPPED]
    dated = [(one, one.first, one.last) for one in holding if one.first and one.last]
    if not dated:
        return None
    start = min(first for _one, first, _last in dated)
    end = max(last for _one, _first, last in dated)
    return Task(
        start=start,
        end=max(start, end),
        plan_start=min(one.plan_starts_on or first for one, first, _last in dated),
        plan_end=max(
            one.plan_ends_on or one.plan_starts_on or one.ends_on or last
            for one, _first, last in dated
        ),
        is_over=all(one.status == MilestoneStatus.REACHED for one in holding),
    )


def _together(*tasks: Task | None) -> Task | None:
    """Return the stretch that tasks cover together."""
    known = [one for one in tasks if one is not None]
    if not known:
        return None
    return Task(
        start=min(one.start for one in known),
        end=max(one.end for one in known),
        plan_start=min(one.plan_start for one in known),
        plan_end=max(one.plan_end for one in known),
        is_over=all(one.is_over for one in known),
    )


def read(roadmap: Roadmap, user: Actor, narrowed: QuerySet[Initiative] | None = None) -> PlanFacts:
    """Read the plan of a roadmap as far as somebody may know of it: four queries.

    `narrowed` are the initiatives to show, of those the person may know of.
    """
    shown = narrowed
    if shown is None:
        shown = Initiative.objects.visible_to(user).filter(roadmap=roadmap)
    rows = list(shown.only("pk", "parent", "position", "name", "slug", "status"))
    keys = [one.pk for one in rows]
    needs = _needs(keys)
    elsewhere = {key for one in needs for key in (one.initiative, one.on) if key} - set(keys)
    found = {one.pk: one for one in _others(elsewhere, user)} if elsewhere else {}
    visible = {*keys, *found}
    return PlanFacts(
        nodes=levels.tree(rows),
        stops=_stops([*keys, *found]),
        needs=[
            one for one in needs if one.initiative in visible and (not one.on or one.on in visible)
        ],
        others=found,
    )


def _others(keys: Iterable[int], user: Actor) -> QuerySet[Initiative]:
    known = Initiative.objects.visible_to(user).filter(pk__in=keys)
    return known.select_related(
        "roadmap__participation__city", "roadmap__participation__consortium"
    )


def _needs(keys: Sequence[int]) -> list[Need]:
    rows = Dependency.objects.filter(Q(initiative__in=keys) | Q(on_initiative__in=keys))
    return [
        Need(initiative, on, "" if on else " – ".join(filter(None, (organisation, text))))
        for initiative, on, organisation, text in rows.order_by("position", "pk").values_list(
            "initiative", "on_initiative", "on_organisation__name", "text"
        )
    ]


def _stops(keys: Sequence[int]) -> dict[int, list[Stop]]:
    found: dict[int, list[Stop]] = defaultdict(list)
    rows = Milestone.objects.filter(initiative__in=keys).order_by("position", "pk")
    for row in rows.values_list(*Stop._fields):
        stop = Stop(*row)
        found[stop.initiative].append(stop)
    return found
