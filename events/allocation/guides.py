"""A mentor or lead expert for each group, as far as there are any: the best assignment there is."""

from __future__ import annotations

from dataclasses import replace

from events.allocation.peers import City, Group, GroupPlan, GroupProblem, Guide
from events.allocation.programs import Program
from events.allocation.scoring import knows, speaks

# A guide at all weighs more than the best one; the guide that was there before stays if it can.
ANY, STAYS, SPEAKS, KNOWS, SHARES = 100, 20, 6, 3, 1


def with_guides(problem: GroupProblem, plan: GroupPlan) -> GroupPlan:
    """Return the plan with guides: pinned ones first, then as many groups as can have one."""
    cities = problem.by_key
    before = (
        {group.number: group.guide for group in problem.before.groups} if problem.before else {}
    )
    program = Program()
    chances = []
    for group in plan.groups:
        members = [cities[key] for key in group.members]
        pinned = problem.guide_pins.get(group.number)
        for guide in problem.guides:
            if may_guide(guide, group) and pinned in (None, guide.key):
                worth = _worth(guide, members, stays=before.get(group.number) == guide.key)
                column = program.column(worth * (1000 if pinned else 1))
                chances.append((column, group, guide))
    for group in plan.groups:
        program.at_most(1, [column for column, each, _guide in chances if each == group])
    for guide in problem.guides:
        for sitting in problem.sittings:
            program.at_most(
                1,
                [
                    column
                    for column, group, each in chances
                    if each == guide and group.sitting == sitting
                ],
            )
    taken = program.solve()
    guide_of = {group.number: guide.key for column, group, guide in chances if taken[column]}
    return replace(
        plan,
        groups=tuple(replace(group, guide=guide_of.get(group.number)) for group in plan.groups),
    )


def may_guide(guide: Guide, group: Group) -> bool:
    """Say whether a guide can come and has no city of its own in the group."""
    return group.sitting in guide.sittings and not guide.apart.intersection(group.members)


def _worth(guide: Guide, members: list[City], *, stays: bool) -> int:
    shares = any(city.topics & guide.topics for city in members)
    return (
        ANY
        + STAYS * stays
        + SPEAKS * speaks(guide, members)
        + KNOWS * knows(guide, members)
        + SHARES * shares
    )
