"""What a file is, by its content and the end of its name; both must agree."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from cities.uploads import documents, images
from cities.uploads.refusals import UploadRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.core.files.base import File

__all__ = ["Upload", "UploadRefused", "clean_name", "read"]

MB = 1024 * 1024
LARGEST_IMAGE, LARGEST_DOCUMENT = 10 * MB, 25 * MB
LONGEST_NAME = 100
# What a kind of content may be called. The key is how its bytes begin.
SUFFIXES = {
    b"\xff\xd8\xff": (".jpg", ".jpeg"),
    b"\x89PNG\r\n\x1a\n": (".png",),
    b"RIFF": (".webp",),
    documents.BEGINS: (".pdf",),
}


@dataclass(frozen=True)
class Upload:
    """A file that was looked at, as it will be kept."""

    name: str
    content: bytes
    media_type: str
    suffix: str
    width: int | None = None
    height: int | None = None

    @property
    def is_image(self) -> bool:
        """Say whether it is a picture."""
        return self.media_type.startswith("image/")

    @property
    def sha256(self) -> str:
        """Return the fingerprint of what is kept."""
        return hashlib.sha256(self.content).hexdigest()

    def columns(self) -> dict[str, Any]:
        """Return what a `KeptFile` says of it, apart from where it is kept."""
        return {
            "sha256": self.sha256,
            "media_type": self.media_type,
            "size": len(self.content),
            "width": self.width,
            "height": self.height,
            "name": self.name,
        }


def read(file: File, *, scan: Callable[[str, bytes], None] | None = None) -> Upload:
    """Return a file as it may be kept: a picture made anew, or a document as it is.

    `scan` looks at it as it was sent, before anything is made of it, and may refuse it. Raises
    UploadRefused, with the reason and what to do, for whatever else it is.
    """
    name = clean_name(file.name or "")
    size = file.size or 0
    if size == 0:
        raise UploadRefused(name, _("it is empty. Save it again and choose it once more."))
    if size > LARGEST_DOCUMENT:
        raise UploadRefused(name, _too_large(size, LARGEST_DOCUMENT))
    file.seek(0)
    content = file.read()
    suffixes = next((ends for begin, ends in SUFFIXES.items() if content.startswith(begin)), ())
    if not suffixes:
        raise UploadRefused(name, _("it is none of: JPEG, PNG, WebP, PDF. Convert it first."))
    if not name.lower().endswith(suffixes):
        raise UploadRefused(
            name,
            _("its name does not say what it is. Call it something that ends in {end}.").format(
                end=suffixes[0]
            ),
        )
    is_document = content.startswith(documents.BEGINS)
    if not is_document and size > LARGEST_IMAGE:
        raise UploadRefused(name, _too_large(size, LARGEST_IMAGE))
    if scan is not None:
        scan(name, content)
    if is_document:
        documents.check(name, content)
        return Upload(name, content, "application/pdf", ".pdf")
    picture = images.made_anew(name, content)
    return Upload(
        name, picture.content, picture.media_type, suffixes[0], picture.width, picture.height
    )


def clean_name(name: str) -> str:
    """Return the last part of a name, without signs that are not seen, not too long.

    Marks that turn the direction of writing would let "gpj.exe" look like "exe.jpg".
    """
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip(" .")
    stem, dot, end = seen.rpartition(".")
    if not dot:
        stem, end = seen, ""
    return f"{stem[: LONGEST_NAME - len(end[:10])]}{dot}{end[:10]}" or "file"


def _too_large(size: int, largest: int) -> str:
    return _("it has {size} MB; at most {largest} MB can be kept. Make it smaller.").format(
        size=round(size / MB, 1), largest=largest // MB
    )
