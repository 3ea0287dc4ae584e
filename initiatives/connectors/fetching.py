"""Asking a source: one request after the other, in the time and size that are allowed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from cities import outbound
from initiatives.connectors import picks, sealing
from initiatives.connectors.reading import Rows, Scalar, parse_csv, parse_json, rows_of, scalar
from initiatives.connectors.sources import Table, table_of
from initiatives.connectors.troubles import SourceTrouble, Trouble
from initiatives.models import Connector, SourceKind

# For all pages together: well within the lease of an effect.
LONGEST_S = 40.0
HEADERS = {SourceKind.OPENDATASOFT: "Apikey {}", SourceKind.CKAN: "{}"}


class Visit:
    """One visit to a source, in no transaction. Raises SourceTrouble for whatever goes wrong."""

    def __init__(self, connector: Connector) -> None:
        """Open the credential and set the time."""
        self.connector = connector
        self.deadline = time.monotonic() + LONGEST_S
        self.kind = SourceKind(connector.kind)
        credential = sealing.unseal(connector.sealed_credential, connector.address)
        if credential is None:
            raise SourceTrouble(Trouble.NO_KEY)
        way = HEADERS.get(self.kind, "Bearer {}")
        self.headers = {"Authorization": way.format(credential)} if credential else {}

    # ── what is asked for ───────────────────────────────────────────────────────────────────────
    def choices(self) -> list[picks.Choice]:
        """Return what can be chosen at the source."""
        if self.kind == SourceKind.JSON:
            return picks.offered_paths(self._json(self.connector.address))
        if self.kind == SourceKind.CSV:
            return picks.offered_rows(self._csv())
        table = self._table()
        return picks.offered_rows(self._rows(table, 0, table.page_size))

    def value(self) -> Scalar:
        """Return the value that was chosen."""
        pick = self.connector.pick
        if self.kind == SourceKind.JSON:
            return picks.at_path(self._json(self.connector.address), pick)
        if self.kind == SourceKind.CSV:
            rows = self._csv()
            return _of_rows(pick, rows, rows.rows)
        return self._of_table(self._table(), pick)

    def _of_table(self, table: Table, pick: str) -> Scalar:
        how, _colon, column = pick.partition(":")
        if how == "sum":
            pages = self._pages(table)
            total = sum((picks.add_up(page.rows, column, page) for page in pages), Decimal(0))
            return _number(total)
        first = self._rows(table, 0, 1)
        if how == "last" and first.total > 1:
            if first.total > table.farthest:
                raise SourceTrouble(Trouble.TOO_MANY)
            first = self._rows(table, first.total - 1, 1)
        return _of_rows(pick, first, first.rows)

    def _pages(self, table: Table) -> Iterator[Rows]:
        """Give page after page, until there are as many rows as the first one said."""
        offset, total = 0, None
        while total is None or offset < total:
            page = self._rows(table, offset, table.page_size)
            total = page.total if total is None else total
            if total > table.farthest:
                raise SourceTrouble(Trouble.TOO_MANY)
            # Rows that came or went meanwhile would be counted twice, or not at all.
            if page.total != total or (not page.rows and offset < total):
                raise SourceTrouble(Trouble.CHANGED)
            yield page
            offset += len(page.rows)

    # ── asking ──────────────────────────────────────────────────────────────────────────────────
    def _table(self) -> Table:
        table = table_of(self.kind, self.connector.address, self.connector.where)
        if table is None:
            raise SourceTrouble(Trouble.CHANGED)
        return table

    def _rows(self, table: Table, offset: int, limit: int) -> Rows:
        return rows_of(self.kind, self._json(table.page(offset, limit)))

    def _csv(self) -> Rows:
        answer = self._ask(self.connector.address)
        return parse_csv(answer.body, answer.content_type)

    def _json(self, address: str) -> Any:
        answer = self._ask(address)
        return parse_json(answer.body, answer.content_type)

    def _ask(self, address: str) -> outbound.Answer:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise SourceTrouble(Trouble.TOO_SLOW)
        answer = outbound.fetch(address, headers=self.headers, within=left)
        if answer.problem is not None:
            raise SourceTrouble(str(answer.problem.value))
        if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise SourceTrouble(Trouble.DENIED)
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS or (
            answer.status == HTTPStatus.SERVICE_UNAVAILABLE and answer.retry_after
        ):
            raise SourceTrouble(Trouble.BUSY, retry_after=answer.retry_after)
        if not answer.ok:
            if self.kind == SourceKind.CKAN and answer.status == HTTPStatus.CONFLICT:
                raise SourceTrouble(Trouble.REFUSED)
            raise SourceTrouble(Trouble.STATUS, detail=str(answer.status))
        return answer


def _of_rows(pick: str, table: Rows, rows: list[dict[str, Any]]) -> Scalar:
    how, _colon, column = pick.partition(":")
    if how == "count":
        return _number(Decimal(table.total))
    if how == "sum":
        return _number(picks.add_up(rows, column, table))
    if not rows:
        raise SourceTrouble(Trouble.CHANGED)
    return picks.in_row(rows[0] if how == "first" else rows[-1], column, table)


def _number(number: Decimal) -> Scalar:
    """Return a number that the column holds whole."""
    found = scalar(number)
    assert found is not None  # noqa: S101 - a decimal is a scalar, or trouble
    return found
