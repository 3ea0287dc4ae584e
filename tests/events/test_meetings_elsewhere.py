"""One-to-one talks beside whatever else cities and experts do at the event."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import RoundState, Talk
from events.plan.conflicts import conflicts_of
from events.services import meetings
from tests import factories as make
from tests.events.test_meeting_rounds import solved, talks_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return make.make_staff()


def two_rounds(room="", other_room="", *, slots=1, walk=10, same_city=True, same_person=True):
    """Two rounds at one event: a talk of the first stands in its first slot; the second is open."""
    event = make.make_lab(status="published")
    one = make.make_meeting_round(1, event=event, published=True)
    two = make.make_meeting_round(slots, event=event, walk=walk, title="Again")
    city, person = make.make_city(), make.make_user()
    speaks = make.make_meeting_expert(one, one.slots.get(), user=person)
    speaks.offers.update(room=room)
    stands = make.make_meeting(make.make_asker(one, speaks, city=city), speaks, one.slots.get())
    expert = make.make_meeting_expert(
        two, *two.slots.all(), user=person if same_person else make.make_user()
    )
    expert.offers.update(room=other_room)
    asker = make.make_asker(two, expert, city=city if same_city else make.make_city())
    return stands, two, expert, asker


@pytest.mark.parametrize(("same_city", "same_person"), [(True, True), (True, False), (False, True)])
def test_a_talk_of_another_round_keeps_city_and_expert_from_talks(
    same_city, same_person, drain, staff
):
    _stands, two, _expert, asker = two_rounds(same_city=same_city, same_person=same_person)

    solved(two, drain, staff)

    assert talks_of(two) == []
    meetings.cancel(_stands, by=staff)
    solved(two, drain, staff)
    assert [one for one, _expert, _slot in talks_of(two)] == [asker.pk]


def test_a_talk_of_another_round_is_in_the_way_when_a_place_is_given_on():
    _stands, two, expert, asker = two_rounds(slots=2, walk=0)
    make.make_meeting(make.make_asker(two, expert), expert, two.slots.first())
    two.state, two.published_at = RoundState.PUBLISHED, timezone.now()
    two.save()

    new = meetings.fill(two)

    assert [(one.asker, one.slot) for one in new] == [(asker, two.slots.last())]


@pytest.mark.parametrize(
    ("room", "walk", "is_planned"),
    [("Library", 10, True), ("Attic", 10, True), ("Attic", 11, False), ("library ", 11, True)],
)
@pytest.mark.parametrize(("same_city", "same_person"), [(True, False), (False, True)])
def test_there_is_time_to_walk_between_talks_of_two_rounds(
    room, walk, is_planned, same_city, same_person, drain, staff
):
    # The talk ends at 14:20, the second slot begins at 14:30.
    who = {"same_city": same_city, "same_person": same_person}
    _stands, two, _expert, _asker = two_rounds("Library", room, slots=2, walk=walk, **who)

    solved(two, drain, staff)

    slots = [slot for _asker, _expert, slot in talks_of(two)]
    assert slots == ([two.slots.last().pk] if is_planned else [])


def test_whoever_is_in_talks_of_two_rounds_at_once_is_told_among_the_conflicts():
    _stands, two, expert, asker = two_rounds()
    make.make_meeting(asker, expert, two.slots.get())

    found = conflicts_of(two.event)

    assert [one.kind for one in found] == ["person", "person"]
    assert {expert.user.name, asker.city.name} == {
        one.words.split(" is needed twice")[0] for one in found
    }
    assert all("one of the rounds" in one.help for one in found)


def a_duty(kind, expert):
    """Something an expert does at the event from 14:00 on, beside their talks."""
    event = expert.round.event
    session = make.make_sitting(event, hour=14)
    if kind == "speaks":
        Talk.objects.create(session=session, title="Maps", speaker=expert.user)
    elif kind == "moderates":
        session.moderators.add(expert.user)
    else:
        round = make.make_peer_round(0, event=event)
        round.sessions.set([session])
        guide = round.guides.create(user=expert.user)
        round.groups.create(number=1, session=session, guide=guide)
        round.state, round.published_at = RoundState.PUBLISHED, timezone.now()
        round.save()
    return session


@pytest.mark.parametrize("kind", ["guides", "speaks", "moderates"])
def test_an_expert_who_is_needed_elsewhere_gets_no_talk_then(kind, drain, staff):
    round = make.make_meeting_round(1, event=make.make_lab(status="published"))
    slot = round.slots.get()
    expert = make.make_meeting_expert(round, slot)
    asker = make.make_asker(round, expert)
    session = a_duty(kind, expert)

    run = solved(round, drain, staff)

    assert talks_of(round) == []
    # Offering this slot, as they do, would not help.
    assert run.report["helps"] == []
    with pytest.raises(meetings.MeetingRefused, match="needed elsewhere"):
        meetings.arrange(round, asker=asker.pk, expert=expert.pk, slot=slot.pk)
    round.state, round.published_at = RoundState.PUBLISHED, timezone.now()
    round.save()
    assert meetings.fill(round) == []
    session.is_cancelled = True
    session.save()
    assert [one.asker for one in meetings.fill(round)] == [asker]


@pytest.mark.parametrize("kind", ["guides", "speaks", "moderates"])
def test_a_talk_moves_when_its_expert_is_needed_elsewhere_unless_staff_pinned_it(
    kind, drain, staff
):
    round = make.make_meeting_round(3)
    round.slots.filter(pk=round.slots.last().pk).update(
        starts_at=round.slots.last().starts_at + timedelta(hours=3),
        ends_at=round.slots.last().ends_at + timedelta(hours=3),
    )
    first, _second, evening = round.slots.all()
    expert = make.make_meeting_expert(round, first, evening)
    asker = make.make_asker(round, expert)
    talk = make.make_meeting(asker, expert, first, is_pinned=True)
    a_duty(kind, expert)

    solved(round, drain, staff, keeps=True)
    assert talks_of(round) == [(asker.pk, expert.pk, first.pk)]

    round.meetings.filter(pk=talk.pk).update(is_pinned=False)
    solved(round, drain, staff, keeps=True)
    assert talks_of(round) == [(asker.pk, expert.pk, evening.pk)]


def test_an_expert_whose_account_is_closed_is_given_no_talk(drain, staff):
    round = make.make_meeting_round(1)
    expert = make.make_meeting_expert(round, round.slots.get())
    make.make_asker(round, expert)
    expert.user.is_active = False
    expert.user.save()

    solved(round, drain, staff)

    assert talks_of(round) == []


def test_a_city_that_guides_a_group_has_no_talk_then(drain, staff):
    round = make.make_meeting_round(1)
    expert = make.make_meeting_expert(round, round.slots.get())
    asker = make.make_asker(round, expert)
    session = make.make_sitting(round.event, hour=14)
    peer_round = make.make_peer_round(0, event=round.event)
    peer_round.groups.create(
        number=1, session=session, guide=peer_round.guides.create(city=asker.city)
    )
    peer_round.state, peer_round.published_at = RoundState.PUBLISHED, timezone.now()
    peer_round.save()

    solved(round, drain, staff)

    assert talks_of(round) == []
