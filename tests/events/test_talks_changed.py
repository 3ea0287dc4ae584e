"""Talks that staff or experts change are told to both sides, and who waits is served."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cities.models import Mail
from events import notifications, services
from events.models import EventStatus, MeetingEnd, MeetingOffer
from events.services import meetings
from tests import factories as make
from tests.events.test_meeting_rounds import talks_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(make.make_superuser())
    return client


@pytest.fixture
def talk(drain):
    """A talk of a published round, told; its city has an officer."""
    round = make.make_meeting_round(2, event=make.make_lab(status="published"), published=True)
    first = round.slots.first()
    expert = make.make_meeting_expert(round, first, most=1)
    asker = make.make_asker(round, expert)
    make.make_officer(asker.city)
    talk = make.make_meeting(asker, expert, first)
    notifications.tell_meetings(round)
    assert Mail.objects.count() == 2
    return talk


def told_of(talk):
    """The subjects of what both sides got after the first mail, once each."""
    new = Mail.objects.exclude(key=f"meeting:{talk.pk}:on").filter(
        about=f"events.meeting:{talk.pk}"
    )
    return sorted(set(new.values_list("subject", flat=True))), new.count()


def changed(talk):
    return [f"Changed: the talk of {talk.asker.city.name} with {talk.expert.user.name}"]


def called_off(talk):
    return [f"Called off: {talk.asker.city.name} with {talk.expert.user.name}"]


def page_of(expert, rows, **fields):
    """What the expert's page in the admin sends; `rows` are (offer or None, slot, room, gone)."""
    known = [row for row in rows if row[0]]
    sent = {
        "user": expert.user_id, "kind": expert.kind, "about": expert.about, "most": expert.most,
        "offers-TOTAL_FORMS": len(rows), "offers-INITIAL_FORMS": len(known), **fields,
    }  # fmt: skip
    for at, (offer, slot, room, gone) in enumerate(rows):
        sent |= {
            f"offers-{at}-id": offer.pk if offer else "", f"offers-{at}-expert": expert.pk,
            f"offers-{at}-slot": slot.pk, f"offers-{at}-room": room, f"offers-{at}-link": "",
        }  # fmt: skip
        if gone:
            sent[f"offers-{at}-DELETE"] = "on"
    return sent


def save(staff, expert, rows, **fields):
    address = reverse("admin:events_meetingexpert_change", args=[expert.pk])
    response = staff.post(address, page_of(expert, rows, **fields), follow=True)
    assert response.redirect_chain, response.context["errors"]
    return response.content.decode()


def test_a_slot_that_staff_move_is_told_to_both_sides_once(staff, talk, drain):
    sent = {
        "round": talk.round_id, "starts_at_0": "2090-06-01", "starts_at_1": "17:00:00",
        "ends_at_0": "2090-06-01", "ends_at_1": "17:20:00",
    }  # fmt: skip
    address = reverse("admin:events_meetingslot_change", args=[talk.slot_id])

    assert staff.post(address, sent).status_code == 302
    drain()
    notifications.tell_meetings(talk.round)

    assert told_of(talk) == (changed(talk), 2)
    assert "Online" in Mail.objects.latest("pk").text


def test_a_room_that_the_expert_changes_is_told_each_time_also_back(talk, drain):
    for number, room in enumerate(["Room 7", "", "Room 7"], start=1):
        meetings.set_offers(talk.expert, {talk.slot: (room, "")})
        drain()
        notifications.tell_meetings(talk.round)

        assert told_of(talk) == (changed(talk), 2 * number)
        assert ("Room: Room 7" in Mail.objects.latest("pk").text) == bool(room)


def test_what_is_saved_without_a_change_is_not_told(talk, drain):
    meetings.set_offers(talk.expert, {talk.slot: ("", "")})
    drain()

    assert told_of(talk) == ([], 0)


def test_a_room_that_changed_while_the_event_was_hidden_is_told_when_it_is_shown(talk, drain):
    event = talk.round.event
    services.change_status(event, EventStatus.DRAFT)
    meetings.set_offers(talk.expert, {talk.slot: ("Room 7", "")})
    drain()
    assert told_of(talk) == ([], 0)

    services.change_status(event, EventStatus.PUBLISHED)
    drain()

    assert told_of(talk) == (changed(talk), 2)


def test_an_offer_that_staff_delete_calls_its_talk_off(staff, talk):
    offer = talk.expert.offers.get()

    page = save(staff, talk.expert, [(offer, talk.slot, "", True)])

    talk.refresh_from_db()
    assert talk.cause == MeetingEnd.WITHDRAWN
    assert not MeetingOffer.objects.exists()
    assert told_of(talk) == (called_off(talk), 2)
    assert "no more are called off" in page


def test_an_offer_that_staff_add_serves_who_waits(staff, talk):
    late = make.make_asker(talk.round, talk.expert)
    second = talk.round.slots.last()
    offer = talk.expert.offers.get()

    save(staff, talk.expert, [(offer, talk.slot, "", False), (None, second, "", False)])
    assert len(talks_of(talk.round)) == 1
    save(staff, talk.expert, [], most=2)

    assert talks_of(talk.round)[1] == (late.pk, talk.expert_id, second.pk)
    assert told_of(talk) == ([], 0)


def test_a_higher_number_of_talks_in_the_list_serves_who_waits(staff, talk):
    late = make.make_asker(talk.round, talk.expert)
    talk.expert.offers.create(slot=talk.round.slots.last())
    sent = {
        "form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": talk.expert_id,
        "form-0-kind": talk.expert.kind, "form-0-about": "", "form-0-most": 2, "_save": "Save",
    }  # fmt: skip

    assert staff.post(reverse("admin:events_meetingexpert_changelist"), sent).status_code == 302

    assert talk.round.meetings.live().filter(asker=late).exists()


