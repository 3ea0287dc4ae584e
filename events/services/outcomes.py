"""What remains of a session, and collaborations that begin with what two cities agreed there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City, Edition, Pairing, PairingKind, User
from cities.permissions import is_programme_staff
from events import notifications, permissions
from events.models import NextStep, Outcome, OutcomeKind, Session


class OutcomeRefused(Exception):
    """Something cannot be noted or begun; the words say why."""


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
    """Return for which cities somebody notes: the one they came for, and those they write for."""
    came_for = session.day.event.registrations.filter(user=user, city__isnull=False).values("city")
    acted_for = City.objects.acted_for_by(user)
    edited = acted_for.filter(memberships__user=user, memberships__role__may_edit=True)
    found = City.objects.filter(Q(pk__in=came_for) | Q(pk__in=edited.order_by().values("pk")))
    return list(found.order_by("name"))


@transaction.atomic
def close(step: NextStep) -> None:
    """Say that a step is done today; one that is closed already stays as it is."""
    NextStep.objects.open().filter(pk=step.pk).update(
        done_on=timezone.localdate(), version=F("version") + 1
    )


@transaction.atomic
def collaborate(step: NextStep, user: User) -> Pairing | None:
    """Make a step of two cities a collaboration of theirs, once both have said so.

    The first to press asks the other city, which is told by mail; who presses for the other, and
    programme staff, makes it. Returns the collaboration, or None while it is only asked for.
    """
    found = NextStep.objects.select_for_update(of=("self",)).select_related(
        "city", "with_city", "pairing", "group", "session__day__event"
    )
    step = found.get(pk=step.pk)
    if step.city is None or step.with_city is None:
        raise OutcomeRefused(_("Name the other city first, and save."))
    sides = permissions.acts_in(user, step)
    if not (sides or is_programme_staff(user)):
        raise OutcomeRefused(_("The teams of the two cities begin this."))
    if step.pairing is not None:
        return step.pairing
    if is_programme_staff(user) or len(sides) > 1 or _was_asked(step, sides):
        step.pairing = _pairing_of(step)
        step.save(update_fields=["pairing"])
        notifications.tell_collaboration(step, user)
        return step.pairing
    if step.offered_at is None:
        step.offered_at, step.offered_for = timezone.now(), _city_of(step, sides)
        step.save(update_fields=["offered_at", "offered_for"])
        notifications.ask_to_collaborate(step, user)
    return None


def _city_of(step: NextStep, sides: frozenset[str]) -> City | None:
    return step.city if "city" in sides else step.with_city


def _was_asked(step: NextStep, sides: frozenset[str]) -> bool:
    """Say whether this side is the one that the other city asked."""
    city = _city_of(step, sides)
    return step.offered_for_id is not None and city is not None and step.offered_for_id != city.pk


def edition_of(step: NextStep) -> Edition | None:
    """Return the edition in which a step was agreed."""
    if step.group is not None:
        return step.group.edition
    return step.session.day.event.edition if step.session else None


def _pairing_of(step: NextStep) -> Pairing:
    """Return the two cities' collaboration in this edition, whichever is named first in it."""
    if step.city is None or step.with_city is None:
        raise ValueError("A collaboration is of two cities.")
    one, other, edition = step.city, step.with_city, edition_of(step)
    # Whoever makes one for the same two cities waits here, so that there is one.
    list(City.objects.select_for_update().filter(pk__in=[one.pk, other.pk]).order_by("pk"))
    either = Q(first_city=one, second_city=other) | Q(first_city=other, second_city=one)
    known = Pairing.objects.filter(either, kind=PairingKind.JOINT, edition=edition)
    running = known.running().first() or known.first()
    if running is not None:
        if running.until is not None and running.until < timezone.localdate():
            running.until = None
            running.save(update_fields=["until"])
        return running
    return Pairing.objects.create(
        kind=PairingKind.JOINT,
        edition=edition,
        first_city=one,
        second_city=other,
        theme=step.group.theme if step.group else step.session.theme if step.session else None,
        purpose=step.title,
        demonstration=step.demonstration,
    )
