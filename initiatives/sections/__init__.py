"""A roadmap as a tree of sections: how far each is filled, what is missing, and where to write it.

for group in sections.of(roadmap):
    group.label, group.filled, group.total, group.gaps, group.children
"""

from __future__ import annotations

from initiatives.models import Roadmap
from initiatives.sections.facts import read
from initiatives.sections.states import Gap, SectionState, leaves
from initiatives.sections.tree import CHARTER, WRITTEN, build, label_of, write_url

__all__ = [
    "CHARTER",
    "WRITTEN",
    "Gap",
    "SectionState",
    "label_of",
    "leaves",
    "of",
    "write_url",
]


def of(roadmap: Roadmap) -> list[SectionState]:
    """Return the groups of sections in their order: five queries, however large the roadmap."""
    return build(read(roadmap))
