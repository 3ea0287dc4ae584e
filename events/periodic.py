"""What the clock starts: what is forgotten or ended after events, reminders, changed agendas."""

import logging
from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from events import notifications, services
from events.models import NextStep
from events.services import agenda_versions, closed_accounts, guests, old_registrations, polls

log = logging.getLogger(__name__)
# How long before its day a step is reminded of, and until when after it: what nobody closed by
# then, such as while the portal stood still, is old.
REMIND_BEFORE = timedelta(days=7)
REMIND_UNTIL = timedelta(days=30)


@shared_task(name="events.forget_needs")
def forget_needs() -> None:
    """Delete access and diet needs, and notes, a week after their event."""
    gone = services.forget_needs()
    if gone:
        log.info("Deleted %d needs and notes of participants of events that are over.", gone)


@shared_task(name="events.forget_registrations")
def forget_registrations() -> None:
    """Forget who registered for events of two years ago."""
    gone = old_registrations.forget_old()
    if gone:
        log.info("Forgot %d people of events of more than two years ago.", gone)


@shared_task(name="events.forget_guests")
def forget_guests() -> None:
    """Forget who was invited from outside a week after the event."""
    gone = guests.forget()
    if gone:
        log.info("Forgot %d addresses and invitations of guests of events that are over.", gone)


@shared_task(name="events.give_on_places")
def give_on_places() -> None:
    """Give on what accounts hold that were closed otherwise than by staff on their page."""
    given = closed_accounts.give_on()
    if given:
        log.info("Gave on %d places, talks and groups of closed accounts.", given)


@shared_task(name="events.end_polls")
def end_polls() -> None:
    """End polls that nobody ended a day after their event; a week after it forget names."""
    ended = polls.end_forgotten()
    if ended:
        log.info("Ended %d polls of events that are over.", ended)


@shared_task(name="events.announce_settled")
def announce_settled() -> None:
    """Tell those concerned of what staff changed in a public agenda and left alone since."""
    for event in agenda_versions.settled():
        agenda_versions.announce(event, by=None)


@shared_task(name="events.remind_of_steps")
def remind_of_steps() -> None:
    """Remind of commitments and next steps, once before their day and once after it."""
    today = timezone.localdate()
    due = NextStep.objects.open().filter(
        due_on__gte=today - REMIND_UNTIL, due_on__lte=today + REMIND_BEFORE, demonstration=False
    )
    for step in due.select_related("owner", "session", "group"):
        if step.due_on < today:
            when = notifications.AFTER
        elif timezone.localdate(step.written_at) < today:
            when = notifications.BEFORE
        else:
            # Whoever wrote it down a moment ago needs no reminder of it.
            continue
        with transaction.atomic():
            notifications.remind(step, when)
