"""What a row of the table is, and the arguments of addresses that several rooms share.

The roles, in order: anonymous, officer of city A, officer of city B, mentor of A, reviewer of A's
entry, programme staff, superuser. The letters: o answered, l sent to sign in, n not found (nobody
learns that it exists), f forbidden (visible, but not theirs to do), r sent elsewhere, b bad
request, c in conflict with what is saved, m wrong method, g gone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

EVERYBODY = "ooooooo"
SIGNED_IN = "loooooo"


@dataclass(frozen=True)
class Row:
    """One request: an address by name, its arguments from the world, and who gets what."""

    name: str
    expected: str
    arguments: Callable[[Any], list[Any]] = lambda world: []
    method: str = "get"
    data: Callable[[Any], dict[str, Any]] | None = None

    def path(self, world: Any) -> str:
        """Return the address."""
        return reverse(self.name, args=self.arguments(world))


# Published things of city A: everybody reads; only its team writes; others learn it is not theirs.
TEAM_WRITES = "loffffo"
# Drafts of city A: its team writes, mentor and staff read, nobody else learns that they exist.
INSIDE_READS = "nononoo"
TEAM_WRITES_DRAFT = "lonfnfo"
# Where an entry stands is shown to its team and staff; its reviewer has the review's page.
ENTRY_INSIDE = "lonnnoo"


def initiative(world: Any) -> list[Any]:
    return [world.initiative.slug]


def draft_initiative(world: Any) -> list[Any]:
    return [world.draft_initiative.slug]
