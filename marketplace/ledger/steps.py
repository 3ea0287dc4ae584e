"""The steps of a row of the ledger: the table, who may take which, and `perform`, which takes one.

A city says how far it is with an entry; the entry's owner confirms that it runs it, or doubts it.
All steps of one entry follow one another, so that the number of its confirmed reuses is right.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import Actor, City, User
from marketplace import permissions, services
from marketplace.demand import interest
from marketplace.ledger import telling
from marketplace.models import (
    RUNNING,
    Deployment,
    DeploymentStep,
    Entry,
    EntryKind,
)
from marketplace.models import Confirmation as Said
from marketplace.models import DeploymentStatus as Status


class Action(models.TextChoices):
    """The steps there are, in words for a form."""

    WANT = "want", gettext_lazy("We are interested")
    ADAPT = "adapt", gettext_lazy("We are adapting it")
    PILOT = "pilot", gettext_lazy("We are trying it out")
    USE = "use", gettext_lazy("We use it")
    STOP = "stop", gettext_lazy("We stopped")
    CONFIRM = "confirm", gettext_lazy("Yes, they run it")
    DOUBT = "doubt", gettext_lazy("No, or not like this")


LEADS_TO = {
    Action.WANT: Status.INTERESTED,
    Action.ADAPT: Status.ADAPTING,
    Action.PILOT: Status.PILOTING,
    Action.USE: Status.LIVE,
    Action.STOP: Status.STOPPED,
    Action.CONFIRM: Said.CONFIRMED,
    Action.DOUBT: Said.DOUBTED,
}
# From where (None: the city is not in the ledger yet) each step can be taken. A pair that is not
# here cannot happen; a step to where a row is already changes nothing.
_FROM: dict[Action, list[Status | Said | None]] = {
    Action.WANT: [None, Status.STOPPED],
    Action.ADAPT: [None, Status.INTERESTED, Status.PILOTING, Status.STOPPED],
    Action.PILOT: [None, Status.INTERESTED, Status.ADAPTING, Status.LIVE, Status.STOPPED],
    Action.USE: [None, Status.INTERESTED, Status.ADAPTING, Status.PILOTING, Status.STOPPED],
    Action.STOP: [Status.INTERESTED, Status.ADAPTING, Status.PILOTING, Status.LIVE],
    Action.CONFIRM: [Said.WAITING, Said.DOUBTED],
    Action.DOUBT: [Said.WAITING, Said.CONFIRMED],
}
NEXT = {(before, action): LEADS_TO[action] for action, froms in _FROM.items() for before in froms}
# The step by which a city that runs it says so.
SAYS = {Status.PILOTING: Action.PILOT, Status.LIVE: Action.USE}
BY_THE_OWNER = {Action.CONFIRM, Action.DOUBT}
NEEDS_WORDS = {Action.STOP, Action.DOUBT}
DETAILS = ["cost", "currency", "note", "private_note", "is_named"]


class StepRefused(services.Refused):
    """This step cannot be taken now; the words can be shown to who asked."""


def may(actor: Actor, action: Action, entry: Entry, city: City) -> bool:
    """Say whether somebody has the right to a step, whatever the guards."""
    if action in BY_THE_OWNER:
        return permissions.may_confirm_reuse(actor, entry)
    return permissions.may_keep_ledger(actor, city)


def open_actions(row: Deployment | None) -> list[Action]:
    """Return the steps that the city itself could take next, in order."""
    before = Status(row.status) if row else None
    return [each for each in Action if each not in BY_THE_OWNER and (before, each) in NEXT]


@transaction.atomic
def perform(
    action: Action,
    entry: Entry,
    city: City,
    *,
    actor: User,
    on: date | None = None,
    words: str = "",
    details: Mapping[str, Any] | None = None,
) -> DeploymentStep:
    """Take one step of a city with an entry: row, history, count and mails, or nothing at all.

    While the city is interested, it counts in the entry's demand.

    `on` is the day from which it holds (default: today), `words` say why it was stopped or doubted,
    `details` are what a new row begins with, by the names in DETAILS.
    Saying again what is so already writes nothing. Returns the step; its `deployment` is the row as
    it is now. Raises StepRefused, or PermissionDenied when the step is not this person's.
    """
    # The entry is locked first: two cities at once would both count without the other.
    entry = Entry.objects.select_for_update().get(pk=entry.pk)
    row = Deployment.objects.select_for_update().filter(entry=entry, city=city).first()
    if not may(actor, action, entry, city):
        raise PermissionDenied
    before = _standing(row, action)
    if before == LEADS_TO[action]:
        return _said_before(row, action)
    if (before, action) not in NEXT:
        raise StepRefused(_moved_on(row))
    on = on or timezone.localdate()
    words = words.strip()
    _guard(action, entry, city, row, actor, on, words)
    if row is None:
        row = Deployment(entry=entry, city=city, has_run=False, **(details or {}))
    else:
        row.entry = entry
    asks_owner = _change(row, action, actor, on, words)
    row.save()
    step = DeploymentStep.objects.create(
        deployment=row,
        action=action,
        before=before or "",
        after=LEADS_TO[action],
        on=on,
        note=words,
        actor=actor,
    )
    recount(entry)
    # The search index knows who runs an entry, or was named.
    services.note_change(entry)
    telling.tell(step, asks_owner=asks_owner)
    if action not in BY_THE_OWNER:
        interest.follow(row, actor=actor)
    return step


@transaction.atomic
def corrected(row: Deployment, *, actor: User) -> DeploymentStep | None:
    """Ask the owner again once a city changed what was doubted of its row, besides by a step.

    Returns the step that says so: the city says anew how far it is; None where nothing is in doubt.
    """
    entry = Entry.objects.select_for_update().get(pk=row.entry_id)
    row = Deployment.objects.select_for_update(of=("self",)).select_related("city").get(pk=row.pk)
    row.entry = entry
    if not is_doubted(row):
        return None
    _ask_anew(row)
    row.save()
    step = DeploymentStep.objects.create(
        deployment=row,
        action=SAYS[Status(row.status)],
        before=row.status,
        after=row.status,
        on=timezone.localdate(),
        actor=actor,
    )
    telling.tell(step, asks_owner=not row.is_own)
    return step


def recount(entry: Entry) -> None:
    """Count the confirmed reuses of an entry anew; searches learn when the number changed."""
    number = Deployment.objects.confirmed_reuses().filter(entry=entry).count()
    if number != entry.confirmed_reuse:
        entry.confirmed_reuse = number
        entry.save(update_fields=["confirmed_reuse"])
        services.note_change(entry)


def _standing(row: Deployment | None, action: Action) -> Status | Said | None:
    if row is None:
        return None
    return Said(row.confirmation) if action in BY_THE_OWNER else Status(row.status)


def _said_before(row: Deployment | None, action: Action) -> DeploymentStep:
    """Return the step that said so; rows that were loaded or entered by staff may have none."""
    step = DeploymentStep.objects.filter(deployment=row, action=action).order_by("-pk").first()
    if step is None or row is None:
        raise StepRefused(_moved_on(row))
    step.deployment = row
    return step


def _guard(
    action: Action,
    entry: Entry,
    city: City,
    row: Deployment | None,
    actor: User,
    on: date,
    words: str,
) -> None:
    if on > timezone.localdate():
        raise StepRefused(_("Say from which day on it holds; that day has not come yet."))
    if action in NEEDS_WORDS and not words:
        raise StepRefused(_("Say why, in a sentence others can learn from."))
    if action in BY_THE_OWNER:
        _guard_answer(row, actor)
        return
    if entry.kind != EntryKind.SOLUTION:
        raise StepRefused(_("Only solutions are taken over."))
    if action != Action.STOP and (entry.live_revision_id is None or entry.withdrawn_at):
        raise StepRefused(_("This entry is not public any more."))
    if entry.city_id == city.pk and action in {Action.WANT, Action.ADAPT}:
        raise StepRefused(_("Your city offers this itself: say whether it is tried out or used."))
    if row is not None and action == Action.STOP and row.since and on < row.since:
        raise StepRefused(_("It cannot end before it begins."))


def _guard_answer(row: Deployment | None, actor: User) -> None:
    if row is None or not row.has_run or row.is_own:
        raise StepRefused(_("There is nothing to confirm: this city has not run it."))
    if row.steps.exclude(action__in=BY_THE_OWNER).filter(actor=actor).exists():
        raise StepRefused(_("You reported this yourself; somebody else of the owner confirms it."))


def _change(row: Deployment, action: Action, actor: User, on: date, words: str) -> bool:
    """Set what a step sets; return whether the owner must be asked anew."""
    if action in BY_THE_OWNER:
        row.confirmation = LEADS_TO[action]
        row.doubt = words if action == Action.DOUBT else ""
        row.answered_at, row.answered_by = timezone.now(), actor
        return False
    was_running = row.pk is not None and row.status in RUNNING
    row.status = LEADS_TO[action]
    if action == Action.STOP:
        row.until, row.stopped_why = on, words
        return False
    row.until, row.stopped_why = None, ""
    begins = row.status in RUNNING and not was_running
    if begins:
        row.since, row.has_run = on, True
    if begins or is_doubted(row):
        _ask_anew(row)
        return not row.is_own
    return False


def is_doubted(row: Deployment) -> bool:
    """Say whether its owner doubts what a city runs, so that it waits for the city's own words."""
    return row.confirmation == Said.DOUBTED and row.status in RUNNING


def _ask_anew(row: Deployment) -> None:
    row.confirmation, row.doubt = Said.WAITING, ""
    row.answered_at = row.answered_by = None


def _moved_on(row: Deployment | None) -> str:
    if row is None:
        return _("This city is not in the ledger for this entry.")
    return _("This row has moved on: it is now “{status}” ({confirmation}).").format(
        status=row.get_status_display(), confirmation=row.get_confirmation_display()
    )
