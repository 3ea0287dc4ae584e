"""Pictures, drawn anew from their points: what else a file carried is not kept.

That leaves behind where a photograph was taken, thumbnails of what was cut away, and whatever
somebody hid behind the last point.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

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


def made_anew(name: str, content: bytes) -> Picture:
    """Return the first frame of a picture, upright, without anything but its points.

    Raises UploadRefused for what cannot be drawn, and for more points than can be kept.
    """
    try:
        # The size stands at the beginning, so that a bomb is refused before it is unpacked.
        with Image.open(io.BytesIO(content), formats=list(MODES)) as image:
            form = image.format or ""
            if image.width * image.height > MOST_POINTS:
                raise UploadRefused(name, _too_many_points(image.width * image.height))
            image.load()
            picture = _plain(ImageOps.exif_transpose(image), form)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise UploadRefused(name, _too_many_points(None)) from bomb
    except (OSError, SyntaxError, ValueError, EOFError, UnidentifiedImageError) as fault:
        raise UploadRefused(
            name, _("it is damaged and cannot be drawn. Open it, save it anew, and try again.")
        ) from fault
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
