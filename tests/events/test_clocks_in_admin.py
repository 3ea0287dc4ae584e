"""Date-times of events in the admin: typed and shown on the event's clocks, whoever types."""

import re
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from events.models import Event, Guest, MeetingRound, MeetingSlot
from tests.factories import make_event, make_session, make_superuser, make_user
from tests.factories.labs import make_lab, make_meeting_round
from tests.typed import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    """Staff whose own clocks are in Brussels."""
    client.force_login(make_superuser(time_zone="Europe/Brussels"))


def page_of(row):
    return reverse(f"admin:events_{row._meta.model_name}_change", args=[row.pk])


def typed(client, row, **more):
    """Send the page of a row as a browser would, with what was typed."""
    address = page_of(row)
    page = client.get(address).content.decode()
    form = f"{row._meta.model_name}_form"
    return client.post(address, {**fields_of(page, form), **more})


def at(name, day, clock):
    return {f"{name}_0": day, f"{name}_1": clock}


@pytest.mark.parametrize(
    ("zone", "day", "moment"),
    [
        ("UTC", "2090-06-01", datetime(2090, 6, 1, 17, tzinfo=UTC)),
        ("America/Toronto", "2027-03-13", datetime(2027, 3, 13, 22, tzinfo=UTC)),
        ("America/Toronto", "2027-03-14", datetime(2027, 3, 14, 21, tzinfo=UTC)),
        # Phoenix and Medellín leave their clocks alone.
        ("America/Phoenix", "2027-07-01", datetime(2027, 7, 2, 0, tzinfo=UTC)),
        ("America/Bogota", "2027-07-01", datetime(2027, 7, 1, 22, tzinfo=UTC)),
        ("Europe/Lisbon", "2027-03-28", datetime(2027, 3, 28, 16, tzinfo=UTC)),
        ("Europe/Athens", "2027-10-31", datetime(2027, 10, 31, 15, tzinfo=UTC)),
    ],
)
def test_what_is_typed_is_read_and_shown_on_the_events_clocks(client, staff, zone, day, moment):
    event = make_lab(time_zone=zone)
    round = make_meeting_round(1, event=event)
    guest = Guest.objects.create(event=event, name="Greta", email="greta@example.org")
    guest.places.create(session=make_session(event))
    slot = round.slots.get()
    late = moment.replace(minute=20)

    for row, names in [
        (event, ["registration_closes_at"]),
        (round, ["wishes_until"]),
        (guest, ["answer_until"]),
        (slot, ["starts_at"]),
    ]:
        told = {name: value for field in names for name, value in at(field, day, "17:00").items()}
        if row is slot:
            told |= at("ends_at", day, "17:20")
        answer = typed(client, row, **told)
        assert answer.status_code == 302, answer.context["errors"]
        row.refresh_from_db()
        assert [getattr(row, name) for name in names] == [moment] * len(names)
        shown = client.get(page_of(row)).content.decode()
        assert f"On the clocks of {zone}." in shown
        form = fields_of(shown, f"{row._meta.model_name}_form")
        assert form[f"{names[0]}_0"] == [date.fromisoformat(day).strftime("%d/%m/%Y")]
        assert form[f"{names[0]}_1"] == ["17:00"]

    slot.refresh_from_db()
    assert slot.ends_at == late
    listed = client.get(reverse("admin:events_meetinground_changelist")).content.decode()
    assert f"({zone})" in listed


def test_saving_a_page_again_moves_nothing(client, staff):
    # At 05:30 UTC and at 06:30 UTC it is half past one in Toronto that night.
    second = datetime(2027, 11, 7, 6, 30, 59, tzinfo=UTC)
    event = make_lab(time_zone="America/Toronto", registration_closes_at=second)
    slot = make_meeting_round(1, event=event).slots.get()

    assert typed(client, event).status_code == 302
    assert typed(client, slot).status_code == 302

    event.refresh_from_db()
    assert event.registration_closes_at == second
    assert MeetingSlot.objects.get().starts_at == slot.starts_at


