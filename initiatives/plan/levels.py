"""Initiatives as the tree they make: in their order, numbered, up to four levels deep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from initiatives.models import Initiative, InitiativeStatus


@dataclass
class Node:
    """An initiative in its place: its number (such as 2.1.3), its depth, and what is part of it."""

    initiative: Any
    number: str
    depth: int
    children: list[Node] = field(default_factory=list)
    is_first: bool = False
    is_last: bool = False

    def __post_init__(self) -> None:
        """Count all that is part of it, and what of that is completed."""
        done = InitiativeStatus.DONE
        self.size: int = sum(1 + child.size for child in self.children)
        self.done: int = sum(
            child.done + (child.initiative.status == done) for child in self.children
        )

    @property
    def below(self) -> Iterator[Node]:
        """Yield everything that is part of it, on all levels, in order."""
        for child in self.children:
            yield child
            yield from child.below


def tree(initiatives: Iterable[Initiative]) -> list[Node]:
    """Return the first level of a roadmap's initiatives; what is below hangs on it.

    An initiative whose parent is not among them (hidden, or filtered out) moves up to the nearest
    one that is.
    """
    rows = sorted(initiatives, key=lambda one: (one.position, one.pk))
    known = {one.pk for one in rows}
    children: dict[int | None, list[Initiative]] = defaultdict(list)
    for one in rows:
        children[one.parent_id if one.parent_id in known else None].append(one)

    first, placed = _first(rows, children), set[int]()

    def nodes(here: list[Initiative], number: str, depth: int) -> list[Node]:
        found = []
        for place, one in enumerate(here, start=1):
            placed.add(one.pk)
            told = f"{number}{place}"
            below = [child for child in children[one.pk] if child.pk not in placed]
            node = Node(one, told, depth, nodes(below, f"{told}.", depth + 1))
            node.is_first, node.is_last = place == 1, place == len(here)
            found.append(node)
        return found

    return nodes(first, "", 1)


def _first(
    rows: list[Initiative], children: dict[int | None, list[Initiative]]
) -> list[Initiative]:
    """Return the first level, and one of each circle: nobody is left out."""
    reached: set[int] = set()

    def reach(one: Initiative) -> None:
        if one.pk not in reached:
            reached.add(one.pk)
            for child in children[one.pk]:
                reach(child)

    first = list(children[None])
    for one in first:
        reach(one)
    for one in rows:
        if one.pk not in reached:
            first.append(one)
            reach(one)
    return first


def flat(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield the nodes of a tree from top to bottom."""
    for node in nodes:
        yield node
        yield from node.below


def find(nodes: Iterable[Node], key: int) -> Node | None:
    """Return the node of an initiative."""
    return next((one for one in flat(nodes) if one.initiative.pk == key), None)


def way_to(nodes: Iterable[Node], key: int) -> list[Node]:
    """Return the nodes above an initiative, the first level first."""
    for node in nodes:
        if node.initiative.pk == key:
            return []
        inside = way_to(node.children, key)
        if inside or any(child.initiative.pk == key for child in node.children):
            return [node, *inside]
    return []
