"""What a workbook would change, field by field, as a page shows it and a person chooses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from initiatives.exchange.columns import Table
from initiatives.exchange.writing import Cells, Line

Content = dict[str, list[Line]]
Taken = dict[str, dict[str, Cells]]


@dataclass
class FieldChange:
    """One cell: what is saved now, what the file says, and what else there is to say."""

    column: str
    label: str
    now: str
    new: str
    is_conflict: bool = False
    """Whether somebody saved another value since the file was downloaded."""
    fault: str = ""
    note: str = ""


@dataclass
class Change:
    """A row that is new or differs."""

    table: Table
    line: Line
    row: Any
    """The saved row; None for a new one."""
    title: str
    fields: list[FieldChange] = field(default_factory=list)
    fault: str = ""
    before: Cells = field(default_factory=dict)
    """What was taken along."""

    @property
    def id(self) -> str:
        """Return the name by which it is chosen."""
        return f"{self.table.name}-{self.line.number}"

    @property
    def is_new(self) -> bool:
        """Say whether it would add a row."""
        return self.row is None

    @property
    def has_fault(self) -> bool:
        """Say whether it cannot be taken as it is."""
        return bool(self.fault) or any(one.fault for one in self.fields)

    @property
    def has_conflict(self) -> bool:
        """Say whether somebody changed the same field meanwhile."""
        return any(one.is_conflict for one in self.fields)


@dataclass(frozen=True)
class Differences:
    """All changes of a workbook, and how many rows are as they were."""

    changes: list[Change]
    unchanged: int

    def boxes(self, *, only_safe: bool = False) -> list[str]:
        """Name every field that can be taken; `only_safe` leaves out what others saved since."""
        return [
            f"{change.id}-{one.column}"
            for change in self.changes
            for one in change.fields
            if not one.fault and not (only_safe and one.is_conflict)
        ]

    def of(self, name: str) -> list[Change]:
        """Return the changes of one sheet."""
        return [one for one in self.changes if one.table.name == name]
