"""From a plan's facts to its rows and its picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from cities.pictures import Arrow, GanttRow, Mark, Phase, gantt
from initiatives.models import MOST_LEVELS, InitiativeStatus, MilestoneStatus, Precision
from initiatives.plan import levels
from initiatives.plan.facts import PlanFacts, Stop
from initiatives.plan.levels import Node
from initiatives.plan.network import Chain, Hit, Network

# More rows than these are folded into the level above, unless somebody asks for them.
MOST_ROWS = 60
STATES = {
    InitiativeStatus.DONE: "done",
    InitiativeStatus.RUNNING: "current",
    InitiativeStatus.STOPPED: "dropped",
}


def best_level(nodes: Iterable[Node]) -> int:
    """Return the deepest level that can be read at a glance."""
    depths = [node.depth for node in levels.flat(nodes)]
    deepest = max(depths, default=1)
    fitting = [
        level
        for level in range(1, deepest + 1)
        if sum(depth <= level for depth in depths) <= MOST_ROWS
    ]
    return max(fitting, default=1)


class Plan:
    """The plan of a roadmap as it is shown: down to a level, or one branch of it."""

    def __init__(
        self, facts: PlanFacts, today: date, *, level: int | None = None, branch: int | None = None
    ) -> None:
        self.facts, self.today = facts, today
        root = levels.find(facts.nodes, branch) if branch else None
        self.branch = root
        nodes = [root] if root else facts.nodes
        self.base = root.depth - 1 if root else 0
        self.deepest = max((node.depth for node in levels.flat(nodes)), default=1) - self.base
        self.level = min(level or best_level(_raised(nodes, self.base)), MOST_LEVELS)
        placed = list(levels.flat(nodes))
        self.shown = [node for node in placed if node.depth - self.base <= self.level]
        self.row_of: dict[int, int] = {}
        self._fold(nodes, None)
        self.network: Network = facts.network()
        self.chain: Chain = self.network.longest_chain()
        self.hits: list[Hit] = self.network.hits()
        self.critical = {self.row_of[key] for key in self.chain.keys if key in self.row_of}

    def _fold(self, nodes: Iterable[Node], row: int | None) -> None:
        """Find for every initiative the row in which it is drawn."""
        for node in nodes:
            key = node.initiative.pk
            at = key if node.depth - self.base <= self.level else row
            if at is not None:
                self.row_of[key] = at
            self._fold(node.children, at)

    # ── the picture ─────────────────────────────────────────────────────────────────────────────
    def picture(self, id: str, title: str, phases: Iterable[Any]) -> Any:
        """Draw it; None when nothing has dates."""
        if not any(node.initiative.pk in self.facts.tasks for node in self.shown):
            return None
        rows = [self._row(node) for node in self.shown]
        bands = [
            Phase(phase.name, phase.starts_on, phase.ends_on)
            for phase in phases
            if phase.starts_on and phase.ends_on
        ]
        return gantt(id, title, rows, phases=bands, arrows=self._arrows(), today=self.today)

    def _row(self, node: Node) -> GanttRow:
        one = node.initiative
        task = self.facts.tasks.get(one.pk)
        stops = self.stops_of(node)
        return GanttRow(
            key=one.pk,
            number=node.number,
            label=one.name,
            depth=node.depth - self.base,
            start=task.start if task else None,
            end=task.end if task else None,
            plan_start=task.plan_start if task else None,
            plan_end=task.plan_end if task else None,
            state=STATES.get(one.status, "todo"),
            marks=tuple(
                Mark(stop.last, self._state(stop), stop.precision != Precision.DAY)
                for stop in stops
                if stop.last and stop.status != MilestoneStatus.DROPPED
            ),
            is_critical=one.pk in self.critical,
        )

    def stops_of(self, node: Node) -> list[Stop]:
        """Return the milestones drawn in a row: its own, and those of what is folded into it."""
        if node.depth - self.base >= self.level:
            return self.facts.stops_within(node)
        return self.facts.stops.get(node.initiative.pk, [])

    def _state(self, stop: Stop) -> str:
        if stop.status == MilestoneStatus.REACHED:
            return "done"
        if stop.is_late(self.today):
            return "silent"
        return "current" if stop.starts_on and stop.starts_on <= self.today else "todo"

    def _arrows(self) -> list[Arrow]:
        critical = {self._rows_of(edge) for edge in self.chain.edges}
        found = dict.fromkeys(self._rows_of(edge) for edge in self.facts.edges)
        return [
            Arrow(before, after, (before, after) in critical)
            for before, after in found
            if before is not None and after is not None and before != after
        ]

    def _rows_of(self, edge: tuple[int, int]) -> tuple[int | None, int | None]:
        return self.row_of.get(edge[0]), self.row_of.get(edge[1])


def _raised(nodes: Sequence[Node], base: int) -> list[Node]:
    """Return a branch as if it stood on the first level."""
    if not base:
        return list(nodes)
    return [
        Node(one.initiative, one.number, one.depth - base, _raised(one.children, base))
        for one in nodes
    ]
