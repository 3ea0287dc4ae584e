"""PDFs: kept as they are, so those that could do something when opened are refused.

Names of a PDF may be written with numbers for letters ("/J#61vaScript") and may lie in packed
object streams; both are undone before looking. An object stream that cannot be unpacked plainly
cannot be looked at, and the file is refused.
"""

from __future__ import annotations

import re
import zlib

from django.utils.translation import gettext as _

from cities.uploads.refusals import UploadRefused

BEGINS = b"%PDF-"
NUMBERED = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"(?<!end)stream\r?\n")
# So much of a file is unpacked at a time.
PIECE = 16_384
# What looking into one more stream costs, beside what it holds.
EACH_STREAM = 256
# A name ends where a delimiter or a space stands.
END = rb"(?=[\s()<>\[\]{}/%]|$)"
ENCRYPTED = re.compile(rb"/Encrypt" + END)
DANGEROUS = {
    re.compile(rb"/JavaScript" + END): "JavaScript",
    re.compile(rb"/Launch" + END): "Launch",
}
OBJECT_STREAM = re.compile(rb"/ObjStm" + END)
PLAINLY_PACKED = re.compile(rb"/Filter\s*\[?\s*/FlateDecode\s*\]?")
MOST_UNPACKED = 100 * 1024 * 1024
LONGEST_DICTIONARY = 4096


def check(name: str, content: bytes) -> None:
    """Raise UploadRefused for a PDF that is cut off, locked, or acts when it is opened."""
    if b"%%EOF" not in content[-2048:]:
        raise UploadRefused(name, _("it is cut off: its end is missing. Save it again."))
    names = _with_letters(content)
    if ENCRYPTED.search(names):
        raise UploadRefused(
            name, _("it is encrypted, so readers might not open it. Save it without a password.")
        )
    for text in (names, *_object_streams(name, content)):
        for pattern, what in DANGEROUS.items():
            if pattern.search(text):
                raise UploadRefused(
                    name,
                    _(
                        "it does something when it is opened ({what}). Print it to a new PDF."
                    ).format(what=what),
                )


def _with_letters(content: bytes) -> bytes:
    return NUMBERED.sub(lambda found: bytes([int(found[1], 16)]), content)


def _object_streams(name: str, content: bytes) -> list[bytes]:
    unpacked, left = [], MOST_UNPACKED
    for begin in STREAM.finditer(content):
        dictionary = content[max(0, begin.start() - LONGEST_DICTIONARY) : begin.start()]
        dictionary = _with_letters(dictionary.rpartition(b"obj")[2])
        if not OBJECT_STREAM.search(dictionary):
            continue
        if b"/Filter" not in dictionary:
            # Not packed: its names were seen with everything else.
            continue
        if b"/DecodeParms" in dictionary or not PLAINLY_PACKED.search(dictionary):
            raise UploadRefused(name, _unreadable())
        unpacking = zlib.decompressobj()
        try:
            text = _unpacked(unpacking, content, begin.end(), left)
        except zlib.error as fault:
            raise UploadRefused(name, _unreadable()) from fault
        left -= len(text) + EACH_STREAM
        if left <= 0:
            raise UploadRefused(name, _unreadable())
        unpacked.append(_with_letters(text))
    return unpacked


def _unpacked(unpacking: zlib._Decompress, content: bytes, start: int, most: int) -> bytes:
    """Unpack what begins at a place, at most so much; the rest of the file is not copied along."""
    text, at = bytearray(), start
    while not unpacking.eof and len(text) < most:
        piece = unpacking.unconsumed_tail
        if not piece:
            piece = content[at : at + PIECE]
            at += len(piece)
        if not piece:
            break
        text += unpacking.decompress(piece, most - len(text))
    return bytes(text)


def _unreadable() -> str:
    return _("it is packed in a way that cannot be looked into. Print it to a new PDF.")
