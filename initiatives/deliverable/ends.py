"""How checks and hand-ins in the background end: well, or told to whoever asked for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cities import clock
from cities.models import Effect, EffectState
from initiatives import notifications
from initiatives.deliverable import deadlines
from initiatives.models import DeliverableWork, Roadmap, WorkKind

# Longer than the worker may take for one, and than one that was killed waits for the next.
SILENT = timedelta(minutes=10)
GIVEN_UP = (EffectState.DEAD, EffectState.DISCARDED)
MOST_ON_DESK = 10


@dataclass(frozen=True)
class Standing:
    """A work that runs, or failed: then in words what to do."""

    work: DeliverableWork
    failed: str


def key_of(work_id: int) -> str:
    """Return the key of the effect that does a work."""
    return f"deliverable-work:{work_id}"


def end(work_id: int, *, error: str = "", **more: Any) -> bool:
    """Write how a work ended; return False where that was written before, and stays."""
    now = timezone.now()
    return bool(
        DeliverableWork.objects.filter(pk=work_id, finished_at=None).update(
            percent=100, error=error, finished_at=now, changed_at=now, **more
        )
    )


@transaction.atomic
def fail(work: DeliverableWork) -> bool:
    """Write that a work came to no end, and tell whoever asked for a hand-in.

    What they wrote stays with the work, as the draft of the form; after the deadline it is kept as
    a late draft too, for staff. Returns False where the work had ended already.
    """
    with translation.override(work.asked_by.language or settings.LANGUAGE_CODE):
        if not end(work.pk, error=words_of_failure(work)[:300]):
            return False
    if work.kind == WorkKind.HAND_IN:
        if deadlines.is_over(work.template, clock.now()):
            deadlines.keep_late(
                work.roadmap, work.template, by=work.asked_by, note=work.note, publish=work.publish
            )
        notifications.tell_hand_in_failed(work)
    return True


def fail_lost() -> int:
    """Fail what no worker does any more; return how many."""
    running = DeliverableWork.objects.filter(finished_at=None)
    found = list(running.select_related("roadmap", "template", "asked_by").order_by("pk"))
    lost = lost_among(found)
    return sum(fail(work) for work in found if work.pk in lost)


def lost_among(works: Iterable[DeliverableWork]) -> set[int]:
    """Return which of some works run no more though nobody wrote so: one query, or none."""
    running = [work for work in works if work.finished_at is None]
    if not running:
        return set()
    before = timezone.now() - SILENT
    keys = {key_of(work.pk): work.pk for work in running}
    dead = Effect.objects.filter(key__in=keys, state__in=GIVEN_UP).values_list("key", flat=True)
    return {work.pk for work in running if work.changed_at < before} | {keys[key] for key in dead}


def standing_of(works: Iterable[DeliverableWork]) -> list[Standing]:
    """Say of works whether they failed; what no worker does any more has failed: one query."""
    found = list(works)
    lost = lost_among(found)
    return [
        Standing(work, words_of_failure(work) if work.error or work.pk in lost else "")
        for work in found
    ]


def on_the_desk(roadmap: Roadmap) -> list[Standing]:
    """Return what runs, and what failed after the last of its kind that ended well: two queries."""
    recent = roadmap.works.select_related("asked_by", "template")[:MOST_ON_DESK]
    shown, ended_well = [], set()
    for one in standing_of(recent):
        if one.work.finished_at and not one.failed:
            ended_well.add(one.work.kind)
        elif one.work.kind not in ended_well:
            shown.append(one)
    return shown


def words_of_failure(work: DeliverableWork) -> str:
    """Say what has failed, what became of it, and what to do."""
    if work.kind == WorkKind.HAND_IN:
        told = _("This hand-in failed, and nothing was handed in. What was written is kept.")
    else:
        told = _("This check failed. Nothing you have written was changed.")
    if settings.PORTAL_CONTACT:
        who = _("Try again; if it fails once more, write to %s.") % settings.PORTAL_CONTACT
    else:
        who = _("Try again; if it fails once more, tell the programme's staff.")
    return f"{told} {who}"
