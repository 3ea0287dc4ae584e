"""Who steers a roadmap, drawn as a tree."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from cities.pictures import Body, tree_chart
from initiatives.models import BodyTree, GovernanceBody, Roadmap, as_trees
from initiatives.pictures.figures import Figure


def governance_of(roadmap: Roadmap, bodies: Sequence[GovernanceBody]) -> Figure | None:
    """Draw the bodies, and who stands above whom; None while there is nobody."""
    if not bodies:
        return None
    names = {body.pk: body.name for body in bodies}
    reports = any(body.above_id in names for body in bodies)
    caption = _("Who reports to whom") if reports else _("Bodies and roles")
    picture = tree_chart(f"bodies-{roadmap.pk}", caption, [_drawn(one) for one in as_trees(bodies)])
    rows = [
        [
            body.name,
            body.role,
            body.rhythm,
            names.get(body.above_id, "") if body.above_id else "",
        ]
        for body in bodies
    ]
    columns = [_("Body or role"), _("What it does"), _("How often it meets"), _("Reports to")]
    return Figure(f"bodies-table-{roadmap.pk}", caption, picture, columns, rows)


def _drawn(tree: BodyTree) -> Body:
    return Body(tree.body.name, tree.body.rhythm, [_drawn(one) for one in tree.below])
