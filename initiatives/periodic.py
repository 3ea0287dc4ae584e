"""What the clock starts for initiatives. Each may run as often as it likes."""

from celery import shared_task
from django.utils import timezone

from initiatives import check_ins, connectors
from initiatives.deliverable import ends

MOST_ASKED_AT_ONCE = 200


@shared_task(name="initiatives.fetch_due")
def fetch_due() -> None:
    """Hand connectors whose time has come to the worker."""
    connectors.hand_over_due()


@shared_task(name="initiatives.ask_how_it_goes")
def ask_how_it_goes() -> None:
    """Ask the officers of roadmaps whose edition has ended, once in a year for each."""
    today = timezone.localdate()
    for roadmap in check_ins.due_roadmaps(today)[:MOST_ASKED_AT_ONCE]:
        check_ins.ask(roadmap, today.year)


@shared_task(name="initiatives.fail_lost_works")
def fail_lost_works() -> None:
    """Tell people of hand-ins whose worker is gone for good."""
    ends.fail_lost()
