"""Words on slides: runs with a language, boxes, titles, page numbers, alternative texts."""

from __future__ import annotations

from typing import Any

from lxml import etree
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from initiatives.deliverable.slides import measure, theme

TITLE_SIZES = (28, 24, 20, 17, 14, 12)
TITLE_ROOM = (theme.BODY_WIDTH - 0.2) * 72, 0.95 * 72


def write(
    paragraph: Any,
    words: str,
    language: str,
    *,
    size: float,
    bold: bool = False,
    italic: bool = False,
    colour: Any = None,
    url: str = "",
) -> None:
    """Add words to a paragraph."""
    run = paragraph.add_run()
    run.text = words
    run.font.size = Pt(size)
    run.font.bold, run.font.italic = bold or None, italic or None
    if colour is not None:
        run.font.color.rgb = colour
    properties = run._r.get_or_add_rPr()
    properties.set("lang", language)
    # Some layouts shout.
    properties.set("cap", "none")
    if url.startswith(("https://", "http://", "mailto:")):
        run.hyperlink.address = url


def title(slide: Any, words: str, language: str, *, colour: Any = theme.INK) -> None:
    """Write a slide's title, as large as its two lines allow."""
    frame = slide.shapes.title.text_frame
    frame.word_wrap = True
    frame.auto_size = MSO_AUTO_SIZE.NONE
    frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    width, height = TITLE_ROOM
    size = next(
        (one for one in TITLE_SIZES if measure.height([words], width, one, bold=True) <= height),
        TITLE_SIZES[-1],
    )
    paragraph = frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.LEFT
    write(paragraph, words, language, size=size, bold=True, colour=colour)


def box(slide: Any, left: float, top: float, width: float, height: float) -> Any:
    """Add a text box (in inches) and return its frame, empty, without margins."""
    shape = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(height))
    frame = shape.text_frame
    frame.word_wrap = True
    frame.auto_size = MSO_AUTO_SIZE.NONE
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return frame


def bullet(paragraph: Any, sign: str = "•", indent: float = 16) -> None:
    """Make a paragraph an item of a list; `sign` "1" numbers it."""
    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", str(int(Pt(indent))))
    properties.set("indent", str(-int(Pt(indent))))
    name = "a:buAutoNum" if sign == "1" else "a:buChar"
    mark = etree.SubElement(properties, qn(name))
    mark.set(*(("type", "arabicPeriod") if sign == "1" else ("char", sign)))


def foot(slide: Any, words: str, language: str) -> None:
    """Write whose slide it is and its number, which PowerPoint keeps right."""
    left = box(slide, theme.LEFT, 7.02, 10.5, 0.26)
    write(left.paragraphs[0], words, language, size=9, colour=theme.QUIET)
    right = box(slide, theme.LEFT + theme.BODY_WIDTH - 1, 7.02, 1, 0.26)
    paragraph = right.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT
    field = etree.SubElement(paragraph._p, qn("a:fld"))
    field.set("id", "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}")
    field.set("type", "slidenum")
    etree.SubElement(field, qn("a:rPr")).set("lang", language)
    field.find(qn("a:rPr")).set("sz", "900")
    etree.SubElement(field, qn("a:t")).text = "‹#›"


def describe(shape: Any, words: str, name: str = "") -> None:
    """Give a table or chart its alternative text."""
    properties = shape._element.xpath(".//p:cNvPr")[0]
    properties.set("descr", words[:2000])
    if name:
        properties.set("name", name[:80])
