"""Where things stand on slides: one after the other, and on the next slide when one is full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from initiatives.deliverable.blocks import Block
from initiatives.deliverable.slides import measure, tables, theme
from initiatives.deliverable.slides.writing import box, bullet, foot, title, write

BODY, SMALL = 18.0, 14.0
GAP = 6.0
INDENT, NUMBER_INDENT = 16, 26
LEAST_FOR_A_TABLE = 1.4


@dataclass
class Item:
    """A paragraph: pieces of words with their look, and whether it is an item of a list."""

    pieces: list[dict[str, Any]]
    size: float = BODY
    sign: str = ""
    bold: bool = False
    colour: Any = None

    @property
    def words(self) -> str:
        """Return its words alone."""
        return "".join(piece["text"] for piece in self.pieces)


def plain(words: str, **look: Any) -> Item:
    """Return a paragraph of plain words."""
    return Item([{"text": words}], **look)


class Flow:
    """The slides of one presentation, from the first to the last."""

    def __init__(self, deck: Any, content: Block) -> None:
        self.deck = deck
        self.content = content
        self.language = content["language"]
        self.slide: Any = None
        self.top = 0.0
        self._heading = ("", "")
        self._notes: list[str] = []

    # ── slides ──────────────────────────────────────────────────────────────────────────────────
    def head(self, heading: str, kicker: str = "", notes: Iterable[str] = ()) -> None:
        """Begin something new: its slide is made once there is anything to put there."""
        self.slide = None
        self._heading = (heading, kicker)
        self._notes = [*notes]

    def open(self, continued: bool = False) -> Any:
        """Return the present slide, or make it."""
        if self.slide is None or continued:
            heading, kicker = self._heading
            told = f"{heading} ({self.content['words']['continued']})" if continued else heading
            self.slide = self.deck.slides.add_slide(theme.layout_of(self.deck, theme.CONTENT))
            title(self.slide, told, self.language)
            if kicker:
                frame = box(self.slide, theme.LEFT + 0.1, 0.22, theme.BODY_WIDTH, 0.3)
                write(frame.paragraphs[0], kicker, self.language, size=11, colour=theme.GREEN)
            foot(
                self.slide,
                f"{self.content['kicker']} · {self.content['subtitle']} · {self.content['as_of']}",
                self.language,
            )
            if self._notes:
                self.note("\n".join(self._notes))
            self.top = theme.BODY_TOP
        return self.slide

    def next(self) -> Any:
        """Go on with the same on a new slide."""
        return self.open(continued=True)

    def note(self, words: str) -> None:
        """Add to what the speaker reads."""
        frame = self.slide.notes_slide.notes_text_frame
        frame.text = f"{frame.text}\n{words}".strip()

    @property
    def room(self) -> float:
        """Return how many inches are left below what stands there."""
        if self.slide is None:
            return theme.BODY_HEIGHT
        return theme.BODY_TOP + theme.BODY_HEIGHT - self.top

    @property
    def is_fresh(self) -> bool:
        """Say whether nothing stands on the slide yet."""
        return self.slide is None or self.top == theme.BODY_TOP

    # ── words ───────────────────────────────────────────────────────────────────────────────────
    def texts(self, items: list[Item]) -> None:
        """Write paragraphs, over as many slides as they need."""
        waiting = list(items)
        while waiting:
            self.open()
            taken, waiting = self._fitting(waiting)
            if not taken:
                self.next()
                continue
            self._write(taken)
            if waiting:
                self.next()

    def _width(self, item: Item) -> float:
        return theme.BODY_WIDTH * 72 - 8 - (NUMBER_INDENT if item.sign else 0)

    def _fitting(self, items: list[Item]) -> tuple[list[Item], list[Item]]:
        left = self.room * 72
        for place, item in enumerate(items):
            tall = measure.height([item.words], self._width(item), item.size, bold=item.bold) + GAP
            if tall <= left:
                left -= tall
                continue
            if left > 0.5 * theme.BODY_HEIGHT * 72 and len(item.pieces) == 1:
                return self._cut(items, place, left)
            if place == 0 and self.is_fresh:
                # Longer than a slide and of several pieces: its words go on without their look.
                return self._cut(
                    [Item([{"text": item.words}], item.size, item.sign), *items[1:]], 0, left
                )
            if place == len(items) - 1 and place > 2 and items[place].sign:
                # The last item of a list does not stand on a slide alone.
                place -= 1
            while place and items[place - 1].bold:
                # A heading goes with what stands below it.
                place -= 1
            return items[:place], items[place:]
        return items, []

    def _cut(self, items: list[Item], place: int, left: float) -> tuple[list[Item], list[Item]]:
        item = items[place]
        head, rest = measure.cut([item.words], self._width(item), item.size, left - GAP)
        again = [plain(one, size=item.size, colour=item.colour) for one in rest]
        first = Item([{"text": " ".join(head)}], item.size, item.sign, item.bold, item.colour)
        return [*items[:place], first], [*again, *items[place + 1 :]]

    def _write(self, items: list[Item]) -> None:
        tall = sum(
            measure.height([one.words], self._width(one), one.size, bold=one.bold) + GAP
            for one in items
        )
        frame = box(self.slide, theme.LEFT + 0.1, self.top, theme.BODY_WIDTH - 0.1, tall / 72)
        for number, item in enumerate(items):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.space_after = theme.points(GAP)
            if item.sign:
                bullet(paragraph, item.sign, INDENT if item.sign != "1" else NUMBER_INDENT)
            for piece in item.pieces:
                write(
                    paragraph, piece["text"], self.language, size=item.size,
                    bold=item.bold or piece.get("bold", False),
                    italic=piece.get("italic", False),
                    colour=item.colour or theme.INK, url=piece.get("url", ""),
                )  # fmt: skip
        self.top += tall / 72 + 0.08

    # ── tables ──────────────────────────────────────────────────────────────────────────────────
    def table(self, block: Block) -> None:
        """Draw a native table, over as many slides as it needs."""
        caption = block.get("caption", "")
        if not self.is_fresh and self.room < LEAST_FOR_A_TABLE:
            self.next()
        self.open()
        head = 0.34 if caption else 0.0
        grid = tables.grid_of(block, (self.room - head) * 72)
        first = (self.room - head) * 72
        whole = (theme.BODY_HEIGHT - head) * 72
        for place, rows in enumerate(tables.parts(grid, block, first, whole)):
            if place:
                self.next()
            if not rows:
                continue
            self._captioned(caption)
            self.top += tables.draw(self.slide, grid, rows, self.top, caption, self.language) + 0.2

    def _captioned(self, caption: str) -> None:
        if caption:
            frame = box(self.slide, theme.LEFT + 0.1, self.top, theme.BODY_WIDTH, 0.3)
            write(
                frame.paragraphs[0], caption, self.language, size=12, bold=True, colour=theme.GREEN
            )
            self.top += 0.34
