"""How far a section is filled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Gap:
    """Something that is missing, and the place where it can be written."""

    label: str
    url: str


@dataclass(frozen=True)
class SectionState:
    """A section or a group of them. A group counts what its children count."""

    key: str
    label: str
    url: str
    filled: int
    total: int
    lacks: Callable[[], list[Gap]] = list
    """Tells what is missing; most are never asked, and large roadmaps lack much."""
    children: list[SectionState] = field(default_factory=list)
    number: str = ""
    """The place of an initiative in a roadmap that has several levels, such as 2.1.3."""

    @cached_property
    def gaps(self) -> list[Gap]:
        """Return what is missing, in the order of the form."""
        return self.lacks()

    @property
    def is_full(self) -> bool:
        """Say whether nothing is missing."""
        return self.filled >= self.total


def group(key: str, label: str, url: str, children: list[SectionState]) -> SectionState:
    """Return sections as one that counts them together."""
    return SectionState(
        key,
        label,
        url,
        filled=sum(child.filled for child in children),
        total=sum(child.total for child in children),
        lacks=lambda: [gap for child in children for gap in child.gaps],
        children=children,
    )


def leaves(states: Iterable[SectionState]) -> Iterator[SectionState]:
    """Return the sections that are written by themselves, in their order."""
    for state in states:
        if state.children:
            yield from leaves(state.children)
        else:
            yield state
