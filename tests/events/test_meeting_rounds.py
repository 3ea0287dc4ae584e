"""Rounds of one-to-one talks: wishes, plans, answers, and places that are given on at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cities.models import Mail
from events.models import Meeting, MeetingAsker, MeetingRound, RoundState, RunState
from events.services import meeting_wishes, meetings, peers, runs
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return make.make_staff()


def solved(round, drain, staff, **options):
    run = runs.start(round, by=staff, **options)
    drain()
    run.refresh_from_db()
    round.refresh_from_db()
    return run


def talks_of(round):
    live = round.meetings.live().order_by("asker", "expert")
    return list(live.values_list("asker", "expert", "slot"))


def a_full_expert(published=True):
    """A round with one slot: one city has it, two wait, the later one with the dearer wish."""
    round = make.make_meeting_round(2, published=published)
    first, second = round.slots.all()
    expert = make.make_meeting_expert(round, first, second)
    other = make.make_meeting_expert(round)
    askers = [make.make_asker(round, expert), make.make_asker(round, expert)]
    askers += [make.make_asker(round, other, expert), make.make_asker(round, expert)]
    have = [
        make.make_meeting(askers[0], expert, first),
        make.make_meeting(askers[1], expert, second),
    ]
    return round, expert, askers, have


def test_a_run_serves_every_city_once_before_any_twice(drain, staff):
    round = make.make_meeting_round(3)
    first, second, _third = round.slots.all()
    busy, calm = make.make_meeting_expert(round, first), make.make_meeting_expert(round, second)
    eager, shy = make.make_asker(round, busy, calm), make.make_asker(round, busy)

    run = solved(round, drain, staff)

    assert run.state == RunState.DONE
    assert round.state == RoundState.PROPOSED
    assert talks_of(round) == [(eager.pk, calm.pk, second.pk), (shy.pk, busy.pk, first.pk)]
    assert run.report["quality"]["cities_served"] == 2
    assert run.report["reasons"] == {"expert_full": 1}


def test_a_city_without_a_talk_is_reported_with_what_would_help(drain, staff):
    round = make.make_meeting_round(2)
    expert = make.make_meeting_expert(round, round.slots.first())
    make.make_asker(round, expert)
    late = make.make_asker(round, expert)

    run = solved(round, drain, staff)

    assert run.report["without"] == [late.pk]
    assert [(each["change"], each["expert"]) for each in run.report["helps"]] == [
        ("offer", expert.pk)
    ]


def test_a_city_in_a_group_or_on_stage_has_no_talk_then(drain, staff):
    event = make.make_lab()
    city = make.make_city()
    peer_round = make.make_peer_round([city, make.make_city(), make.make_city()], event=event)
    session = peer_round.sessions.get()
    session.starts_at = session.starts_at.replace(hour=14)
    session.ends_at = session.starts_at + timedelta(minutes=30)
    session.save()
    solved(peer_round, drain, staff)
    peers.publish(peer_round)
    round = make.make_meeting_round(2, event=event)
    expert = make.make_meeting_expert(round, *round.slots.all())
    make.make_asker(round, expert, city=city)

    solved(round, drain, staff)

    assert [slot for _asker, _expert, slot in talks_of(round)] == [round.slots.last().pk]


def test_a_pinned_talk_stays_and_few_others_move(drain, staff):
    round = make.make_meeting_round(3)
    slots = list(round.slots.all())
    expert = make.make_meeting_expert(round, *slots)
    for _ in range(3):
        make.make_asker(round, expert)
    solved(round, drain, staff)
    before = talks_of(round)
    Meeting.objects.filter(asker=before[0][0]).update(is_pinned=True)
    make.make_asker(round, expert)

    run = solved(round, drain, staff, keeps=True)

    assert talks_of(round) == before
    assert run.report["moved"] == []


def test_publishing_shows_talks_to_both_sides_and_closes_wishes(drain, staff):
    round, expert, askers, _have = a_full_expert(published=False)
    officer, stranger = make.make_officer(askers[0].city), make.make_officer(make.make_city())
    assert not Meeting.objects.visible_to(officer).exists()

    meetings.publish(round)
    drain()

    round.refresh_from_db()
    assert not round.takes_wishes
    assert Meeting.objects.visible_to(officer).count() == 1
    assert Meeting.objects.visible_to(expert.user).count() == 2
    assert not Meeting.objects.visible_to(stranger).exists()
    assert Mail.objects.filter(kind="one-to-one", recipient=officer).count() == 1
    assert Mail.objects.filter(kind="one-to-one", recipient=expert.user).count() == 2


def test_a_place_that_is_given_back_goes_at_once_to_who_waits_longest_of_the_dearest(drain):
    _round, expert, askers, have = a_full_expert()
    officer = make.make_officer(askers[3].city)

    new = meetings.cancel(have[0], by=expert.user, reason="Ill")

    # The third city has no talk either, but this expert is only its second wish.
    assert [(one.asker, one.slot) for one in new] == [(askers[3], have[0].slot)]
    drain()
    assert Mail.objects.filter(recipient=officer, key=f"meeting:{new[0].pk}:on").exists()
    assert Mail.objects.filter(key=f"meeting:{have[0].pk}:off").count() == 1


def test_a_storm_of_cancellations_keeps_the_order(drain):
    round, expert, askers, have = a_full_expert()
    served = []
    standing = list(have)
    while standing:
        meeting = standing.pop(0)
        new = meetings.cancel(meeting, by=expert.user)
        served += [one.asker for one in new]
        standing += new

    assert served == [askers[3], askers[2]]
    assert not round.meetings.live().exists()


def test_cancelling_twice_is_refused_and_gives_nothing_twice():
    round, expert, _askers, have = a_full_expert()
    meetings.cancel(have[0], by=expert.user)
    before = talks_of(round)

    with pytest.raises(meetings.MeetingRefused):
        meetings.cancel(have[0], by=expert.user)

    assert talks_of(round) == before


def test_a_slot_that_is_offered_no_more_ends_its_talk_and_the_city_waits_again():
    _round, expert, askers, have = a_full_expert()
    kept = have[1].slot

    assert meetings.set_offers(expert, {kept: ("Library", "")}) == 1

    have[0].refresh_from_db()
    assert have[0].cancelled_at is not None
    assert not askers[0].wishes.get().is_closed
    assert expert.offers.get().room == "Library"


def test_a_slot_offered_later_goes_to_who_waits():
    round, expert, askers, _have = a_full_expert()
    other = round.experts.exclude(pk=expert.pk).get()

    meetings.set_offers(other, {round.slots.first(): ("", "")})

    assert round.meetings.live().get(expert=other).asker == askers[2]


def test_nobody_is_given_a_slot_that_has_begun():
    round, expert, _askers, have = a_full_expert()
    now = timezone.now()
    for at, slot in enumerate(round.slots.all()):
        slot.starts_at = now - timedelta(minutes=10 - at)
        slot.ends_at = slot.starts_at + timedelta(minutes=20)
        slot.save()

    assert meetings.cancel(have[0], by=expert.user) == []


def test_wishes_are_kept_in_their_order_and_keep_their_moment():
    round = make.make_meeting_round()
    one, other = make.make_meeting_expert(round), make.make_meeting_expert(round)
    asker = make.make_asker(round, one)
    asked = asker.wishes.get().asked_at

    meeting_wishes.set_wishes(asker, [(other, "Why?"), (one, "How?")], [round.slots.first()])

    assert list(asker.wishes.values_list("expert", "rank", "question")) == [
        (other.pk, 1, "Why?"), (one.pk, 2, "How?"),
    ]  # fmt: skip
    assert asker.wishes.get(expert=one).asked_at == asked
    assert asker.away.get() == round.slots.first()


def test_wishes_are_refused_once_talks_are_published_or_the_time_is_over():
    for round in (
        make.make_meeting_round(published=True),
        make.make_meeting_round(wishes_until=timezone.now() - timedelta(minutes=2)),
    ):
        asker = make.make_asker(round)
        with pytest.raises(meetings.MeetingRefused):
            meeting_wishes.set_wishes(asker, [], [])


def test_a_rearranged_published_round_keeps_what_ended_as_cancelled(drain, staff):
    round, expert, _askers, have = a_full_expert()
    slot = have[0].slot
    expert.offers.filter(slot=slot).delete()

    run = solved(round, drain, staff, keeps=True)
    assert run.used_at is None
    runs.use(run)
    drain()

    have[0].refresh_from_db()
    assert have[0].cancelled_at is not None
    assert talks_of(round) == [(have[1].asker_id, expert.pk, have[1].slot_id)]


def test_who_comes_to_the_event_may_wish_and_experts_of_the_edition_are_asked():
    event = make.make_lab(edition=make.make_edition())
    city = make.make_city()
    event.attendances.create(city=city)
    expert = make.make_mentor(city)
    round = MeetingRound.objects.create(event=event, title="One to one")

    assert meeting_wishes.take_in(round) == (1, 1)
    assert meeting_wishes.take_in(round) == (0, 0)
    assert (round.askers.get().city, round.experts.get().user) == (city, expert)


def test_slots_part_a_session():
    round = make.make_meeting_round(0)
    session = make.make_sitting(round.event, 9, minutes=90)

    assert meeting_wishes.make_slots(round, session, 20, 5) == 3
    assert meeting_wishes.make_slots(round, session, 20, 5) == 0
    starts = [slot.starts_at.strftime("%H:%M") for slot in round.slots.all()]
    assert starts == ["09:00", "09:25", "09:50"]


@pytest.mark.parametrize("same", ["expert", "asker"])
def test_the_database_holds_one_talk_in_a_slot(same):
    round, expert, askers, have = a_full_expert()
    other = make.make_meeting_expert(round)
    pair = (askers[3], expert) if same == "expert" else (have[0].asker, other)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.make_meeting(*pair, have[0].slot)


def test_both_sides_say_that_they_come():
    _round, _expert, _askers, have = a_full_expert()
    meetings.accept(have[0], for_expert=True)
    meetings.accept(have[0], for_expert=False)
    have[0].refresh_from_db()
    assert (have[0].city_answer, have[0].expert_answer) == ("accepted", "accepted")


def test_another_citys_wishes_are_known_to_nobody_else():
    round = make.make_meeting_round()
    asker = make.make_asker(round)
    assert MeetingRound.objects.visible_to(make.make_officer(asker.city)).get() == round
    assert not MeetingRound.objects.visible_to(make.make_officer(make.make_city())).exists()
    assert MeetingAsker.objects.count() == 1
