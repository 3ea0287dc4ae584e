"""Which language a text reads like, by the small words that every text in it is full of.

Good enough to ask whether the stated language is meant: it needs a paragraph, names no language
where two are close, and keeps silent on those it does not know.
"""

from __future__ import annotations

import re
from collections import Counter

from django.utils.translation import get_language_info

WORD = re.compile(r"[^\W\d_]+")
# Fewer words say too little; fewer small words among them, and it is none of these languages.
FEWEST_WORDS = 25
LEAST_SHARE = 0.12
# How far ahead of the next language the best one must be.
AHEAD = 1.25
SMALL_WORDS = {
    "bg": "и на за от да се в с по не е са че като това или към през който при до бъде",
    "ca": "i de la el en per a les els amb que una dels és del un al més com aquest ha són",
    "cs": "a v na se je s z do pro že o k i to jako by ve od za jsou které nebo při ale po",
    "da": "og i at er en til det for af på med de den som ikke der et kan har fra ved eller om",
    "de": "und der die das in zu den mit von für ist auf des im ein eine dem nicht sich als auch",
    "el": "και το της του να η για την με στην από των τα οι που σε στο είναι στη ο τους μια",
    "en": "the and of to in a for is that with on as by are it be from this or an at which was has",
    "es": "de la y el en que los a las para con por del se una un su es al como más no lo",
    "et": "ja on ei et see ka kui oma mis ning või selle seda siis nii aga mida linna oli poolt",
    "fi": "ja on ei että se myös kun oli tai joka ovat sen mutta niin ole voi sekä kuin ovat mitä",
    "fr": "de la et les le des en à pour une un dans du que est par sur qui au plus avec ce aux",
    "ga": "agus an na a ar i le do is go ag as bhí sé chun nó atá leis mar de don sa",
    "hr": "i u na za je se da su od s o koji te kao što će iz ili bi to po kako koje pri biti",
    "hu": "a az és hogy nem is egy meg de ez van volt csak vagy mint még már ki el kell ha azt",
    "it": "di e la il che in per a un una del della con le i è da si non sono dei nel al più",
    "lt": "ir yra su kad į iš ne tai kaip apie bei už o per arba buvo nuo taip pat dėl jų",
    "lv": "un ir ar no uz par ka kas lai arī vai tiek pēc bet kā nav pilsētas tas to ko šī",
    "mt": "u li ta fil il ma huwa biex minn għal fuq dan din dawn jew kien tal kif hija bl",
    "nb": "og i er på en til det for av med de den som ikke at et kan har fra ved eller om vi",
    "nl": "de het een en van in is dat te op voor met zijn die niet aan er door om ook als bij",
    "pl": "i w na z do się jest nie że to o dla oraz po od za przez jak które są ze lub przy",
    "pt": "de a o e que do da em um para com uma os no na por as se dos mais não das é ao",
    "ro": "și de în la a cu din pe pentru care nu este că o un ale sau mai prin au fi al se",
    "ru": "и в на не с что по для от из это как к у о при или его за также которые был",
    "sk": "a v na sa je s z do pre že o k aj to ako by vo od za sú ktoré alebo pri ale po",
    "sl": "in v na za je se da so od s o ki ter kot iz ali bi to po pri tudi z ne bo",
    "sv": "och i att det som en på är av för med till den har de inte om ett kan från vid eller",
    "tr": "ve bir bu için ile de da olarak olan daha gibi çok en kadar sonra ya ancak var her göre",
    "uk": "і в на не з що до та для від це як за по у є або також які його при про",
}
# Neighbours that a few small words do not tell apart.
ALIKE = [{"da", "nb", "nn", "no", "sv"}, {"cs", "sk"}, {"hr", "sl", "sr", "bs"}, {"ca", "es"}]
_LANGUAGES_OF: dict[str, set[str]] = {}
for _code, _words in SMALL_WORDS.items():
    for _word in _words.split():
        _LANGUAGES_OF.setdefault(_word, set()).add(_code)


def language_of(text: str) -> str | None:
    """Return the code of the language a text reads like, or None when that is not clear."""
    words = WORD.findall(text.casefold())
    if len(words) < FEWEST_WORDS:
        return None
    hits = Counter(code for word in words for code in _LANGUAGES_OF.get(word, ()))
    if not hits:
        return None
    best, *others = hits.most_common()
    next_best = next((number for code, number in others if not is_alike(code, best[0])), 0)
    is_clear = best[1] >= LEAST_SHARE * len(words) and best[1] >= AHEAD * next_best
    return best[0] if is_clear else None


def is_alike(code: str, other: str) -> bool:
    """Say whether two codes name one language, or two that are taken for one another here."""
    one, two = code.split("-")[0], other.split("-")[0]
    return one == two or any({one, two} <= group for group in ALIKE)


def name_of(code: str) -> str:
    """Return what people call a language."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
