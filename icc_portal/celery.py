"""The worker: finds every app's tasks.py and periodic.py, and holds the timetable."""

import gc
import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.app.amqp import AMQP
from celery.signals import setup_logging, task_postrun, task_prerun, worker_init
from kombu import Connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icc_portal.settings")

# How long a worker waits before it asks for a queue again that was away, in seconds.
ASK_AGAIN_S = 2


class Line(Connection):
    """A connection to the queue; kombu's own waits longer each time, up to half a minute."""

    def _ensure_connection(self, *args: Any, **options: Any) -> Any:
        return super()._ensure_connection(*args, **{"interval_max": ASK_AGAIN_S, **options})


class Lines(AMQP):
    """What Celery makes its connections from."""

    Connection = Line


app = Celery("icc_portal", amqp=Lines)
# Threads of the web server find this application too, not only the thread that imports it.
app.set_default()
app.config_from_object("icc_portal.queues")
app.autodiscover_tasks(related_name="tasks")
app.autodiscover_tasks(related_name="periodic")


def every(task: str, seconds: float) -> dict[str, Any]:
    """One line of the timetable; a turn that nobody took before the next one is dropped."""
    return {"task": task, "schedule": seconds, "options": {"expires": max(seconds, 10)}}


app.conf.beat_schedule = {
    "sweep-effects": every("cities.sweep_effects", 5),
    "heartbeat": every("cities.heartbeat", 15),
    "tidy": every("cities.tidy", 6 * 60 * 60),
    "gather-digests": every("cities.gather_digests", 10 * 60),
    "end-polls": every("events.end_polls", 60 * 60),
    "give-on-places": every("events.give_on_places", 60 * 60),
    "announce-settled": every("events.announce_settled", 10 * 60),
    "forget-guests": every("events.forget_guests", 24 * 60 * 60),
    "forget-registrations": every("events.forget_registrations", 24 * 60 * 60),
    "forget-needs": every("events.forget_needs", 24 * 60 * 60),
    "remind-of-steps": every("events.remind_of_steps", 60 * 60),
    "try-links-again": every("marketplace.try_links_again", 15 * 60),
    "look-after-index": every("marketplace.look_after_index", 60),
    "delete-old-contacts": every("marketplace.delete_old_contacts", 24 * 60 * 60),
    "remind-reviewers": every("marketplace.remind_reviewers", 15 * 60),
    "tell-overdue": every("marketplace.tell_overdue", 15 * 60),
    "ask-whether-true": every("marketplace.ask_whether_true", 60 * 60),
    "remind-owners": every("marketplace.remind_owners", 60 * 60),
    "remove-unnamed-files": every("cities.remove_unnamed_files", 6 * 60 * 60),
    "escalate": every("marketplace.escalate", 15 * 60),
    "reassign-late": every("marketplace.reassign_late", 15 * 60),
    "tell-of-new": every("marketplace.tell_of_new", 15 * 60),
    "ask-how-it-goes": every("initiatives.ask_how_it_goes", 60 * 60),
    "fail-lost-works": every("initiatives.fail_lost_works", 5 * 60),
    "fetch-due": every("initiatives.fetch_due", 10 * 60),
    "look-for-reviewers": every("marketplace.look_for_reviewers", 15 * 60),
}


@worker_init.connect
def read_beforehand(**_given: Any) -> None:
    """Import what tasks need before processes are forked: each would, and each after every kill."""
    # Not at the top: settings import this module.
    from django.urls import reverse  # noqa: PLC0415

    reverse("home")
    gc.collect()
    gc.freeze()


@task_prerun.connect
@task_postrun.connect
def return_connections(**_given: Any) -> None:
    """Give a connection back to the pool, which sees whether it still works before the next task.

    Celery would close the pool with it: a new connection for each task, and a server that has to
    learn about every table anew, take longer than the task.
    """
    from django.db import close_old_connections  # noqa: PLC0415 - as above

    close_old_connections()


@setup_logging.connect
def log_as_the_portal_does(**_: object) -> None:
    """Write worker and clock logs as the web process writes its own."""
    from django.conf import settings  # noqa: PLC0415 - settings stand only once Celery asks

    dictConfig(settings.LOGGING)
