"""Writes of a section that touch several rows, each inside the transaction of its page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from functools import partial
from typing import Any

from django.utils import timezone

from cities.models import AssessmentAnswer, City, Organisation, User
from initiatives.models import (
    Ambition,
    AmbitionStep,
    CityNeed,
    Commitment,
    MatrixEntry,
    Roadmap,
    SectionSave,
)


def remember(roadmap: Roadmap, section: str, user: User) -> None:
    """Keep that somebody saved a section now."""
    SectionSave.objects.update_or_create(
        roadmap=roadmap, section=section, user=user, defaults={"saved_at": timezone.now()}
    )


def rewrite(rows: Sequence[Any], texts: Sequence[str], make: Callable[[str, int], Any]) -> None:
    """Let rows say these texts in this order; a text that stays keeps its row."""
    matcher = SequenceMatcher(None, [row.text for row in rows], list(texts), autojunk=False)
    for op, from_row, to_row, from_text, to_text in matcher.get_opcodes():
        old, new = list(rows[from_row:to_row]), list(texts[from_text:to_text])
        for place, (row, text) in enumerate(zip(old, new, strict=False), start=from_text):
            _say(row, text, place)
        if op == "equal":
            continue
        for row in old[len(new) :]:
            row.delete()
        for place, text in enumerate(new[len(old) :], start=from_text + len(old)):
            make(text, place)


def _say(row: Any, text: str, place: int) -> None:
    if row.text != text:
        row.text, row.position = text, place
        row.save(update_fields=["text", "position"])
    elif row.position != place:
        type(row)._default_manager.filter(pk=row.pk).update(position=place)


def write_matrix(cells: dict[tuple[int, int], str]) -> None:
    """Write cells of the matrix, by ambition and axis: an entry a line."""
    for (ambition, axis), text in cells.items():
        at = {"ambition_id": ambition, "axis_id": axis}
        rows = list(MatrixEntry.objects.filter(**at).order_by("position", "pk"))
        rewrite(rows, text.splitlines(), partial(_new, MatrixEntry, at))


def _new(model: Any, at: dict[str, Any], text: str, place: int) -> None:
    model.objects.create(text=text, position=place, **at)


def write_steps(ambition: Ambition, text: str) -> None:
    """Write the steps of an ambition, one a line."""
    rows = list(ambition.steps.order_by("position", "pk"))
    rewrite(rows, text.splitlines(), partial(_new, AmbitionStep, {"ambition": ambition}))


def write_commitments(
    roadmap: Roadmap, cells: dict[tuple[int | None, str], str], city: int | None = None
) -> None:
    """Write cells of the grid, by initiative (None: the roadmap) and kind, of a city or of all."""
    for (initiative, kind), text in cells.items():
        at = {"initiative_id": initiative, "kind": kind, "city_id": city}
        missing = {f"{name}__isnull": True for name, value in at.items() if value is None}
        given = {name: value for name, value in at.items() if value is not None}
        rows = list(roadmap.commitments.filter(**missing, **given).order_by("position", "pk"))
        rewrite(rows, paragraphs(text), partial(_new, Commitment, at | {"roadmap": roadmap}))


def paragraphs(text: str) -> list[str]:
    """Return what empty lines part."""
    parts = "\n".join(line.rstrip() for line in text.splitlines()).split("\n\n")
    return [part.strip() for part in parts if part.strip()]


def write_needs(roadmap: Roadmap, texts: dict[int, str]) -> None:
    """Write what single cities need; an empty text takes the row away."""
    for city, text in texts.items():
        row = CityNeed.objects.filter(roadmap=roadmap, city=city).first()
        if not text:
            if row is not None:
                row.delete()
        elif row is None:
            CityNeed.objects.create(roadmap=roadmap, city_id=city, text=text)
        else:
            row.text = text
            row.save()


def write_answer(
    roadmap: Roadmap,
    dimension: int,
    answer: AssessmentAnswer | None,
    said: dict[str, Any],
    *,
    city: City | None = None,
) -> None:
    """Write the answer to a dimension; with `again` the earlier one stays beside it.

    In a consortium `city` says whose state it is; without one it is that of all together.
    """
    again = said.pop("again", False)
    if answer is None or again:
        if not any(said.get(name) not in (None, "") for name in ("text", "level")):
            return
        answer = AssessmentAnswer(
            participation=roadmap.participation, dimension_id=dimension, city=city
        )
    for name, value in said.items():
        setattr(answer, name, value)
    answer.save()


def change_partners(
    roadmap: Roadmap, add: Iterable[Organisation], take_away: Iterable[Organisation]
) -> None:
    """Put organisations into the roadmap and take others out."""
    roadmap.partners.add(*add)
    roadmap.partners.remove(*take_away)
