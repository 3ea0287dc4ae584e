"""The look of the slides: wide paper, our colours, four layouts."""

from __future__ import annotations

import re
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Inches, Pt

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
LEFT, BODY_TOP, BODY_WIDTH, BODY_HEIGHT = 0.6, 1.5, 12.13, 5.35
INK, GREEN, SPARK = (
    RGBColor(0x0D, 0x31, 0x38),
    RGBColor(0x0B, 0x5C, 0x63),
    RGBColor(0xC2, 0x51, 0x2B),
)
PALE, WHITE, QUIET = RGBColor(0xB9, 0xCD, 0xCD), RGBColor(255, 255, 255), RGBColor(0x4A, 0x55, 0x59)
FONT = "Arial"
COLOURS = {
    "dk2": "0D3138", "lt2": "F3F5F1", "accent1": "0B5C63", "accent2": "C2512B",
    "accent3": "6B3F7A", "accent4": "8A6108", "accent5": "3B6EA5", "accent6": "4A5559",
    "hlink": "0B5C63", "folHlink": "6B3F7A",
}  # fmt: skip
COVER, SECTION, CONTENT = "Title Slide", "Section Header", "Title Only"
KEPT = (COVER, SECTION, CONTENT)


def blank() -> Any:
    """Return a presentation without slides, in our look."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    for layout in list(deck.slide_layouts):
        if layout.name not in KEPT:
            deck.slide_layouts.remove(layout)
    _paint(deck)
    _place(deck.slide_master, {"TITLE": (LEFT, 0.45, BODY_WIDTH, 0.95)})
    for layout in deck.slide_layouts:
        _place(layout, _places(layout.name))
        if layout.name != CONTENT:
            layout.background.fill.solid()
            layout.background.fill.fore_color.rgb = INK
    return deck


def layout_of(deck: Any, name: str) -> Any:
    """Return a layout by its name."""
    return next(layout for layout in deck.slide_layouts if layout.name == name)


def _paint(deck: Any) -> None:
    part = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme = part.blob.decode()
    for name, colour in COLOURS.items():
        theme = re.sub(
            rf"<a:{name}>.*?</a:{name}>",
            f'<a:{name}><a:srgbClr val="{colour}"/></a:{name}>',
            theme,
            flags=re.DOTALL,
        )
    theme = re.sub(r'(<a:latin typeface=")[^"]*(")', rf"\g<1>{FONT}\g<2>", theme)
    part._blob = theme.encode()


def _places(name: str) -> dict[str, tuple[float, float, float, float]]:
    if name == COVER:
        return {"CENTER_TITLE": (0.9, 1.9, 11.5, 1.7), "SUBTITLE": (0.9, 3.75, 11.5, 2.2)}
    if name == SECTION:
        return {"TITLE": (0.9, 2.3, 11.5, 1.6), "BODY": (0.9, 4.0, 11.5, 1.5)}
    return {"TITLE": (LEFT, 0.45, BODY_WIDTH, 0.95)}


def _place(owner: Any, places: dict[str, tuple[float, float, float, float]]) -> None:
    for shape in list(owner.placeholders):
        kind = shape.placeholder_format.type.name
        if kind in places:
            shape.left, shape.top, shape.width, shape.height = map(Inches, places[kind])
        elif kind in {"DATE", "FOOTER", "SLIDE_NUMBER"}:
            shape._element.getparent().remove(shape._element)
        elif kind == "BODY":
            box = (LEFT, BODY_TOP, BODY_WIDTH, BODY_HEIGHT)
            shape.left, shape.top, shape.width, shape.height = map(Inches, box)


def points(size: float) -> Any:
    """Return a size of letters."""
    return Pt(size)
