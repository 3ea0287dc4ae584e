"""Whom a text names as @name: the longest name first, then what fits one person only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cities.filters.facets import folded
from cities.models import User

# An address of a mail has letters before its sign.
AT = re.compile(r"(?<![\w.@])@(?=\w)")
# A name may hold marks, but does not end with one: "@Ana-Maria, please".
WORD = re.compile(r"[^\W_]+(?:[-'’.·][^\W_]+)*")
SPACE = re.compile(r"[ \t\u00a0]+")
LONGEST = 8


@dataclass(frozen=True)
class Named:
    """Whom a text names, and what it names that is nobody, or more than one person."""

    people: list[User] = field(default_factory=list)
    nobody: list[str] = field(default_factory=list)
    several: dict[str, list[User]] = field(default_factory=dict)


def named_in(text: str, people: Sequence[User]) -> Named:
    """Find whom a text names among people; accents and capital letters make no difference."""
    names = {person.pk: _parts(person.name) for person in people}
    found = Named()
    for start in AT.finditer(text):
        words = _words_from(text, start.end())
        said, fitting = _longest(words, people, names)
        if not fitting:
            found.nobody.append(words[0])
        elif len(fitting) == 1 or _are_namesakes(fitting):
            found.people.extend(one for one in fitting if one not in found.people)
        else:
            found.several[said] = fitting
    return found


def _words_from(text: str, at: int) -> list[str]:
    """Return the words of one line that stand behind a sign, with nothing but spaces between."""
    words: list[str] = []
    while len(words) < LONGEST and (match := WORD.match(text, at)):
        words.append(match.group())
        space = SPACE.match(text, match.end())
        if space is None:
            break
        at = space.end()
    return words


def _longest(
    words: Sequence[str], people: Iterable[User], names: dict[int, list[str]]
) -> tuple[str, list[User]]:
    """Return the most words that are somebody's name or a part of it, and whose they are."""
    for number in range(len(words), 0, -1):
        said = [folded(word) for word in words[:number]]
        whole = [one for one in people if names[one.pk] == said]
        part = [one for one in people if _holds(names[one.pk], said)]
        if whole or part:
            return " ".join(words[:number]), whole or part
    return "", []


def _parts(name: str) -> list[str]:
    return [folded(word) for word in WORD.findall(name)]


def _holds(name: list[str], said: list[str]) -> bool:
    places = range(len(name) - len(said) + 1)
    return any(name[at : at + len(said)] == said for at in places)


def _are_namesakes(people: list[User]) -> bool:
    """Say that no words could tell them apart; then all of them are meant."""
    return len({tuple(_parts(one.name)) for one in people}) == 1
