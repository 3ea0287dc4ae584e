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
    if told is None:
        return found
    # The table beside the picture has no columns in which nothing stands.
    rows, widths = told.rows, [2, 3, 1.3, 1.6]
    kept = [at for at in range(len(widths)) if at == 0 or any(row[at] for row in rows)]
    narrowed = {
        "columns": [str(told.columns[at]) for at in kept],
        "rows": [[row[at] for at in kept] for row in rows],
        "widths": [widths[at] for at in kept],
    }
    return [*found, block_of(told) | narrowed]
