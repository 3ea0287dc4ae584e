"""What a source sends, read exactly: numbers are decimals from the first digit to the last."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from initiatives.connectors.troubles import SourceTrouble, Trouble
from initiatives.models import SourceKind, ValueKind, exact

PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,3})?")
# Spaces between thousands, as French portals write them; a comma only where it cannot be one.
SPACED_NUMBER = re.compile(r"[+-]?\d{1,3}([   ]\d{3})+(\.\d+)?")
COMMA_NUMBER = re.compile(r"[+-]?\d+,\d+")
ISO_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(T.*)?")
MOST_ROWS = 100_000


@dataclass(frozen=True)
class Scalar:
    """One value of a source."""

    kind: ValueKind
    number: Decimal | None = None
    date: date | None = None
    yes: bool | None = None


@dataclass(frozen=True)
class Rows:
    """Some rows of a table, and how many it has in all."""

    rows: list[dict[str, Any]]
    total: int
    has_comma: bool = False
    columns: list[str] = field(default_factory=list)


def scalar(value: Any, *, has_comma: bool = False) -> Scalar | None:
    """Return a value as a number, a date, or yes or no; None for words, lists and nothing."""
    if isinstance(value, bool):
        return Scalar(ValueKind.YES_NO, yes=value)
    if isinstance(value, int | Decimal):
        return Scalar(ValueKind.NUMBER, number=_kept_exactly(Decimal(value)))
    if not isinstance(value, str):
        return None
    text = value.strip()
    if found := ISO_DAY.fullmatch(text):
        try:
            return Scalar(ValueKind.DATE, date=date.fromisoformat(found[1]))
        except ValueError:
            return None
    number = _number(text, has_comma)
    return None if number is None else Scalar(ValueKind.NUMBER, number=_kept_exactly(number))


def _number(text: str, has_comma: bool) -> Decimal | None:
    if PLAIN_NUMBER.fullmatch(text):
        return Decimal(text)
    if SPACED_NUMBER.fullmatch(text):
        return Decimal(re.sub(r"[   ]", "", text))
    if has_comma and COMMA_NUMBER.fullmatch(text):
        return Decimal(text.replace(",", "."))
    return None


def _kept_exactly(number: Decimal) -> Decimal:
    """Return a number that the column holds whole; raise for one that would be rounded."""
    if not exact.is_kept(number):
        raise SourceTrouble(Trouble.NOT_EXACT)
    return number + 0


# ── JSON ────────────────────────────────────────────────────────────────────────────────────────
def parse_json(body: bytes, content_type: str) -> Any:
    """Return a document with decimals for numbers; raise SourceTrouble when it is none."""
    if "html" in content_type.lower() or body.lstrip()[:1] == b"<":
        raise SourceTrouble(Trouble.HTML)
    try:
        return json.loads(
            body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError, InvalidOperation) as fault:
        raise SourceTrouble(Trouble.GARBLED) from fault


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def rows_of(kind: SourceKind, document: Any) -> Rows:
    """Return the rows of a page of a portal; raise SourceTrouble for anything else."""
    if not isinstance(document, dict):
        raise SourceTrouble(Trouble.CHANGED)
    if document.get("success") is False or "error_code" in document:
        raise SourceTrouble(Trouble.REFUSED)
    if kind == SourceKind.CKAN:
        result = document.get("result")
        found = result if isinstance(result, dict) else {}
        return _rows(found.get("records"), found.get("total"))
    if "nhits" in document:
        records = document.get("records")
        if not isinstance(records, list):
            raise SourceTrouble(Trouble.CHANGED)
        fields = [one.get("fields") for one in records if isinstance(one, dict)]
        return _rows(fields, document["nhits"])
    return _rows(document.get("results"), document.get("total_count"))


def _rows(rows: Any, total: Any) -> Rows:
    is_list = isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
    if not is_list or isinstance(total, bool) or not isinstance(total, int) or total < 0:
        raise SourceTrouble(Trouble.CHANGED)
    return Rows(rows, total, columns=list(rows[0]) if rows else [])


# ── CSV ─────────────────────────────────────────────────────────────────────────────────────────
def parse_csv(body: bytes, content_type: str) -> Rows:
    """Return the rows of a file with a line of heads; raise SourceTrouble when it is none."""
    if "html" in content_type.lower() or body.lstrip()[:1] == b"<":
        raise SourceTrouble(Trouble.HTML)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("cp1252", errors="replace")
    head = text.split("\n", 1)[0]
    mark = max(";,\t|", key=head.count)
    try:
        reader = csv.DictReader(io.StringIO(text), delimiter=mark, strict=True)
        columns = [name for name in reader.fieldnames or [] if name]
        rows = [row for row in reader if any(row.values())]
    except csv.Error as fault:
        raise SourceTrouble(Trouble.GARBLED) from fault
    if not columns or len(set(columns)) != len(columns) or len(rows) > MOST_ROWS:
        raise SourceTrouble(Trouble.GARBLED)
    return Rows(rows, len(rows), has_comma=mark != ",", columns=columns)
