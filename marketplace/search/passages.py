"""The place in a text where the words that were looked for stand, with the words marked."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from marketplace.search.words import WORD, fold, is_small, stem

LENGTH = 240
BEFORE = 60
# A word that long is found by its beginning as well.
SHORT = 2


def passage(texts: Iterable[str], asked: Collection[str], language: str) -> SafeString:
    """Return a piece of the first text that holds one of the folded words asked for.

    Empty when none does. About 240 characters, escaped, the words in <mark>.
    """
    wanted = {word for word in asked if not is_small(word)}
    beginnings = tuple(word for word in wanted if len(word) > SHORT)
    stemmed = {stem(word, language) for word in wanted}

    def fits(written: str) -> bool:
        word = fold(written)
        return word in wanted or word.startswith(beginnings) or stem(word, language) in stemmed

    for text in texts if wanted else ():
        whole = unicodedata.normalize("NFC", " ".join(text.split()))
        found = _places(whole, fits)
        if found:
            return _cut(whole, found)
    return SafeString("")


def _places(text: str, fits: Callable[[str], bool]) -> list[tuple[int, int]]:
    """Return where words that were asked for stand: as far as a piece from the first one goes."""
    found: list[tuple[int, int]] = []
    for at in WORD.finditer(text):
        if found and at.start() > found[0][0] + LENGTH:
            break
        if fits(at.group()):
            found.append(at.span())
    return found


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
