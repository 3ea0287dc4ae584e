"""Entries of groups and talks in a calendar: each change is a later version (RFC 5545, 3.8.7.4)."""

from __future__ import annotations

from datetime import timedelta

import icalendar
import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from events.own_calendars import own_calendar
from events.services import meeting_wishes, meetings, peers
from tests import factories as make

pytestmark = pytest.mark.django_db


def version_in(calendar):
    """Take the one entry of a calendar: its version, and when it was changed."""
    entry = icalendar.Calendar.from_ical(calendar).walk("VEVENT")[0]
    assert entry["DTSTAMP"].dt == entry["LAST-MODIFIED"].dt
    return entry["SEQUENCE"], entry["LAST-MODIFIED"].dt


def rises(user, change):
    """Do something a minute later, and see that the entry is told as a later version."""
    before = version_in(own_calendar(user))
    with time_machine.travel(max(before[1], timezone.now()) + timedelta(minutes=1)):
        change()
    after = version_in(own_calendar(user))
    assert after[0] > before[0]
    assert after[1] > before[1]


@pytest.fixture
def group():
    """A group of a published round, whose first city has an officer."""
    round = make.make_peer_round(4, smallest=2, usual=2)
    for at, entry in enumerate(round.entries.all()):
        peers.move(round, entry, at // 2 + 1)
    peers.publish(round)
    return round.groups.get(number=1)


@pytest.fixture
def member(group):
    return make.make_officer(group.seats.first().entry.city)


@pytest.fixture
def staff_client(client):
    client.force_login(make.make_superuser())
    return client


def keep(staff_client, group, **fields):
    prefix = f"g{group.pk}"
    sent = {"there": "1", "label": group.label, "link": group.link, "guide": "", **fields}
    response = staff_client.post(
        f"{reverse('admin:events_peerround_plan')}?round={group.round_id}",
        {"act": "keep", **{f"{prefix}-{name}": value for name, value in sent.items()}},
    )
    assert response.status_code == 302


def test_a_group_that_a_city_joins_or_leaves_is_a_later_version(group, member):
    other = group.round.entries.filter(seat__group__number=2).first()
    rises(member, lambda: peers.move(group.round, other, 1))
    rises(member, lambda: peers.move(group.round, other, None))


def test_a_city_that_staff_delete_leaves_its_group(group, member, staff_client):
    other = group.seats.last().entry
    delete = reverse("admin:events_roundcity_delete", args=[other.pk])
    rises(member, lambda: staff_client.post(delete, {"post": "yes"}))
    assert not group.round.entries.filter(pk=other.pk).exists()


def test_a_group_with_another_breakout_link_or_guide_is_a_later_version(
    group, member, staff_client
):
    guide = group.round.guides.create(user=make.make_user())
    rises(member, lambda: keep(staff_client, group, label="Tower"))
    rises(member, lambda: keep(staff_client, group, label="Tower", link="https://a.example.org/"))
    rises(member, lambda: keep(staff_client, group, label="Tower", guide=guide.pk))


def test_what_changes_nothing_in_the_calendar_is_no_version(group, member, staff_client):
    before = version_in(own_calendar(member))
    keep(staff_client, group, is_pinned="on")
    peers.publish(group.round)
    assert version_in(own_calendar(member)) == before


def test_a_group_in_a_session_that_changed_less_often_is_a_later_version(group, member):
    type(group.session).objects.update(sequence=7)
    other = make.make_sitting(group.round.event, 12)
    group.round.sessions.add(other)
    plan = [
        {"number": one.number, "session": other.pk, "guide": None,
         "cities": [seat.entry.city_id for seat in one.seats.all()]}
        for one in group.round.groups.all()
    ]  # fmt: skip
    rises(member, lambda: peers.put_to_use(group.round, {"groups": plan}))


@pytest.fixture
def talk():
    round = make.make_meeting_round(2, published=True)
    expert = make.make_meeting_expert(round, *round.slots.all())
    return make.make_meeting(make.make_asker(round, expert), expert, round.slots.first())


def test_a_talk_in_another_room_or_called_off_is_a_later_version(talk):
    user, slots = talk.expert.user, list(talk.round.slots.all())
    places = dict.fromkeys(slots, ("Library", ""))
    rises(user, lambda: meetings.set_offers(talk.expert, places))
    before = version_in(own_calendar(user))
    meetings.set_offers(talk.expert, places)
    assert version_in(own_calendar(user)) == before
    rises(user, lambda: meetings.cancel(talk, by=user))


def test_a_talk_that_a_plan_ends_is_a_later_version(talk):
    rises(talk.expert.user, lambda: meetings.put_to_use(talk.round, {"talks": []}))


def test_a_talk_whose_slot_or_room_staff_change_is_a_later_version(talk, staff_client):
    slot = talk.slot
    page = reverse("admin:events_meetingslot_change", args=[slot.pk])
    later = slot.starts_at + timedelta(minutes=5)
    sent = {
        "round": slot.round_id,
        "starts_at_0": f"{later:%Y-%m-%d}", "starts_at_1": f"{later:%H:%M}",
        "ends_at_0": f"{slot.ends_at:%Y-%m-%d}", "ends_at_1": f"{slot.ends_at:%H:%M}",
    }  # fmt: skip
    rises(talk.expert.user, lambda: staff_client.post(page, sent))

    expert, offers = talk.expert, list(talk.expert.offers.all())
    page = reverse("admin:events_meetingexpert_change", args=[expert.pk])
    sent = {
        "round": expert.round_id, "user": expert.user_id, "kind": expert.kind, "most": 6,
        "offers-TOTAL_FORMS": 2, "offers-INITIAL_FORMS": 2,
    }  # fmt: skip
    for at, offer in enumerate(offers):
        sent |= {
            f"offers-{at}-id": offer.pk, f"offers-{at}-expert": expert.pk,
            f"offers-{at}-slot": offer.slot_id, f"offers-{at}-room": "Tower",
        }  # fmt: skip
    rises(talk.expert.user, lambda: staff_client.post(page, sent))


def test_a_calendar_is_in_the_language_of_its_person(talk, monkeypatch):
    monkeypatch.setattr("events.own_calendars._", lambda words: f"{get_language()} %s")
    talk.expert.user.language = "de"
    assert b"SUMMARY:de " in own_calendar(talk.expert.user)


def change(staff_client, row, **fields):
    """Save a row in the admin with some fields changed; the form must take it."""
    page = reverse(f"admin:events_{row._meta.model_name}_change", args=[row.pk])
    form = staff_client.get(page).context["adminform"].form
    kept = {name: form.initial.get(name) for name in form.fields}
    sent = {name: value for name, value in {**kept, **fields}.items() if value not in (None, [])}
    for formset in staff_client.get(page).context["inline_admin_formsets"]:
        prefix = formset.formset.prefix
        sent |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    assert staff_client.post(page, sent).status_code == 302


def test_a_seat_that_becomes_another_citys_is_a_later_version(group, member, staff_client):
    other = group.seats.last().entry
    rises(member, lambda: change(staff_client, other, city=make.make_city().pk))


def test_a_guide_that_becomes_another_person_is_a_later_version(group, member, staff_client):
    guide = group.round.guides.create(user=make.make_user())
    keep(staff_client, group, guide=guide.pk)
    rises(member, lambda: change(staff_client, guide, user=make.make_user().pk))


def test_a_talk_that_becomes_another_citys_or_experts_is_a_later_version(talk, staff_client):
    asker, seen = talk.asker, talk.asker.version
    rises(talk.expert.user, lambda: change(staff_client, asker, city=make.make_city().pk))
    asker.refresh_from_db()
    # A page of wishes that was opened for the city before is refused.
    with pytest.raises(meetings.MeetingChanged):
        meeting_wishes.set_wishes(asker, [], [], seen=seen)

    officer = make.make_officer(asker.city)
    rises(officer, lambda: change(staff_client, talk.expert, user=make.make_user().pk))


def test_a_row_of_a_round_stays_in_its_round(group, staff_client):
    entry, other = group.round.entries.first(), make.make_peer_round(1)
    change(staff_client, entry, round=other.pk)
    entry.refresh_from_db()
    assert entry.round == group.round
