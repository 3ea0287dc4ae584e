"""What a run does for a round of groups: search, report, put to use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from time import monotonic
from typing import Any

from django.utils.translation import gettext as _

from events.allocation import baselines
from events.allocation.groups import PinsRefused, solve
from events.allocation.guides import with_guides
from events.allocation.peers import GroupPlan, GroupProblem, moved_between
from events.allocation.regrouping import solve_again
from events.allocation.relaxing import Change, smallest_change
from events.allocation.scoring import quality_of
from events.models import PeerRound, SolverRun
from events.services.peer_problems import gather
from events.services.peers import locked, put_to_use, tell

__all__ = ["has_plan", "locked", "put_to_use", "refusal", "search", "state_of", "tell"]

# Of the whole, the part that the search takes; the rest looks for the smallest change.
SEARCH = 0.85
# A worker is stopped after a minute (icc_portal.queues).
ADVICE_UNTIL_S = 45.0


class _OutOfTime(Exception):
    """The search took so long that there is no time left for advice."""


def refusal(round: PeerRound) -> str:
    """Return why no groups can be asked for now, or ""."""
    if not round.sessions.exists():
        return _("Choose the sessions in which groups meet first.")
    if round.entries.count() < round.smallest:
        return _("Add the cities that take part first.")
    return ""


def has_plan(round: PeerRound) -> bool:
    """Say whether there are groups."""
    return round.groups.exists()


def state_of(round: PeerRound) -> str:
    """Return a fingerprint of what a plan depends on."""
    return gather(round, keeps=True).state


def search(run: SolverRun, tell_progress: Callable[[float], None]) -> dict[str, Any]:
    """Return the plan found, in keys of rows, with its report; a plan of None when pins refuse."""
    assert run.peer_round is not None  # noqa: S101 - `runs` asks for a round of groups alone
    began = monotonic()
    gathered = gather(run.peer_round, keeps=run.keeps)
    problem = gathered.problem
    try:
        if run.keeps:
            plan = solve_again(problem, run.seed, tell=lambda part: tell_progress(SEARCH * part))
        else:
            plan = solve(problem, run.seed, tell=lambda part: tell_progress(SEARCH * part))
    except PinsRefused as refused:
        report = {"refused": [asdict(each) for each in refused.broken]}
        return {"plan": None, "report": report, "stands_on": gathered.state}
    change = (
        _what_would_help(problem, plan, run.seed, tell_progress, began) if plan.unplaced else None
    )
    chance = baselines.by_chance(problem, run.seed)
    standing = gather(run.peer_round, keeps=True).problem.before
    return {
        "plan": {
            "groups": [
                {
                    "number": group.number,
                    "session": group.sitting,
                    "cities": list(group.members),
                    "guide": group.guide,
                }
                for group in plan.groups
            ],
            "unplaced": list(plan.unplaced),
        },
        "report": {
            "quality": asdict(quality_of(problem, plan)),
            "greedy": asdict(quality_of(problem, with_guides(problem, baselines.greedy(problem)))),
            "chance": asdict(quality_of(problem, with_guides(problem, chance))),
            "unplaced": list(plan.unplaced),
            "change": asdict(change) if change else None,
            "moved": _moved(standing, plan),
        },
        "stands_on": gathered.state,
    }


def _what_would_help(
    problem: GroupProblem,
    plan: GroupPlan,
    seed: int,
    tell_progress: Callable[[float], None],
    began: float,
) -> Change | None:
    """Look for the smallest change while there is time: the plan is worth more than the advice."""

    def tell_in_time(part: float) -> None:
        tell_progress(SEARCH + (1 - SEARCH) * part)
        if monotonic() - began > ADVICE_UNTIL_S:
            raise _OutOfTime

    try:
        return smallest_change(problem, plan, seed, tell_in_time)
    except _OutOfTime:
        return None


def _moved(standing: GroupPlan | None, plan: GroupPlan) -> list[dict[str, int | None]]:
    if standing is None:
        return []
    old, new = standing.seats, plan.seats
    return [
        {"city": city, "from": old[city], "to": new.get(city)}
        for city in moved_between(standing, plan)
    ]
