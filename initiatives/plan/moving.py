"""Moving initiatives about in their tree, one step at a time, each under a lock of the roadmap."""

from __future__ import annotations

from collections import defaultdict

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.models import Initiative, Roadmap
from initiatives.models.placing import Family
from initiatives.plan.levels import Node, find, tree


class Move(models.TextChoices):
    """A step in the tree."""

    UP = "up", gettext_lazy("Up")
    DOWN = "down", gettext_lazy("Down")
    IN = "in", gettext_lazy("Into the one above")
    OUT = "out", gettext_lazy("Out of its group")


class MoveRefused(Exception):
    """The step cannot be taken; the words can be shown."""


@transaction.atomic
def move(roadmap: Roadmap, key: int, step: Move, *, seen: str) -> Node:
    """Take a step with an initiative that stood at the number `seen`; return where it was.

    Somebody who saw another order is told so: a second click of the same button moves nothing.
    """
    lock(roadmap)
    rows = list(Initiative.objects.filter(roadmap=roadmap))
    nodes = tree(rows)
    node = find(nodes, key)
    if node is None or node.number != seen:
        raise MoveRefused(_("The order has changed meanwhile: look at it again."))
    siblings = _siblings(rows, node.initiative.parent_id)
    at = [one.pk for one in siblings].index(key)
    if step in (Move.UP, Move.DOWN):
        to = at - 1 if step == Move.UP else at + 1
        if not 0 <= to < len(siblings):
            raise MoveRefused(_("It stands at the end already."))
        siblings.insert(to, siblings.pop(at))
        _number(siblings)
    elif step == Move.IN:
        if at == 0:
            raise MoveRefused(_("There is none above it on its level."))
        above = siblings[at - 1]
        place(node.initiative, above)
        _number([*_siblings(rows, above.pk), node.initiative])
    else:
        parent = next((one for one in rows if one.pk == node.initiative.parent_id), None)
        if parent is None:
            raise MoveRefused(_("It stands on the first level already."))
        around = [one for one in _siblings(rows, parent.parent_id) if one.pk != key]
        around.insert([one.pk for one in around].index(parent.pk) + 1, node.initiative)
        grandparent = next((one for one in rows if one.pk == parent.parent_id), None)
        place(node.initiative, grandparent)
        _number(around)
    return node


def lock(roadmap: Roadmap | int) -> None:
    """Let one at a time change the tree: two moves at once could make a circle."""
    key = roadmap if isinstance(roadmap, int) else roadmap.pk
    Roadmap.objects.select_for_update().only("pk").get(pk=key)


@transaction.atomic
def place(initiative: Initiative, parent: Initiative | None) -> None:
    """Put an initiative below another, or on the first level, with all that is part of it."""
    lock(initiative.roadmap_id)
    refusal = Family.of(initiative.roadmap_id).refusal(initiative.pk, parent.pk if parent else None)
    if refusal:
        raise MoveRefused(refusal)
    initiative.parent = parent
    initiative.version += 1
    initiative.save(update_fields=["parent", "version", "changed_at"])
    settle(initiative.roadmap_id)


def settle(roadmap: int) -> None:
    """Write the levels that follow from the parents of a roadmap's initiatives."""
    family = Family.of(roadmap)
    wrong: dict[int, list[int]] = defaultdict(list)
    for key, level in Initiative.objects.filter(roadmap=roadmap).values_list("pk", "level"):
        if level != family.level(key):
            wrong[family.level(key)].append(key)
    for level, keys in wrong.items():
        Initiative.objects.filter(pk__in=keys).update(level=level)


def _siblings(rows: list[Initiative], parent: int | None) -> list[Initiative]:
    found = [one for one in rows if one.parent_id == parent]
    return sorted(found, key=lambda one: (one.position, one.pk))


def _number(rows: list[Initiative]) -> None:
    for position, one in enumerate(rows, start=1):
        one.position = position
    Initiative.objects.bulk_update(rows, ["position"])
