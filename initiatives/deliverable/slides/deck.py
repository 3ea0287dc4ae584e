"""From content to slides: `make` returns a PPTX of 16:9."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

from pptx.enum.text import PP_ALIGN
from pptx.util import Inches

from initiatives.deliverable import photos, zips
from initiatives.deliverable.blocks import Block
from initiatives.deliverable.slides import charts, theme
from initiatives.deliverable.slides.flow import SMALL, Flow, Item, plain
from initiatives.deliverable.slides.shortening import shortened
from initiatives.deliverable.slides.writing import box, title, write

# Chapters that tell of one initiative after the other: each begins on a slide of its own.
ONE_BY_ONE = {"charters", "results", "objectives"}
FOR_MORE = 1.8


def make(content: Block) -> bytes:
    """Return the presentation; the same content gives the same bytes."""
    deck = theme.blank()
    flow = Flow(deck, content)
    _cover(deck, content)
    for chapter in content["chapters"]:
        _part(deck, chapter, content) if chapter["number"] == 0 else _chapter(flow, chapter)
    _properties(deck, content)
    written = io.BytesIO()
    deck.save(written)
    return zips.timeless(written.getvalue(), content["on"])


def _properties(deck: Any, content: Block) -> None:
    known = deck.core_properties
    known.title, known.author = content["title"][:250], content["kicker"][:250]
    known.last_modified_by, known.language = content["kicker"][:250], content["language"]
    known.subject, known.keywords = content["subtitle"][:250], content["edition"][:250]
    known.created = known.modified = datetime.fromisoformat(content["on"])


def _cover(deck: Any, content: Block) -> None:
    slide = deck.slides.add_slide(theme.layout_of(deck, theme.COVER))
    title(slide, content["kicker"], content["language"], colour=theme.WHITE)
    told = [content["title"], content["subtitle"], content["edition"], content["as_of"]]
    _lines_below(slide, [*told, content["notice"]], content["language"])


def _part(deck: Any, chapter: Block, content: Block) -> None:
    slide = deck.slides.add_slide(theme.layout_of(deck, theme.SECTION))
    title(slide, chapter["heading"], content["language"], colour=theme.WHITE)
    _lines_below(slide, [chapter["when"], *chapter["intro"]], content["language"])


def _lines_below(slide: Any, told: list[str], language: str) -> None:
    shape = next(one for one in slide.placeholders if one.placeholder_format.idx == 1)
    told = [one for one in told if one]
    if not told:
        shape._element.getparent().remove(shape._element)
        return
    frame = shape.text_frame
    frame.word_wrap = True
    for number, one in enumerate(told):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        size = 20 if number == 0 else 16
        write(paragraph, one, language, size=size, colour=theme.WHITE if not number else theme.PALE)


def _chapter(flow: Flow, whole: Block) -> None:
    is_long = whole["kind"] in ONE_BY_ONE
    chapter = shortened(whole, flow.content["words"]) if is_long else whole
    heading = f"{chapter['number']}  {chapter['heading']}"
    if chapter["internal"]:
        heading = f"{heading} ({flow.content['words']['internal']})"
    flow.head(heading, chapter["when"])
    intro = [plain(one, size=SMALL, colour=theme.QUIET) for one in chapter["intro"]]
    if not chapter["blocks"]:
        # The words of an outline that stand alone are what the slide is about.
        intro = [plain(one) for one in chapter["intro"]]
    flow.texts(intro)
    for block in chapter["blocks"]:
        if block["type"] == "heading" and (chapter["kind"] in ONE_BY_ONE or flow.room < FOR_MORE):
            flow.head(block["text"], heading)
        else:
            _DRAW[block["type"]](flow, block)


def _text(flow: Flow, block: Block) -> None:
    flow.texts([plain(one) for one in block["paragraphs"]])


def _lead(flow: Flow, block: Block) -> None:
    flow.texts([plain(block["text"], size=SMALL, colour=theme.QUIET)])


def _quote(flow: Flow, block: Block) -> None:
    flow.texts([plain(one, size=24) for one in block["paragraphs"]])


def _subheading(flow: Flow, block: Block) -> None:
    flow.texts([plain(block["text"], bold=True, colour=theme.GREEN)])


def _list(flow: Flow, block: Block) -> None:
    sign = _sign(block)
    head = [plain(block["caption"], size=SMALL, bold=True, colour=theme.GREEN)]
    items = [plain(one, sign=sign) for one in block["items"]]
    flow.texts([*(head if block["caption"] else []), *items])


def _rich(flow: Flow, block: Block) -> None:
    flow.texts([Item(pieces) for pieces in block["paragraphs"]])


def _rich_list(flow: Flow, block: Block) -> None:
    flow.texts([Item(pieces, sign=_sign(block)) for pieces in block["items"]])


def _sign(block: Block) -> str:
    """Return what stands before each item: nothing where there is but one, which is no list."""
    if len(block["items"]) == 1:
        return ""
    return "1" if block["ordered"] else "•"


def _link(flow: Flow, block: Block) -> None:
    pieces = [{"text": f"{block['label']}: "}, {"text": block["url"], "url": block["url"]}]
    flow.texts([Item(pieces, size=SMALL)])


def _pairs(flow: Flow, block: Block) -> None:
    rows = [[one["label"], "\n".join(one["lines"])] for one in block["items"]]
    flow.table(
        {"columns": [block["caption"] or " ", " "], "rows": rows, "widths": [1, 4], "caption": ""}
    )


def _columns(flow: Flow, block: Block) -> None:
    """Put lists side by side, as a table of one row: it can be cut where a slide ends."""
    heads = [one["heading"] for one in block["columns"]]
    flow.table(
        {"columns": heads, "rows": [["\n".join(one["items"]) for one in block["columns"]]],
         "caption": "", "has_row_heads": False}
    )  # fmt: skip


def _steps(flow: Flow, block: Block) -> None:
    rows = [
        [f"{one['number']}  {one['label']}", one["when"], one["text"]] for one in block["items"]
    ]
    if len(rows) > 4:
        columns, widths = [" ", " ", " "], [1.2, 1.2, 3]
        flow.table({"columns": columns, "rows": rows, "widths": widths, "caption": ""})
        return
    across = [list(cells) for cells in zip(*rows, strict=True)]
    flow.table({"columns": across[0], "rows": across[1:], "caption": "", "has_row_heads": False})


def _table(flow: Flow, block: Block) -> None:
    flow.table(block)


def _picture(flow: Flow, block: Block) -> None:
    """Draw a chart that can be edited on a slide of its own, then its table where it says more."""
    if "chart" in block:
        _on_its_own(flow, block)
        charts.draw_values(flow.slide, block, flow.top + 0.35, flow.room - 0.4)
        flow.slide = None
        return
    for rows in charts.plan_parts(block) if "plan" in block else []:
        _on_its_own(flow, block)
        tall = min(flow.room - 0.4, 1.2 + 0.42 * len(rows))
        charts.draw_plan(flow.slide, block, rows, flow.top + 0.35, tall)
        flow.slide = None
    table = {name: block[name] for name in ("columns", "rows", "widths", "caption")}
    flow.table(table)


def _photo(flow: Flow, block: Block) -> None:
    """Put a photograph on a slide of its own, as large as there is room, with its words."""
    found = photos.read(block)
    if found is None:
        _text(flow, photos.instead(block))
        return
    _on_its_own(flow, {**block, "legend": []})
    top = flow.top + 0.4
    most = theme.BODY_WIDTH, flow.room - 0.5
    scale = min(most[0] / found.width, most[1] / found.height)
    width, height = (Inches(side * scale) for side in (found.width, found.height))
    left = Inches(theme.LEFT + 0.1)
    drawn = flow.slide.shapes.add_picture(
        io.BytesIO(found.content), left, Inches(top), width, height
    )
    drawn._element.nvPicPr.cNvPr.set("descr", block["alt"])
    drawn.name = block["caption"]
    flow.slide = None


def _on_its_own(flow: Flow, block: Block) -> None:
    if not flow.is_fresh:
        flow.slide = None
    slide = flow.open()
    frame = box(slide, theme.LEFT + 0.1, flow.top, theme.BODY_WIDTH, 0.3)
    paragraph = frame.paragraphs[0]
    look: dict[str, Any] = {"size": 12, "colour": theme.INK}
    write(paragraph, f"{block['caption']}    ", flow.language, bold=True, **look)
    for one in block["legend"]:
        if one["kind"] == "bar":
            sign = {**look, "colour": charts.colour_of(one["state"])}
            write(paragraph, "■ ", flow.language, **sign)
            write(paragraph, f"{one['words']}   ", flow.language, **look)
    flow.note(block["alt"])


_DRAW: dict[str, Callable[[Flow, Block], None]] = {
    "text": _text,
    "lead": _lead,
    "quote": _quote,
    "heading": _subheading,
    "subheading": _subheading,
    "list": _list,
    "rich": _rich,
    "rich_list": _rich_list,
    "link": _link,
    "pairs": _pairs,
    "columns": _columns,
    "steps": _steps,
    "table": _table,
    "picture": _picture,
    "photo": _photo,
}
