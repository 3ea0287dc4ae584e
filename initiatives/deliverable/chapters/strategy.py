"""Where the city wants to go: vision, ambitions, the matrix, objectives, governance."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives import pictures
from initiatives.deliverable import blocks
from initiatives.deliverable.blocks import Block
from initiatives.deliverable.drawing import block_of
from initiatives.deliverable.facts import Facts
from initiatives.deliverable.kinds import fills
from initiatives.models import Horizon, as_trees


@fills("vision", gettext_lazy("Vision and ambitions"))
def vision(facts: Facts) -> list[Block]:
    """What the city wants to become."""
    statements = [one.statement for one in facts.ambitions_of(Horizon.VISION)]
    told = blocks.lines(facts.roadmap.vision)
    return [
        *([{"type": "quote", "paragraphs": told}] if told else []),
        *blocks.listing(statements),
    ]


@fills("matrix", gettext_lazy("Matrix of ambitions and axes"))
def matrix(facts: Facts) -> list[Block]:
    """What the city does where an axis meets an ambition."""
    ambitions = facts.ambitions_of(Horizon.VISION)
    if not facts.axes or not ambitions:
        return []
    rows = [
        [one.statement, *("\n".join(facts.cells.get((one.pk, axis.pk), [])) for axis in facts.axes)]
        for one in ambitions
    ]
    return blocks.table(
        _("What the city does, by ambition and axis"),
        [_("Ambition"), *(axis.name for axis in facts.axes)],
        rows,
    )


@fills("objectives", gettext_lazy("Numbered objectives: ambitions with their steps"))
def objectives(facts: Facts) -> list[Block]:
    """Every ambition as a numbered objective, with the steps on the way."""
    found: list[Block] = []
    for number, one in enumerate(facts.ambitions, start=1):
        found.append(blocks.heading(f"{number}. {one.statement}"))
        found += blocks.listing(step.text for step in one.steps.all())
    return found


@fills("governance", gettext_lazy("Governance"))
def governance(facts: Facts) -> list[Block]:
    """Who steers the roadmap, and who reports to whom."""
    in_order = [body for tree in as_trees(facts.bodies) for body in tree.flat()]
    told = pictures.governance_of(facts.roadmap, in_order)
    found = blocks.paragraphs(facts.roadmap.governance)
    widths = [2, 3, 1.3, 1.6]
    if told and any(body.above_id for body in in_order):
        return [*found, block_of(told, widths=widths)]
    # Boxes of which none stands above another show nothing.
    rows = told.rows if told else []
    columns = told.columns if told else []
    return [*found, *blocks.table(_("Bodies and roles"), columns, rows, widths=widths)]
