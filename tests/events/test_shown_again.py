"""What changed while an event was hidden is told, and given, when it is shown again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from cities.models import Mail
from events import services
from events.models import Event, EventStatus, Registration, SignUp
from events.services import meetings, peers, signups
from tests import factories as make
from tests.events.test_meeting_rounds import a_full_expert
from tests.events.test_told_of_rounds import told_since, two_groups
from tests.factories.labs import DAY, make_lab

pytestmark = pytest.mark.django_db
HIDDEN = [EventStatus.DRAFT, EventStatus.CANCELLED]


def hide(event, status=EventStatus.DRAFT):
    services.change_status(Event.objects.get(pk=event.pk), status)


def show(event, drain):
    """Show an event again; return the mails there were before."""
    before = list(Mail.objects.values_list("pk", flat=True))
    services.change_status(Event.objects.get(pk=event.pk), EventStatus.PUBLISHED)
    drain()
    return before


@pytest.mark.parametrize("status", HIDDEN)
def test_groups_that_changed_while_an_event_was_hidden_are_told(status, drain):
    round, entries, officers = two_groups()
    peers.publish(round)
    drain()
    hide(round.event, status)
    drain()
    peers.move(round, entries[0], 2)
    drain()

    def told_of_groups():
        # That an event takes place after all is told as well, of itself.
        new = Mail.objects.exclude(pk__in=show(round.event, drain)).filter(kind="peer-group")
        return sorted(new.values_list("recipient", flat=True))

    assert told_of_groups() == sorted(person.pk for person in officers)

    hide(round.event, status)
    assert told_of_groups() == []


def test_talks_that_changed_while_an_event_was_hidden_are_told_and_who_waits_is_served(drain):
    round, expert, _askers, have = a_full_expert()
    meetings.tell(round)
    drain()
    hide(round.event)
    meetings.cancel(have[0], by=expert.user)
    drain()
    assert not Mail.objects.filter(key=f"meeting:{have[0].pk}:off").exists()

    show(round.event, drain)

    assert Mail.objects.filter(key=f"meeting:{have[0].pk}:off", recipient=expert.user).exists()
    new = round.meetings.live().exclude(pk__in=[one.pk for one in have]).get()
    assert Mail.objects.filter(key=f"meeting:{new.pk}:on", recipient=expert.user).exists()


def test_a_talk_that_came_and_went_while_an_event_was_hidden_is_told_to_nobody(drain):
    round, expert, askers, have = a_full_expert()
    meetings.tell(round)
    drain()
    hide(round.event)
    ends = have[1].slot.ends_at
    slot = round.slots.create(
        starts_at=ends + timedelta(hours=1), ends_at=ends + timedelta(hours=2)
    )
    passing = make.make_meeting(askers[0], make.make_meeting_expert(round, slot), slot)
    meetings.cancel(passing, by=expert.user)

    show(round.event, drain)

    assert not Mail.objects.filter(key__startswith=f"meeting:{passing.pk}:").exists()


def test_places_given_back_while_an_event_was_hidden_go_to_those_who_wait(drain):
    event = make_lab(capacity=1, registration_opens_at=timezone.now() - timedelta(days=1))
    first, second = (services.register(event, make.make_user()) for _ in range(2))
    hide(event)
    services.cancel(first)
    second.refresh_from_db()
    assert second.status == "waiting"

    show(event, drain)

    second.refresh_from_db()
    assert second.status == "confirmed"


def test_a_place_in_a_session_given_back_while_hidden_goes_to_whoever_waits(drain):
    event = make_lab()
    session = make.make_session(event, capacity=1)
    has, waits = (
        SignUp.objects.create(session=session, user=make.make_user(), status=status)
        for status in ("confirmed", "waiting")
    )
    hide(event)
    signups.leave(has)

    show(event, drain)

    waits.refresh_from_db()
    assert waits.status == "confirmed"
    assert Mail.objects.filter(recipient=waits.user, kind="session-place").exists()


@pytest.mark.parametrize("moved", [True, False])
def test_days_that_changed_while_an_event_was_a_draft_are_told_and_others_are_not(moved, drain):
    event = make_lab()
    person = make.make_user()
    Registration.objects.create(event=event, user=person, status="confirmed")
    hide(event)
    drain()
    if moved:
        day = DAY + timedelta(days=1)
        Event.objects.filter(pk=event.pk).update(starts_on=day, ends_on=day)

    show(event, drain)
    assert Mail.objects.filter(recipient=person, kind="event-dates").exists() is moved

    hide(event)
    before = show(event, drain)
    assert told_since(before) == []


def test_an_event_that_is_over_is_shown_again_quietly(drain):
    round, entries, _officers = two_groups()
    peers.publish(round)
    drain()
    hide(round.event)
    peers.move(round, entries[0], 2)
    Event.objects.filter(pk=round.event.pk).update(
        starts_on=date(2020, 1, 1), ends_on=date(2020, 1, 1)
    )

    assert told_since(show(round.event, drain)) == []


def of_dates(person):
    return Mail.objects.filter(recipient=person, kind="event-dates").count()


def test_what_was_called_off_tells_its_dates_also_by_way_of_a_draft(drain):
    event, person = make_lab(), make.make_user()
    Registration.objects.create(event=event, user=person, status="confirmed")
    hide(event, EventStatus.CANCELLED)
    drain()
    hide(event)

    show(event, drain)
    assert of_dates(person) == 1

    hide(event)
    show(event, drain)
    assert of_dates(person) == 1


def test_days_that_were_moved_and_hidden_before_mails_went_out_are_told_when_shown(drain):
    event, person = make_lab(), make.make_user()
    Registration.objects.create(event=event, user=person, status="confirmed")
    drain()
    before = event.starts_on, event.ends_on
    event.starts_on = event.ends_on = DAY + timedelta(days=1)
    event.save()
    told = services.tell_of_change(event, status_before=event.status, days_before=before)
    assert told == "dates"
    hide(event)
    drain()
    assert of_dates(person) == 0

    show(event, drain)
    assert of_dates(person) == 1
