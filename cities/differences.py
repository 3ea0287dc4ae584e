"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

# A word with the space behind it, so that the pieces put together are the text again.
WORD = re.compile(r"\s+|\S+\s*")
# Longer texts are compared roughly: exactness costs the square of their length.
EXACT_WORDS = 4000


@dataclass(frozen=True)
class Part:
    """A piece of text: "equal", or an "insert" or "delete" of the later text."""

    op: str
    text: str


def words(before: str, after: str) -> list[Part]:
    """Return how one text becomes the other; equal and inserted parts make up `after`."""
    old, new = WORD.findall(before), WORD.findall(after)
    # Line breaks count, the spaces between words do not.
    matcher = SequenceMatcher(
        None,
        [word.rstrip(" ") for word in old],
        [word.rstrip(" ") for word in new],
        autojunk=len(old) + len(new) > EXACT_WORDS,
    )
    return list(_parts(matcher, old, new))


def _parts(matcher: SequenceMatcher[str], old: list[str], new: list[str]) -> Iterator[Part]:
    for op, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if op == "equal":
            yield Part("equal", "".join(new[new_from:new_to]))
            continue
        if old_to > old_from:
            yield Part("delete", "".join(old[old_from:old_to]))
        if new_to > new_from:
            yield Part("insert", "".join(new[new_from:new_to]))
