"""Odd words: placeholders, prompts left as content, what a translator left, other cities' names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from cities.models import City, CityName
from initiatives.deliverable.checking.findings import Finding, Grade
from initiatives.deliverable.checking.texts import Text
from initiatives.deliverable.facts import Facts

PLACEHOLDERS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:the )?(?:city|municipality|region|name) of [XY]\b(?!\w)",
        r"\[(?:…|\.{2,}|x+|tbd|tbc|insert[^\]]*|your [^\]]*|name[^\]]*|city[^\]]*|date[^\]]*)\]",
        r"<(?:insert|your|name|city|date)[^>]*>",
        r"\blorem ipsum\b",
        r"\b(?:TBD|TBC|T\.B\.D\.|to be (?:defined|confirmed|completed|added)|à compléter)\b",
        r"\bclick (?:here )?to add\b",
        r"\bplaceholder\b",
        r"\{\{[^}]*\}\}",
        r"\bFIXME\b|\bTODO\b",
        r"\?{3,}|\.{5,}|_{4,}",
    )
]
SHOUTED = re.compile(r"(?<![\w-])X{2,}(?![\w-])(?!\s*(?:century|secolo|siècle))")
# "siècle XX" and "XXI" are numbers of the Romans; two or three X alone are most often not.
PROMPTS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"who are the stakeholders that the team",
        r"how often does the team communicate",
        r"which stakeholders influence",
        r"what (?:will|are) (?:the )?(?:city|main|key) [^?.\n]{3,60}\?",
        r"(?:describe|explain|list|insert|fill in|provide) (?:here|briefly|the following)",
        r"\b(?:max(?:imum)?\.?|up to) \d+ (?:words|characters|signs)\b",
    )
]
TRANSLATORS = re.compile(
    r"translated (?:with|by) (?:www\.)?(?:deepl|google|bing|microsoft)[^\n]{0,40}|"
    r"www\.deepl\.com/translator|free version\)|traduit avec deepl|übersetzt mit deepl",
    re.IGNORECASE,
)
SHORTEST_NAME = 4


def placeholders(texts: Iterable[Text]) -> Iterator[Finding]:
    """Find what a template asked to replace, and nobody replaced."""
    for text in texts:
        found = [match for pattern in PLACEHOLDERS if (match := pattern.search(text.words))]
        shouted = SHOUTED.search(text.words)
        for match in [*found, *([shouted] if shouted else [])]:
            what = _("A placeholder was left in.")
            yield _at(text, "placeholder", Grade.ERROR, what, match)


def prompts(texts: Iterable[Text], guidance: set[str]) -> Iterator[Finding]:
    """Find questions and help of a form that stand there as if they were an answer."""
    for text in texts:
        what = _("This reads like the question of a form, not like an answer.")
        for pattern in PROMPTS:
            if match := pattern.search(text.words):
                yield _at(text, "prompt", Grade.ERROR, what, match)
                break
        else:
            if text.words.strip().casefold() in guidance:
                excerpt = text.words.strip()[:120]
                yield Finding("prompt", Grade.ERROR, what, text.where, text.url, excerpt)


def translators(texts: Iterable[Text]) -> Iterator[Finding]:
    """Find what a tool for translation puts behind what it translates."""
    for text in texts:
        if match := TRANSLATORS.search(text.words):
            what = _("A tool for translation left its mark.")
            yield _at(text, "translator", Grade.ERROR, what, match)


def other_cities(facts: Facts, texts: Iterable[Text]) -> Iterator[Finding]:
    """Find the names of other cities of the directory: a question, for cities do work together."""
    names = _names(facts)
    if not names:
        return
    ordered = sorted(names, key=len, reverse=True)
    pattern = re.compile(r"(?<!\w)(" + "|".join(map(re.escape, ordered)) + r")(?!\w)")
    for text in texts:
        for name in dict.fromkeys(pattern.findall(text.words)):
            what = _("Another city is named: %s. Does this text belong to your city?") % name
            yield Finding("other-city", Grade.QUESTION, what, text.where, text.url, name)


def _names(facts: Facts) -> set[str]:
    """Return the names of cities that are neither its own, nor its partners', nor depended on."""
    own = _own_cities(facts)
    known = "\n".join(
        [
            *(partner.name for partner in facts.partners),
            *(one.name for initiative in facts.initiatives for one in initiative.partners.all()),
            *(need.text for one in facts.initiatives for need in one.dependencies.all()),
        ]
    )
    rows = list(City.objects.values_list("pk", "name"))
    others = list(CityName.objects.values_list("city", "name"))
    own_words = {
        part for pk, name in [*rows, *others] if pk in own for part in (name, *name.split())
    }
    return {
        name
        for pk, name in [*rows, *others]
        if pk not in own
        and len(name) >= SHORTEST_NAME
        and name[0].isupper()
        and name not in known
        and name not in own_words
    }


def _own_cities(facts: Facts) -> set[int]:
    participation = facts.roadmap.participation
    own = {participation.city_id} if participation.city_id else set()
    if participation.consortium is not None:
        own |= set(participation.consortium.members.values_list("city", flat=True))
    needed = [need for one in facts.initiatives for need in one.dependencies.all()]
    depended = {need.on_initiative.roadmap_id for need in needed if need.on_initiative}
    own |= set(
        City.objects.filter(participations__roadmap__in=depended).values_list("pk", flat=True)
    )
    return {key for key in own if key}


def _at(text: Text, rule: str, grade: Grade, what: str, match: re.Match[str]) -> Finding:
    start, end = max(0, match.start() - 30), min(len(text.words), match.end() + 30)
    excerpt = " ".join(text.words[start:end].split())
    return Finding(rule, grade, what, text.where, text.url, excerpt)
