"""Two years after an event nobody can read who registered for it, only how many they were."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from events import services
from events.models import Guest, Presence, Registration, SessionStar, SignUp
from events.periodic import forget_registrations
from icc_portal.celery import app
from tests import factories as make

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def held(**fields):
    """A lab with three people, two of whom came, of two cities, a guest, a sign-up and a star."""
    event = make.make_event(starts_on=DAY, ends_on=DAY, time_zone="UTC", **fields)
    session = make.make_session(event, capacity=3)
    for number, status in enumerate(["confirmed", "confirmed", "cancelled"]):
        registration = Registration.objects.create(
            event=event, user=make.make_user(), city=make.make_city(), status=status,
            cancelled_at=timezone.now() if status == "cancelled" else None,
        )  # fmt: skip
        if number < 2:
            registration.presences.create(day=DAY)
            SignUp.objects.create(session=session, user=registration.user, status="confirmed")
    services.star(registration.user, session)
    Guest.objects.create(event=event, name="Greta", state="accepted", answered_at=timezone.now())
    return event


def people_of(event):
    return (
        event.registrations.count(),
        Presence.objects.filter(registration__event=event).count(),
        SignUp.objects.filter(session__day__event=event).count(),
        SessionStar.objects.filter(session__day__event=event).count(),
        event.guests.count(),
    )


@pytest.fixture
def lab():
    with time_machine.travel(DAY, tick=False):
        return held()


@pytest.mark.parametrize(("later", "left"), [(731, (3, 2, 2, 1, 1)), (732, (0, 0, 0, 0, 0))])
def test_who_registered_is_forgotten_two_years_after_the_event(lab, later, left):
    with time_machine.travel(DAY + timedelta(days=later)):
        for _twice in range(2):
            forget_registrations()

    assert people_of(lab) == left
    figures = list(lab.figures.values_list("label", "value"))
    assert figures == ([] if left[0] else [
        ("people with a place", "2"), ("people marked as present", "2"),
        ("cities of people marked as present", "2"),
    ])  # fmt: skip


def test_invented_people_stay_and_what_was_called_off_has_no_figures():
    with time_machine.travel(DAY, tick=False):
        invented, off = held(demonstration=True), held(status="cancelled")

    with time_machine.travel(DAY + timedelta(days=1000)):
        forget_registrations()

    assert people_of(invented) == (3, 2, 2, 1, 1)
    assert people_of(off) == (0, 0, 0, 0, 0)
    assert not off.figures.exists()


def test_the_clock_starts_it_each_day():
    starts = {one["task"]: one["schedule"] for one in app.conf.beat_schedule.values()}
    assert starts["events.forget_registrations"] == 24 * 60 * 60
