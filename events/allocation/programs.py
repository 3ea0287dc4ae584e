"""Integer programs of yes and no, solved by HiGHS: one thread and a fixed seed, so repeatable.

HiGHS: Huangfu and Hall, Mathematical Programming Computation 10, 2018.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np

OPEN = highspy.kHighsInf


class NoPlan(Exception):
    """The rules leave no way at all."""


@dataclass
class Program:
    """Columns are yes or no, rows bound how many are yes; the sum of worths is maximised."""

    worths: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    rows: list[tuple[float, float, list[tuple[int, float]]]] = field(default_factory=list)
    proved: bool = True
    """Whether the last solution is known to be the best."""

    def column(self, worth: float, *, whole: bool = True, most: float = 1.0) -> int:
        """Add a column; return its number."""
        self.worths.append(worth)
        self.whole.append(whole)
        self.upper.append(most)
        return len(self.worths) - 1

    def at_most(self, most: float, columns: Iterable[int]) -> None:
        """Let at most so many of these be yes; a row that cannot bind is left out."""
        entries = [(column, 1.0) for column in columns]
        if len(entries) > most:
            self.rows.append((-OPEN, most, entries))

    def at_least(self, least: float, columns: Iterable[int]) -> None:
        """Let at least so many of these be yes."""
        self.rows.append((least, OPEN, [(column, 1.0) for column in columns]))

    def no_more_than(self, columns: Sequence[int], others: Sequence[int]) -> None:
        """Let no more of the first be yes than of the others."""
        entries = [*((one, 1.0) for one in columns), *((one, -1.0) for one in others)]
        self.rows.append((-OPEN, 0.0, entries))

    def fix(self, column: int) -> None:
        """Make a column yes."""
        self.rows.append((1.0, 1.0, [(column, 1.0)]))

    def solve(
        self, *, seconds: float = 60.0, goes_on: Callable[[], None] | None = None
    ) -> list[bool]:
        """Return yes or no for each column. `goes_on` is asked now and then, and may raise.

        Raises NoPlan when no solution exists or none was found in time.
        """
        if not self.worths:
            return []
        solver = highspy.Highs()
        options = {
            "output_flag": False, "threads": 1, "random_seed": 0, "time_limit": seconds,
            "mip_rel_gap": 0.0, "mip_abs_gap": 0.99,
        }  # fmt: skip
        for name, value in options.items():
            solver.setOptionValue(name, value)
        solver.passModel(self._model())
        stopped = _watch(solver, goes_on) if goes_on else []
        solver.run()
        if stopped:
            raise stopped[0]
        status = solver.getModelStatus()
        self.proved = status == highspy.HighsModelStatus.kOptimal
        found = solver.getInfo().primal_solution_status
        if found != highspy.SolutionStatus.kSolutionStatusFeasible:
            raise NoPlan
        values = np.asarray(solver.getSolution().col_value)
        return [bool(value > 0.5) for value in values]

    def _model(self) -> highspy.HighsLp:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.worths), len(self.rows)
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.col_cost_ = np.array(self.worths, dtype=np.double)
        lp.col_lower_ = np.zeros(len(self.worths))
        lp.col_upper_ = np.array(self.upper, dtype=np.double)
        lp.row_lower_ = np.array([low for low, _high, _entries in self.rows], dtype=np.double)
        lp.row_upper_ = np.array([high for _low, high, _entries in self.rows], dtype=np.double)
        entries = [each for _low, _high, row in self.rows for each in row]
        starts = np.cumsum([0, *(len(row) for _low, _high, row in self.rows)])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = starts.astype(np.int32)
        lp.a_matrix_.index_ = np.array([column for column, _value in entries], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([value for _column, value in entries], dtype=np.double)
        lp.integrality_ = [
            highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
            for whole in self.whole
        ]
        return lp


def _watch(solver: highspy.Highs, goes_on: Callable[[], None]) -> list[BaseException]:
    """Ask `goes_on` while the solver works; return a list that holds what it raised, if it did."""
    stopped: list[BaseException] = []

    def ask(event: highspy.HighsCallbackEvent) -> None:
        if not stopped:
            try:
                goes_on()
            except BaseException as why:  # noqa: BLE001 - it is raised again once the solver stops
                stopped.append(why)
        event.interrupt(bool(stopped))

    solver.cbMipInterrupt.subscribe(ask)
    solver.cbSimplexInterrupt.subscribe(ask)
    return stopped
