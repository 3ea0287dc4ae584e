"""What people thought of sessions: kept for each, told of several together once all is said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Avg, Count
from django.utils.translation import gettext as _

from cities import clock
from cities.models import User
from events import permissions
from events.models import HIGHEST, LOWEST, Event, Session, SessionFeedback

# With fewer answers, somebody could tell who said what.
LEAST_ANSWERS = 5


class FeedbackRefused(Exception):
    """Feedback cannot be given; the words say why."""


@dataclass(frozen=True)
class Results:
    """What people thought of a session; only their number where they are too few."""

    number: int | None
    mean: float | None = None
    counts: dict[int, int] = field(default_factory=dict)
    useful: list[str] = field(default_factory=list)
    better: list[str] = field(default_factory=list)

    @property
    def are_told(self) -> bool:
        """Say whether there are enough of them, and the time for answers is over."""
        return self.number is not None and self.number >= LEAST_ANSWERS


@transaction.atomic
def give(session: Session, user: User, *, rating: int, useful: str = "", better: str = "") -> bool:
    """Keep what somebody thought, in place of what they said before; return whether it is new.

    Raises FeedbackRefused for whoever was not there, and before and after the time for it.
    """
    if not permissions.feedback_is_open(session):
        raise FeedbackRefused(_("This is not the time for feedback on this session."))
    if not permissions.may_give_feedback(user, session):
        raise FeedbackRefused(_("Feedback is for those who took part in this session."))
    _row, is_new = SessionFeedback.objects.update_or_create(
        session=session,
        user=user,
        defaults={"rating": rating, "useful": useful.strip(), "better": better.strip()},
    )
    return is_new


def results_of(session: Session) -> Results:
    """Return what people thought, if enough have said so. Words stand in no order of theirs.

    While answers can be given nothing is told, not even how many there are: who looks twice would
    see what one more person said.
    """
    if not permissions.feedback_is_over(session.day.event):
        return Results(None)
    rows = list(session.feedback.values_list("rating", "useful", "better"))
    if len(rows) < LEAST_ANSWERS:
        return Results(len(rows))
    ratings = [rating for rating, _useful, _better in rows]
    return Results(
        number=len(rows),
        mean=sum(ratings) / len(ratings),
        counts={mark: ratings.count(mark) for mark in range(HIGHEST, LOWEST - 1, -1)},
        # By the alphabet, each kind for itself: neither who wrote first nor what belongs together.
        useful=sorted(filter(None, (useful for _rating, useful, _better in rows)), key=str.lower),
        better=sorted(filter(None, (better for _rating, _useful, better in rows)), key=str.lower),
    )


def sessions_to_rate(user: User, event: Event) -> list[tuple[Session, bool]]:
    """Return the sessions of which somebody can say now what they thought, and where they did."""
    part = permissions.took_part(user, event)
    if part is None:
        return []
    sessions = Session.objects.filter(day__event=event).select_related("day__event").in_order()
    moment = clock.now()
    given = set(SessionFeedback.objects.visible_to(user).values_list("session", flat=True))
    return [
        (session, session.pk in given)
        for session in sessions
        if permissions.feedback_is_open(session, moment) and part.in_session(session)
    ]


def some_are_told(event: Event) -> bool:
    """Say whether some session of an event has enough answers, so that pages tell what they say."""
    counted = Session.objects.filter(day__event=event).annotate(answers=Count("feedback"))
    return counted.filter(answers__gte=LEAST_ANSWERS).exists()


def means_of(event: Event) -> list[tuple[Session, int | None, float | None]]:
    """Return each session with how many answered and, where they are enough, the mean.

    Neither is told while answers can be given.
    """
    sessions = Session.objects.filter(day__event=event, is_cancelled=False)
    counted = sessions.select_related("day__event").annotate(
        answers=Count("feedback"), mean=Avg("feedback__rating")
    )
    rows: list[Any] = list(counted.in_order())
    if not permissions.feedback_is_over(event):
        return [(one, None, None) for one in rows]
    return [(one, one.answers, one.mean if one.answers >= LEAST_ANSWERS else None) for one in rows]
