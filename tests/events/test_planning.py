"""The staff pages on which groups and one-to-one talks are planned."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from events.models import Event, PeerSeat, RoundState, SolverRun
from events.services import meetings, peers, runs
from events.services.meeting_problems import GatheredTalks
from events.services.meeting_words import TalkWords
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    person = make.make_staff()
    client.force_login(person)
    return person


def page_of(round) -> str:
    return f"{reverse(f'admin:events_{round._meta.model_name}_plan')}?round={round.pk}"


def act(client, round, act, **data) -> str:
    """Press a button; return the page that is shown then."""
    return client.post(page_of(round), {"act": act, **data}, follow=True).content.decode()


@pytest.fixture
def round(staff, drain):
    """Six cities in two groups that staff see."""
    round = make.make_peer_round(6)
    runs.start(round, by=staff)
    drain()
    round.refresh_from_db()
    return round


def test_staff_work_groups_out_and_read_why_they_are_good(client, staff, drain):
    round = make.make_peer_round(6)

    assert "Waiting" in act(client, round, "solve", seed=3)
    drain()
    page = client.get(page_of(round)).content.decode()

    assert SolverRun.objects.get().seed == 3
    assert "3 countries:" in page
    assert "All speak English" in page
    assert all(f"Keep {entry.city} here" in page for entry in round.entries.all())
    assert "No theme in common" in page
    assert "By chance" in page


def test_a_run_on_its_way_is_cancelled(client, staff):
    round = make.make_peer_round(6)
    act(client, round, "solve", seed=1)
    assert "It is cancelled." in act(client, round, "cancel_run")
    assert SolverRun.objects.get().state == "cancelled"


@pytest.mark.parametrize("seed", ["", "0", "x", "99999999999999999999"])
def test_an_odd_seed_starts_nothing(client, staff, seed):
    round = make.make_peer_round(6)
    assert "Write a number" in act(client, round, "solve", seed=seed)
    assert not SolverRun.objects.exists()


def test_what_is_kept_stays_and_what_moved_is_shown(client, round, drain):
    seat = PeerSeat.objects.filter(group__number=1).first()
    act(client, round, "move", city=seat.entry.pk, to="2")
    group = round.groups.get(number=2)
    data = {f"g{group.pk}-there": "1", f"g{group.pk}-seats": [seat.pk], f"g{group.pk}-guide": ""}
    data[f"g{group.pk}-label"] = "Breakout B"
    assert "Saved." in act(client, round, "keep", **data)

    act(client, round, "again", seed=1)
    drain()
    page = client.get(page_of(round)).content.decode()

    seat.refresh_from_db()
    assert (seat.group.number, seat.is_pinned, seat.group.label) == (2, True, "Breakout B")
    assert "1 city moves in the last plan" in page


def test_a_city_moved_by_hand_shows_the_rule_it_breaks(client, round):
    seat = PeerSeat.objects.filter(group__number=1).first()

    page = act(client, round, "move", city=seat.entry.pk, to="2")

    assert "1 rule is broken" in page
    assert "Too few cities" in page
    assert "Rules are broken" in act(client, round, "publish")
    assert "Published." in act(client, round, "publish", despite="1")


def test_the_same_guide_in_two_groups_is_refused_in_words(client, round):
    guide = round.guides.create(user=make.make_user())
    data = {}
    for group in round.groups.all():
        data |= {f"g{group.pk}-there": "1", f"g{group.pk}-guide": guide.pk}

    assert "Nobody can guide two groups" in act(client, round, "keep", **data)
    assert not round.groups.filter(guide=guide).exists()


def test_a_link_that_is_none_is_named_and_nothing_is_saved(client, round):
    group = round.groups.first()
    data = {f"g{group.pk}-there": "1", f"g{group.pk}-link": "javascript:alert(1)"}
    data[f"g{group.pk}-label"] = "Room"

    page = act(client, round, "keep", **data)

    assert "Group 1: Write an address that begins with https://." in page
    group.refresh_from_db()
    assert group.label == ""


def test_a_plan_for_a_published_round_waits_until_staff_use_it(client, round, staff, drain):
    peers.publish(round)
    act(client, round, "again", seed=1)
    drain()
    assert "This plan is not in use yet" in client.get(page_of(round)).content.decode()

    assert "changes something for are told" in act(client, round, "use_run")

    assert SolverRun.objects.first().used_at is not None


def test_staff_are_not_told_of_mails_when_none_goes_out(client, round, drain):
    peers.publish(round)
    event = round.event
    act(client, round, "again", seed=1)
    Event.objects.filter(pk=event.pk).update(status="draft")
    drain()
    assert "Nobody is mailed" in act(client, round, "use_run")
    Event.objects.filter(pk=event.pk).update(status="published")
    Event.objects.filter(pk=event.pk).update(starts_on="2020-01-01", ends_on="2020-01-02")
    assert "Nobody is mailed, since the event is over" in act(client, round, "publish", despite="1")


def test_breakouts_are_a_page_and_a_table(client, round):
    page = client.get(f"{reverse('admin:events_peerround_breakouts')}?round={round.pk}")
    assert "Breakout 1" in page.content.decode()
    round.groups.update(label="=1+1")

    table = client.get(f"{reverse('admin:events_peerround_csv')}?round={round.pk}")

    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert len(rows) == 6
    assert (rows[0]["group"], rows[0]["begins"], rows[0]["pitch"]) == ("1", "10:00", "7")
    # A spreadsheet must not take it for a formula.
    assert rows[0]["breakout"] == "'=1+1"
    assert rows[0]["time zone"] == "UTC"


@pytest.mark.parametrize("number", ["", "x", "0", "²", "9" * 30])
def test_a_page_of_no_round_is_not_found(client, staff, number):
    for model in ("peerround", "meetinground"):
        page = reverse(f"admin:events_{model}_plan")
        assert client.get(f"{page}?round={number}").status_code == 404


def test_a_page_takes_as_many_queries_for_many_groups(client, staff, drain):
    counts = []
    for number in (3, 12):
        round = make.make_peer_round(number)
        runs.start(round, by=staff)
        drain()
        with CaptureQueriesContext(connection) as seen:
            client.get(page_of(round))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_staff_add_who_comes_and_make_slots(client, staff):
    round = make.make_meeting_round(0)
    round.event.attendances.create(city=make.make_city())
    session = make.make_sitting(round.event, 9, minutes=60)

    assert "1 cities and 0 experts" in act(client, round, "take_in")
    assert "2 slots" in act(client, round, "slots", session=session.pk, minutes=20, pause=5)
    assert "Choose a session" in act(client, round, "slots", session=0, minutes=20, pause=5)


def test_staff_work_talks_out_keep_one_and_publish(client, staff, drain):
    round = make.make_meeting_round(2)
    expert = make.make_meeting_expert(round, *round.slots.all())
    askers = [make.make_asker(round, expert) for _ in range(3)]

    act(client, round, "solve", seed=1)
    drain()
    page = client.get(page_of(round)).content.decode()
    assert "2 of 3 cities with a wish have a talk" in page
    assert "no better one exists" in page
    assert "The smallest change that would help" not in page
    assert "are taken" in page

    talk = round.meetings.first()
    act(client, round, "keep", shown=[talk.pk], pinned=[talk.pk])
    talk.refresh_from_db()
    assert talk.is_pinned
    assert "Published." in act(client, round, "publish")

    page = act(client, round, "call_off", meeting=talk.pk, reason="Ill")
    assert "1 were served who waited" in page
    assert len(askers) == 3


def test_a_talk_arranged_by_hand_stays_and_its_doubts_are_named(client, staff):
    round = make.make_meeting_round(2)
    first, second = round.slots.all()
    expert = make.make_meeting_expert(round, first)
    asker = make.make_asker(round)
    chosen = {"asker": asker.pk, "expert": expert.pk}

    assert "does not offer this slot" in act(client, round, "arrange", slot=second.pk, **chosen)
    page = act(client, round, "arrange", slot=first.pk, **chosen)

    assert "The city did not wish for this expert." in page
    assert round.meetings.get().is_pinned
    round.refresh_from_db()
    assert round.state == RoundState.PROPOSED
    assert "has a talk in this slot already" in act(
        client, round, "arrange", slot=first.pk, **chosen
    )


def test_talks_are_a_table(client, staff):
    round = make.make_meeting_round(1)
    expert = make.make_meeting_expert(round, round.slots.get())
    asker = make.make_asker(round, expert)
    make.make_meeting(asker, expert, round.slots.get())
    meetings.publish(round)

    table = client.get(f"{reverse('admin:events_meetinground_csv')}?round={round.pk}")

    row = next(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert (row["city"], row["rank"], row["place"], row["question"]) == (
        asker.city.name, "1", "Online", "How?",
    )  # fmt: skip
    assert row["time zone"] == "UTC"


@pytest.mark.parametrize("kind", ["peerround", "meetinground"])
def test_the_headings_of_a_table_are_those_of_the_readers_language(
    kind, client, round, staff, monkeypatch
):
    talks = make.make_meeting_round(1)
    where = "peer_rounds" if kind == "peerround" else "meeting_rounds"
    monkeypatch.setattr(f"events.admin.{where}._", lambda words: f"<{words}>")
    number = round.pk if kind == "peerround" else talks.pk

    table = client.get(f"{reverse(f'admin:events_{kind}_csv')}?round={number}")

    heading = table.content.decode("utf-8-sig").splitlines()[0].split(",")
    assert all(words.startswith("<") for words in heading)


def test_a_slot_is_told_in_the_readers_format_with_its_zone():
    talks = make.make_meeting_round(1, event=make.make_lab(time_zone="Europe/Rome"))
    words = TalkWords(GatheredTalks(talks))

    assert words.slot(talks.slots.get().pk) == "Thu 1 Jun 2090, 16:00–16:20 (Europe/Rome)"
    with translation.override("de"):
        assert "2090" in words.slot(talks.slots.get().pk)
        assert "Jun 2090" not in words.slot(talks.slots.get().pk)


def test_a_page_of_talks_takes_as_many_queries_for_many(client, staff):
    counts = []
    for number in (1, 5):
        round = make.make_meeting_round(number)
        for slot in round.slots.all():
            expert = make.make_meeting_expert(round, slot)
            make.make_meeting(make.make_asker(round, expert), expert, slot)
            make.make_asker(round, expert)
        with CaptureQueriesContext(connection) as seen:
            client.get(page_of(round))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_lists_of_a_round_are_read_and_edited(client, staff):
    round = make.make_peer_round(3)
    talks = make.make_meeting_round(1)
    make.make_meeting_expert(talks, talks.slots.get())
    make.make_asker(talks)
    for name in ("roundcity", "roundguide", "meetingexpert", "meetingasker", "meetingslot"):
        assert client.get(reverse(f"admin:events_{name}_changelist")).status_code == 200
    for row in (round, talks):
        page = reverse(f"admin:events_{row._meta.model_name}_change", args=[row.pk])
        assert client.get(page).status_code == 200
