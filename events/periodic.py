"""What the clock starts: forgetting what was needed for an event that is over."""

import logging

from celery import shared_task

from events import services
from events.services import guests

log = logging.getLogger(__name__)


@shared_task(name="events.forget_needs")
def forget_needs() -> None:
    """Delete access and diet needs a week after their event."""
    gone = services.forget_needs()
    if gone:
        log.info("Deleted the needs of %d participants of events that are over.", gone)


@shared_task(name="events.forget_guests")
def forget_guests() -> None:
    """Forget who was invited from outside a week after the event."""
    gone = guests.forget()
    if gone:
        log.info("Forgot %d addresses and invitations of guests of events that are over.", gone)
