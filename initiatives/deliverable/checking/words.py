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
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
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
        # A bracket with what is to stand there instead of it: "[TITLE]", "(add text here)".
        r"\[(?:sub)?(?:title|heading|text|word|number|amount|value|figure|unit|year|month|link|url|"
        r"photo|picture|image|logo|organisation|partner|person|role|email)s?\]",
        r"(?:^|[\[(<.:]\s*)(?:please )?(?:insert|enter|add|type|write|paste) "
        r"(?:your |the |some |an? )?"
        r"(?:text|title|name|date|description|content|image|picture|photo|logo|number|figure|"
        r"amount|value|link|details|information|answer|summary|words)s? here\b",
    )
]
# What is still to be said, where it is all that a line or a bracket says. Within a sentence most
# of these are words like others: "Le plan aide à définir les priorités."
TO_BE_SAID = re.compile(
    r"(?:^|[\[(<])[ \t]*(?:"
    r"à (?:définir|préciser|compléter|renseigner|confirmer|déterminer)|"
    r"(?:noch )?zu (?:ergänzen|definieren|klären|bestimmen)|"
    r"wird (?:noch )?(?:ergänzt|nachgereicht)|"
    r"da (?:definire|completare|compilare|precisare|confermare)|"
    r"(?:por|a) (?:definir|completar|confirmar|determinar|preencher)|"
    r"(?:nader|nog) (?:te bepalen|in te vullen|aan te vullen)|"
    r"att (?:definiera|komplettera|fylla i)|do (?:uzupełnienia|ustalenia)|de (?:completat|stabilit)"
    r")(?:[ \t]+[^\s.,;:]+){0,3}[ \t]*[.…]*[ \t]*(?=$|[\])>])",
    re.IGNORECASE | re.MULTILINE,
)
SHOUTED = re.compile(
    r"(?<![\w-])(?:X{2,}|[Xx]x{2,}|xx(?=\s?%))(?![\w-])(?!\s*(?:century|secolo|siècle))"
)
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
EXAMPLE = re.compile(r"\b(?:Examples?|Exemples?|For example)\s*:.+", re.IGNORECASE)
# Names this long are told from other words also when they are inflected or written small.
LONG_NAME = 7
ENDINGS = (
    "s|['’]s|er|en|n|in|ssa|ssä|sta|stä|lla|llä|lle|an|än|ban|ben|ból|ből|ba|be|nak|nek|i|a|u|ie|"
    "em|om|ul|ului"
)


def placeholders(texts: Iterable[Text]) -> Iterator[Finding]:
    """Find what a template asked to replace, and nobody replaced."""
    for text in texts:
        found = [match for pattern in PLACEHOLDERS if (match := pattern.search(text.words))]
        found += [one for one in (SHOUTED.search(text.words), TO_BE_SAID.search(text.words)) if one]
        for match in found:
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
            left = next((one for one in _pieces(text.words) if one.casefold() in guidance), "")
            if left:
                yield Finding("prompt", Grade.ERROR, what, text.where, text.url, left[:120])


def guidance_of(helps: Iterable[str]) -> set[str]:
    """Return what nobody writes as an answer: each help, and the examples in it."""
    found = set()
    for words in helps:
        found.add(words.strip().casefold())
        # "What people will call it. Example: An app" has two parts that may be copied alone.
        found |= {one.casefold().strip() for one in EXAMPLE.findall(words)}
        found.add(EXAMPLE.sub("", words).strip().casefold())
    return {one for one in found if one}


def _pieces(words: str) -> Iterator[str]:
    """Return a text, its lines, and the examples in them."""
    yield words.strip()
    for line in words.splitlines():
        yield line.strip()
        yield from (one.strip() for one in EXAMPLE.findall(line))


def translators(texts: Iterable[Text]) -> Iterator[Finding]:
    """Find what a tool for translation puts behind what it translates."""
    for text in texts:
        if match := TRANSLATORS.search(text.words):
            what = _("A tool for translation left its mark.")
            yield _at(text, "translator", Grade.ERROR, what, match)


def other_cities(facts: Facts, texts: Iterable[Text]) -> Iterator[Finding]:
    """Find the names of other cities of the directory: a question, for cities do work together."""
    names, own_words = _names(facts)
    if not names:
        return
    by_folded = {name.casefold(): name for name in names}
    ordered = sorted(by_folded, key=len, reverse=True)
    either = "|".join(map(re.escape, ordered))
    pattern = re.compile(rf"(?<!\w)({either})({ENDINGS})?(?!\w)", re.IGNORECASE)
    own = {word.casefold() for word in own_words}
    for text in texts:
        found: dict[str, str] = {}
        for match in pattern.finditer(text.words):
            name = by_folded.get(match[1].casefold())
            if name and match[0].casefold() not in own and _is_name(match, name):
                found.setdefault(name, match[0])
        for name, said in found.items():
            what = _("Another city is named: %s. Does this text belong to your city?") % name
            yield Finding("other-city", Grade.QUESTION, what, text.where, text.url, said)


def _is_name(match: re.Match[str], name: str) -> bool:
    """Say that words are a city's name: short ones as it is written, long ones in any form.

    "Nice" is a city and "nice" or "NICE" most often is not.
    """
    if len(name) >= LONG_NAME:
        return True
    return match[1] == name and match[2] in (None, "s", "'s", "’s")


def _names(facts: Facts) -> tuple[set[str], set[str]]:
    """Return the names of other cities, and the words in those of its own.

    Left out are its partners' and those of cities that it depends on.
    """
    own = _own_cities(facts)
    known = "\n".join(
        [
            *(partner.name for partner in facts.partners),
            *(one.name for initiative in facts.initiatives for one in initiative.partners.all()),
            *(need.text for one in facts.initiatives for need in one.dependencies.all()),
        ]
    )
    rows = [*City.objects.values_list("pk", "name"), *CityName.objects.values_list("city", "name")]
    own_words = {part for pk, name in rows if pk in own for part in (name, *name.split())}
    others = {
        name
        for pk, name in rows
        if pk not in own
        and len(name) >= SHORTEST_NAME
        and name[0].isupper()
        and name not in known
        and name not in own_words
    }
    return others, own_words


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
