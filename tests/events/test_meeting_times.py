"""One-to-one talks and the clock: what has begun or is over stays as it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cities.models import Mail
from events.models import EventStatus, RunState
from events.services import meetings, runs
from tests import factories as make
from tests.events.test_meeting_rounds import a_full_expert, solved, talks_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return make.make_staff()


def shift_slots(round, *minutes_from_now):
    """Move the slots of a round to begin so many minutes from now, 20 minutes long."""
    now = timezone.now()
    for minutes, slot in zip(minutes_from_now, round.slots.all(), strict=True):
        slot.starts_at = now + timedelta(minutes=minutes)
        slot.ends_at = slot.starts_at + timedelta(minutes=20)
        slot.save()


@pytest.mark.parametrize("keeps", [True, False])
def test_solving_again_uses_no_slot_that_has_begun_and_leaves_talks_in_them(keeps, drain, staff):
    round = make.make_meeting_round(4, walk=0)
    over, running, ahead, _later = slots = list(round.slots.all())
    shift_slots(round, -60, -10, 30, 60)
    expert = make.make_meeting_expert(round, over, running, ahead)
    other = make.make_meeting_expert(round, *slots)
    askers = [make.make_asker(round, expert, other) for _ in range(3)]
    make.make_meeting(askers[0], expert, running)

    run = solved(round, drain, staff, keeps=keeps)

    assert run.state == RunState.DONE
    assert (askers[0].pk, expert.pk, running.pk) in talks_of(round)
    used = [slot for _asker, _expert, slot in talks_of(round)]
    assert used.count(running.pk) == 1
    assert over.pk not in used
    assert {asker for asker, _expert, _slot in talks_of(round)} == {one.pk for one in askers}


def test_talks_that_have_begun_hold_nothing_up_whatever_rules_they_break(drain, staff):
    round = make.make_meeting_round(3, walk=0, most_per_city=1)
    first, second, third = round.slots.all()
    shift_slots(round, -60, -50, 60)
    expert = make.make_meeting_expert(round, first, third, most=1)
    other = make.make_meeting_expert(round, second, third)
    asker, late = make.make_asker(round, expert, other), make.make_asker(round, other)
    # By hand: both at once, more than the city has at most, and no longer offered.
    make.make_meeting(asker, expert, first)
    make.make_meeting(asker, other, second)
    expert.offers.filter(slot=first).delete()

    run = solved(round, drain, staff, keeps=True)

    assert run.state == RunState.DONE
    assert talks_of(round)[-1] == (late.pk, other.pk, third.pk)
    assert len(talks_of(round)) == 3


def test_a_slot_that_begins_after_the_search_keeps_its_plan_from_being_used(drain, staff):
    round, _expert, _askers, _have = a_full_expert()
    run = solved(round, drain, staff)
    assert runs.fits(run)
    shift_slots(round, 1, 60)
    run = solved(round, drain, staff)

    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert not runs.fits(run)
        with pytest.raises(runs.RunRefused):
            runs.use(run)


def test_what_would_help_names_no_slot_that_has_begun(drain, staff):
    round = make.make_meeting_round(2)
    shift_slots(round, -60, 60)
    expert = make.make_meeting_expert(round, round.slots.last())
    make.make_asker(round, expert)
    without = make.make_asker(round, expert)

    run = solved(round, drain, staff)

    assert run.report["without"] == [without.pk]
    assert run.report["helps"] == []


def test_no_talk_is_arranged_by_hand_in_a_slot_that_has_begun():
    round = make.make_meeting_round(1)
    shift_slots(round, -5)
    slot = round.slots.get()
    expert = make.make_meeting_expert(round, slot)
    asker = make.make_asker(round, expert)

    with pytest.raises(meetings.MeetingRefused, match="begun"):
        meetings.arrange(round, asker=asker.pk, expert=expert.pk, slot=slot.pk)


def test_slots_are_no_longer_changed_once_their_time_is_over():
    round = make.make_meeting_round(wishes_until=timezone.now() - timedelta(minutes=2))
    expert = make.make_meeting_expert(round)

    with pytest.raises(meetings.MeetingRefused, match="no longer"):
        meetings.set_offers(expert, {round.slots.first(): ("", "")})

    assert not expert.offers.exists()


def test_slots_of_an_event_that_is_called_off_are_no_longer_changed():
    round, expert, _askers, _have = a_full_expert()
    round.event.status = EventStatus.CANCELLED
    round.event.save()

    with pytest.raises(meetings.MeetingRefused, match="no longer"):
        meetings.set_offers(expert, {})


def test_the_page_says_that_slots_can_no_longer_be_changed(client):
    round = make.make_meeting_round(wishes_until=timezone.now() - timedelta(minutes=2))
    expert = make.make_meeting_expert(round)
    client.force_login(expert.user)
    page = reverse("events:meeting-offers", args=[round.pk])

    assert 'name="most"' not in client.get(page).content.decode()
    sent = {"slots": [round.slots.first().pk], "most": 3, "about": "Heat pumps", "link": "x.org"}
    answer = client.post(page, sent).content.decode()

    assert "Slots can no longer be changed" in answer
    # There may be no other copy of what was typed.
    for words in ("What you typed was not saved", "Heat pumps", "x.org", "14:00"):
        assert words in answer
    assert not expert.offers.exists()


def test_an_offered_slot_that_has_begun_stays_and_is_not_shown(client):
    round, expert, _askers, have = a_full_expert()
    shift_slots(round, -10, 60)
    client.force_login(expert.user)
    page = reverse("events:meeting-offers", args=[round.pk])

    assert list(client.get(page).context["form"].slots) == [have[1].slot_id]
    seen = f"{have[0].slot_id} {have[1].slot_id}"
    client.post(page, {"slots": [], "room": "", "about": "", "most": 6, "seen": seen})

    assert expert.offers.get().slot == have[0].slot
    assert talks_of(round)[0] == (have[0].asker_id, expert.pk, have[0].slot_id)


def test_a_slot_that_begins_while_the_page_is_open_is_refused_in_clear_words(client):
    round = make.make_meeting_round(1)
    shift_slots(round, -1)
    expert = make.make_meeting_expert(round)
    client.force_login(expert.user)

    response = client.post(
        reverse("events:meeting-offers", args=[round.pk]),
        {"slots": [round.slots.get().pk], "room": "Library", "about": "", "most": 6},
    )

    assert "begun" in str(response.context["form"].errors["slots"])
    assert "Library" in response.content.decode()


@pytest.mark.parametrize("act", ["call_off", "accept"])
def test_a_talk_that_is_over_is_neither_called_off_nor_accepted(act, client):
    round, expert, _askers, have = a_full_expert()
    shift_slots(round, -30, 60)
    client.force_login(expert.user)

    response = client.post(have[0].get_absolute_url(), {act: "1"}, follow=True)

    page = response.content.decode()
    assert "This talk is over" in page
    assert 'name="call_off"' not in page
    have[0].refresh_from_db()
    assert (have[0].cancelled_at, have[0].expert_answer) == (None, "open")


def test_who_lost_a_talk_is_told_although_talks_are_published_again(drain):
    round, expert, _askers, have = a_full_expert(published=False)
    meetings.publish(round)
    drain()
    round.refresh_from_db()
    first = round.published_at
    kept = {"city": have[1].asker_id, "expert": expert.pk, "slot": have[1].slot_id}
    meetings.put_to_use(round, {"talks": [kept]})
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        meetings.publish(round)
        drain()

    round.refresh_from_db()
    assert round.published_at == first
    assert Mail.objects.get(recipient=expert.user, key=f"meeting:{have[0].pk}:off")
