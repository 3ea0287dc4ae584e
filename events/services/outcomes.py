"""What remains of a session: what cities noted there, and what they promised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City, User
from events import permissions
from events.models import NextStep, Outcome, OutcomeKind, Session


class OutcomeRefused(Exception):
    """Something cannot be noted; the words say why."""


@dataclass(frozen=True)
class Promise:
    """What a city commits itself to in a session."""

    title: str
    due_on: date
    owner: User | None = None
    with_city: City | None = None


@transaction.atomic
def note(
    session: Session,
    city: City,
    user: User,
    lines: Mapping[OutcomeKind, Iterable[str]],
    promise: Promise | None = None,
) -> int:
    """Keep what somebody noted for their city, a row for each line; return how many rows.

    Raises OutcomeRefused for whoever was not there, or was there for another city.
    """
    if not permissions.may_note(user, session):
        raise OutcomeRefused(_("This is noted by those who took part in the session."))
    if city not in cities_noted_for(user, session):
        raise OutcomeRefused(_("You did not take part for this city."))
    about = {"session": session, "group": session.group, "city": city, "written_by": user}
    rows = [
        Outcome.objects.create(kind=kind, title=title, **about)
        for kind, titles in lines.items()
        for title in titles
    ]
    if promise is None:
        return len(rows)
    NextStep.objects.create(
        title=promise.title,
        due_on=promise.due_on,
        owner=promise.owner,
        with_city=promise.with_city,
        **about,
    )
    return len(rows) + 1


def cities_noted_for(user: User, session: Session) -> list[City]:
    """Return for which cities somebody notes: of those whose team they belong to, the one they came
    for, and those they write for."""
    came_for = session.day.event.registrations.filter(user=user, city__isnull=False).values("city")
    acted_for = City.objects.acted_for_by(user)
    edited = acted_for.filter(memberships__user=user, memberships__role__may_edit=True)
    found = acted_for.filter(Q(pk__in=came_for) | Q(pk__in=edited.order_by().values("pk")))
    return list(found.order_by("name"))


@transaction.atomic
def close(step: NextStep) -> None:
    """Say that a step is done today; one that is closed already stays as it is."""
    NextStep.objects.open().filter(pk=step.pk).update(
        done_on=timezone.localdate(), version=F("version") + 1
    )
