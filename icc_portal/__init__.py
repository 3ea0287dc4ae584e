"""The wiring of the portal: settings, addresses, worker, clock and the command that starts them."""

# Loaded with Django, so that a task's `delay` always finds this application.
from icc_portal.celery import app as celery_app

__all__ = ["celery_app"]
