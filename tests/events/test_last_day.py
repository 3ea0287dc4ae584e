"""An event is over when its last day has passed where it is held, wherever its readers are."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.utils import timezone

from cities.desk import OwnCities, sections_of
from events import desk, permissions, services
from events.models import Event
from tests.factories import make_event, make_user

pytestmark = pytest.mark.django_db
LAST_DAY = date(2027, 6, 10)
# Midnight after the last day, in UTC: Bogota is five hours behind, Auckland twelve ahead then.
NIGHTS = [
    ("America/Bogota", datetime(2027, 6, 11, 4, 59, tzinfo=UTC), False),
    ("America/Bogota", datetime(2027, 6, 11, 5, 1, tzinfo=UTC), True),
    ("Pacific/Auckland", datetime(2027, 6, 10, 11, 59, tzinfo=UTC), False),
    ("Pacific/Auckland", datetime(2027, 6, 10, 12, 1, tzinfo=UTC), True),
    ("Europe/Brussels", datetime(2027, 6, 10, 21, 59, tzinfo=UTC), False),
    ("Europe/Brussels", datetime(2027, 6, 10, 22, 1, tzinfo=UTC), True),
    ("UTC", datetime(2027, 6, 10, 23, 59, tzinfo=UTC), False),
    ("UTC", datetime(2027, 6, 11, 0, 1, tzinfo=UTC), True),
]


def lasting_event(zone):
    return make_event(
        time_zone=zone, starts_on=date(2027, 6, 9), ends_on=LAST_DAY,
        registration_opens_at=datetime(2027, 1, 1, tzinfo=UTC),
    )  # fmt: skip


def shown_to(person):
    return sections_of(desk.parts(person, OwnCities.of(person)))


@pytest.mark.parametrize(("zone", "moment", "over"), NIGHTS)
@pytest.mark.parametrize("reader", ["Pacific/Auckland", "America/Bogota"])
def test_an_event_is_over_when_its_own_midnight_has_passed(client, zone, moment, over, reader):
    event, person = lasting_event(zone), make_user(time_zone=reader)
    client.force_login(person)

    with time_machine.travel(moment, tick=False), timezone.override(reader):
        assert Event.objects.get().is_over is over
        assert Event.objects.coming().exists() is not over
        assert Event.objects.past().exists() is over
        assert permissions.registration_is_open(event) is not over
        assert [item.title for item in shown_to(person)[0].items] == ([] if over else [event.title])
        context = client.get("/events/").context
        assert [context["coming"], context["past"]] == ([[], [event]] if over else [[event], []])
        found = client.get("/events/?when=past").context["page_obj"]
        assert list(found) == ([event] if over else [])


@pytest.mark.parametrize(("zone", "moment", "over"), NIGHTS)
def test_a_place_stands_on_the_desk_until_the_events_own_midnight(zone, moment, over):
    event, person = lasting_event(zone), make_user()
    with time_machine.travel(datetime(2027, 6, 1, tzinfo=UTC)):
        services.register(event, person)

    with time_machine.travel(moment, tick=False):
        assert len(shown_to(person)[0].items) == (0 if over else 1)


def test_at_every_hour_the_database_and_the_record_agree_on_what_is_over():
    zones = ["Pacific/Kiritimati", "Pacific/Auckland", "Asia/Kolkata", "UTC", "Etc/GMT+12"]
    for zone in [*zones, "America/Bogota", "Nowhere/Unknown"]:
        for day in range(8, 13):
            make_event(time_zone=zone, starts_on=date(2027, 6, day), ends_on=date(2027, 6, day))
    events = list(Event.objects.all())

    for hour in range(24):
        with time_machine.travel(datetime(2027, 6, 10, hour, 30, tzinfo=UTC), tick=False):
            over = {event for event in events if event.is_over}
            assert set(Event.objects.past()) == over
            assert set(Event.objects.coming()) == set(events) - over


def test_on_its_second_day_an_event_is_not_called_late_on_the_desk(client):
    event, person = lasting_event("UTC"), make_user(time_zone="UTC")
    with time_machine.travel(datetime(2027, 6, 1, tzinfo=UTC)):
        services.register(event, person)
    with time_machine.travel(datetime(2027, 6, 10, 9, tzinfo=UTC), tick=False):
        client.force_login(person)
        page = client.get("/desk/").content.decode()
    assert event.title in page
    assert "9 June 2027" in page
    assert "Late" not in page
