"""A picture with the table beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Figure:
    """What components/picture_with_table.html takes."""

    id: str
    caption: str
    picture: Any
    columns: list[Any]
    rows: list[list[Any]] = field(default_factory=list)
