"""Grids of five by five: what weighs how much on two scales, such as likelihood and impact."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

STEPS = 5
CELL_WIDTH, CELL_HEIGHT = 96, 56
LEFT, TOP, BELOW = 40, 8, 44


@dataclass(frozen=True)
class Weighed:
    """Something with its place on both scales, each from 1 to 5."""

    label: str
    across: int
    up: int


@dataclass(frozen=True)
class Cell:
    """One place of the grid: how heavy it is (0 to 3), and the numbers of what lies in it."""

    x: int
    y: int
    weight: int
    numbers: str


@dataclass(frozen=True)
class Grid:
    """The cells with the words of both scales; numbers are those of the table beside it."""

    id: str
    title: str
    description: str
    width: int
    height: int
    cells: tuple[Cell, ...]
    steps_across: tuple[tuple[int, int], ...]
    steps_up: tuple[tuple[int, int], ...]
    across: str
    up: str
    middle_x: int
    middle_y: int
    words_y: int
    shades: bool
    template: str = "components/pictures/grid.svg.html"


def grid(
    id: str, title: str, items: Sequence[Weighed], *, across: str, up: str, shades: bool = True
) -> Grid:
    """Place items, numbered from 1 in the order given; `shades` darkens where both are high."""
    numbers: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, item in enumerate(items, start=1):
        numbers[item.across, item.up].append(number)
    cells = tuple(
        Cell(
            x=LEFT + (step_x - 1) * CELL_WIDTH,
            y=TOP + (STEPS - step_y) * CELL_HEIGHT,
            weight=_weight(step_x, step_y) if shades else 0,
            numbers=_shown(numbers[step_x, step_y]),
        )
        for step_y in range(1, STEPS + 1)
        for step_x in range(1, STEPS + 1)
    )
    bottom = TOP + STEPS * CELL_HEIGHT
    return Grid(
        id=id,
        title=title,
        description=_description(items, across, up),
        width=LEFT + STEPS * CELL_WIDTH + 8,
        height=bottom + BELOW,
        cells=cells,
        steps_across=tuple(
            (LEFT + (step - 1) * CELL_WIDTH + CELL_WIDTH // 2, step) for step in range(1, STEPS + 1)
        ),
        steps_up=tuple(
            (TOP + (STEPS - step) * CELL_HEIGHT + CELL_HEIGHT // 2 + 5, step)
            for step in range(1, STEPS + 1)
        ),
        across=across,
        up=up,
        middle_x=LEFT + STEPS * CELL_WIDTH // 2,
        middle_y=TOP + STEPS * CELL_HEIGHT // 2,
        words_y=bottom + 38,
        shades=shades,
    )


def _weight(across: int, up: int) -> int:
    product = across * up
    return sum(product >= least for least in (5, 10, 15))


def _shown(numbers: list[int]) -> str:
    told = [str(number) for number in numbers]
    return ", ".join(told if len(told) <= 4 else [*told[:3], f"+{len(told) - 3}"])


def _description(items: Sequence[Weighed], across: str, up: str) -> str:
    if not items:
        return _("Nothing has been weighed yet.")
    told = "; ".join(
        f"{number}. {item.label}: {across} {item.across}, {up} {item.up}"
        for number, item in enumerate(items[:30], start=1)
    )
    return f"{told}."
