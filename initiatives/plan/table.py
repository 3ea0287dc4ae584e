"""The table beside the picture of a plan: a row for each initiative that is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.addressing import Addresses
from cities.pictures.scales import shortened
from initiatives import dates
from initiatives.models import MilestoneStatus, Precision
from initiatives.plan import levels
from initiatives.plan.chart import MOST_ROWS, Plan
from initiatives.plan.facts import Stop
from initiatives.plan.levels import Node
from initiatives.plan.telling import address_of, days, participant

# Of the milestones of a row so many are named; a row may hold those of a whole branch. Where there
# are hundreds of rows fewer are: the page stays light, and a branch names more.
MOST_NAMED, FEWER_NAMED = 8, 2
# Of words that say what is waited for so many signs.
MOST_SIGNS = 80


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


class Table:
    """The rows of a plan's table. What many of them say alike is written once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._words: dict[tuple[int, int], str] = {}
        self._dates: dict[tuple[Any, ...], str] = {}
        self._slips: dict[int, str] = {}
        self._page = Addresses("initiatives:initiative-detail")
        self._reached, self._silent = _("%s (reached)"), _("%s (not reported)")

    def lines(self) -> list[Line]:
        """Return the rows of the table, in the order of the picture."""
        waits = self._waits()
        return [self._line(node, waits) for node in self.plan.shown]

    def _line(self, node: Node, waits: dict[int, list[dict[str, str]]]) -> Line:
        key = node.initiative.pk
        task = self.plan.facts.tasks.get(key)
        is_folded = node.depth - self.plan.base >= self.plan.level
        has_moved = task is not None and (task.plan_start, task.plan_end) != (task.start, task.end)
        late = sum(stop.is_late(self.plan.today) for stop in self.plan.stops_of(node))
        return Line(
            name=node.initiative.name,
            url=self._page.of(node.initiative.slug),
            number=node.number,
            depth=str(node.depth),
            milestones=self._named_stops(node),
            when=self._span(task.start, task.end) if task else "",
            plan=self._span(task.plan_start, task.plan_end) if task and has_moved else "",
            slip=task.slip if task else 0,
            slip_words=self._slip_words(task.slip) if task else "",
            waits_for=waits.get(key, []),
            late=str(late or ""),
            is_critical=key in self.plan.critical,
            folded=_parts(node.size) if is_folded and node.size else "",
            branch=f"?branch={key}",
        )

    def _named_stops(self, node: Node) -> str:
        """Return the milestones of a row in words, the earliest first."""
        known = [one for one in self.plan.stops_of(node) if one.status != MilestoneStatus.DROPPED]
        known.sort(key=lambda stop: stop.first or date.max)
        most = MOST_NAMED if len(self.plan.shown) <= MOST_ROWS else FEWER_NAMED
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
            return self._reached % told
        return self._silent % told if stop.is_late(self.plan.today) else told

    def _waits(self) -> dict[int, list[dict[str, str]]]:
        """Return for each row what it waits for, each named once."""
        numbers = {node.initiative.pk: node.number for node in levels.flat(self.plan.facts.nodes)}
        found: dict[int, dict[str, dict[str, str]]] = {}
        for need in self.plan.facts.needs:
            row = self.plan.row_of.get(need.initiative)
            if row is None:
                continue
            if need.on is not None and need.on in numbers:
                if self.plan.row_of.get(need.on) == row:
                    continue
                told = {"text": numbers[need.on], "title": self.plan.facts.own[need.on].name}
            elif need.on is not None:
                other = self.plan.facts.others[need.on]
                told = {"text": f"{other.name} ({participant(other)})", "url": address_of(other)}
            else:
                told = {"text": shortened(need.words, MOST_SIGNS)}
                if told["text"] != need.words:
                    # The rest stands in the charter of whoever waits.
                    charter = address_of(self.plan.facts.find(need.initiative))
                    told["url"] = f"{charter}#content"
            found.setdefault(row, {})[need.words or told["text"]] = told
        return {row: list(told.values()) for row, told in found.items()}

    def _span(self, start: date, end: date) -> str:
        first, last = self._month(start), self._month(end)
        return first if first == last else f"{first} – {last}"

    def _month(self, day: date) -> str:
        # The same months occur hundreds of times, and writing one takes a while.
        key = (day.year, day.month)
        if key not in self._words:
            self._words[key] = date_format(day, "M Y")
        return self._words[key]

    def _slip_words(self, slip: int) -> str:
        if slip not in self._slips:
            self._slips[slip] = _slip_words(slip)
        return self._slips[slip]


def _parts(count: int) -> str:
    return ngettext("+ %d part", "+ %d parts", count) % count


def _slip_words(slip: int) -> str:
    if slip > 0:
        return _("%s later") % days(slip)
    return _("%s earlier") % days(-slip) if slip else ""
