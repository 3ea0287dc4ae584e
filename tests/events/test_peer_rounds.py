"""Rounds of groups: worked out in the worker, put to use, changed by hand, published."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cities.models import Consortium, Mail, Pairing, ParticipationRole
from events.models import PeerGroup, PeerRound, PeerSeat, RoundState, RunState, SolverRun
from events.services import peer_problems, peers, runs
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return make.make_staff()


def solved(round: PeerRound, drain, staff, **options) -> SolverRun:
    """A run that the worker has finished."""
    run = runs.start(round, by=staff, **options)
    drain()
    run.refresh_from_db()
    round.refresh_from_db()
    return run


def seats_of(round: PeerRound) -> dict[int, int]:
    return dict(
        PeerSeat.objects.filter(group__round=round).values_list("entry__city", "group__number")
    )


def test_cities_that_met_at_a_published_round_do_not_meet_again(drain, staff):
    first = make.make_peer_round(9)
    solved(first, drain, staff)
    peers.publish(first)
    cities = [entry.city for entry in first.entries.all()]
    second = make.make_peer_round(cities, event=make.make_lab())

    run = solved(second, drain, staff)

    assert run.report["quality"]["repeats"] == 0
    together = {frozenset(pair) for pair in peer_problems.gather(second).met}
    assert len(together) == 9
    for group in second.groups.all():
        sat = {seat.entry.city_id for seat in group.seats.all()}
        assert not any(pair <= sat for pair in together)


def test_a_proposal_that_nobody_saw_is_no_past(drain, staff):
    first = make.make_peer_round(6)
    solved(first, drain, staff)
    cities = [entry.city for entry in first.entries.all()]

    assert peer_problems.gather(make.make_peer_round(cities, event=make.make_lab())).met == {}


def test_partners_count_as_met_unless_staff_say_otherwise():
    one, other, third = (make.make_city() for _ in range(3))
    consortium = Consortium.objects.create(slug="two", name="Two cities", lead_city=one)
    for city in (one, other):
        consortium.members.create(city=city)
    Pairing.objects.create(kind="tandem", first_city=third, second_city=one, since=date(2020, 1, 1))
    round = make.make_peer_round([one, other, third])

    assert peer_problems.gather(round).met == {
        (one.pk, other.pk): "both in Two cities",
        (one.pk, third.pk): "Peer-learning tandem",
    }
    round.partners_count_as_met = False
    assert peer_problems.gather(round).met == {}


def test_solving_again_with_a_pin_moves_as_few_as_must(drain, staff):
    round = make.make_peer_round(12)
    solved(round, drain, staff)
    before = seats_of(round)
    seat = PeerSeat.objects.filter(group__number=1).first()
    peers.move(round, seat.entry, 2)
    PeerSeat.objects.filter(pk=seat.pk).update(is_pinned=True)

    run = solved(round, drain, staff, keeps=True)

    after = seats_of(round)
    moved = {city for city in before if after[city] != before[city]}
    assert after[seat.entry.city_id] == 2
    assert len(moved) == 2
    assert [each["city"] for each in run.report["moved"]] == list(moved - {seat.entry.city_id})


def test_pins_that_contradict_are_named_and_nothing_changes(drain, staff):
    round = make.make_peer_round(6)
    solved(round, drain, staff)
    group = round.groups.first()
    one, other = (seat.entry.city for seat in group.seats.all()[:2])
    Pairing.objects.create(kind="tandem", first_city=one, second_city=other, since=date(2020, 1, 1))
    group.is_pinned = True
    group.save()
    before = seats_of(round)

    run = solved(round, drain, staff, keeps=True)

    assert run.state == RunState.IMPOSSIBLE
    assert [each["rule"] for each in run.report["refused"]] == ["met"]
    assert seats_of(round) == before
    assert round.state == RoundState.PROPOSED


def test_a_city_that_finds_no_group_is_reported_with_what_would_help(drain, staff):
    run = solved(make.make_peer_round(7, largest=3), drain, staff)

    assert len(run.report["unplaced"]) == 1
    assert run.report["change"]["rule"] == "larger"


def test_mentors_and_experts_sit_with_groups_but_not_with_their_own_city(drain, staff):
    round = make.make_peer_round(6)
    own = round.entries.first().city
    guide = round.guides.create(user=make.make_officer(own))
    mentor = round.guides.create(city=make.make_city())

    solved(round, drain, staff)

    guided = {group.guide: group for group in round.groups.all()}
    assert set(guided) == {guide, mentor}
    assert not guided[guide].seats.filter(entry__city=own).exists()


def test_a_plan_for_other_rows_is_not_used(drain, staff):
    round = make.make_peer_round(6)
    solved(round, drain, staff)
    peers.publish(round)
    run = solved(round, drain, staff, keeps=True)
    assert runs.fits(run)
    round.entries.create(city=make.make_city())

    with pytest.raises(runs.RunRefused):
        runs.use(run)


def test_publishing_shows_groups_to_members_and_mails_each_once(drain, staff):
    round = make.make_peer_round(6)
    officer = make.make_officer(round.entries.first().city)
    stranger = make.make_officer(make.make_city())
    solved(round, drain, staff)

    peers.publish(round)
    drain()
    peers.publish(round)
    drain()

    mail = Mail.objects.get(kind="peer-group")
    assert mail.recipient == officer
    group = PeerGroup.objects.visible_to(officer).get()
    assert group.seats.filter(entry=round.entries.first()).exists()
    assert not PeerGroup.objects.visible_to(stranger).exists()
    assert PeerRound.objects.visible_to(officer).get() == round


def test_what_changes_after_publishing_is_told_to_those_it_concerns(drain, staff):
    round = make.make_peer_round(12)
    people = {entry.city_id: make.make_officer(entry.city) for entry in round.entries.all()}
    solved(round, drain, staff)
    peers.publish(round)
    drain()
    old = list(Mail.objects.values_list("pk", flat=True))
    gone = round.entries.first()
    gone.delete()

    run = solved(round, drain, staff, keeps=True)
    # Members go on seeing what was published until staff use the plan.
    assert run.used_at is None
    runs.use(run)
    drain()

    # Its group was left with two, who went to two others; who lost the place is told as well.
    touched = {each["to"] for each in run.report["moved"]}
    told = set(Mail.objects.exclude(pk__in=old).values_list("recipient", flat=True))
    assert len(touched) == 2
    assert told == {
        people[city].pk for city, number in seats_of(round).items() if number in touched
    } | {people[gone.city_id].pk}


def test_rules_that_are_broken_by_hand_are_named_and_hold_up_publishing(drain, staff):
    round = make.make_peer_round(6)
    solved(round, drain, staff)
    entry = round.entries.filter(seat__group__number=1).first()
    peers.move(round, entry, 2)

    broken = peers.conflicts_of(peer_problems.gather(round, keeps=True))
    assert [(each.rule, each.group) for each in broken] == [("small", 1)]
    with pytest.raises(peers.GroupsRefused, match="broken"):
        peers.publish(round)
    peers.publish(round, despite=True)
    round.refresh_from_db()
    assert round.is_published


def test_a_city_is_taken_out_or_into_a_new_group_by_hand(drain, staff):
    round = make.make_peer_round(3)
    solved(round, drain, staff)
    first, second = round.entries.all()[:2]

    peers.move(round, first, None)
    peers.move(round, second, 9)

    assert sorted(seats_of(round).values()) == [1, 9]


def test_who_comes_to_the_event_is_taken_in_by_role():
    event = make.make_lab(edition=make.make_edition())
    core = make.make_participation().city
    mentor_role = ParticipationRole.objects.create(
        edition=event.edition, slug="mentor", name="Mentor city", name_plural="Mentor cities"
    )
    mentor = make.make_participation(role=mentor_role).city
    theme = make.make_theme()
    core.participations.get().themes.add(theme)
    make.make_officer(core, language="fr")
    expert = make.make_mentor(core)
    for city in (core, mentor):
        event.attendances.create(city=city)
    round = PeerRound.objects.create(event=event, title="Peer review")

    assert peers.take_in(round) == (1, 2)
    assert peers.take_in(round) == (0, 0)

    entry = round.entries.get()
    assert (entry.city, entry.languages, list(entry.themes.all())) == (core, "en, fr", [theme])
    assert {guide.city or guide.user for guide in round.guides.all()} == {mentor, expert}


def test_the_database_holds_one_seat_for_a_city_and_one_group_for_a_guide(drain, staff):
    round = make.make_peer_round(6)
    guide = round.guides.create(user=make.make_user())
    solved(round, drain, staff)
    one, other = round.groups.all()
    with pytest.raises(IntegrityError), transaction.atomic():
        PeerSeat.objects.create(group=one, entry=other.seats.first().entry)
    with pytest.raises(IntegrityError), transaction.atomic():
        PeerGroup.objects.filter(round=round).update(guide=guide)


def test_gathering_a_round_takes_as_many_queries_for_many_cities(drain, staff):
    counts = []
    for number in (3, 12):
        round = make.make_peer_round(number)
        solved(round, drain, staff)
        with CaptureQueriesContext(connection) as seen:
            peer_problems.gather(round)
        counts.append(len(seen))
    assert counts[0] == counts[1]
