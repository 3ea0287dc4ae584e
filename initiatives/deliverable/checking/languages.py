"""Texts in another language than the document's, told by their little words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from django.utils.translation import gettext as _

from initiatives.deliverable.checking.findings import Finding, Grade
from initiatives.deliverable.checking.texts import Text

# Words that are frequent in one language and rare in the others.
LITTLE_WORDS = {
    "en": "the and of to is are with for that this by from which their was were will has have not",
    "fr": "le les des une est dans pour sur avec qui que sont par aux ses cette ces plus pas et du",
    "de": "der die das und ist nicht mit für auf dem den ein eine von zu werden wird sich auch des",
    "es": "el los las una que por para con del está son como más su sus y es al se lo",
    "it": "il gli della che per una con sono del nel alla più anche dei delle è si un nella",
    "pt": "os uma que para com não dos das mais é ao pela pelo são em do da no na foi",
    "nl": "het een van en dat niet met voor zijn op te aan wordt worden ook door bij naar deze",
    "ro": "și în de la cu pentru care este sunt din pe nu mai prin sau fi au o al",
    "pl": "i w na z do się nie jest że oraz dla przez od jako są po które tym ich",
    "sv": "och att det som är en på för med av till den inte om har ett i kan ska",
    "fi": "ja on että ei se tai sekä ovat kun oli niin myös joka sen mutta ovat voi",
    "hr": "i je u na se za da od su s kao koji će iz ili te što biti ima",
}
SCRIPTS = {"el": re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"), "bg": re.compile(r"[\u0400-\u04ff]")}
WORD = re.compile(r"[^\W\d_]+")
FEWEST_WORDS = 12
# Own words must be rarer than this, and another language's more frequent, to raise a question.
OWN_AT_MOST, OTHER_AT_LEAST = 0.06, 0.16
# One sentence alone says less, so it has to say it more clearly.
IN_A_SENTENCE = 0.25
SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
SCRIPT_AT_LEAST = 0.5


def foreign(texts: Iterable[Text], language: str) -> Iterator[Finding]:
    """Find texts that seem to be written in another language than the document."""
    own = language.split("-")[0]
    for text in texts:
        other = guess(text.words, own)
        odd = [(text.words, other)] if other else _odd_sentences(text.words, own)
        for words, other in odd:
            what = _("This seems to be written in another language (%(other)s, not %(own)s).") % {
                "other": other, "own": own,
            }  # fmt: skip
            excerpt = " ".join(words.split())[:100]
            yield Finding("language", Grade.QUESTION, what, text.where, text.url, excerpt)


def _odd_sentences(words: str, own: str) -> list[tuple[str, str]]:
    """Return sentences of a text, which as a whole is in its language, that seem not to be."""
    found = ((one, guess(one, own, IN_A_SENTENCE)) for one in SENTENCE.split(words))
    return [(one, other) for one, other in found if other]


def guess(words: str, own: str, other_at_least: float = OTHER_AT_LEAST) -> str:
    """Return the language a text seems to be in, when it is not its own; else ""."""
    found = [word.casefold() for word in WORD.findall(words)]
    if len(found) < FEWEST_WORDS:
        return ""
    letters = "".join(found)
    for language, script in SCRIPTS.items():
        share = len(script.findall(letters)) / len(letters)
        if language != own and own not in SCRIPTS and share >= SCRIPT_AT_LEAST:
            return language
        if language == own and share < 1 - SCRIPT_AT_LEAST:
            return _likeliest(found, own, other_at_least) or "Latin"
    if own in SCRIPTS or own not in LITTLE_WORDS:
        return ""
    if _share(found, own) > OWN_AT_MOST:
        return ""
    return _likeliest(found, own, other_at_least)


def _likeliest(found: list[str], own: str, at_least: float) -> str:
    shares = {language: _share(found, language) for language in LITTLE_WORDS if language != own}
    best = max(shares, key=lambda language: shares[language])
    return best if shares[best] >= at_least else ""


def _share(found: list[str], language: str) -> float:
    return sum(word in _words(language) for word in found) / len(found)


@cache
def _words(language: str) -> frozenset[str]:
    return frozenset(LITTLE_WORDS[language].split())
