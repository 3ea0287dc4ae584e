"""Keeping what was found about a row in the row."""

from __future__ import annotations

from typing import Protocol

from marketplace.models import Entry, TableRow, Verdict


class Found(Protocol):
    """What was found about a row, whatever its table is about."""

    verdict: Verdict
    entry: Entry | None
    changes: list[str]
    messages: list[str]

    @property
    def title(self) -> str:
        """What the row calls its subject."""


def note(row: TableRow, judged: Found) -> None:
    """Keep what was found about a row in the row, unsaved."""
    row.verdict = judged.verdict
    row.entry = judged.entry
    row.title = judged.title[:160]
    row.messages = judged.messages
    row.changes = judged.changes
