"""The clock while the queue is away: the work that waits is done all the same."""

import pytest
from celery import current_app
from celery.beat import ScheduleEntry, SchedulingError
from django.core.management import call_command

from cities.models import Mail, MailState
from icc_portal.clock import HELPER, SWEEP, OneClock
from marketplace.models import RevisionState
from marketplace.workflow import Action, perform
from tests.factories import make_entry, make_officer, make_reviewer


def test_a_clock_whose_queue_is_away_has_the_work_done_by_one_helper(monkeypatch):
    started = []

    class Helper:
        def poll(self):
            return None

    def start(command, **_options):
        started.append(command)
        return Helper()

    def refuse(*_given, **_options):
        raise OSError("No queue.")

    monkeypatch.setattr("icc_portal.clock.subprocess.Popen", start)
    monkeypatch.setattr(current_app, "send_task", refuse)
    clock = OneClock(app=current_app, lazy=True)
    for task in (SWEEP, SWEEP, "cities.heartbeat"):
        entry = ScheduleEntry(name=task, task=task, schedule=5.0, app=current_app)
        with pytest.raises(SchedulingError):
            clock.apply_async(entry, advance=False)
    assert started == [HELPER]


@pytest.mark.django_db(transaction=True)
def test_the_helper_does_what_waits_and_what_follows_and_sends_nothing(settings, monkeypatch):
    settings.DISPATCH_EFFECTS = True
    sent = []
    monkeypatch.setattr(current_app, "send_task", lambda *given, **_options: sent.append(given))
    make_reviewer()
    revision = make_entry(state="draft").revisions.get()
    perform(Action.SUBMIT, revision, actor=make_officer(revision.entry.city))
    sent.clear()

    call_command(HELPER[3], verbosity=0)

    revision.refresh_from_db()
    assert revision.state == RevisionState.IN_REVIEW
    assert Mail.objects.get().state == MailState.SENT
    assert sent == []
