"""What is asked about, how it stood last, and taking an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cities.models import User
from initiatives.models import (
    Ambition,
    AmbitionStep,
    CheckIn,
    CheckInAnswer,
    Horizon,
    Roadmap,
    Standing,
)


@dataclass(frozen=True)
class Item:
    """An ambition, or a step towards one, with its last answer."""

    row: Ambition | AmbitionStep
    last: Standing | None

    @property
    def is_step(self) -> bool:
        """Say whether it is a step towards the ambition before it."""
        return isinstance(self.row, AmbitionStep)

    @property
    def key(self) -> str:
        """Return what forms and links call it."""
        return f"{Standing.NAMES[type(self.row)]}-{self.row.pk}"

    @property
    def words(self) -> str:
        """Return what it says."""
        return str(self.row)

    @property
    def is_open(self) -> bool:
        """Say whether it is neither done nor stopped."""
        return self.last is None or self.last.answer == CheckInAnswer.ON_THE_WAY


def items_of(roadmap: Roadmap) -> list[Item]:
    """Return what a roadmap wants in three years, each ambition before its steps: three queries."""
    last = Standing.objects.latest(roadmap)
    found: list[Item] = []
    ahead = roadmap.ambitions.filter(horizon=Horizon.THREE_YEARS).order_by("position")
    for ambition in ahead.prefetch_related("steps"):
        found.append(Item(ambition, last.get(("ambition", ambition.pk))))
        found += [Item(step, last.get(("step", step.pk))) for step in ambition.steps.all()]
    return found


def last_confirmed(items: Iterable[Item]) -> datetime | None:
    """Return when anything was answered last."""
    return max((item.last.answered_at for item in items if item.last), default=None)


@transaction.atomic
def record(roadmap: Roadmap, answers: Mapping[str, tuple[str, str]], by: User) -> list[Standing]:
    """Keep answers (answer and note by the item's key) as given now; return what is new.

    What was answered the same by the same person on the same day is not kept twice. Whoever calls
    has asked whether they may.
    """
    roadmap = Roadmap.objects.select_for_update().get(pk=roadmap.pk)
    now = timezone.now()
    check_in = roadmap.check_ins.order_by("-year").first()
    fresh = [
        _standing(item, *answers[item.key], roadmap=roadmap, check_in=check_in, by=by, at=now)
        for item in items_of(roadmap)
        if item.key in answers and not _is_known(item, *answers[item.key], by=by, at=now)
    ]
    made = Standing.objects.bulk_create(fresh)
    if check_in is not None and answers:
        check_in.answered_at = now
        check_in.save(update_fields=["answered_at"])
    return made


def _is_known(item: Item, answer: str, note: str, *, by: User, at: datetime) -> bool:
    last = item.last
    if last is None or last.answered_at.date() != at.date():
        return False
    return (last.answer, last.note, last.answered_by_id) == (answer, note, by.pk)


def _standing(
    item: Item,
    answer: str,
    note: str,
    *,
    roadmap: Roadmap,
    check_in: CheckIn | None,
    by: User,
    at: datetime,
) -> Standing:
    about = {"step": item.row} if item.is_step else {"ambition": item.row}
    return Standing(
        roadmap=roadmap,
        check_in=check_in,
        about_row=item.key,
        words=item.words,
        answer=answer,
        note=note,
        answered_at=at,
        answered_by=by,
        **about,
    )
