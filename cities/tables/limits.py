"""Workbooks are opened only when they are some, and would not grow too large."""

from __future__ import annotations

import io
import zipfile
import zlib
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _

MEGABYTE = 1024 * 1024
MOST_PACKED = 20 * MEGABYTE
MOST_UNPACKED = 100 * MEGABYTE
MOST_PARTS = 1_000
MOST_RATIO = 100
# Small parts of the same few words may be packed tighter without being a bomb.
RATIO_FROM = MEGABYTE
# What openpyxl raises on files that are no workbooks, or broken ones.
BROKEN = (
    *(DefusedXmlException, ParseError, zipfile.BadZipFile, zlib.error, EOFError, OSError),
    *(KeyError, ValueError, TypeError, IndexError, AttributeError, NotImplementedError),
)


class Unreadable(Exception):
    """The file cannot be read as a table; the words can be shown to who brought it."""


def refuse_bombs(data: bytes) -> bool:
    """Raise Unreadable for no workbook or one that would grow too large; say if it has macros.

    Parts are read up to the size they declare and no further, so that is the size to look at.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            _("The workbook is protected by a password, or of the old kind (.xls). Save it anew.")
        )
    if len(data) > MOST_PACKED:
        raise Unreadable(_("The file is larger than 20 MB."))
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except BROKEN as fault:
        raise Unreadable(_("This is no workbook. Save it as .xlsx or as CSV.")) from fault
    names = {part.filename for part in parts}
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts) or 1
    is_bomb = unpacked > RATIO_FROM and unpacked / packed > MOST_RATIO
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or is_bomb:
        raise Unreadable(_("Unpacked, the file would be too large to be a table of entries."))
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable(_("The workbook is protected by a password. Save it without."))
    if "xl/workbook.xml" not in names:
        raise Unreadable(_("This is no workbook. Save it as .xlsx or as CSV."))
    return any(name.endswith("vbaProject.bin") for name in names)
