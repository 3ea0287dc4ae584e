"""What the clock starts for initiatives. Each may run as often as it likes."""

from celery import shared_task

from initiatives import connectors


@shared_task(name="initiatives.fetch_due")
def fetch_due() -> None:
    """Hand connectors whose time has come to the worker."""
    connectors.hand_over_due()
