"""Native tables, cut where a slide ends; the heads stand on every slide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pptx.enum.text import PP_ALIGN
from pptx.util import Inches, Pt

from initiatives.deliverable.blocks import Block, lines
from initiatives.deliverable.slides import measure, theme
from initiatives.deliverable.slides.writing import bullet, describe, write

MARGIN_X, MARGIN_Y = 0.08, 0.045
INDENT = 10
Row = list[list[str]]
SIZES = (16.0, 14.0, 12.0, 11.0, 10.0)


@dataclass(frozen=True)
class Grid:
    """A table's columns in points, the size of its letters, and what it says."""

    heads: list[str]
    widths: list[float]
    size: float
    numeric: list[int]
    has_row_heads: bool = True

    def room_of(self, column: int) -> float:
        """Return how wide words may be in a column."""
        return self.widths[column] - 2 * MARGIN_X * 72 - 2

    def _is_head(self, column: int) -> bool:
        return self.has_row_heads and column == 0

    def height(self, row: Row, *, bold: bool = False) -> float:
        """Return how high a row stands."""
        tallest = max(
            measure.height(
                cell, self._room(column, cell), self.size, bold=bold or self._is_head(column)
            )
            for column, cell in enumerate(row)
        )
        return tallest + 2 * MARGIN_Y * 72 + 2

    def _room(self, column: int, cell: list[str]) -> float:
        return self.room_of(column) - (INDENT if len(cell) > 1 else 0)

    @property
    def head_height(self) -> float:
        """Return how high the heads stand."""
        return self.height([[one] for one in self.heads], bold=True)

    def split(self, row: Row, room: float) -> tuple[Row, Row]:
        """Return what of a row fits a height, and the rest below the same first cell."""
        inner = room - 2 * MARGIN_Y * 72 - 2
        head, rest = [], []
        for column, cell in enumerate(row):
            taken, left = measure.cut(
                cell,
                self._room(column, cell) - INDENT,
                self.size,
                inner,
                bold=self._is_head(column),
            )
            head.append(taken)
            rest.append(left)
        if any(rest[1:]) and not rest[0]:
            rest[0] = row[0]
        return head, rest


def grid_of(block: Block, room: float) -> Grid:
    """Return how a table is set: in the largest letters in which it fits a height, or in small."""
    count = len(block["columns"])
    shares = block.get("widths") or [1.0] * count
    whole = theme.BODY_WIDTH * 72
    widths = [whole * share / sum(shares) for share in shares]
    numeric, has_row_heads = block.get("numeric", []), block.get("has_row_heads", True)
    rows = _rows(block)
    for size in SIZES:
        grid = Grid(block["columns"], widths, size, numeric, has_row_heads)
        if grid.head_height + sum(grid.height(row) for row in rows) <= room:
            return grid
    small = 12.0 if count <= 4 else 11.0 if count <= 6 else 10.0
    return Grid(block["columns"], widths, small, numeric, has_row_heads)


def _rows(block: Block) -> list[Row]:
    return [[lines(cell) or [""] for cell in row] for row in block["rows"]]


def parts(grid: Grid, block: Block, first_room: float, room: float) -> Iterator[list[Row]]:
    """Cut the rows of a table: what fits the first slide's room, then whole slides."""
    left = first_room - grid.head_height
    part: list[Row] = []
    waiting = _rows(block)
    whole = room - grid.head_height
    while waiting:
        row = waiting.pop(0)
        tall = grid.height(row)
        if tall <= left:
            part.append(row)
            left -= tall
        elif tall > whole and left > whole * 0.4:
            head, rest = grid.split(row, left)
            part.append(head)
            yield part
            part, left = [], whole
            if any(any(cell) for cell in rest):
                waiting.insert(0, rest)
        else:
            # Nothing of it stands here, unless the slide is empty as it is.
            yield part
            part, left = [], whole
            waiting.insert(0, row)
    yield part


def draw(slide: Any, grid: Grid, rows: list[Row], top: float, caption: str, language: str) -> float:
    """Draw a native table at a height (in inches); return how high it stands."""
    heads = [[one] for one in grid.heads]
    heights = [grid.head_height, *(grid.height(row) for row in rows)]
    frame = slide.shapes.add_table(
        len(rows) + 1,
        len(grid.heads),
        Inches(theme.LEFT),
        Inches(top),
        Inches(theme.BODY_WIDTH),
        Pt(sum(heights)),
    )
    table = frame.table
    table.horz_banding, table.first_col = False, grid.has_row_heads
    describe(frame, caption, caption)
    for column, width in enumerate(grid.widths):
        table.columns[column].width = Pt(width)
    if is_one_head := len(heads) == 2 and not grid.heads[1].strip():
        table.cell(0, 0).merge(table.cell(0, 1))
    for place, row in enumerate([heads, *rows]):
        table.rows[place].height = Pt(heights[place])
        for column, cell in enumerate(row):
            if not (is_one_head and place == 0 and column == 1):
                _fill(table.cell(place, column), cell, grid, place, column, language)
    return sum(heights) / 72


def _fill(
    cell: Any, words: Sequence[str], grid: Grid, place: int, column: int, language: str
) -> None:
    cell.margin_left = cell.margin_right = Inches(MARGIN_X)
    cell.margin_top = cell.margin_bottom = Inches(MARGIN_Y)
    is_head = place == 0
    bold = is_head or (grid.has_row_heads and column == 0)
    if not is_head:
        cell.fill.solid()
        cell.fill.fore_color.rgb = theme.WHITE if place % 2 else _tint()
    for number, line in enumerate(words):
        frame = cell.text_frame
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        if len(words) > 1:
            bullet(paragraph, indent=INDENT)
        if column in grid.numeric:
            paragraph.alignment = PP_ALIGN.RIGHT
        colour = theme.WHITE if is_head else theme.INK
        write(paragraph, line, language, size=grid.size, bold=bold, colour=colour)


def _tint() -> Any:
    return type(theme.WHITE)(0xF3, 0xF5, 0xF1)
