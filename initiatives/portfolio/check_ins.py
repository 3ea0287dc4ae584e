"""Yearly check-ins in a portfolio: which roadmaps were asked and answered, and what stands how."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from initiatives.models import Ambition, CheckIn, Horizon, Roadmap, Standing
from initiatives.portfolio.facts import Of

WHOSE = ("city", "consortium", "edition")


@dataclass(frozen=True)
class Asked:
    """A roadmap that was asked in a year: when somebody answered, and who."""

    of: Of
    year: int
    asked_on: date
    answered_on: date | None
    who: str
    answers: int


@dataclass(frozen=True)
class Stands:
    """An ambition of a roadmap that was asked, or a step towards one, with its last answer."""

    of: Of
    about: str
    answer: str
    """Empty when nobody has answered about it yet."""
    note: str
    on: date | None
    who: str


def asked(initiatives: list[int], *, with_answers: bool = True) -> list[Asked]:
    """Return each year's check-in of each roadmap: one query, and one for who answered."""
    found = list(
        CheckIn.objects.filter(roadmap__in=_roadmaps(initiatives))
        .select_related(*(f"roadmap__participation__{one}" for one in WHOSE))
        .order_by("-year", "roadmap__title", "pk")
    )
    given: dict[int | None, list[str]] = defaultdict(list)
    if with_answers:
        answers = Standing.objects.filter(check_in__in=[one.pk for one in found])
        for row in answers.select_related("answered_by").order_by("answered_at", "pk"):
            given[row.check_in_id].append(str(row.answered_by or ""))
    return [
        Asked(
            _of(one.roadmap),
            one.year,
            timezone.localdate(one.asked_at),
            timezone.localdate(one.answered_at) if one.answered_at else None,
            ", ".join(dict.fromkeys(filter(None, given[one.pk]))),
            len(given[one.pk]),
        )
        for one in found
    ]


def stands(initiatives: list[int], *, with_answers: bool = True) -> list[Stands]:
    """Return how ambitions for three years, and the steps towards them, stand.

    Of roadmaps that were asked: one query, and one for the words of the answers.
    """
    was_asked = CheckIn.objects.filter(roadmap__in=_roadmaps(initiatives)).order_by()
    rows: list[Any] = list(
        Ambition.objects.filter(
            roadmap__in=was_asked.values("roadmap"), horizon=Horizon.THREE_YEARS
        )
        .annotate(**_last("", "ambition", "pk"), **_last("step_", "step", "steps__pk"))
        .select_related(*(f"roadmap__participation__{one}" for one in WHOSE))
        .annotate(step_text=F("steps__text"), step_pk=F("steps__pk"))
        .order_by("roadmap__title", "roadmap", "position", "pk", "steps__position", "steps__pk")
    )
    found: list[tuple[Of, str, str, int | None]] = []
    last = 0
    for row in rows:
        of = _of(row.roadmap)
        # An ambition comes once for each of its steps.
        if row.pk != last:
            found.append((of, row.statement, row.answer or "", row.standing))
            last = row.pk
        if row.step_pk is not None:
            found.append((of, row.step_text, row.step_answer or "", row.step_standing))
    keys = [key for _of_row, _words, _answer, key in found if key is not None and with_answers]
    told = Standing.objects.select_related("answered_by").in_bulk(keys) if keys else {}
    return [_stands(of, words, answer, told.get(key or 0)) for of, words, answer, key in found]


def _last(prefix: str, about: str, key: str) -> dict[str, Subquery]:
    """Return the last answer about something, and the key of its row, as annotations."""
    rows = Standing.objects.filter(**{about: OuterRef(key)}).order_by("-answered_at", "-pk")
    return {
        f"{prefix}answer": Subquery(rows.values("answer")[:1]),
        f"{prefix}standing": Subquery(rows.values("pk")[:1]),
    }


def _roadmaps(initiatives: list[int]) -> QuerySet[Roadmap, Any]:
    return Roadmap.objects.filter(initiatives__in=initiatives).order_by().values("pk")


def _of(roadmap: Roadmap) -> Of:
    participation = roadmap.participation
    edition = participation.edition.short_name
    return Of(roadmap.pk, roadmap.title, "", str(participation.participant), edition, "")


def _stands(of: Of, words: str, answer: str, row: Standing | None) -> Stands:
    if row is None:
        return Stands(of, words, answer, "", None, "")
    on = timezone.localdate(row.answered_at)
    return Stands(of, words, answer, row.note, on, str(row.answered_by or ""))
