"""Boxes that stand above one another: who reports to whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from textwrap import wrap

from django.utils.translation import gettext as _

from cities.pictures.scales import shortened

WIDE, NARROW = 960, 360
# More boxes side by side than this would be too narrow to read.
MOST_BESIDE = 5
GAP, LEVEL_GAP, LINE, PAD = 20, 44, 19, 12
LETTER = 7.6
MOST_LINES = 4


@dataclass(frozen=True)
class Body:
    """What a box says, and the boxes below it."""

    name: str
    note: str = ""
    below: Sequence[Body] = ()


@dataclass(frozen=True)
class Box:
    """A box in its place, its words cut into lines that fit."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    note: str
    text_x: float
    anchor: str
    title: str


@dataclass(frozen=True)
class TreeChart:
    """Boxes and the lines between them."""

    id: str
    title: str
    description: str
    width: int
    height: float
    boxes: tuple[Box, ...]
    links: tuple[str, ...]
    narrow: TreeChart | None = None
    template: str = "components/pictures/tree_chart.svg.html"


@dataclass
class _Drawing:
    boxes: list[Box] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    bottom: float = 0


def tree_chart(id: str, title: str, trees: Sequence[Body]) -> TreeChart:
    """Draw bodies from above to below; where many stand side by side, as a list that is set in."""
    told = "; ".join(_told(tree) for tree in trees)
    wide = _from_above(trees) if sum(map(_breadth, trees)) <= MOST_BESIDE else _set_in(trees, WIDE)
    narrow = _set_in(trees, NARROW)
    small = _chart(f"{id}-narrow", title, told, NARROW, narrow)
    return _chart(id, title, told, WIDE, wide, small)


def _chart(
    id: str, title: str, told: str, width: int, drawn: _Drawing, narrow: TreeChart | None = None
) -> TreeChart:
    return TreeChart(
        id=id,
        title=title,
        description=f"{told}." if told else _("Nothing yet."),
        width=width,
        height=round(drawn.bottom + 2, 1),
        boxes=tuple(drawn.boxes),
        links=tuple(drawn.links),
        narrow=narrow,
    )


def _told(tree: Body) -> str:
    if not tree.below:
        return tree.name
    below = ", ".join(_told(one) for one in tree.below)
    return _("%(body)s, below it: %(below)s") % {"body": tree.name, "below": below}


def _breadth(tree: Body) -> int:
    return max(1, sum(map(_breadth, tree.below)))


def _lines(tree: Body, width: float) -> tuple[str, ...]:
    letters = max(8, int((width - 2 * PAD) / LETTER))
    lines = wrap(tree.name, letters) or ["–"]
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], shortened(" ".join(lines[MOST_LINES - 1 :]), letters)]
    return tuple(lines)


def _note(tree: Body, width: float) -> str:
    return shortened(tree.note, max(8, int((width - 2 * PAD) / (LETTER * 0.93))))


def _height(tree: Body, width: float) -> float:
    return 2 * PAD + LINE * (len(_lines(tree, width)) + bool(tree.note)) - 4


def _from_above(trees: Sequence[Body]) -> _Drawing:
    drawn = _Drawing()
    slot = WIDE / max(1, sum(map(_breadth, trees)))
    width = min(slot - GAP, 280)
    heights: dict[int, float] = {}
    for depth, tree in _walk(trees, 0):
        heights[depth] = max(heights.get(depth, 0), _height(tree, width))
    tops = {0: 2.0}
    for depth in sorted(heights):
        tops[depth + 1] = tops[depth] + heights[depth] + LEVEL_GAP

    def place(tree: Body, depth: int, left: float) -> tuple[float, Box]:
        room = slot * _breadth(tree)
        middle = left + room / 2
        box = _box(tree, middle - width / 2, tops[depth], width, heights[depth], centred=True)
        drawn.boxes.append(box)
        drawn.bottom = max(drawn.bottom, box.y + box.height)
        start = left
        for one in tree.below:
            end, below = place(one, depth + 1, start)
            half = round(box.y + box.height + LEVEL_GAP / 2, 1)
            drawn.links.append(
                f"M{middle:.1f} {box.y + box.height:.1f}V{half}"
                f"H{below.x + width / 2:.1f}V{below.y:.1f}"
            )
            start = end
        return left + room, box

    left = 0.0
    for tree in trees:
        left, _last = place(tree, 0, left)
    return drawn


def _walk(trees: Sequence[Body], depth: int) -> Iterator[tuple[int, Body]]:
    for tree in trees:
        yield depth, tree
        yield from _walk(tree.below, depth + 1)


def _set_in(trees: Sequence[Body], room: int) -> _Drawing:
    drawn = _Drawing()
    step = 24 if room == NARROW else 40

    def place(tree: Body, depth: int) -> Box:
        indent = 2 + step * min(depth, 5)
        width = room - indent - 4
        top = drawn.bottom + 12 if drawn.boxes else 2
        box = _box(tree, indent, top, width, _height(tree, width), centred=False)
        drawn.boxes.append(box)
        drawn.bottom = box.y + box.height
        for one in tree.below:
            below = place(one, depth + 1)
            middle = round(below.y + below.height / 2, 1)
            drawn.links.append(
                f"M{box.x + step / 2:.1f} {box.y + box.height:.1f}V{middle}H{below.x:.1f}"
            )
        return box

    for tree in trees:
        place(tree, 0)
    return drawn


def _box(tree: Body, x: float, y: float, width: float, height: float, *, centred: bool) -> Box:
    return Box(
        x=round(x, 1),
        y=round(y, 1),
        width=round(width, 1),
        height=round(height, 1),
        lines=_lines(tree, width),
        note=_note(tree, width),
        text_x=round(x + width / 2 if centred else x + PAD, 1),
        anchor="middle" if centred else "start",
        title=": ".join(filter(None, [tree.name, tree.note])),
    )
