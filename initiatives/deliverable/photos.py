"""Pictures that people took: from the file that is kept to what a document holds."""

from __future__ import annotations

import base64
import hashlib
import io
import mimetypes
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.files.storage import default_storage
from django.utils.translation import ngettext
from PIL import Image

from cities.uploads import images
from initiatives.deliverable.blocks import Block
from initiatives.models import DeliverableOrder, DeliverableSnapshot, EvidenceFile

# Sharp enough on paper, and small enough to be sent by mail.
LONGEST_SIDE = 1400
QUALITY = 82
# With more a document could neither be sent by mail nor be opened on a telephone.
MOST_PHOTOS = 40
KEPT = re.compile(r'"kept":"([^"]+)"')


@dataclass(frozen=True)
class Photo:
    """A picture as JPEG, with its size."""

    content: bytes
    width: int
    height: int

    @property
    def as_url(self) -> str:
        """Return it as an address that holds all of it."""
        return f"data:image/jpeg;base64,{base64.b64encode(self.content).decode()}"

    @property
    def as_svg(self) -> str:
        """Return it as a drawing."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'viewBox="0 0 {self.width} {self.height}" width="{self.width}" '
            f'height="{self.height}"><image width="{self.width}" height="{self.height}" '
            f'xlink:href="{self.as_url}"/></svg>'
        )


def read(block: Block) -> Photo | None:
    """Return the picture of a block; None when its file is gone, damaged or far too large.

    One picture that cannot be drawn must not keep a city from its document.
    """
    try:
        with default_storage.open(block["kept"]) as file:
            drawn = _on_white(images.drawn(file))
    except (OSError, images.NotDrawn):
        return None
    drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    made = io.BytesIO()
    drawn.save(made, format="JPEG", quality=QUALITY)
    return Photo(made.getvalue(), drawn.width, drawn.height)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.convert("RGB")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def instead(block: Block) -> Block:
    """Return what stands in place of a picture that cannot be drawn: what it showed, and why."""
    told = [f"{block['caption']}: {block['alt']}", block.get("missing", "")]
    return {"type": "text", "paragraphs": [" ".join(filter(None, told))]}


def limited(chapters: Iterable[Block]) -> Iterator[Block]:
    """Return chapters with as many pictures as a document holds; of others each chapter tells."""
    room = MOST_PHOTOS
    for chapter in chapters:
        kept, left_out = [], 0
        for block in chapter["blocks"]:
            if block["type"] == "photo" and not room:
                left_out += 1
                continue
            room -= block["type"] == "photo"
            kept.append(block)
        if left_out:
            kept.append({"type": "text", "paragraphs": [_left_out(left_out)]})
        yield {**chapter, "blocks": kept}


def _left_out(number: int) -> str:
    said = ngettext(
        "%(number)d more photograph is left out here: a document holds %(most)d, so that it can "
        "be sent and opened. It stands beside its value in the portal.",
        "%(number)d more photographs are left out here: a document holds %(most)d, so that it can "
        "be sent and opened. They stand beside their values in the portal.",
        number,
    )
    return said % {"number": number, "most": MOST_PHOTOS}


def of(content: Block) -> list[Block]:
    """Return the pictures of a document, in order: the place of one counts from 1."""
    return [
        block
        for chapter in content["chapters"]
        for block in chapter["blocks"]
        if block["type"] == "photo"
    ]


def as_file(block: Block) -> EvidenceFile:
    """Return the file of a picture, in a row that is nowhere kept."""
    kept = block["kept"]
    return EvidenceFile(
        file=kept,
        # A file lies by what is in it, so its name is a fingerprint too.
        sha256=hashlib.sha256(kept.encode()).hexdigest(),
        media_type=mimetypes.guess_type(kept)[0] or "",
        name=Path(kept).name,
    )


def at_addresses(content: Block, address_of: Callable[[int], str]) -> Block:
    """Return a document whose pictures are fetched from other addresses, by their places.

    In place of a picture whose file is gone it says so in words.
    """
    for place, block in enumerate(of(content), start=1):
        block["address"] = address_of(place)
        if not default_storage.exists(block["kept"]):
            words = instead(block)
            block.clear()
            block.update(words)
    return content


def named() -> Iterator[str]:
    """Return the names of files that stand in what was handed in or is being made: these stay."""
    for model in (DeliverableSnapshot, DeliverableOrder):
        told = model.objects.filter(content__contains='"kept":').values_list("content", flat=True)
        for content in told.iterator(chunk_size=20):
            yield from KEPT.findall(content)
