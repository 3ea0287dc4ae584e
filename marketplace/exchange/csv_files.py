"""Reading CSV as people have it: any usual encoding, delimiter, and mishap."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.tables.cells import unguard
from marketplace.exchange.sheets import (
    MOST_ROWS,
    NAMES,
    Line,
    Sheet,
    Unreadable,
    make_sheet,
    too_many,
)

ENCODINGS = {
    "utf-8": gettext_lazy("UTF-8"),
    "cp1252": gettext_lazy("Windows, western Europe (1252)"),
    "cp1250": gettext_lazy("Windows, central Europe (1250)"),
    "cp1253": gettext_lazy("Windows, Greek (1253)"),
    "cp1251": gettext_lazy("Windows, Cyrillic (1251)"),
    "cp1257": gettext_lazy("Windows, Baltic (1257)"),
    "utf-16": gettext_lazy("UTF-16"),
}
DELIMITERS = {
    ",": gettext_lazy("commas"),
    ";": gettext_lazy("semicolons"),
    "\t": gettext_lazy("tabs"),
}
MARKS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]


def read_csv(data: bytes, encoding: str = "") -> Sheet:
    """Return the table of a CSV file; `encoding` is what its owner says, or empty to guess.

    Raises Unreadable, as do its lines while they are read. A row that cannot be read has its own
    fault, and the others stand.
    """
    text, name, is_guess = _decoded(data, encoding)
    text = text.lstrip("\ufeff\r\n")
    delimiter, text = _delimiter(text)
    lines = _lines(text, delimiter)
    header = next(lines, None)
    if header is None:
        raise Unreadable(_("The file is empty."))
    if header.fault:
        raise Unreadable(header.fault)
    warnings = []
    if is_guess and name != "utf-8":
        warnings.append(
            _("The encoding was guessed. If letters look wrong, bring the file again and say it.")
        )
    read_as = _("CSV, {delimiter}, {encoding}").format(
        delimiter=DELIMITERS[delimiter], encoding=ENCODINGS[name]
    )
    return make_sheet(header.cells, lines, read_as, warnings)


def _decoded(data: bytes, encoding: str) -> tuple[str, str, bool]:
    """Return the text, the name of its encoding, and whether that was guessed."""
    for mark, codec in MARKS:
        if data.startswith(mark):
            return _decode(data, codec), "utf-8" if codec == "utf-8-sig" else codec, False
    if encoding:
        return _decode(data, encoding), encoding, False
    for guess in ("utf-8", "cp1252"):
        try:
            return data.decode(guess), guess, True
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("We cannot tell how the letters are written. Say which encoding it is."))


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeError as fault:
        raise Unreadable(
            _("The file is not written in {encoding}. Choose another, or let us guess.").format(
                encoding=ENCODINGS.get(encoding, encoding)
            )
        ) from fault


def _delimiter(text: str) -> tuple[str, str]:
    """Return what parts the cells, and the text without the line that says so, if there is one."""
    first, _end, rest = text.partition("\n")
    said = first.strip().casefold()
    if said.startswith("sep=") and said[4:] in DELIMITERS:
        return said[4:], rest

    def known(delimiter: str) -> tuple[int, int]:
        names = [name.strip('" \r').casefold() for name in first.split(delimiter)]
        return sum(name in NAMES for name in names), len(names)

    return max(DELIMITERS, key=known), text


def _lines(text: str, delimiter: str) -> Iterator[Line]:
    """Yield the rows with their number in a spreadsheet, the header as 1."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        began, number = reader.line_num + 1, number + 1
        try:
            cells = [unguard(cell) for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as fault:
            yield Line(number, [], _mishap(str(fault), began))
            continue
        if number > MOST_ROWS + 1:
            raise Unreadable(too_many(MOST_ROWS))
        yield Line(number, cells)


def _mishap(said: str, line: int) -> str:
    """Say in words what the reader of the standard library says."""
    if "unexpected end" in said:
        return _(
            "A quotation mark opens in this row (line {line} of the file) and is never closed: "
            "neither this row nor what follows could be read."
        ).format(line=line)
    if "larger than field limit" in said:
        return _("A cell of this row (line {line} of the file) is too long.").format(line=line)
    return _(
        "A quotation mark stands inside a quoted cell of this row (line {line} of the file); "
        "write it twice."
    ).format(line=line)
