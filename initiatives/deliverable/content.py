"""From a roadmap to a document: `build` returns plain data, the same for the same input.

    content = build(roadmap, template, audience, on=date(2022, 9, 30))

Chapters in which nothing stands are left out: a document has no empty slides. What is missing is
told by the check (checking/), before hand-in.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from initiatives import dates, pictures
from initiatives.deliverable import (
    chapters,
    facts,
    kinds,
    markdown,
    photos,
    plain_kpis,
)
from initiatives.deliverable.blocks import Block, lines
from initiatives.deliverable.facts import Facts
from initiatives.models import DocumentChapter, DocumentTemplate, OwnChapter, Roadmap

FORMAT = 1
STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
# Importing them registers the kinds.
assert chapters.__all__  # noqa: S101


def build(roadmap: Roadmap, template: DocumentTemplate, audience: str, *, on: date) -> Block:
    """Return the document as plain JSON data, in the outline's language, as of a day."""
    with translation.override(template.language):
        return from_facts(facts.read(roadmap, audience, on), template)


def from_facts(known: Facts, template: DocumentTemplate) -> Block:
    """Return the document of facts that were read already, in the language that is active."""
    made: Block = speakable(_build(known, template))
    return made


def speakable(value: Any) -> Any:
    """Return content without the signs that steer machines and say nothing to people."""
    if isinstance(value, str):
        return STEERING.sub("", value)
    if isinstance(value, dict):
        return {name: speakable(part) for name, part in value.items()}
    if isinstance(value, list):
        return [speakable(part) for part in value]
    return value


def canonical(content: Any) -> str:
    """Return content as JSON in one way only: the same content is the same text."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read(text: str) -> Any:
    """Return the content that `canonical` wrote."""
    return json.loads(text)


def sha256(text: str) -> str:
    """Return the hash of a text."""
    return sha256_of(text.encode())


def sha256_of(data: bytes) -> str:
    """Return the hash of some bytes."""
    return hashlib.sha256(data).hexdigest()


def _build(known: Facts, template: DocumentTemplate) -> Block:
    participant = str(known.participant)
    return {
        "format": FORMAT,
        "language": template.language,
        "audience": known.audience,
        "on": known.on.isoformat(),
        "title": known.roadmap.title,
        "kicker": participant,
        "subtitle": template.name,
        "edition": known.edition.name,
        "dates": pictures.span_words(known.edition.starts_on, known.edition.ends_on),
        "as_of": _("As of %s") % dates.words(dates.of_day(known.on)),
        "notice": _("Internal: with risks, budget and support needed") if known.is_internal else "",
        "words": words_around(),
        # What became of the plan is looked for in what the programme was told.
        "kpis": plain_kpis.of(known.initiatives) if known.is_internal else [],
        "chapters": list(photos.limited(_numbered(_chapters(known, template)))),
    }


def words_around() -> dict[str, str]:
    """Return the words that a renderer puts round the content, in the document's language."""
    return {
        "contents": _("Contents"),
        "page": _("Page"),
        "of": _("of"),
        "table": _("The same as a table"),
        "internal": _("Internal"),
        "continued": _("continued"),
        "picture": _("Picture"),
        "today": _("Today"),
        "initiative": _("Initiative"),
        "in_short": _("In one sentence"),
        "in_full": _("Told in full in the PDF and on the page."),
    }


def _chapters(known: Facts, template: DocumentTemplate) -> Iterator[Block]:
    """Return chapters that say something, in order; a part without chapters is left out."""
    own: dict[int | None, list[OwnChapter]] = {}
    outline = list(template.chapters.all())
    keys = {chapter.pk for chapter in outline}
    for one in known.roadmap.own_chapters.all():
        own.setdefault(one.after_id if one.after_id in keys else None, []).append(one)
    waiting: Block | None = None
    for chapter in outline:
        made = _chapter(chapter, known)
        if chapter.kind == kinds.SECTION:
            waiting = made
            made = None
        for found in filter(None, [made, *(_own(one, known) for one in own.get(chapter.pk, []))]):
            if waiting is not None:
                yield waiting
                waiting = None
            yield found
    yield from filter(None, (_own(one, known) for one in own.get(None, [])))


def _chapter(chapter: DocumentChapter, known: Facts) -> Block | None:
    kind = kinds.find(chapter.kind)
    if kind is None:
        return None
    internal = kind.is_internal or chapter.is_internal
    if internal and not known.is_internal:
        return None
    filled = kind.fill(known)
    intro = lines(chapter.intro)
    if kind.code == kinds.SECTION or filled or (kind.code == kinds.TEXT and intro):
        return {
            "id": f"chapter-{chapter.pk}",
            "kind": kind.code,
            "heading": chapter.heading,
            "when": _when(chapter, known),
            "intro": intro,
            "internal": internal,
            "blocks": filled,
        }
    return None


def _own(one: OwnChapter, known: Facts) -> Block | None:
    if one.is_internal and not known.is_internal:
        return None
    return {
        "id": f"own-{one.pk}",
        "kind": "own",
        "heading": one.heading,
        "when": "",
        "intro": [],
        "internal": one.is_internal,
        "blocks": markdown.blocks(one.text),
    }


def _when(chapter: DocumentChapter, known: Facts) -> str:
    """Return the dates of the phases a chapter is about, as the edition's calendar has them."""
    numbers = {int(part) for part in chapter.phases.split(",") if part.strip()}
    phases = [phase for phase in known.phases if phase.number in numbers]
    starts = [phase.starts_on for phase in phases if phase.starts_on]
    ends = [phase.ends_on for phase in phases if phase.ends_on]
    return pictures.span_words(min(starts), max(ends)) if starts and ends else ""


def _numbered(found: Iterator[Block]) -> Iterator[Block]:
    """Number the chapters through the document, and say how deep each stands: 1, or 2 in a part."""
    number, level = 0, 1
    for chapter in found:
        if chapter["kind"] == kinds.SECTION:
            yield {**chapter, "number": 0, "level": 1}
            level = 2
            continue
        number += 1
        yield {**chapter, "number": number, "level": level, "blocks": _steady(chapter["blocks"])}


def _steady(found: list[Block]) -> list[Block]:
    """Return blocks in which no heading skips a level, as readers by ear need it."""
    below_heading = False
    steady = []
    for block in found:
        below_heading = below_heading or block["type"] == "heading"
        skips = block["type"] == "subheading" and not below_heading
        steady.append({**block, "type": "heading", "anchor": ""} if skips else block)
        below_heading = below_heading or skips
    return steady
