"""Which kind of table a file is, decided by what it holds, and its sheets."""

from __future__ import annotations

from django.utils.translation import gettext as _

from cities.tables.limits import MEGABYTE, MOST_PACKED, refuse_bombs
from marketplace.exchange.csv_files import read_csv
from marketplace.exchange.sheets import Sheet, Unreadable
from marketplace.exchange.workbooks import read_xlsx

MOST_CSV = 10 * MEGABYTE
PACKED_NAMES = (".xlsx", ".xlsm", ".xls", ".ods")
PACKED = b"PK\x03\x04"
NO_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0")


def refuse_at_once(name: str, size: int, start: bytes) -> None:
    """Raise Unreadable for what is too large or no table, from its name and first bytes."""
    most = MOST_PACKED if name.lower().endswith(PACKED_NAMES) else MOST_CSV
    if size > most:
        raise Unreadable(_("The file is larger than {size} MB.").format(size=most // MEGABYTE))
    if not _is_packed(name, start) and start.startswith(NO_TABLES):
        raise Unreadable(_("This is no table. Save it as .xlsx or as CSV."))


def refuse_harmful(name: str, data: bytes) -> None:
    """Raise Unreadable for a workbook that would grow too large when it is unpacked."""
    if _is_packed(name, data[:4]):
        refuse_bombs(data)


def read_sheets(name: str, data: bytes, encoding: str) -> list[Sheet]:
    """Return the tables of a file, entries first; raises Unreadable."""
    if _is_packed(name, data[:4]):
        return read_xlsx(data)
    return [read_csv(data, encoding)]


def _is_packed(name: str, start: bytes) -> bool:
    return name.lower().endswith(PACKED_NAMES) or start.startswith(PACKED)
