"""A roadmap as a tree of sections: how far each is filled, what is missing, and where to write it.

for group in sections.of(roadmap):
    group.label, group.filled, group.total, group.gaps, group.children
"""

from __future__ import annotations

from initiatives.models import Roadmap
from initiatives.sections.facts import Facts
from initiatives.sections.states import Gap, SectionState, leaves
from initiatives.sections.tree import CHARTER, WRITTEN, build, build_one, label_of, write_url

__all__ = [
    "CHARTER",
    "WRITTEN",
    "Facts",
    "Gap",
    "SectionState",
    "build",
    "label_of",
    "leaves",
    "of",
    "one",
    "write_url",
]


def of(roadmap: Roadmap) -> list[SectionState]:
    """Return the groups of sections in their order: four queries, one more with deals."""
    return build(Facts(roadmap))


def one(facts: Facts, key: str) -> SectionState:
    """Return one of the sections that are `WRITTEN`: one or two queries, less for known facts."""
    return build_one(facts, key)
