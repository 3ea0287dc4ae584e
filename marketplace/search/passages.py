"""The place in a text where the words that were looked for stand, with the words marked."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from marketplace.search.words import WORD, fold, is_small, stems

LENGTH = 240
BEFORE = 60


def passage(texts: Iterable[str], asked: Collection[str], language: str) -> SafeString:
    """Return a piece of the first text that holds one of the folded words asked for.

    Empty when none does. About 240 characters, escaped, the words in <mark>.
    """
    wanted = [word for word in asked if not is_small(word)]
    for text in texts if wanted else ():
        whole = unicodedata.normalize("NFC", " ".join(text.split()))
        found = [at.span() for at in WORD.finditer(whole) if _fits(at.group(), wanted, language)]
        if found:
            return _cut(whole, found)
    return SafeString("")


def _fits(written: str, wanted: list[str], language: str) -> bool:
    word = fold(written)
    if any(word == one or (len(one) > 2 and word.startswith(one)) for one in wanted):
        return True
    stem = stems([word], language)
    return any(stem == stems([one], language) for one in wanted)


def _cut(text: str, found: list[tuple[int, int]]) -> SafeString:
    start = max(0, found[0][0] - BEFORE) if len(text) > LENGTH else 0
    if start:
        # A piece begins with a whole word.
        start = text.find(" ", start, found[0][0]) + 1 or found[0][0]
    end = start + LENGTH
    if end < len(text):
        end = max(text.rfind(" ", start, end), found[0][1])
    pieces = ["… " if start else ""]
    at = start
    for first, last in found:
        if last > end:
            break
        pieces += [conditional_escape(text[at:first]), _marked(text[first:last])]
        at = last
    pieces += [conditional_escape(text[at:end]), " …" if end < len(text) else ""]
    # Every piece of somebody's text was escaped above.
    return mark_safe("".join(pieces))  # noqa: S308


def _marked(word: str) -> SafeString:
    return format_html("<mark>{}</mark>", word)
