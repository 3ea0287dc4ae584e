"""Texts of trial entries: made of sentences in words.yaml, the same for the same number."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml

FILE = Path(__file__).with_name("words.yaml")
FIRST = "Al Ber Cor Dan El Fer Gal Hol Is Jor Kal Lor Mar Nov Or Pel Quin Ros Sol Tor Val Wes Zan"
MIDDLE = "a e i o u ana eri olo una ivi esta ondo arre"
LAST = "burg ville dorf mar nia polis ta vik grad stad ra lin mont ona rica sund torp wald na"
# How many sentences each part of a solution has.
PARTS = {"summary": 1, "problem": 3, "approach": 4, "results": 3, "needs": 2, "did_not_work": 1}


@dataclass(frozen=True)
class Language:
    """What is said in one language."""

    code: str
    things: list[str]
    purposes: list[str]
    sentences: list[str]


def languages() -> list[Language]:
    """Read all languages there are sentences in."""
    read: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return [Language(code=code, **lists) for code, lists in read.items()]


def invented_name(chance: Random) -> str:
    """Return a name that no place is known to bear."""
    return "".join(chance.choice(part.split()) for part in (FIRST, MIDDLE, LAST))


def texts(chance: Random, spoken: Language, city: str) -> dict[str, str]:
    """Return title, summary and texts of a solution."""
    thing, name = chance.choice(spoken.things), invented_name(chance)
    said = {"thing": thing, "name": name, "city": city}
    written = {
        part: " ".join(
            sentence.format(**said, number=chance.randint(3, 400))
            for sentence in chance.sample(spoken.sentences, length)
        )
        for part, length in PARTS.items()
    }
    return {"title": f"{name}: {thing} {chance.choice(spoken.purposes)}"[:160], **written}
