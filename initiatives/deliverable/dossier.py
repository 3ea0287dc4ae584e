"""The dossier: the documents, their content as data, and what other parts of the portal add."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from initiatives.deliverable import content as contents
from initiatives.deliverable import extras, photos, zips
from initiatives.deliverable.blocks import Block
from initiatives.models import DeliverableOrder

# A spreadsheet takes a text that begins so for a formula and runs it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
STYLES = ("base", "components", "pictures", "deliverable", "print")


def make(order: DeliverableOrder, content: Block, page: bytes, deck: bytes) -> bytes:
    """Return a zip; the same content gives the same bytes."""
    name = slugify(f"{content['kicker']} {content['subtitle']}")[:60] or "deliverable"
    with translation.override(content["language"]):
        files = [
            (f"{name}.pdf", page),
            (f"{name}.pptx", deck),
            (f"{name}.html", html(content).encode()),
            ("data/content.json", contents.canonical(without_pictures(content)).encode()),
            *_tables(content),
            *_pictures(content),
            *extras.of(order.roadmap, order.audience),
        ]
        return zips.pack([("README.txt", _read_me(content, files).encode()), *files])


def html(content: Block) -> str:
    """Return the document as one page that needs no other file."""
    folder = Path(settings.BASE_DIR) / "static" / "css"
    styles = "\n".join((folder / f"{name}.css").read_text("utf-8") for name in STYLES[:-1])
    return render_to_string(
        "initiatives/deliverable/standalone.html",
        {"content": with_photos(content), "styles": styles},
    )


def with_photos(content: Block) -> Block:
    """Return content whose photographs are in it, for a page that has no other file."""

    def held(block: Block) -> Block:
        if block["type"] != "photo":
            return block
        found = photos.read(block)
        return {**block, "address": found.as_url} if found else photos.instead(block)

    chapters = [
        {**chapter, "blocks": [held(block) for block in chapter["blocks"]]}
        for chapter in content["chapters"]
    ]
    return {**content, "chapters": chapters}


def without_pictures(value: Any) -> Any:
    """Return content without drawings: they lie beside it as files."""
    if isinstance(value, dict):
        return {
            name: without_pictures(part)
            for name, part in value.items()
            if name not in {"svg", "svg_narrow"}
        }
    if isinstance(value, list):
        return [without_pictures(part) for part in value]
    return value


def _blocks(content: Block, kind: str) -> Iterator[tuple[Block, int, Block]]:
    for chapter in content["chapters"]:
        for number, block in enumerate(chapter["blocks"], start=1):
            if block["type"] == kind:
                yield chapter, number, block


def _tables(content: Block) -> Iterator[tuple[str, bytes]]:
    for kind in ("table", "picture"):
        for chapter, number, block in _blocks(content, kind):
            name = (
                f"data/{chapter['number']:02d}-{slugify(chapter['heading'])[:40]}-{number:03d}.csv"
            )
            yield name, _csv([block["columns"], *block["rows"]])


def _csv(rows: list[list[str]]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([[_harmless(cell) for cell in row] for row in rows])
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _pictures(content: Block) -> Iterator[tuple[str, bytes]]:
    for chapter, number, block in _blocks(content, "picture"):
        drawn = block["svg"].replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        name = f"pictures/{chapter['number']:02d}-{number:03d}-{slugify(block['caption'])[:40]}.svg"
        yield name, drawn.encode()


def _read_me(content: Block, files: list[tuple[str, bytes]]) -> str:
    head = [f"{content['kicker']}: {content['title']}", content["subtitle"], content["as_of"]]
    told = [*head, content["notice"], "", _("In this dossier:")]
    names = [f"{name}  sha256 {contents.sha256_of(data)}" for name, data in files]
    return "\n".join([*(line for line in told if line is not None), *names, ""])
