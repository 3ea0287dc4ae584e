"""Who registered is told when staff call an event off or move it, once."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core import mail

from events import services
from events.models import Event, EventStatus
from tests.factories import make_city, make_event, make_session, make_staff, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(make_staff())
    return client


@pytest.fixture
def event(drain):
    """An event with a place taken by A; B waits, and C gave the place back."""
    event = make_event(
        title="Harbour lab", starts_on=date(2090, 1, 1), ends_on=date(2090, 1, 2), capacity=1,
        registration_opens_at=datetime(2020, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    for name in "ABC":
        services.register(event, make_user(name=name, email=f"{name.lower()}@example.org"))
    services.cancel(event.registrations.get(user__name="C"))
    drain()
    mail.outbox.clear()
    return event


def save(staff, event, **changes):
    """Save the event's page with these changes, as a browser would."""
    address = f"/admin/events/event/{event.pk}/change/"
    page = staff.get(address)
    form = page.context["adminform"].form
    data = {"registration_opens_at_0": "2020-01-01", "registration_opens_at_1": "00:00"}
    for field in form:
        value = field.value()
        if not isinstance(value, datetime) and value not in (None, []):
            data[field.html_name] = value
    for inline in page.context["inline_admin_formsets"]:
        prefix = inline.formset.prefix
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    response = staff.post(address, data | changes, follow=True)
    assert response.redirect_chain, response.context["errors"]
    return response.content.decode()


def call_off(staff, event):
    action = {"action": "call_off", "_selected_action": event.pk}
    return staff.post("/admin/events/event/", action, follow=True)


def told():
    return sorted((one.to[0], one.subject.partition(":")[0]) for one in mail.outbox)


CALLED_OFF = [("a@example.org", "Called off"), ("b@example.org", "Called off")]
DATES = [("a@example.org", "New dates"), ("b@example.org", "New dates")]


def test_calling_off_from_the_list_tells_who_has_a_place_or_waits_once(staff, event, drain):
    call_off(staff, event)
    call_off(staff, event)
    drain()

    assert told() == CALLED_OFF
    assert "Harbour lab" in mail.outbox[0].subject
    assert re.search(r"1 January 2090 to 2 January 2090", mail.outbox[0].body)
    event.refresh_from_db()
    assert (event.status, event.sequence) == ("cancelled", 1)


def test_calling_off_on_the_page_tells_them_too_and_saving_again_does_not(staff, event, drain):
    page = save(staff, event, status="cancelled")
    again = save(staff, event, summary="Called off for the storm.")
    drain()

    assert told() == CALLED_OFF
    assert "is told by mail" in page
    assert "is told by mail" not in again


def test_new_dates_are_told_and_other_changes_are_not(staff, event, drain):
    save(staff, event, summary="Bring a coat.")
    drain()
    assert told() == []

    save(staff, event, ends_on="2090-01-03")
    drain()

    assert told() == DATES
    assert "1 January 2090 to 3 January 2090" in mail.outbox[0].body


def test_an_event_that_takes_place_after_all_is_told_and_called_off_again_too(staff, event, drain):
    for status in ["cancelled", "published", "cancelled"]:
        save(staff, event, status=status)
        drain()

    assert told() == sorted(CALLED_OFF + DATES + CALLED_OFF)


@pytest.mark.parametrize("between", ["", "draft"])
def test_who_registered_is_asked_again_for_needs_that_were_forgotten(event, drain, between):
    make_session(event).moderators.add(make_user(name="S", email="s@example.org"))
    services.tell_of_change(event, status_before="published", days_before=(date(2089, 1, 1),) * 2)
    drain()
    assert len(mail.outbox) == 3
    assert not any("access, diet" in one.body for one in mail.outbox)
    services.change_status(event, EventStatus.CANCELLED)
    drain()
    mail.outbox.clear()

    for status in filter(None, [between, EventStatus.PUBLISHED]):
        services.change_status(event, status)
    drain()

    told = {one.to[0][0]: "access, diet" in one.body for one in mail.outbox}
    assert told == {"a": True, "b": True, "s": False}


def test_what_staff_took_back_before_anybody_was_told_is_not_told(staff, event, drain):
    save(staff, event, status="cancelled")
    Event.objects.update(status=EventStatus.PUBLISHED)
    drain()

    assert told() == []


def test_nobody_is_told_of_an_event_that_is_over(event, drain):
    with time_machine.travel(datetime(2090, 2, 1, tzinfo=UTC)):
        services.change_status(event, EventStatus.CANCELLED)
        drain()

    assert told() == []


def test_another_city_is_a_new_version_for_calendars(staff, event):
    save(staff, event, city=make_city().pk)

    event.refresh_from_db()
    assert event.sequence == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"place": "New hall"}, "New hall"), ({"format": "on_site"}, "On site")],
)
def test_another_place_or_form_is_told_once_to_all_who_have_a_part(
    staff, event, drain, changes, words
):
    speaker = make_user(name="S", email="s@example.org")
    make_session(event).talks.create(speaker=speaker)
    page = save(staff, event, **changes)
    save(staff, event, summary="Bring a coat.")
    drain()

    people = [f"{name}@example.org" for name in "abs"]
    assert told() == [(address, "Takes place elsewhere") for address in people]
    assert "is told by mail" in page
    texts = {one.to[0]: one.body for one in mail.outbox}
    assert all(words in text for text in texts.values())
    assert ["egistration" in texts[address] for address in people] == [True, True, False]


def test_a_place_that_was_put_right_before_anybody_was_told_is_told_as_it_is(staff, event, drain):
    save(staff, event, place="Wrong hall")
    save(staff, event, place="Right hall")
    drain()

    assert len(mail.outbox) == 2
    assert all("Right hall" in one.body for one in mail.outbox)


def test_where_a_hidden_event_takes_place_is_told_to_nobody(staff, event, drain):
    save(staff, event, place="New hall")
    Event.objects.update(status=EventStatus.DRAFT)
    save(staff, event, place="Newer hall")
    drain()

    assert told() == []
