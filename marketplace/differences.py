"""What changed between two revisions, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from marketplace.models import EntryKind, Revision

COMMON = ["title", "summary", "language", "themes"]
FIELDS = {
    EntryKind.CITY_PROFILE: [*COMMON, "story", "strategy", "ambitions", "website", "partners"],
    EntryKind.SOLUTION: [
        *(*COMMON, "problem", "approach", "results", "evidence_url", "needs", "did_not_work"),
        *("maturity", "cost_band", "months_to_deploy", "is_open_source", "licence"),
        *("repository_url", "website", "technologies", "goals", "partners"),
    ],
}
LISTS = ["themes", "technologies", "goals", "partners"]
# A word with the space behind it, so that the pieces put together are the text again.
WORD = re.compile(r"\s+|\S+\s*")
# Longer texts are compared roughly: exactness costs the square of their length.
EXACT_WORDS = 4000


@dataclass(frozen=True)
class Part:
    """A piece of text: "equal", or an "insert" or "delete" of the later text."""

    op: str
    text: str


@dataclass(frozen=True)
class FieldDifference:
    """One field of two revisions: what people call it, its text in both, and what changed."""

    name: str
    label: str
    before: str
    after: str
    parts: list[Part]

    @property
    def is_changed(self) -> bool:
        """Say whether the texts differ."""
        return self.before != self.after


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


def compare(earlier: Revision | None, later: Revision) -> list[FieldDifference]:
    """Return the fields of `later` in reading order, beside `earlier` (None: there is none).

    Fields that are empty in both are left out. Without an earlier revision nothing is marked.
    """
    before = describe(earlier) if earlier else {}
    after = describe(later)
    found = []
    for name, text in after.items():
        old = before.get(name, "")
        if text or old:
            parts = words(old, text) if earlier else [Part("equal", text)]
            found.append(FieldDifference(name, _label(name), old, text, parts))
    return found


def describe(revision: Revision) -> dict[str, str]:
    """Return the fields of a revision as people read them, in reading order.

    Asks once for each of `LISTS` unless they were prefetched.
    """
    return {name: _text(revision, name).strip() for name in FIELDS[EntryKind(revision.entry.kind)]}


def _parts(matcher: SequenceMatcher[str], old: list[str], new: list[str]) -> Iterator[Part]:
    for op, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if op == "equal":
            yield Part("equal", "".join(new[new_from:new_to]))
            continue
        if old_to > old_from:
            yield Part("delete", "".join(old[old_from:old_to]))
        if new_to > new_from:
            yield Part("insert", "".join(new[new_from:new_to]))


def _text(revision: Revision, name: str) -> str:
    if name in LISTS:
        return ", ".join(sorted(str(each) for each in getattr(revision, name).all()))
    value = getattr(revision, name)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value is None:
        return ""
    show = getattr(revision, f"get_{name}_display", None)
    return str(show() if show else value)


def _label(name: str) -> str:
    field = Revision._meta.get_field(name)
    label = _("themes") if name == "themes" else str(getattr(field, "verbose_name", name))
    return label[:1].upper() + label[1:]
