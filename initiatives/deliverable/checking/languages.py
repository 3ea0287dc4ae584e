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
    "en": "the and of to is are with for that this by from which their was were will has have not "
    "in on at a an as it be or we our its they all more than",
    "fr": "le les des une est dans pour sur avec qui que sont par aux ses cette ces plus pas et du",
    "de": "der die das und ist nicht mit für auf dem den ein eine von zu werden wird sich auch des",
    "es": "el los las una que por para con del está son como más su sus y es al se lo",
    "it": "il gli della che per una con sono del nel alla più anche dei delle è si un nella",
    "pt": "os uma que para com não dos das mais é ao pela pelo são em do da no na foi",
    "nl": "het een van en dat niet met voor zijn op te aan wordt worden ook door bij naar deze",
    "ro": "și în cu pentru care este sunt din pe nu mai prin sau fi au o al",
    "pl": "i w na z do się nie jest że oraz dla przez od jako są po które tym ich",
    "sv": "och att det som är en på för med av till den inte om har ett i kan ska de från",
    "da": "og at det som er en på for med af til den ikke om har et i kan skal de fra der",
    "fi": "ja on että ei se tai sekä ovat kun oli niin myös joka sen mutta voi",
    "et": "ja on ei see et mis kui oli ning ka või oma kes nii selle",
    "hr": "i je u na se za da od su s kao koji će iz ili te što biti ima",
    "sl": "in je v na se za da so ki z s kot pri ali tudi po lahko bo iz od",
    "hu": "a az és hogy nem is egy van meg ez azt csak mint ki volt el már vagy de között",
    "cs": "a se na v je že s z do o k i jsou pro by ale za jako které aby jeho nebo při ve",
    "sk": "a sa na v je že s z do o k aj sú pre by ale za ako ktoré aby jeho alebo pri vo",
    "lt": "ir kad su yra iš bei į tai ar kaip buvo už jų savo dėl bus nuo arba taip apie",
    "lv": "un ir ar no par kas tas bet pie uz tiek kā arī pēc lai vai šo ko to gan",
}
# Letters that a language has besides those of English.
LETTERS = {
    "en": "", "fr": "àâæçéèêëîïôœùûüÿ", "de": "äöüß", "es": "áéíñóúü", "it": "àèéìòù",
    "pt": "áâãàçéêíóôõú", "nl": "éëïöü", "ro": "ăâîșțşţ", "pl": "ąćęłńóśźż", "sv": "åäö",
    "da": "æøå", "fi": "äöå", "et": "äöõüšž", "hr": "čćđšž", "sl": "čšž", "hu": "áéíóöőúüű",
    "cs": "áčďéěíňóřšťúůýž", "sk": "áäčďéíĺľňóôŕšťúýž", "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
}  # fmt: skip
SCRIPTS = {"el": re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"), "bg": re.compile(r"[\u0400-\u04ff]")}
# Addresses, and short addresses such as "castellon-de-la-plana", are in no language.
ADDRESS = re.compile(r"\S+://\S+|\b[\w]+(?:-[\w]+){2,}\b")
WORD = re.compile(r"[^\W\d_]+")
MANY_WORDS = 12
# Own words must be rarer than this, and another language's more frequent, to raise a question.
OWN_AT_MOST, OTHER_AT_LEAST = 0.06, 0.16
# One sentence alone says less, so it has to say it more clearly.
IN_A_SENTENCE = 0.25
# A few words say less still: two signs of another language, one a little word, none of one's own.
FEWEST_WORDS, IN_A_FEW_WORDS, FEWEST_SIGNS = 4, 0.3, 2
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
    found = WORD.findall(ADDRESS.sub(" ", words))
    if len(found) < FEWEST_WORDS:
        return ""
    is_short = len(found) < MANY_WORDS
    letters = "".join(found).casefold()
    for language, script in SCRIPTS.items():
        share = len(script.findall(letters)) / len(letters)
        if language != own and own not in SCRIPTS and share >= SCRIPT_AT_LEAST:
            return language
        if language == own and share < 1 - SCRIPT_AT_LEAST:
            return _likeliest(found, own, other_at_least) or ("" if is_short else "Latin")
    if own in SCRIPTS or own not in LITTLE_WORDS:
        return ""
    return _likeliest(found, own, other_at_least)


def _likeliest(found: list[str], own: str, at_least: float) -> str:
    """Return the language that a text has most signs of, if it has enough of them; else ""."""
    shares = {one: _share(found, own, one, at_least) for one in LITTLE_WORDS if one != own}
    best = max(shares, key=lambda language: shares[language])
    return best if shares[best] > 0 else ""


def _share(found: list[str], own: str, other: str, at_least: float) -> float:
    """Return how much of a text speaks for another language; 0 where that is not enough.

    What both languages have says nothing. A word with a capital letter may be a name.
    """
    own_words, other_words = _words(own), _words(other)
    plain = [word.casefold() for word in found]
    ours = sum(word in own_words - other_words for word in plain) / len(plain)
    little = {word for word in plain if word in other_words - own_words}
    signs = sum(word in little for word in plain)
    signs += sum(word not in little and _is_written(word, own, other) for word in found)
    share = signs / len(plain)
    if len(plain) >= MANY_WORDS:
        return share if ours <= OWN_AT_MOST and share >= at_least else 0
    is_clear = bool(little) and signs >= FEWEST_SIGNS and share >= IN_A_FEW_WORDS
    return share if is_clear and not ours else 0


def _is_written(word: str, own: str, other: str) -> bool:
    """Say that a word has letters which another language has and one's own has not."""
    strange = {sign for sign in word if not sign.isascii()} - set(LETTERS.get(own, ""))
    return word.islower() and bool(strange) and strange <= set(LETTERS[other])


@cache
def _words(language: str) -> frozenset[str]:
    return frozenset(LITTLE_WORDS.get(language, "").split())
