"""Zip files that are the same for the same content: fixed dates, also in the workbooks within."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable

FIRST_DAY = (1980, 1, 1, 0, 0, 0)
WRITTEN = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


def pack(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip of named files, in the order given."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def timeless(data: bytes, day: str) -> bytes:
    """Return an office file written anew: no time of writing, but a day ("2022-09-30")."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return pack((name, _timeless(name, archive.read(name), day)) for name in archive.namelist())


def _timeless(name: str, content: bytes, day: str) -> bytes:
    if name.endswith(".xlsx"):
        return timeless(content, day)
    if name == "docProps/core.xml":
        return WRITTEN.sub(rb"\g<1>" + f"{day}T00:00:00Z".encode() + rb"\g<2>", content)
    return content
