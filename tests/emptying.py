"""Bringing the database back to what it was, after tests that commit.

Django empties every table, then makes permissions and content types anew: seconds on PostgreSQL,
for the few rows of a test. Here only what a test left is deleted, and what it changed of the rows
that migrations made is put back.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

from django.db import connection
from django.test import TransactionTestCase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONGEST_WAIT_S = 20


@contextmanager
def put_back_after_each() -> Iterator[None]:
    """Remember the database as it is, and let tests that commit leave it so."""
    kept = (OnPostgreSQL if connection.vendor == "postgresql" else OnSQLite)()
    with patch.object(TransactionTestCase, "_fixture_teardown", lambda _case: kept.put_back()):
        yield


class OnSQLite:
    """The rows of each table, and what they look like."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            tables = connection.introspection.table_names(cursor, include_views=False)
        self.rows = {table: self.read(table) for table in sorted(tables)}

    def read(self, table: str) -> list[tuple[object, ...]]:
        """Return all rows, as the database itself writes them."""
        with connection.cursor() as cursor:
            return cursor.connection.execute(f'SELECT * FROM "{table}"').fetchall()

    def put_back(self) -> None:
        """Delete what was left, and write again what was changed or deleted."""
        connection.ensure_connection()
        with connection.cursor() as cursor, connection.constraint_checks_disabled():
            for table, rows in self.rows.items():
                if self.read(table) == rows:
                    continue
                cursor.execute(f'DELETE FROM "{table}"')
                if rows:
                    places = ", ".join("?" * len(rows[0]))
                    cursor.connection.executemany(f'INSERT INTO "{table}" VALUES ({places})', rows)


class OnPostgreSQL:
    """The rows of those tables that have any, in the server's own words."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            tables = connection.introspection.table_names(cursor, include_views=False)
        self.tables = sorted(tables)
        self.rows = {table: self.read(table) for table in self.full()}
        self.sums = self.sums_of(self.rows)

    def full(self) -> list[str]:
        """Return which tables have rows."""
        asked = " UNION ALL ".join(
            f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in self.tables
        )
        with connection.cursor() as cursor:
            cursor.execute(asked)
            return [table for (table,) in cursor.fetchall()]

    def read(self, table: str) -> str:
        """Return all rows of a table, as COPY writes them."""
        written = io.BytesIO()
        with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
            for piece in rows:
                written.write(piece)
        return written.getvalue().decode()

    def sums_of(self, tables: Iterable[str]) -> dict[str, str]:
        """Return a sum over the rows of each table, whatever their order."""
        asked = " UNION ALL ".join(
            f"SELECT '{table}', md5(string_agg(r::text, '|' ORDER BY r::text)) FROM \"{table}\" r"
            for table in tables
        )
        with connection.cursor() as cursor:
            cursor.execute(asked)
            return dict(cursor.fetchall())

    def put_back(self) -> None:
        """Delete what was left, and write again what was changed or deleted."""
        now = self.sums_of(self.rows)
        changed = [table for table in self.rows if now[table] != self.sums[table]]
        left = [table for table in self.full() if table not in self.rows]
        if not changed and not left:
            return
        with connection.cursor() as cursor:
            # Only here: nothing is checked, and nothing follows from what is deleted.
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(f"SET lock_timeout = '{LONGEST_WAIT_S}s'")
            try:
                for table in [*left, *changed]:
                    cursor.execute(f'DELETE FROM "{table}"')
                for table in changed:
                    with cursor.copy(f'COPY "{table}" FROM STDIN') as rows:
                        rows.write(self.rows[table])
            finally:
                cursor.execute("SET session_replication_role = origin")
                cursor.execute("SET lock_timeout = 0")
