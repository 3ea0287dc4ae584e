"""What does not go together in the plan of an event, and what staff are told to do about it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.audiences import audiences_of
from events.models import Registration, SignUp, Talk
from events.plan.conflicts import conflicts_of
from events.services.meeting_problems import GatheredTalks
from tests import factories as make
from tests.factories.labs import (
    DAY,
    make_asker,
    make_lab,
    make_meeting,
    make_meeting_expert,
    make_meeting_round,
)
from tests.factories.programme import make_edition, make_participation, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab():
    return make_lab(time_zone="Europe/Lisbon")


def at(event, hour, minutes=60, **fields):
    starts = datetime(DAY.year, DAY.month, DAY.day, hour, tzinfo=UTC)
    return make_session(
        event, starts_at=starts, ends_at=starts + timedelta(minutes=minutes), **fields
    )


def comes(event, person, city=None):
    return Registration.objects.create(event=event, user=person, city=city, status="confirmed")


def kinds(event):
    return [one.kind for one in conflicts_of(event)]


def test_a_plan_that_fits_has_no_conflicts(lab):
    room = lab.rooms.create(name="Hall", capacity=9)
    person = make.make_user()
    for hour in (9, 10):
        session = at(lab, hour, room=room, capacity=9)
        session.moderators.add(person)
        session.agenda_items.create(position=0, title="All of it", minutes=60)

    assert conflicts_of(lab) == []


def test_a_room_taken_twice_is_told_with_the_rooms_that_are_free(lab):
    hall, attic = lab.rooms.create(name="Hall"), lab.rooms.create(name="Attic")
    lab.rooms.create(name="Cupboard", capacity=2)
    one = at(lab, 9, room=hall, title="Opening")
    other = at(lab, 9, 30, room=hall, title="Data", capacity=20)

    (found,) = conflicts_of(lab)

    assert (found.kind, found.sessions) == ("room", (one.pk, other.pk))
    # Lisbon is an hour ahead of UTC in June.
    assert "10:00–10:30" in found.words
    assert "Attic" in found.help
    assert "Cupboard" not in found.help
    other.is_cancelled = True
    other.save()
    assert conflicts_of(lab) == []
    assert attic.pk


def test_a_person_needed_twice_is_found_whatever_they_do_and_however_they_are_named(lab):
    one, other = at(lab, 9, title="Opening"), at(lab, 9, title="Data")
    member = make.make_user(name="Mia Moreau")
    one.moderators.add(member)
    Talk.objects.create(session=other, title="Maps", speaker=member)
    Talk.objects.create(session=one, title="A", speaker_name="Nils  Outside")
    Talk.objects.create(session=other, title="B", speaker_name="nils outside")

    words = [found.words for found in conflicts_of(lab)]

    assert sum("Mia Moreau" in one for one in words) == 1
    assert sum("Nils" in one for one in words) == 1
    assert len(words) == 2


def test_a_talk_of_two_keeps_its_expert_from_speaking(lab):
    round = make_meeting_round(1, event=lab)
    slot = round.slots.get()
    expert = make_meeting_expert(round, slot)
    make_meeting(make_asker(round, expert), expert, slot)
    session = at(lab, 14, title="Data")
    Talk.objects.create(session=session, title="Maps", speaker=expert.user)

    (found,) = conflicts_of(lab)

    assert found.kind == "person"
    assert "one-to-one talk" in found.words


def test_a_session_outside_its_event_or_its_day_is_told(lab):
    late = at(lab, 9)
    late.day = lab.days.create(date=DAY + timedelta(days=3))
    late.save()
    # 23:30 in UTC is half past midnight of the next day in Lisbon.
    at(lab, 23)

    assert kinds(lab) == ["day", "day"]


def test_more_places_than_seats_and_more_people_than_places_are_told(lab):
    room = lab.rooms.create(name="Hall", capacity=5)
    lab.rooms.create(name="Arena", capacity=50)
    session = at(lab, 9, room=room, capacity=8, audience="public")
    found = conflicts_of(lab)
    assert [one.kind for one in found] == ["seats"]
    assert "Arena" in found[0].help

    for _number in range(2):
        SignUp.objects.create(session=session, user=make.make_user(), status="confirmed")
    session.capacity = 1
    session.save()

    assert kinds(lab) == ["places"]


def test_an_audience_without_seats_is_told_and_one_that_is_free_is_not():
    edition = make_edition()
    lab = make_lab(edition=edition)
    city = make_participation(edition=edition).city
    city.participations.get().role.__class__.objects.update(has_roadmap=True)
    for _number in range(3):
        comes(lab, make.make_officer(city), city)
    comes(lab, make.make_user())
    session = at(lab, 9, audience="core", capacity=2)

    (found,) = conflicts_of(lab)
    assert found.kind == "audience"
    assert "2 seats for 3 people" in found.words

    # Another for them at the same hour has room for the third.
    at(lab, 9, audience="core", capacity=1)
    assert conflicts_of(lab) == []
    session.audience = "public"
    session.save()
    assert kinds(lab) == ["audience"]


def test_people_with_a_place_who_are_not_of_the_audience_any_more_are_told(lab):
    session = at(lab, 9, audience="core", capacity=5)
    person = make.make_user()
    comes(lab, person)
    SignUp.objects.create(session=session, user=person, status="confirmed")

    (found,) = conflicts_of(lab)

    assert "1 person with a place" in found.words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        ([30, 30], ""),
        ([30, 40], "10 minutes longer"),
        ([30, 20], "10 minutes of the session open"),
        ([30, None], ""),
        ([70, None], "10 minutes longer"),
        ([], ""),
    ],
)
def test_blocks_that_do_not_fill_their_session_are_told(lab, minutes, words):
    session = at(lab, 9)
    for position, length in enumerate(minutes):
        session.agenda_items.create(position=position, title="Block", minutes=length)

    found = conflicts_of(lab)

    assert [words in one.words for one in found] == ([True] if words else [])


def test_as_many_queries_for_many_sessions_as_for_one(lab):
    def fill():
        room = lab.rooms.create(name=f"Room {lab.rooms.count()}", capacity=3)
        session = at(lab, 9, room=room, capacity=5)
        session.moderators.add(make.make_user())
        Talk.objects.create(session=session, title="T", speaker=make.make_user())
        session.agenda_items.create(position=0, title="B", minutes=20)
        comes(lab, make.make_officer(make_participation().city))

    def asked():
        with CaptureQueriesContext(connection) as queries:
            conflicts_of(lab)
        return len(queries)

    fill()
    once = asked()
    for _number in range(5):
        fill()

    assert asked() == once
    assert once <= 20


def test_roles_of_cities_and_experts_say_who_belongs_to_what():
    edition, other = make_edition(), make_edition(slug="second", name="Second edition")
    lab = make_lab(edition=edition)
    core, mentor, stranger = (make.make_city() for _number in range(3))
    role = edition.roles.create(slug="c", name="C", name_plural="C", has_roadmap=True)
    make_participation(edition=edition, city=core, role=role)
    role = edition.roles.create(slug="m", name="M", name_plural="M", mentors_others=True)
    make_participation(edition=edition, city=mentor, role=role)
    make_participation(edition=other, city=stranger)
    people = [make.make_officer(core), make.make_officer(mentor), make.make_officer(stranger)]
    people += [make.make_mentor(core), make.make_user()]

    found = audiences_of(lab, [one.pk for one in people])

    told = [sorted(found[one.pk]) for one in people]
    assert told[0] == ["cities", "core", "public"]
    assert told[1] == ["cities", "mentors", "public"]
    assert told[2] == ["public"]
    assert told[3] == ["cities", "experts", "mentors", "public"]
    assert told[4] == ["public"]


def test_staff_see_conflicts_with_links_and_are_told_of_them_when_they_save(client, lab):
    client.force_login(make.make_staff())
    hall = lab.rooms.create(name="Hall")
    one, other = at(lab, 9, room=hall), at(lab, 9, room=hall)

    page = client.get(f"/admin/events/event/plan/?event={lab.pk}").content.decode()

    assert "1 thing does not go together" in page
    assert f"/admin/events/session/{one.pk}/change/" in page
    assert f"/admin/events/session/{other.pk}/change/" in page
    assert client.get("/admin/events/event/plan/?event=x").status_code == 404
    client.force_login(make.make_user(is_staff=True))
    assert client.get(f"/admin/events/event/plan/?event={lab.pk}").status_code == 403


def test_a_place_in_a_session_keeps_experts_and_whole_teams_from_talks():
    round = make_meeting_round(2)
    first, second = round.slots.all()
    expert = make_meeting_expert(round, first, second)
    city = make.make_city()
    asker = make_asker(round, expert, city=city)
    team = [make.make_officer(city), make.make_officer(city)]
    for person in team:
        comes(round.event, person, city)
    session = at(round.event, 14, 20, capacity=9)
    SignUp.objects.create(session=session, user=team[0], status="confirmed")

    free = GatheredTalks(round).problem
    assert free.city[asker.pk].free == {first.pk, second.pk}
    assert set(free.expert[expert.pk].rooms) == {first.pk, second.pk}

    SignUp.objects.create(session=session, user=team[1], status="confirmed")
    SignUp.objects.create(session=session, user=expert.user, status="confirmed")

    taken = GatheredTalks(round).problem
    assert taken.city[asker.pk].free == {second.pk}
    assert set(taken.expert[expert.pk].rooms) == {second.pk}
    # A talk that stands is not taken away by signing up.
    make_meeting(asker, expert, first)
    assert first.pk in GatheredTalks(round).problem.expert[expert.pk].rooms