@pytest.mark.parametrize(
    ("day", "clock", "words"),
    [
        ("2027-03-28", "02:30", "Clocks jump over this hour on that day in Europe/Brussels."),
        ("2027-10-31", "02:30", "show this hour twice"),
    ],
)
def test_an_hour_that_does_not_exist_or_exists_twice_is_refused(client, staff, day, clock, words):
    event = make_lab(time_zone="Europe/Brussels")

    answer = typed(client, event, **at("registration_closes_at", day, clock))

    assert answer.status_code == 200
    page = answer.content.decode()
    assert words in page
    # What was typed stands there still.
    assert f'value="{clock}"' in page
    assert Event.objects.get().registration_closes_at is None


def test_an_hour_of_a_session_that_clocks_show_twice_is_refused_unless_it_stood_there(
    client, staff
):
    first = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    event = make_event(
        time_zone="Europe/Brussels", starts_on=date(2027, 10, 31), ends_on=date(2027, 10, 31)
    )
    session = make_session(event, starts_at=first, ends_at=first.replace(hour=2))

    assert typed(client, session, title="Night").status_code == 302
    session.refresh_from_db()
    assert (session.title, session.starts_at) == ("Night", first)
    answer = typed(client, session, start="02:45")
    assert "show this hour twice" in answer.content.decode()


def test_a_new_row_is_read_on_the_clocks_of_the_event_that_is_chosen(client, staff):
    event = make_lab(time_zone="America/Bogota")
    page = client.get(reverse("admin:events_meetinground_add")).content.decode()
    assert "On the clocks of the event." in page
    sent = fields_of(page, "meetinground_form")

    answer = client.post(
        reverse("admin:events_meetinground_add"),
        {**sent, "event": event.pk, "title": "New", **at("wishes_until", "2090-05-01", "17:00")},
    )

    assert answer.status_code == 302, answer.context["errors"]
    assert MeetingRound.objects.get().wishes_until == datetime(2090, 5, 1, 22, tzinfo=UTC)


def test_hours_go_along_when_the_zone_of_an_event_changes(client, staff):
    closes = datetime(2090, 5, 1, 17, tzinfo=UTC)
    event = make_lab(time_zone="UTC", registration_closes_at=closes)

    assert typed(client, event, time_zone="America/Bogota").status_code == 302

    event.refresh_from_db()
    assert event.registration_closes_at == datetime(2090, 5, 1, 22, tzinfo=UTC)


@pytest.mark.parametrize("key", ["", "0"])
def test_an_event_that_there_is_not_is_refused_in_words(client, staff, key):
    answer = client.post(
        reverse("admin:events_meetingslot_add"),
        {"round": key, **at("starts_at", "2090-05-01", "17:00")},
    )

    assert answer.status_code == 200
    assert not MeetingSlot.objects.exists()


def test_who_may_only_look_reads_the_clocks_of_the_event_too(client):
    looks = make_user(is_staff=True, time_zone="Europe/Brussels")
    may = Permission.objects.filter(content_type__app_label="events", codename__startswith="view_")
    looks.user_permissions.set(may)
    client.force_login(looks)
    # Five in the afternoon in Bogotá, and midnight in Brussels.
    moment = datetime(2090, 6, 1, 22, tzinfo=UTC)
    event = make_lab(time_zone="America/Bogota", registration_closes_at=moment)
    round = make_meeting_round(0, event=event, wishes_until=moment)
    slot = round.slots.create(starts_at=moment, ends_at=moment.replace(minute=20))
    guest = Guest.objects.create(
        event=event, name="Greta", email="greta@example.org", answer_until=moment
    )
    session = make_session(event, starts_at=moment, ends_at=moment.replace(minute=30))

    for row, number in ((event, 1), (round, 1), (slot, 2), (guest, 1), (session, 2)):
        answer = client.get(page_of(row))
        assert answer.status_code == 200
        told = re.findall(r"(\d\d):\d\d \(America/Bogota\)", answer.content.decode())
        assert told == ["17"] * number, row
