"""From a plan's facts to its picture, its table, and what it says in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.pictures import Arrow, GanttRow, Mark, Phase, gantt
from cities.pictures.scales import shortened
from initiatives import dates
from initiatives.models import MOST_LEVELS, InitiativeStatus, MilestoneStatus, Precision
from initiatives.plan import levels
from initiatives.plan.facts import PlanFacts, Stop
from initiatives.plan.levels import Node
from initiatives.plan.network import Chain, Hit, Network, Task

# More rows than these are folded into the level above, unless somebody asks for them.
MOST_ROWS = 60
MOST_SENTENCES = 25
# Of the milestones of a row so many are named; a row may hold those of a whole branch. Where there
# are hundreds of rows fewer are: the page stays light, and a branch names more.
MOST_NAMED, FEWER_NAMED = 8, 2
STATES = {
    InitiativeStatus.DONE: "done",
    InitiativeStatus.RUNNING: "current",
    InitiativeStatus.STOPPED: "dropped",
}


@dataclass(frozen=True)
class Line:
    """A row of the table beside the picture."""

    name: str
    url: str
    number: str
    depth: str
    milestones: str
    """Each with its date and what became of it, on a line of its own; the first of many."""
    when: str
    plan: str
    slip: int
    slip_words: str
    waits_for: list[dict[str, str]]
    late: str
    """How many milestones have passed without a word."""
    is_critical: bool
    folded: str
    """How many initiatives are drawn in this row, besides its own."""
    branch: str
    """Where these are shown."""


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
        self._critical = {self.row_of[key] for key in self.chain.keys if key in self.row_of}
        self._words: dict[date, str] = {}
        self._dates: dict[tuple[Any, ...], str] = {}

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
        stops = self._stops(node)
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
            is_critical=one.pk in self._critical,
        )

    def _stops(self, node: Node) -> list[Stop]:
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

    # ── the table ───────────────────────────────────────────────────────────────────────────────
    def lines(self) -> list[Line]:
        """Return the rows of the table, in the order of the picture."""
        waits = self._waits()
        return [self._line(node, waits) for node in self.shown]

    def _line(self, node: Node, waits: dict[int, list[dict[str, str]]]) -> Line:
        key = node.initiative.pk
        task = self.facts.tasks.get(key)
        is_folded = node.depth - self.base >= self.level
        has_moved = task is not None and (task.plan_start, task.plan_end) != (task.start, task.end)
        late = sum(stop.is_late(self.today) for stop in self._stops(node))
        return Line(
            name=node.initiative.name,
            url=_address(node.initiative),
            number=node.number,
            depth=str(node.depth),
            milestones=self._named_stops(node),
            when=self._span(task.start, task.end) if task else "",
            plan=self._span(task.plan_start, task.plan_end) if task and has_moved else "",
            slip=task.slip if task else 0,
            slip_words=_slip_words(task),
            waits_for=waits.get(key, []),
            late=str(late or ""),
            is_critical=key in self._critical,
            folded=_parts(node.size) if is_folded and node.size else "",
            branch=f"?branch={key}",
        )

    def _named_stops(self, node: Node) -> str:
        """Return the milestones of a row in words, the earliest first."""
        known = [one for one in self._stops(node) if one.status != MilestoneStatus.DROPPED]
        known.sort(key=lambda stop: stop.first or date.max)
        most = MOST_NAMED if len(self.shown) <= MOST_ROWS else FEWER_NAMED
        told = [self._stop_words(stop) for stop in known[:most]]
        more = len(known) - most
        if more > 0:
            told.append(ngettext("and %d more", "and %d more", more) % more)
        return "\n".join(told)

    def _stop_words(self, stop: Stop) -> str:
        key = (stop.precision, stop.starts_on, stop.ends_on, stop.project_month, stop.date_text)
        if key not in self._dates:
            known = dates.PartialDate(Precision(stop.precision), *key[1:])
            self._dates[key] = dates.words(known)
        told = f"{stop.title}: {self._dates[key]}"
        if stop.status == MilestoneStatus.REACHED:
            return _("%s (reached)") % told
        return _("%s (not reported)") % told if stop.is_late(self.today) else told

    def _waits(self) -> dict[int, list[dict[str, str]]]:
        """Return for each row what it waits for, each named once."""
        numbers = {node.initiative.pk: node.number for node in levels.flat(self.facts.nodes)}
        found: dict[int, dict[str, dict[str, str]]] = {}
        for need in self.facts.needs:
            row = self.row_of.get(need.initiative)
            if row is None:
                continue
            if need.on is not None and need.on in numbers:
                if self.row_of.get(need.on) == row:
                    continue
                told = {"text": numbers[need.on], "title": self.facts.own[need.on].name}
            elif need.on is not None:
                other = self.facts.others[need.on]
                told = {"text": f"{other.name} ({participant(other)})", "url": _address(other)}
            else:
                told = {"text": shortened(need.words, 80)}
            found.setdefault(row, {})[told["text"]] = told
        return {row: list(told.values()) for row, told in found.items()}

    def _span(self, start: date, end: date) -> str:
        first, last = self._month(start), self._month(end)
        return first if first == last else f"{first} – {last}"

    def _month(self, day: date) -> str:
        # The same months occur hundreds of times, and writing one takes a while.
        key = day.replace(day=1)
        if key not in self._words:
            self._words[key] = date_format(key, "M Y")
        return self._words[key]

    # ── words ───────────────────────────────────────────────────────────────────────────────────
    def chain_items(self) -> list[dict[str, str]]:
        """Return the longest chain: each with its days."""
        return [self._named(key) | {"days": _days(self._task(key).days)} for key in self.chain.keys]

    def hit_items(self) -> list[dict[str, Any]]:
        """Return whom slips hit, what no plan has taken in yet first."""
        items = []
        pressing = sorted(self.hits, key=lambda hit: -hit.open_days)
        for hit in pressing[:MOST_SENTENCES]:
            told = {
                "source": self._named(hit.source),
                "slip": _days(self._task(hit.source).slip),
                "hit": self._named(hit.key),
                "through": self._named(hit.through) if hit.through != hit.source else None,
                "days": _days(hit.days),
                "open": _days(hit.open_days) if hit.open_days else "",
            }
            items.append(told)
        return items

    def circular_items(self) -> list[tuple[dict[str, str], dict[str, str]]]:
        """Return the dependencies that were left out because they run in a circle."""
        return [
            (self._named(before), self._named(after)) for before, after in self.network.circular
        ]

    def _named(self, key: int) -> dict[str, str]:
        one = self.facts.find(key)
        name = one.name if key in self.facts.own else f"{one.name} ({participant(one)})"
        return {"name": name, "url": _address(one)}

    def _task(self, key: int) -> Task:
        return self.facts.tasks[key]


def participant(initiative: Any) -> str:
    """Return whose an initiative of another roadmap is."""
    return str(initiative.roadmap.participation.participant)


def _address(initiative: Any) -> str:
    return str(initiative.get_absolute_url())


def _raised(nodes: Sequence[Node], base: int) -> list[Node]:
    """Return a branch as if it stood on the first level."""
    if not base:
        return list(nodes)
    return [
        Node(one.initiative, one.number, one.depth - base, _raised(one.children, base))
        for one in nodes
    ]


def _days(count: int) -> str:
    return ngettext("%d day", "%d days", count) % count


def _parts(count: int) -> str:
    return ngettext("+ %d part", "+ %d parts", count) % count


def _slip_words(task: Task | None) -> str:
    if task is None or task.slip == 0:
        return ""
    if task.slip > 0:
        return _("%s later") % _days(task.slip)
    return _("%s earlier") % _days(-task.slip)
