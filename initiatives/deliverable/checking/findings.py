"""A finding of the check: what is odd, where, and how sure the portal is."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Grade(StrEnum):
    """How sure it is that something must be mended."""

    ERROR = "error"
    QUESTION = "question"


@dataclass(frozen=True)
class Finding:
    """Something odd. `excerpt` is the words that are odd; `url` leads to their field."""

    rule: str
    grade: Grade
    what: str
    where: str
    url: str
    excerpt: str = ""

    @property
    def key(self) -> str:
        """Return what stays the same while the same words are odd in the same place."""
        told = "|".join((self.rule, self.url, self.excerpt or self.what))
        return hashlib.sha256(told.encode()).hexdigest()[:40]

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data, with its key."""
        return {**asdict(self), "grade": str(self.grade), "key": self.key}
