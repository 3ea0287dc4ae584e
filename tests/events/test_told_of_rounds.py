"""Who is told of groups and talks: of announced events alone, of every change, in their words."""

from __future__ import annotations

import pytest

from cities.models import Mail
from events.models import EventStatus, PeerGroup, RoundState, RunState
from events.services import meetings, peers, runs
from tests import factories as make
from tests.events.test_meeting_rounds import a_full_expert, solved

pytestmark = pytest.mark.django_db
HIDDEN = [EventStatus.DRAFT, EventStatus.CANCELLED]


@pytest.fixture
def staff():
    return make.make_staff()


def now(event, status):
    event.status = status
    event.save()


def two_groups(**fields):
    """A round with two groups of two, its rules aside, and an officer of each city."""
    round = make.make_peer_round(4, smallest=2, usual=2, largest=3, **fields)
    entries = list(round.entries.all())
    for at, entry in enumerate(entries):
        peers.move(round, entry, at // 2 + 1)
    return round, entries, [make.make_officer(entry.city) for entry in entries]


def told_since(mails):
    """Name who was told since, once for each mail."""
    new = Mail.objects.exclude(pk__in=mails).order_by("recipient")
    return list(new.values_list("recipient", flat=True))


@pytest.mark.parametrize("status", HIDDEN)
def test_nothing_is_published_of_an_event_that_is_not_announced(status):
    round, _entries, _officers = two_groups()
    talks, *_rest = a_full_expert(published=False)
    now(round.event, status)
    now(talks.event, status)
    words = "draft" if status == EventStatus.DRAFT else "called off"

    with pytest.raises(peers.GroupsRefused, match=words):
        peers.publish(round)
    with pytest.raises(meetings.MeetingRefused, match=words):
        meetings.publish(talks)

    for one in (round, talks):
        one.refresh_from_db()
        assert not one.is_published


@pytest.mark.parametrize("status", HIDDEN)
def test_no_mail_goes_out_when_the_event_was_hidden_before_the_worker_came(status, drain):
    round, _entries, _officers = two_groups()
    talks, *_rest = a_full_expert(published=False)
    peers.publish(round)
    meetings.publish(talks)
    now(round.event, status)
    now(talks.event, status)

    drain()

    assert not Mail.objects.exists()


@pytest.mark.parametrize("status", HIDDEN)
def test_calling_off_a_talk_of_a_hidden_event_tells_and_serves_nobody(status, drain):
    round, expert, _askers, have = a_full_expert()
    now(round.event, status)

    assert meetings.cancel(have[0], by=expert.user) == []
    drain()

    assert not Mail.objects.exists()


def test_groups_of_an_event_that_is_over_are_kept_and_nobody_is_told(drain):
    round, _entries, _officers = two_groups()
    round.event.starts_on = round.event.ends_on = "2020-01-01"
    round.event.save()

    peers.publish(round)
    drain()

    round.refresh_from_db()
    assert round.is_published
    assert not Mail.objects.exists()


def test_a_change_back_to_an_earlier_group_is_told(drain):
    round, entries, officers = two_groups()
    peers.publish(round)
    drain()
    everybody = sorted(person.pk for person in officers)

    for number in (2, 1):
        before = list(Mail.objects.values_list("pk", flat=True))
        peers.move(round, entries[0], number)
        peers.publish(round, despite=True)
        drain()
        assert told_since(before) == everybody

    before = list(Mail.objects.values_list("pk", flat=True))
    peers.publish(round)
    drain()
    assert told_since(before) == []


def test_who_lost_their_place_is_told_once(drain):
    round, entries, officers = two_groups()
    guide = round.guides.create(user=make.make_user())
    PeerGroup.objects.filter(number=2).update(guide=guide)
    peers.publish(round)
    drain()
    before = list(Mail.objects.values_list("pk", flat=True))

    peers.move(round, entries[0], None)
    PeerGroup.objects.update(guide=None)
    entries[3].delete()
    for _ in range(2):
        peers.publish(round, despite=True)
        drain()

    lost = Mail.objects.exclude(pk__in=before).filter(subject__startswith="No group")
    told = {mail.recipient: mail.text for mail in lost}
    assert set(told) == {officers[0], officers[3], guide.user}
    assert entries[0].city.name in told[officers[0]]
    assert told_since(before) == sorted(person.pk for person in [*officers, guide.user])


@pytest.mark.parametrize("kind", ["city", "person"])
def test_a_guide_who_loses_one_of_two_groups_is_told_of_that_one(kind, drain):
    round, _entries, _officers = two_groups()
    round.sessions.add(make.make_sitting(round.event, hour=14))
    one, two = round.groups.order_by("number")
    two.session = round.sessions.exclude(pk=one.session_id).get()
    two.save()
    city = make.make_city() if kind == "city" else None
    person = make.make_officer(city) if city else make.make_user()
    guide = round.guides.create(city=city, user=None if city else person)
    round.groups.update(guide=guide)
    peers.publish(round)
    drain()

    PeerGroup.objects.filter(pk=two.pk).update(guide=None)
    for _ in range(2):
        peers.publish(round, despite=True)
        drain()

    lost = Mail.objects.filter(recipient=person, subject__startswith="One group less")
    assert "with group 2" in lost.get().text
    assert not Mail.objects.filter(recipient=person, subject__startswith="No group").exists()


def test_whoever_takes_over_a_mentors_row_is_told(drain):
    round, _entries, _officers = two_groups()
    guide = round.guides.create(user=make.make_user())
    round.groups.filter(number=2).update(guide=guide)
    peers.publish(round)
    drain()

    guide.user = new = make.make_user()
    guide.save()
    peers.publish(round, despite=True)
    drain()

    assert Mail.objects.get(recipient=new).key.startswith("peer-group:")


def test_publishing_again_keeps_the_first_moment():
    round, _entries, _officers = two_groups()
    peers.publish(round)
    round.refresh_from_db()
    first = round.published_at

    peers.publish(round)

    round.refresh_from_db()
    assert round.published_at == first


def test_moving_a_city_while_groups_are_worked_out_does_not_let_them_be_published(staff, drain):
    round, entries, _officers = two_groups()
    run = runs.start(round, by=staff)

    peers.move(round, entries[0], 2)

    with pytest.raises(peers.GroupsRefused, match="worked out"):
        peers.publish(round, despite=True)
    runs.cancel(run)
    round.refresh_from_db()
    assert round.state == RoundState.PROPOSED


def test_a_plan_is_not_used_while_another_one_is_worked_out(staff, drain):
    round = make.make_peer_round(6)
    solved(round, drain, staff)
    peers.publish(round)
    run = solved(round, drain, staff, seed=2)
    runs.start(round, by=staff)

    with pytest.raises(runs.RunRefused, match="worked out"):
        runs.use(run)


def test_no_sentence_of_ours_is_stored_in_the_language_of_who_acted(staff, drain, monkeypatch):
    round, _entries, _officers = two_groups()
    group = round.groups.get(number=2)
    assert (group.label, group.breakout) == ("", "Breakout 2")
    solved(round, drain, staff)
    assert not round.groups.exclude(label="").exists()

    talks, expert, _askers, have = a_full_expert()
    meetings.set_offers(expert, {have[1].slot: ("", "")})
    meetings.put_to_use(talks, {"talks": []})
    for talk, cause, words in zip(
        have, ["withdrawn", "rearranged"], ["slot", "Talks"], strict=True
    ):
        talk.refresh_from_db()
        assert (talk.reason, talk.cause) == ("", cause)
        assert words in talk.why

    monkeypatch.setattr(runs.peer_runs, "search", lambda run, tell: 1 / 0)
    run = solved(round, drain, staff)
    assert (run.state, run.error) == (RunState.FAILED, "broke_off")
    assert "broke off" in run.get_error_display()


def test_the_reason_of_ours_stands_in_the_mail_and_on_the_page(client, drain):
    _round, expert, _askers, have = a_full_expert()
    meetings.set_offers(expert, {have[1].slot: ("", "")})
    drain()

    assert "offered no more" in Mail.objects.get(key=f"meeting:{have[0].pk}:off").text
    client.force_login(expert.user)
    assert "offered no more" in client.get(have[0].get_absolute_url()).content.decode()
