"""A deliverable as PDF/UA-1: tagged, with bookmarks, language and alternative texts (typst)."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import typst
from django.conf import settings

from initiatives.deliverable import photos
from initiatives.deliverable.blocks import Block

SOURCE = Path(__file__).parent / "typst" / "document.typ"
# Words within pictures are set in the font of the page.
SVG_FONT = '<svg font-family="Inter" '


# Signs that no font of ours has: PDF/UA takes none of them, and typst names them all.
NOT_SHOWN = re.compile(r"the text `\"(.*?)\"` could not be displayed")
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
LAST_PLAIN = 126
MOST_TRIES = 4
# Of the width of the page, in per cent.
WIDE_PHOTO, UPRIGHT_PHOTO = 70, 36


def make(content: Block) -> bytes:
    """Return the document; the same content gives the same bytes."""
    return compiled(SOURCE, json.dumps(_with_fonts(content), ensure_ascii=False), content["on"])


def compiled(source: Path, data: str, day: str) -> bytes:
    """Return PDF/UA from a typst document and its data (JSON), made on a day.

    What it includes stands in its folder. A sign that no font of ours has is told by its name.
    """
    for _try in range(MOST_TRIES):
        try:
            return _compile(source, data, day)
        except typst.TypstError as failure:
            signs = _not_shown(failure)
            if not signs:
                raise
            data = data.translate({ord(sign): _name_of(sign) for sign in signs})
    return _compile(source, data, day)


def _compile(source: Path, data: str, day: str) -> bytes:
    fonts = Path(settings.BASE_DIR) / "static" / "vendor" / "inter"
    made = typst.compile(
        source,
        root=source.parent,
        font_paths=[fonts],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"data": data},
        timestamp=datetime.fromisoformat(day).replace(tzinfo=UTC),
    )
    assert isinstance(made, bytes)  # noqa: S101 - one document, no folder
    return made


def _not_shown(failure: typst.TypstError) -> set[str]:
    found: set[str] = set()
    for text in NOT_SHOWN.findall(f"{failure.message}\n{failure.diagnostic}"):
        found |= set(ESCAPED.sub(lambda match: chr(int(match[1], 16)), text))
    return {sign for sign in found if ord(sign) > LAST_PLAIN}


def _name_of(sign: str) -> str:
    """Return a sign in words: a rocket as "[rocket]"; a letter nobody can read as "[?]"."""
    kind = unicodedata.category(sign)
    if kind in {"Mn", "Cf", "Cc", "Me"}:
        return ""
    return f"[{unicodedata.name(sign, '?').lower()}]" if kind[0] == "S" else "[?]"


def _with_fonts(content: Block) -> Block:
    chapters = [
        {**chapter, "blocks": [_with_font(block) for block in chapter["blocks"]]}
        for chapter in content["chapters"]
    ]
    return {**content, "chapters": chapters}


def _with_font(block: Block) -> Block:
    if block["type"] == "photo":
        return _photo(block)
    if block["type"] != "picture":
        return block
    drawn = block["svg"].replace("<svg ", SVG_FONT, 1)
    return {name: one for name, one in block.items() if name != "svg_narrow"} | {"svg": drawn}


def _photo(block: Block) -> Block:
    """Return a photograph as the picture that the document draws; an upright one is narrower."""
    found = photos.read(block)
    if found is None:
        return photos.instead(block)
    told = {name: block[name] for name in ("caption", "alt")}
    share = WIDE_PHOTO if found.width >= found.height else UPRIGHT_PHOTO
    drawn = {"svg": found.as_svg, "share": share, "legend": [], "rows": []}
    return {"type": "picture", **told, **drawn}
