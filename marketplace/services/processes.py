"""Which process and which rubric a revision goes through."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

from cities.models import Edition
from cities.today import day_of
from cities.working_days import Calendars
from marketplace.models import Review, ReviewProcess, Revision, Rubric

Row = TypeVar("Row", bound=Model)


def process_for(revision: Revision) -> ReviewProcess:
    """Return the process of a revision: the one it was submitted under, or the one in force.

    Where staff made none, the portal's own, which is no row.
    """
    if revision.process is not None:
        return revision.process
    day = day_of(revision.submitted_at or timezone.now())
    # One step of a review asks for it half a dozen times.
    known: tuple[date, ReviewProcess] | None = getattr(revision, "_process_known", None)
    if known is None or known[0] != day:
        found = _in_force(ReviewProcess.objects.select_related("edition"), revision)
        known = day, found or ReviewProcess(kind=revision.entry.kind)
        revision._process_known = known  # type: ignore[attr-defined]
    return known[1]


def calendars_for(revision: Revision) -> Calendars:
    """Return the calendars that the days of a revision are counted by, read once for it."""
    known: Calendars | None = getattr(revision, "_calendars_known", None)
    if known is None:
        known = Calendars()
        revision._calendars_known = known  # type: ignore[attr-defined]
    return known


def keep_known(earlier: Revision, fresh: Revision) -> None:
    """Let a revision that was read again know the calendars and the city of the one before.

    Not its process: a step is taken by the process as it is now.
    """
    if "_calendars_known" in earlier.__dict__:
        fresh._calendars_known = earlier._calendars_known  # type: ignore[attr-defined]
    before, now = earlier._state.fields_cache.get("entry"), fresh.entry
    if before and "city" in before._state.fields_cache and before.city_id == now.city_id:
        now.city = before.city


def rubric_for(revision: Revision) -> Rubric | None:
    """Return what reviewers look at: of the edition it was submitted in, or the default, or None.

    The day of submission decides, so that a new edition does not change a running review.
    """
    return _in_force(Rubric.objects.filter(for_rounds=False), revision)


def rubric_of(review: Review) -> Rubric | None:
    """Return what a review looks at: a further round may have questions of its own."""
    if review.round is not None and review.round.rubric is not None:
        return review.round.rubric
    return rubric_for(review.revision)


def _in_force(rows: QuerySet[Row], revision: Revision) -> Row | None:
    day = day_of(revision.submitted_at or timezone.now())
    editions = Edition.objects.on(day).order_by().values("pk")
    return (
        rows.filter(Q(edition__in=editions) | Q(edition=None), kind=revision.entry.kind)
        .order_by(F("edition__starts_on").desc(nulls_last=True), "pk")
        .first()
    )