def test_more_talks_of_a_city_serve_who_waits(staff, talk):
    round = talk.round
    round.most_per_city = 1
    round.save()
    other = make.make_meeting_expert(round, round.slots.last())
    talk.asker.wishes.create(expert=other, rank=2, question="How?")
    sent = {"event": round.event_id, "title": round.title, "most_per_city": 2, "walk": 10}

    address = reverse("admin:events_meetinground_change", args=[round.pk])
    assert staff.post(address, sent).status_code == 302

    assert round.meetings.live().filter(expert=other).exists()


def test_rows_that_staff_did_not_touch_stay_as_the_expert_saved_them_meanwhile(staff, talk):
    offer, second = talk.expert.offers.get(), talk.round.slots.last()
    meetings.set_offers(talk.expert, {talk.slot: ("", ""), second: ("Attic", "")})

    save(staff, talk.expert, [(offer, talk.slot, "Library", False)])

    rooms = dict(talk.expert.offers.values_list("slot", "room"))
    assert rooms == {talk.slot_id: "Library", second.pk: "Attic"}


def test_staff_note_what_was_offered_in_slots_that_have_begun_and_talks_in_them_stay(staff, talk):
    now = timezone.now()
    first, second = talk.round.slots.all()
    for slot, minutes in ((first, 5), (second, 60)):
        slot.starts_at, slot.ends_at = now - timedelta(minutes=minutes), now
        slot.save()
    offer = talk.expert.offers.get()

    page = save(staff, talk.expert, [(offer, first, "", True), (None, second, "Attic", False)])

    assert "begun stay offered" in page
    assert set(talk.expert.offers.values_list("slot", flat=True)) == {first.pk, second.pk}
    talk.refresh_from_db()
    assert talk.cancelled_at is None


@pytest.mark.parametrize("side", ["expert", "city"])
def test_who_comes_instead_and_who_left_are_told(side, staff, talk):
    officer = Mail.objects.exclude(recipient=talk.expert.user).get().recipient
    if side == "expert":
        before, after = talk.expert.user, make.make_user()
        save(staff, talk.expert, [], user=after.pk)
    else:
        city = make.make_city()
        before, after = officer, make.make_officer(city)
        address = reverse("admin:events_meetingasker_change", args=[talk.asker_id])
        assert staff.post(address, {"city": city.pk}).status_code == 302

    new = Mail.objects.exclude(key=f"meeting:{talk.pk}:on")
    assert new.get(recipient=before).subject.startswith("Called off")
    assert new.get(recipient=after).subject.startswith("Changed")
    assert new.count() == 3


def registered(talk):
    """The city's officer with a place at the event."""
    officer = Mail.objects.exclude(recipient=talk.expert.user).first().recipient
    event = talk.round.event
    event.registration_opens_at = timezone.now() - timedelta(days=1)
    event.save()
    return services.register(event, officer, talk.asker.city)


def test_a_city_of_which_nobody_comes_any_more_leaves_its_talks_to_who_waits(talk, drain):
    registration = registered(talk)
    late = make.make_asker(talk.round, talk.expert)

    services.cancel(registration)
    services.cancel(registration)
    drain()

    talk.refresh_from_db()
    assert talk.cause == MeetingEnd.LEFT
    assert told_of(talk) == (called_off(talk), 2)
    assert talks_of(talk.round) == [(late.pk, talk.expert_id, talk.slot_id)]
    assert "Nobody of the city comes" in Mail.objects.filter(key=f"meeting:{talk.pk}:off")[0].text


def test_a_city_that_comes_after_all_waits_again_and_is_served(talk):
    registration = registered(talk)
    services.cancel(registration)
    assert talks_of(talk.round) == []
    assert meetings.serve(talk.round) == []

    services.register(talk.round.event, registration.user, talk.asker.city)

    assert talks_of(talk.round) == [(talk.asker_id, talk.expert_id, talk.slot_id)]


def test_a_talk_that_nobody_sees_yet_ends_without_a_word(drain):
    round = make.make_meeting_round(1, event=make.make_lab(status="published"))
    expert = make.make_meeting_expert(round, round.slots.get())
    talk = make.make_meeting(make.make_asker(round, expert), expert, round.slots.get())
    officer = make.make_officer(talk.asker.city)
    round.event.registration_opens_at = timezone.now() - timedelta(days=1)
    round.event.save()

    services.cancel(services.register(round.event, officer, talk.asker.city))
    drain()

    assert not round.meetings.exists()
    assert not Mail.objects.filter(kind="one-to-one").exists()


@pytest.mark.parametrize("why", ["colleague", "recorded"])
def test_a_city_keeps_its_talks_while_somebody_comes_or_staff_say_so(why, talk):
    registration = registered(talk)
    if why == "colleague":
        colleague = make.make_officer(talk.asker.city)
        services.register(talk.round.event, colleague, talk.asker.city)
    else:
        talk.round.event.attendances.create(city=talk.asker.city)

    services.cancel(registration)

    assert len(talks_of(talk.round)) == 1


def test_a_talk_that_has_begun_stays_when_the_city_leaves(talk):
    registration = registered(talk)
    talk.slot.starts_at = timezone.now() - timedelta(minutes=5)
    talk.slot.save()

    services.cancel(registration)

    assert len(talks_of(talk.round)) == 1
