"""How text becomes words for the index: the same way for what is written and what is asked."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import chain

from django.conf.locale import LANG_INFO
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

# Letters that Unicode does not take apart into a letter and a mark.
WHOLE_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
WORD = re.compile(r"[^\W_]+")
LONGEST_WORD = 40
STEMMERS = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}
# Words that carry no subject are not asked for, in any of these languages when they are short.
SMALL_WORDS = ["english", "french", "german", "spanish", "italian", "portuguese", "dutch"]
LONGEST_FOREIGN_SMALL_WORD = 3


def fold(text: str) -> str:
    """Return the text without accents and case: "Θεσσαλονίκη" and "θεσσαλονικη" become one."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return bare.casefold().translate(WHOLE_LETTERS)


def words(text: str) -> list[str]:
    """Return the folded words of a text, in order; very long ones are cut."""
    return list(chain.from_iterable(map(_words_between_blanks, text.split())))


def stems(found: list[str], language: str) -> list[str]:
    """Return the stems of folded words in a language; the words themselves where none is known."""
    name = STEMMERS.get(language.lower().split("-")[0])
    return _stemmer(name).analyze(" ".join(found)) if name and found else found


@lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """Return the stem of one folded word; remembered, since texts are full of the same words."""
    return " ".join(stems([word], language))


def language_names() -> dict[str, str]:
    """Return the languages a text may be in, by code, each named in the reader's language."""
    named = {
        code: str(get_language_info(code)["name_translated"])
        for code, info in LANG_INFO.items()
        if "name" in info and "-" not in code
    }
    return dict(sorted((named | {"mt": _("Maltese")}).items(), key=lambda pair: pair[1]))


@lru_cache(maxsize=20_000)
def is_small(word: str) -> bool:
    """Say whether a word says nothing about a subject, such as "the" or "de"."""
    languages = SMALL_WORDS if len(word) <= LONGEST_FOREIGN_SMALL_WORD else SMALL_WORDS[:1]
    return any(not _without_small_words(name).analyze(word) for name in languages)


@lru_cache(maxsize=20_000)
def _words_between_blanks(piece: str) -> tuple[str, ...]:
    """Remember the words of a piece of text: texts are made of the same ones again and again."""
    return tuple(word[:LONGEST_WORD] for word in WORD.findall(fold(piece)))


@cache
def _stemmer(name: str) -> TextAnalyzer:
    return TextAnalyzerBuilder(Tokenizer.whitespace()).filter(Filter.stemmer(name)).build()


@cache
def _without_small_words(name: str) -> TextAnalyzer:
    return TextAnalyzerBuilder(Tokenizer.whitespace()).filter(Filter.stopword(name)).build()
