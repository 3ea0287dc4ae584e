"""What experts and cities see and send about groups and one-to-one talks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from events.models import MeetingWish, RoundState
from events.services import meeting_wishes, meetings
from tests import factories as make
from tests.typed import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def round():
    return make.make_meeting_round(3)


def wishes_page(asker):
    return reverse("events:meeting-wishes", args=[asker.pk])


def test_a_city_ranks_experts_and_writes_its_questions(client, round):
    one, other = make.make_meeting_expert(round), make.make_meeting_expert(round)
    asker = make.make_asker(round)
    client.force_login(make.make_officer(asker.city))
    data = {
        "seen": asker.version,
        # A gap between wishes is closed.
        "expert_1": other.pk, "question_1": "How to buy open source?",
        "expert_3": one.pk, "question_3": "How to pay for it?",
        "away": [round.slots.first().pk],
    }  # fmt: skip

    response = client.post(wishes_page(asker), data)

    assert response.status_code == 302
    assert list(MeetingWish.objects.values_list("expert", "rank", "question")) == [
        (other.pk, 1, "How to buy open source?"), (one.pk, 2, "How to pay for it?"),
    ]  # fmt: skip
    assert asker.away.get() == round.slots.first()


def test_an_expert_twice_or_without_a_question_is_refused_beside_the_field(client, round):
    expert = make.make_meeting_expert(round)
    asker = make.make_asker(round)
    client.force_login(make.make_officer(asker.city))
    data = {"seen": 1, "expert_1": expert.pk, "expert_2": expert.pk, "question_2": "Why?"}

    response = client.post(wishes_page(asker), data)

    assert set(response.context["form"].errors) == {"question_1", "expert_2"}
    assert not MeetingWish.objects.exists()


def test_wishes_that_a_colleague_saved_meanwhile_are_not_overwritten_unseen(client, round):
    expert = make.make_meeting_expert(round)
    asker = make.make_asker(round)
    client.force_login(make.make_officer(asker.city))
    meeting_wishes.set_wishes(asker, [(expert, "Theirs?")], [])
    data = {"seen": 1, "expert_1": expert.pk, "question_1": "Ours?"}

    refused = client.post(wishes_page(asker), data)
    assert MeetingWish.objects.get().question == "Theirs?"

    data["seen"] = refused.context["form"].data["seen"]
    client.post(wishes_page(asker), data)
    assert MeetingWish.objects.get().question == "Ours?"


def test_an_expert_offers_slots_and_reads_the_questions(client, round):
    expert = make.make_meeting_expert(round)
    asker = make.make_asker(round, expert)
    MeetingWish.objects.update(question="How do we count trees?")
    client.force_login(expert.user)
    page = reverse("events:meeting-offers", args=[round.pk])

    assert "How do we count trees?" in client.get(page).content.decode()
    slots = [slot.pk for slot in round.slots.all()[:2]]
    client.post(page, {"slots": slots, "room": "Library", "about": "Trees", "most": 2})

    expert.refresh_from_db()
    assert [(offer.slot_id, offer.room) for offer in expert.offers.all()] == [
        (slots[0], "Library"), (slots[1], "Library"),
    ]  # fmt: skip
    assert (expert.about, expert.most) == ("Trees", 2)
    assert asker.city.name in client.get(page).content.decode()


def test_a_room_that_staff_set_for_one_slot_stays(client, round):
    first, second = round.slots.all()[:2]
    expert = make.make_meeting_expert(round, first, second)
    expert.offers.filter(slot=second).update(room="Tower")
    client.force_login(expert.user)
    page = reverse("events:meeting-offers", args=[round.pk])

    client.post(page, {"slots": [first.pk, second.pk], "room": "", "about": "", "most": 6})

    assert [offer.room for offer in expert.offers.all()] == ["", "Tower"]


def as_sent(client, page):
    """The fields of the form on a page, as a browser would send them."""
    shown = client.get(page).content.decode()
    return fields_of(shown.replace('<form class="form"', '<form id="section-form"'))


def test_a_stale_page_takes_away_and_overwrites_only_what_it_showed(client, round):
    first, second, third = round.slots.all()
    expert = make.make_meeting_expert(round, first, second)
    expert.offers.update(room="Library")
    client.force_login(expert.user)
    page = reverse("events:meeting-offers", args=[round.pk])
    stale = as_sent(client, page)
    # Staff see to it that the expert talks in the third slot as well, and move the first.
    expert.offers.create(slot=third, room="Tower")
    talk = make.make_meeting(make.make_asker(round, expert), expert, third)
    expert.offers.filter(slot=first).update(room="Cellar")

    client.post(page, stale | {"slots": [first.pk], "room": "Hall"})

    rooms = expert.offers.order_by("slot__starts_at").values_list("slot", "room")
    assert list(rooms.all()) == [(first.pk, "Cellar"), (third.pk, "Tower")]
    talk.refresh_from_db()
    assert talk.cancelled_at is None

    # Nothing else was on a page that is left as it was.
    client.post(page, stale | {"slots": [first.pk, second.pk]})
    assert list(rooms.all()) == [(first.pk, "Cellar"), (second.pk, "Cellar"), (third.pk, "Tower")]
    # A page that shows everything changes everything.
    client.post(page, as_sent(client, page) | {"slots": [first.pk], "room": "Hall"})
    assert list(rooms.all()) == [(first.pk, "Hall")]


@pytest.mark.parametrize("seen", ["x 99999999999999999999 -1", "\x00", "1 1"])
def test_slots_said_to_be_seen_are_only_those_of_the_expert(client, round, seen):
    other = make.make_meeting_expert(round, round.slots.first())
    expert = make.make_meeting_expert(round)
    client.force_login(expert.user)
    page = reverse("events:meeting-offers", args=[round.pk])
    assert client.post(page, {"about": "", "most": 1, "seen": seen}).status_code in (200, 302)
    assert other.offers.count() == 1


@pytest.fixture
def meeting():
    round = make.make_meeting_round(1, published=True)
    slot = round.slots.get()
    expert = make.make_meeting_expert(round, slot)
    return make.make_meeting(make.make_asker(round, expert), expert, slot)


def test_both_sides_answer_and_write_what_came_of_it(client, meeting):
    officer = make.make_officer(meeting.asker.city)
    for person in (officer, meeting.expert.user):
        client.force_login(person)
        client.post(meeting.get_absolute_url(), {"accept": "1"})
    client.post(
        meeting.get_absolute_url(), {"notes": "Long", "outcome": "A visit in May", "seen": 1}
    )

    meeting.refresh_from_db()
    assert (meeting.city_answer, meeting.expert_answer) == ("accepted", "accepted")
    assert (meeting.notes, meeting.outcome) == ("Long", "A visit in May")


def test_notes_of_two_people_at_once_lose_nothing(client, meeting):
    client.force_login(meeting.expert.user)
    meetings.write_notes(meeting, notes="Theirs", outcome="")

    response = client.post(meeting.get_absolute_url(), {"notes": "Mine", "outcome": "", "seen": 1})

    page = response.content.decode()
    assert "Theirs" in page
    assert "Mine" in page
    meeting.refresh_from_db()
    assert meeting.notes == "Theirs"


def test_calling_off_serves_who_waits_and_tells_the_reason(client, meeting, drain):
    waiting = make.make_asker(meeting.round, meeting.expert)
    client.force_login(make.make_officer(meeting.asker.city))

    client.post(meeting.get_absolute_url(), {"call_off": "1", "reason": "We are ill"})

    assert meeting.round.meetings.live().get().asker == waiting
    assert "We are ill" in client.get(meeting.get_absolute_url()).content.decode()


def test_a_groups_page_says_who_presents_when_and_why(client):
    round = make.make_peer_round(3, state=RoundState.PUBLISHED, published_at="2020-01-01T00:00Z")
    group = round.groups.create(number=1, session=round.sessions.get(), label="Breakout 1")
    for position, entry in enumerate(round.entries.all()):
        group.seats.create(
            entry=entry, position=position + 1, begins=30 * position, pitch=7, discussion=23
        )
    client.force_login(make.make_officer(round.entries.first().city))

    page = client.get(group.get_absolute_url()).content.decode()

    assert "10:30" in page
    assert "3 countries: Spain, France and Italy" in page
    assert "All speak English" in page
    assert "Breakout 1" in page


def test_desk_and_event_show_a_persons_groups_and_talks_with_as_many_queries(client, meeting):
    event = meeting.round.event
    officer = make.make_officer(meeting.asker.city)
    client.force_login(officer)
    pages = ["/desk/", event.get_absolute_url(), reverse("events:my-meetings", args=[event.slug])]
    counts = []
    for _ in range(2):
        for page in pages:
            with CaptureQueriesContext(connection) as seen:
                response = client.get(page)
            counts.append(len(seen))
            assert meeting.expert.user.name in response.content.decode()
        round = make.make_meeting_round(2, event=event, published=True)
        for slot in round.slots.all():
            expert = make.make_meeting_expert(round, slot)
            asker, _new = round.askers.get_or_create(city=meeting.asker.city)
            make.make_meeting(asker, expert, slot)
    assert counts[:3] == counts[3:]


def test_a_stranger_sees_nothing_of_them(client, meeting):
    client.force_login(make.make_user())
    page = client.get(meeting.round.event.get_absolute_url()).content.decode()
    assert "My groups and talks" not in page


def test_two_people_who_save_notes_in_the_same_moment_are_told_about_each_other(
    client, meeting, monkeypatch
):
    client.force_login(meeting.expert.user)
    write = meetings.write_notes

    def somebody_is_faster(about, **words):
        monkeypatch.setattr(meetings, "write_notes", write)
        write(about, notes="Theirs", outcome="", seen=1)
        write(about, **words)

    monkeypatch.setattr(meetings, "write_notes", somebody_is_faster)
    response = client.post(meeting.get_absolute_url(), {"notes": "Mine", "outcome": "", "seen": 1})

    page = response.content.decode()
    assert "Theirs" in page
    assert "Mine" in page
    meeting.refresh_from_db()
    assert (meeting.notes, meeting.version) == ("Theirs", 2)


def test_two_of_a_team_who_save_wishes_in_the_same_moment_are_told_about_each_other(
    client, round, monkeypatch
):
    expert = make.make_meeting_expert(round)
    asker = make.make_asker(round)
    client.force_login(make.make_officer(asker.city))
    keep = meeting_wishes.set_wishes

    def somebody_is_faster(about, wishes, away, **seen):
        monkeypatch.setattr(meeting_wishes, "set_wishes", keep)
        keep(about, [(expert, "Theirs?")], [])
        keep(about, wishes, away, **seen)

    monkeypatch.setattr(meeting_wishes, "set_wishes", somebody_is_faster)
    data = {"seen": 1, "expert_1": expert.pk, "question_1": "Ours?"}
    response = client.post(wishes_page(asker), data)

    assert MeetingWish.objects.get().question == "Theirs?"
    page = response.content.decode()
    assert "Ours?" in page
    assert "meanwhile" in page


def test_wishes_that_arrive_too_late_stand_on_the_page_once_more(client, round):
    expert, asker = make.make_meeting_expert(round), make.make_asker(round)
    client.force_login(make.make_officer(asker.city))
    round.wishes_until = timezone.now() - timedelta(minutes=2)
    round.save()
    data = {"seen": asker.version, "expert_1": expert.pk, "question_1": "How to pay for it?"}

    page = client.post(wishes_page(asker), data).content.decode()

    assert "What you typed was not saved" in page
    assert "How to pay for it?" in page
    assert not MeetingWish.objects.exists()


def test_a_reason_that_is_too_long_calls_nothing_off(client, round):
    round.state, round.published_at = RoundState.PUBLISHED, timezone.now()
    round.save()
    slot = round.slots.first()
    meeting = make.make_meeting(make.make_asker(round), make.make_meeting_expert(round, slot), slot)
    client.force_login(make.make_officer(meeting.asker.city))
    answer = client.post(
        meeting.get_absolute_url(), {"call_off": "1", "reason": "We cannot come. " * 30}
    )
    assert answer.context["cancel_form"].errors["reason"]
    assert "We cannot come. We cannot come." in answer.content.decode()
    meeting.refresh_from_db()
    assert meeting.cancelled_at is None


def test_slots_that_arrive_too_late_and_with_a_fault_stand_on_the_page_once_more(client, round):
    slot = round.slots.first()
    expert = make.make_meeting_expert(round, slot)
    client.force_login(expert.user)
    round.wishes_until = timezone.now() - timedelta(minutes=2)
    round.save()
    slot.starts_at = timezone.now() - timedelta(minutes=5)
    slot.ends_at = slot.starts_at + timedelta(minutes=20)
    slot.save()
    data = {"slots": [slot.pk], "most": "many", "about": "Heat pumps", "seen": ""}

    response = client.post(reverse("events:meeting-offers", args=[round.pk]), data)

    page = response.content.decode()
    assert "What you typed was not saved" in page
    said = dict(response.context["typed"])
    assert (said["Talks at most"], said["What cities can ask you about"]) == ("many", "Heat pumps")
    assert said["Slots you offer"]
