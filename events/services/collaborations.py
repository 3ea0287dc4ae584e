"""Collaborations that begin with what two cities agreed: one asks, the other says yes or no."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import City, Edition, Pairing, PairingKind, User
from cities.permissions import is_programme_staff
from cities.today import today
from events import notifications, permissions
from events.models import CollaborationAct, CollaborationTurn, NextStep

MOVED_ON = gettext_lazy(
    "Something else was said meanwhile. Look at the commitment again, and then answer."
)


class CollaborationRefused(Exception):
    """What somebody says of a collaboration cannot be said now; the words say why."""


@dataclass(frozen=True)
class Standing:
    """How the collaboration of a step stands, and what somebody can say of it."""

    is_running: bool
    may_begin: bool
    is_asked: bool
    no: CollaborationAct | None
    """The no that is open to them: to a question, to their own, or to what runs."""


def standing_of(step: NextStep, user: User) -> Standing:
    """Say how a step stands for somebody. Reads the step as it is, and two sides of it."""
    sides = permissions.acts_in(user, step)
    acts = bool(sides) or is_programme_staff(user)
    both = step.city is not None and step.with_city is not None
    runs = is_running(step)
    return Standing(
        is_running=runs,
        may_begin=both and not runs and acts and _may_ask(step, user, sides),
        is_asked=step.offered_for is not None and _was_asked(step, sides),
        no=_open_no(step, user, sides),
    )


def is_running(step: NextStep) -> bool:
    """Say whether the two cities of a step work together; what ends today has ended."""
    pairing = step.pairing
    day = today()
    return pairing is not None and (pairing.until is None or pairing.until > day)


@transaction.atomic
def collaborate(step: NextStep, user: User) -> Pairing | None:
    """Make a step of two cities a collaboration of theirs, once both have said so.

    The first to press asks the other city, which is told by mail; who presses for the other, and
    programme staff, makes it. Returns the collaboration, or None while it is only asked for.
    """
    step = held(step)
    if step.city is None or step.with_city is None:
        raise CollaborationRefused(_("Name the other city first, and save."))
    sides = permissions.acts_in(user, step)
    if not (sides or is_programme_staff(user)):
        raise CollaborationRefused(_("The teams of the two cities begin this."))
    if step.pairing is not None and is_running(step):
        return step.pairing
    if not _may_ask(step, user, sides):
        raise CollaborationRefused(_("The other city declined: it asks, if it thinks otherwise."))
    if is_programme_staff(user) or len(sides) > 1 or _was_asked(step, sides):
        step.pairing = _pairing_of(step)
        step.offered_at = step.offered_for = None
        step.save(update_fields=["pairing", "offered_at", "offered_for"])
        turn = _say(CollaborationAct.AGREED, step, user, sides)
        notifications.tell_collaboration(turn)
        return step.pairing
    if step.offered_at is None:
        step.offered_at, step.offered_for = timezone.now(), _city_of(step, sides)
        step.save(update_fields=["offered_at", "offered_for"])
        notifications.ask_to_collaborate(_say(CollaborationAct.ASKED, step, user, sides))
    return None


@transaction.atomic
def say_no(step: NextStep, user: User, act: CollaborationAct, reason: str) -> CollaborationTurn:
    """Decline a question, take one's own back, or end what runs; the other side is told once.

    `act` is the no that was open when it was written. Raises CollaborationRefused where another
    one, or none, is open by now: a no to a question must not end what a colleague agreed to.
    """
    step = held(step)
    sides = permissions.acts_in(user, step)
    if _open_no(step, user, sides) != act:
        raise CollaborationRefused(str(MOVED_ON))
    if act == CollaborationAct.ENDED and step.pairing is not None:
        step.pairing.until = today()
        step.pairing.save(update_fields=["until"])
    step.offered_at = step.offered_for = None
    step.save(update_fields=["offered_at", "offered_for"])
    turn = _say(act, step, user, sides, reason)
    notifications.tell_no(turn)
    return turn


def held(step: NextStep) -> NextStep:
    """Read a step again, and hold it until the transaction ends."""
    found = NextStep.objects.select_for_update(of=("self",)).select_related(
        "city", "with_city", "offered_for", "pairing", "group", "session__day__event"
    )
    return found.get(pk=step.pk)


def _say(
    act: CollaborationAct, step: NextStep, user: User, sides: frozenset[str], reason: str = ""
) -> CollaborationTurn:
    city = _city_of(step, sides) if sides else None
    return CollaborationTurn.objects.create(
        step=step, act=act, city=city, said_by=user, reason=reason
    )


def _open_no(step: NextStep, user: User, sides: frozenset[str]) -> CollaborationAct | None:
    if is_running(step):
        ends = bool(sides) or is_programme_staff(user)
        return CollaborationAct.ENDED if ends else None
    if step.offered_for is None or not sides:
        return None
    asked = _was_asked(step, sides)
    return CollaborationAct.DECLINED if asked else CollaborationAct.TAKEN_BACK


def _may_ask(step: NextStep, user: User, sides: frozenset[str]) -> bool:
    """Say whether somebody may propose it: after a no, the city that said it, and staff."""
    if is_programme_staff(user):
        return True
    last = CollaborationTurn.objects.filter(step=step).order_by("-said_at", "-pk").first()
    if last is None or last.act != CollaborationAct.DECLINED:
        return True
    return any(getattr(step, f"{side}_id") == last.city_id for side in sides)


def _city_of(step: NextStep, sides: frozenset[str]) -> City | None:
    """Return for which city somebody speaks; of both, for the one that was asked."""
    if len(sides) > 1 and step.offered_for_id == step.city_id:
        return step.with_city
    return step.city if "city" in sides else step.with_city


def _was_asked(step: NextStep, sides: frozenset[str]) -> bool:
    """Say whether this side is the one that the other city asked."""
    own = {getattr(step, f"{side}_id") for side in sides}
    return step.offered_for_id is not None and bool(own - {step.offered_for_id})


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
        if running.until is not None and running.until <= today():
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
