"""Checks and hand-ins that take long: the worker does them, and a page says how far they are.

Of a roadmap with few initiatives both are done at once, in the request.
"""

from __future__ import annotations

import logging

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cities import effects
from cities.models import User
from initiatives.deliverable import checking, deadlines, ends, snapshots
from initiatives.models import (
    DeliverableWork,
    DocumentTemplate,
    Roadmap,
    WorkKind,
)

log = logging.getLogger(__name__)

KIND = "initiatives.work_on_deliverable"
# A roadmap with more initiatives than these takes longer than somebody waits for a page.
MOST_AT_ONCE = 40


class Busy(Exception):
    """Another hand-in is under way; the words say whose, and what to do."""


def is_long(roadmap: Roadmap) -> bool:
    """Say whether checking a roadmap or handing it in takes long: one query."""
    return roadmap.initiatives.count() > MOST_AT_ONCE


@transaction.atomic
def ask(
    roadmap: Roadmap,
    kind: WorkKind,
    template: DocumentTemplate,
    *,
    by: User,
    note: str = "",
    publish: bool = False,
) -> DeliverableWork:
    """Ask for a check or a hand-in; whoever asks again while it is under way gets the same.

    Raises TooLate when the deadline of a hand-in has passed: what is asked for in time is in time.
    Raises Busy while another hand-in is under way.
    """
    now = timezone.now()
    if kind == WorkKind.HAND_IN:
        deadlines.refuse_late(template, by)
    # Two people ask at once: the second waits, and learns of what the first asked for.
    Roadmap.objects.select_for_update().only("pk").get(pk=roadmap.pk)
    known = roadmap.works.select_related("asked_by")
    running = known.filter(kind=kind, finished_at=None).first()
    if running is not None and not ends.lost_among([running]):
        wished = (template.pk, by.pk, note, publish)
        if kind == WorkKind.HAND_IN and wished != _wish_of(running):
            raise Busy(_busy_words(running))
        return running
    if running is not None:
        # Whoever asks again need not be told by mail.
        ends.end(running.pk, error=ends.words_of_failure(running)[:300])
    work = DeliverableWork.objects.create(
        roadmap=roadmap, kind=kind, template=template, asked_by=by, asked_at=now,
        note=note, publish=publish,
    )  # fmt: skip
    effects.hand_over(KIND, key=ends.key_of(work.pk), work=work.pk)
    return work


def _wish_of(work: DeliverableWork) -> tuple[int, int, str, bool]:
    return work.template_id, work.asked_by_id, work.note, work.publish


def _busy_words(running: DeliverableWork) -> str:
    return _(
        "A hand-in that %(who)s asked for is under way, so yours has not begun. What you wrote "
        "stands below: hand it in when the other one is done, in a minute or two."
    ) % {"who": running.asked_by}


def do(work_id: int) -> None:
    """Do a work, once; what goes wrong is written to it, for a person to read."""
    work = _open(work_id)
    if work is None:
        return
    # It has begun: whoever watches counts its silence from now.
    _reached(work, 0)
    try:
        with translation.override(work.asked_by.language or settings.LANGUAGE_CODE):
            _check(work) if work.kind == WorkKind.CHECK else _hand_in(work)
    except Exception:
        # Whatever it stumbles over, trying it five times by itself would not mend it.
        log.exception("Work %s on a deliverable failed", work_id)
        ends.fail(work)


def _check(work: DeliverableWork) -> None:
    checking.refresh(work.roadmap, work.template)
    ends.end(work.pk)


def _hand_in(work: DeliverableWork) -> None:
    """Build outside of a transaction, which would keep others waiting; keep it in one."""
    _reached(work, 10)
    told = snapshots.build(work.roadmap, work.template, timezone.localdate(work.asked_at))
    _reached(work, 90)
    with transaction.atomic():
        # Of two workers that were handed the same work, one keeps what it built.
        if not DeliverableWork.objects.select_for_update().filter(pk=work.pk, finished_at=None):
            return
        made = snapshots.keep(
            work.roadmap, work.template, told, by=work.asked_by, at=work.asked_at,
            note=work.note, publish=work.publish,
        )  # fmt: skip
        ends.end(work.pk, snapshot=made)


def _reached(work: DeliverableWork, percent: int) -> None:
    now = timezone.now()
    DeliverableWork.objects.filter(pk=work.pk).update(percent=percent, changed_at=now)


def _open(work_id: int) -> DeliverableWork | None:
    whose = (f"roadmap__participation__{name}" for name in ("city", "consortium", "edition"))
    known = DeliverableWork.objects.select_related("template", "asked_by", *whose)
    return known.filter(pk=work_id, finished_at=None).first()
