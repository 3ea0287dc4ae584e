"""What changed between two texts, word by word, as components/diff.html takes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

# A word with the space behind it, so that the pieces put together are the text again.
WORD = re.compile(r"\s+|\S+\s*")
UNREAD = {"svg", "svg_narrow", "id", "type", "plan", "chart", "legend", "widths", "kind", "alt"}
# Where a photograph is kept says nothing to a reader, nor do the words for one that is lost.
UNREAD |= {"kept", "address", "missing"}
RUN = {"text", "bold", "italic", "url"}
LINES_AROUND = 1


@dataclass(frozen=True)
class Part:
    """A piece of text: "equal", or an "insert" or "delete" of the later text."""

    op: str
    text: str


def words_of(value: Any) -> Iterator[str]:
    """Return the words of some content, a line for each piece of text."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name not in UNREAD:
                yield from words_of(part)
    elif isinstance(value, list):
        if value and all(isinstance(one, str) for one in value):
            yield " · ".join(value)
            return
        if value and all(isinstance(one, dict) and one.keys() >= RUN for one in value):
            # A paragraph with emphasis or addresses in it is one text.
            yield "".join(run["text"] for run in value)
            return
        for part in value:
            yield from words_of(part)
    elif isinstance(value, str) and value.strip():
        yield value


def compare(before: str, after: str) -> list[Part]:
    """Return the lines that changed, word by word, with a line around them."""
    old, new = before.splitlines(), after.splitlines()
    found: list[Part] = []
    for op, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            found += _around(old[a:b], is_first=a == 0, is_last=b == len(old))
        else:
            found += _words("\n".join(old[a:b]), "\n".join(new[c:d]))
            found.append(Part("equal", "\n"))
    return found


def _around(lines: list[str], *, is_first: bool, is_last: bool) -> list[Part]:
    if len(lines) <= 2 * LINES_AROUND + 1:
        return [Part("equal", "\n".join(lines) + "\n")] if lines else []
    head = [] if is_first else lines[:LINES_AROUND]
    tail = [] if is_last else lines[-LINES_AROUND:]
    return [Part("equal", "\n".join([*head, "…", *tail]) + "\n")]


def _words(before: str, after: str) -> list[Part]:
    old, new = WORD.findall(before), WORD.findall(after)
    found: list[Part] = []
    for op, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            found.append(Part("equal", "".join(old[a:b])))
            continue
        if a < b:
            found.append(Part("delete", "".join(old[a:b])))
        if c < d:
            found.append(Part("insert", "".join(new[c:d])))
    return found
