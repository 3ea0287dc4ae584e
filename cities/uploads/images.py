"""Pictures, drawn anew from their points: what else a file carried is not kept.

That leaves behind where a photograph was taken, thumbnails of what was cut away, and whatever
somebody hid behind the last point.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from cities.uploads.refusals import UploadRefused

MOST_POINTS = 40_000_000
# Wider is sharper than any screen the portal is read on.
LONGEST_SIDE = 2400
MODES = {"JPEG": {"RGB", "L"}, "PNG": {"RGB", "RGBA", "L"}, "WEBP": {"RGB", "RGBA"}}


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept."""

    content: bytes
    media_type: str
    width: int
    height: int


class NotDrawn(Exception):
    """A picture that cannot be drawn: its file is damaged, or no picture at all."""


class TooManyPoints(NotDrawn):
    """It has more points than can be kept; `points` says how many, where its file does."""

    def __init__(self, points: int | None) -> None:
        super().__init__(points)
        self.points = points


def drawn(file: IO[bytes]) -> Image.Image:
    """Return the first frame of a picture, loaded. Raises NotDrawn, whatever its file does."""
    try:
        image = Image.open(file, formats=list(MODES))
        points = image.width * image.height
        # The size stands at the beginning, so that a bomb is refused before it is unpacked.
        if points > MOST_POINTS:
            raise TooManyPoints(points)
        image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise TooManyPoints(None) from bomb
    except (OSError, EOFError, SyntaxError, ValueError, MemoryError) as fault:
        raise NotDrawn from fault
    return image


def made_anew(name: str, content: bytes) -> Picture:
    """Return the first frame of a picture, upright, without anything but its points.

    Raises UploadRefused for what cannot be drawn, and for more points than can be kept.
    """
    damaged = _("it is damaged and cannot be drawn. Open it, save it anew, and try again.")
    try:
        image = drawn(io.BytesIO(content))
        form = image.format or ""
        picture = _plain(ImageOps.exif_transpose(image), form)
    except TooManyPoints as bomb:
        raise UploadRefused(name, _too_many_points(bomb.points)) from bomb
    except (NotDrawn, OSError, SyntaxError, ValueError) as fault:
        raise UploadRefused(name, damaged) from fault
    made = io.BytesIO()
    picture.save(made, format=form, **({} if form == "PNG" else {"quality": 85}))
    return Picture(made.getvalue(), f"image/{form.lower()}", picture.width, picture.height)


def _plain(image: Image.Image, form: str) -> Image.Image:
    if image.mode not in MODES[form]:
        has_gaps = "A" in image.mode or "transparency" in image.info
        image = image.convert("RGBA" if has_gaps and "RGBA" in MODES[form] else "RGB")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    image.info = {}
    return image


def _too_many_points(points: int | None) -> str:
    if points is None:
        return _("it has far too many points. Make it smaller.")
    return _("it has {points} million points; at most 40 can be kept. Make it smaller.").format(
        points=round(points / 1_000_000)
    )
