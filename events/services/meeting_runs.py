"""What a run does for a round of one-to-one talks: search, report, put to use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from django.utils.translation import gettext as _

from events.allocation import meetings, refilling
from events.models import MeetingRound, SolverRun
from events.services.meeting_problems import GatheredTalks
from events.services.meetings import locked, put_to_use, tell

__all__ = ["has_plan", "locked", "put_to_use", "refusal", "search", "state_of", "tell"]


def refusal(round: MeetingRound) -> str:
    """Return why no talks can be asked for now, or ""."""
    if not round.slots.exists():
        return _("Add the slots in which talks take place first.")
    if not round.askers.filter(wishes__is_closed=False).exists():
        return _("No city has wished for an expert yet.")
    if not round.experts.filter(offers__isnull=False).exists():
        return _("No expert has offered a slot yet.")
    return ""


def has_plan(round: MeetingRound) -> bool:
    """Say whether there are talks."""
    return round.meetings.live().exists()


def state_of(round: MeetingRound) -> str:
    """Return a fingerprint of what a plan depends on."""
    return GatheredTalks(round).state


def search(run: SolverRun, tell_progress: Callable[[float], None]) -> dict[str, Any]:
    """Return the plan found, in keys of rows, with its report; a plan of None when pins refuse."""
    assert run.meeting_round is not None  # noqa: S101 - `runs` asks for a round of talks alone
    gathered = GatheredTalks(run.meeting_round)
    problem = gathered.ahead
    if not run.keeps:
        problem = replace(problem, before=frozenset())
    try:
        plan = meetings.solve(problem, tell=tell_progress)
    except meetings.TalkPinsRefused as why:
        report: dict[str, Any] = {"refused": [asdict(talk) for talk in sorted(why.talks)]}
        return {"plan": None, "report": report, "stands_on": gathered.state}
    served = {talk.city for talk in plan.talks}
    without = [city.key for city in problem.cities if city.wishes and city.key not in served]
    helps = [refilling.smallest_help(problem, plan.talks, city) for city in without]
    refused = refilling.refusals(problem, plan.talks)
    standing = gathered.problem.before
    return {
        "plan": {"talks": [asdict(talk) for talk in plan.talks]},
        "report": {
            "quality": asdict(meetings.quality_of(problem, plan.talks)),
            "greedy": asdict(meetings.quality_of(problem, refilling.greedy(problem))),
            "chance": asdict(meetings.quality_of(problem, refilling.by_chance(problem, run.seed))),
            "proved": plan.proved,
            "reasons": dict(Counter(each.reason for each in refused)),
            "without": without,
            "helps": [asdict(each) for each in helps if each],
            "moved": [asdict(talk) for talk in sorted(standing - set(plan.talks))],
        },
        "stands_on": gathered.state,
    }
