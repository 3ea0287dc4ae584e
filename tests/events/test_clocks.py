"""Clocks that differ: deadlines and queues go by the database's, with a minute of grace."""

from contextlib import ExitStack, nullcontext
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from cities import clock
from events import permissions, services
from events.models import Guest, GuestState, Registration, SignUp
from events.services import meeting_wishes, meetings
from tests.factories import make_event, make_session, make_user
from tests.factories.labs import make_asker, make_lab, make_meeting_round, make_sitting

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SKEWS = [timedelta(minutes=minutes) for minutes in (-10, 0, 10)]
NOW = datetime(2027, 6, 10, 12, 0, tzinfo=UTC)
# How long after a deadline something arrives, and whether it is taken.
ARRIVALS = [(timedelta(seconds=-1), True), (timedelta(seconds=59), True), (2 * MINUTE, False)]


@pytest.fixture
def at(monkeypatch, two_clocks):
    """A function that sets the database's clock, and the host's so much beside it."""
    with ExitStack() as journeys:

        def set_clocks(moment, skew=timedelta(0)):
            monkeypatch.setattr(clock, "now", lambda: moment)
            journeys.close()
            journeys.enter_context(time_machine.travel(moment + skew, tick=False))

        yield set_clocks


def lab(**fields):
    return make_lab(**{"registration_opens_at": NOW - timedelta(days=1), **fields})


def states(rows):
    return [str(row.status) for row in rows.order_by("user__name")]


@pytest.mark.parametrize("minutes", [-10, 10])
def test_the_moment_is_the_databases_wherever_the_hosts_clock_stands(two_clocks, minutes):
    real = timezone.now()
    with time_machine.travel(real + timedelta(minutes=minutes)):
        found = clock.now()

    assert found.tzinfo is not None
    assert abs(found - real) < MINUTE


@pytest.mark.parametrize("skew", SKEWS)
@pytest.mark.parametrize(("late", "taken"), ARRIVALS)
def test_registration_closes_by_the_databases_clock(at, skew, late, taken):
    event = lab(registration_closes_at=NOW)
    at(NOW + late, skew)

    assert permissions.registration_is_open(event) is taken
    if taken:
        assert services.register(event, make_user()).status == "confirmed"
    else:
        with pytest.raises(services.RegistrationRefused):
            services.register(event, make_user())


@pytest.mark.parametrize("skew", SKEWS)
def test_registration_opens_by_the_databases_clock(at, skew):
    event = lab(registration_opens_at=NOW)

    at(NOW - timedelta(seconds=1), skew)
    assert not permissions.registration_is_open(event)
    at(NOW, skew)
    assert permissions.registration_is_open(event)


@pytest.mark.parametrize("skew", SKEWS)
@pytest.mark.parametrize(("late", "taken"), ARRIVALS)
def test_wishes_and_answers_of_guests_end_by_the_databases_clock(at, skew, late, taken):
    at(NOW - timedelta(days=1))
    round = make_meeting_round(1, wishes_until=NOW)
    guest = Guest.objects.create(
        event=make_lab(), name="Greta", email="greta@example.org", answer_until=NOW,
        state=GuestState.INVITED,
    )  # fmt: skip
    at(NOW + late, skew)

    assert round.takes_wishes is taken
    assert guest.is_open is taken
    asker = make_asker(round)
    with nullcontext() if taken else pytest.raises(meetings.MeetingRefused):
        meeting_wishes.set_wishes(asker, [], [])


@pytest.mark.parametrize("skew", SKEWS)
@pytest.mark.parametrize(("late", "taken"), ARRIVALS)
@pytest.mark.parametrize(
    ("zone", "last"),
    [
        # Days on which clocks are changed, and one where they never are.
        ("Europe/Lisbon", date(2027, 3, 28)),
        ("Europe/Athens", date(2027, 10, 31)),
        ("America/Toronto", date(2027, 11, 7)),
        ("America/Bogota", date(2027, 3, 28)),
    ],
)
def test_sign_up_and_feedback_end_at_the_events_midnight(at, skew, late, taken, zone, last):
    midnight = datetime.combine(
        last + timedelta(days=1), datetime.min.time(), ZoneInfo(zone)
    ).astimezone(UTC)
    at(midnight - timedelta(days=1))
    event = make_event(time_zone=zone, starts_on=last, ends_on=last, feedback_until=last)
    session = make_session(
        event, capacity=1, starts_at=midnight - timedelta(hours=3), ends_at=midnight
    )
    at(midnight + late, skew)

    assert permissions.takes_sign_ups(session) is taken
    assert permissions.feedback_is_open(session) is taken
    assert permissions.feedback_is_over(event) is not taken


@pytest.mark.parametrize("skew", [timedelta(minutes=-10), timedelta(minutes=10)])
def test_who_came_first_gets_the_place_whatever_the_hosts_clock_says(two_clocks, skew):
    event = lab(registration_opens_at=timezone.now() - timedelta(days=1), capacity=1)
    people = [make_user(name=name) for name in "ABC"]
    with time_machine.travel(timezone.now() - min(skew, timedelta(0))):
        first, second = (services.register(event, person) for person in people[:2])
    with time_machine.travel(timezone.now() + skew):
        third = services.register(event, people[2])
        assert services.ahead_of(third) == 1

    services.cancel(first)

    assert states(event.registrations) == ["cancelled", "confirmed", "waiting"]
    assert second.queued_at < third.queued_at


def test_the_order_stands_even_when_the_databases_clock_is_set_back(at):
    event = lab(capacity=3)
    session = make_sitting(event)
    session.capacity, session.audience = 1, "public"
    session.save()
    people = [make_user(name=name) for name in "ABC"]
    for back, person in enumerate(people):
        at(NOW - back * 10 * MINUTE)
        services.register(event, person)
        services.sign_up(session, person)

    services.leave(SignUp.objects.get(user=people[0]))

    assert states(session.sign_ups) == ["cancelled", "confirmed", "waiting"]
    assert list(event.registrations.order_by("queued_at").values_list("user__name", flat=True)) == [
        "A", "B", "C",
    ]  # fmt: skip
    # And whoever comes back in the same moment stands at the end.
    services.sign_up(session, people[0])
    assert [place.user.name for place in session.sign_ups.waiting()] == ["C", "A"]


def test_a_place_is_given_back_on_a_host_whose_clock_is_behind(at):
    event = lab()
    session = make_sitting(event)
    session.capacity, session.audience = 1, "public"
    session.save()
    at(NOW)
    registration = services.register(event, make_user())
    place = services.sign_up(session, registration.user)
    at(NOW - 5 * MINUTE, -5 * MINUTE)

    services.cancel(registration)

    registration = Registration.objects.get()
    place.refresh_from_db()
    assert registration.cancelled_at > registration.queued_at
    assert place.cancelled_at > place.queued_at
