"""Quarters of a year, as addresses name them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from initiatives import dates

QUARTER = re.compile(r"(\d{4})-([1-4])")


@dataclass(frozen=True)
class Quarter:
    """A quarter of a year, as an address names it: "2022-3"."""

    year: int
    number: int

    @classmethod
    def named(cls, text: str, today: date) -> Quarter:
        """Return the quarter an address names; without one, the last that has ended."""
        found = QUARTER.fullmatch(text)
        if found and 1900 < int(found[1]) < 2200:
            return cls(int(found[1]), int(found[2]))
        return cls(today.year, (today.month + 2) // 3).before

    @property
    def before(self) -> Quarter:
        """Return the quarter before."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    @property
    def after(self) -> Quarter:
        """Return the quarter after."""
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    @property
    def code(self) -> str:
        """Return how an address names it."""
        return f"{self.year}-{self.number}"

    @property
    def last_day(self) -> date:
        """Return its last day."""
        following = self.after
        return date(following.year, following.number * 3 - 2, 1) - timedelta(days=1)

    def __str__(self) -> str:
        return dates.words(dates.parse(f"Q{self.number} {self.year}"))
