"""Cities in a group and a talk at once, and what a draft of an agenda shows of people."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import Guest, RoundState, SignUp
from events.plan.conflicts import conflicts_of
from events.services import plan_drafts
from tests import factories as make
from tests.events.test_conflicts import at, comes
from tests.events.test_told_of_rounds import two_groups

pytestmark = pytest.mark.django_db


def words_of(event):
    return [one.words for one in conflicts_of(event)]


@pytest.fixture
def round():
    """A published round of two groups from 10 to 11:30, the second guided by a mentor city."""
    round, _entries, _officers = two_groups()
    round.groups.filter(number=2).update(guide=round.guides.create(city=make.make_city()))
    round.sessions.update(title="Peers")
    type(round).objects.update(state=RoundState.PUBLISHED, published_at="2020-01-01T00:00:00Z")
    return round


def talk_at(session, city, minutes=0):
    """A talk of a city while a session runs, or some minutes after it began."""
    talks = make.make_meeting_round(1, event=session.day.event)
    slot = talks.slots.get()
    slot.starts_at = session.starts_at + timedelta(minutes=minutes)
    slot.ends_at = slot.starts_at + timedelta(minutes=20)
    slot.save()
    expert = make.make_meeting_expert(talks, slot)
    return make.make_meeting(make.make_asker(talks, expert, city=city), expert, slot)


@pytest.mark.parametrize("part", ["seat", "guide"])
def test_a_city_in_a_group_and_a_talk_at_once_is_told_by_name(round, part):
    session = round.sessions.get()
    group = round.groups.get(number=2)
    city = group.guide.city if part == "guide" else group.seats.first().entry.city
    talk_at(session, city, minutes=90)
    assert words_of(round.event) == []

    talk = talk_at(session, city)

    (found,) = conflicts_of(round.event)
    assert (found.kind, found.sessions) == ("person", (session.pk,))
    assert found.words.startswith(f"{city.name} is needed twice: “Peers” and the one-to-one talk")
    assert talk.expert.user.name in found.words
    type(round).objects.update(state=RoundState.PROPOSED)
    assert words_of(round.event) == []


def test_a_draft_shows_the_conflicts_of_the_people_of_its_event(round):
    event = round.event
    session = round.sessions.get()
    city = round.groups.get(number=1).seats.first().entry.city
    talk = talk_at(session, city, minutes=90)
    expert = talk.expert.user
    other = at(event, 14, capacity=2, title="Data", audience="core")
    late = at(event, 14, title="Late")
    guide = round.guides.create(user=make.make_user(name="Cleo Guide"))
    round.groups.filter(number=1).update(guide=guide)
    for person in (make.make_user(), make.make_user()):
        comes(event, person)
        SignUp.objects.create(session=other, user=person, status="confirmed")
    guest = Guest.objects.create(event=event, name="G", email="g@example.org", state="accepted",
                                 answered_at="2020-01-01T00:00:00Z")  # fmt: skip
    guest.places.create(session=other, is_taken=True)
    draft = plan_drafts.begin(event, by=make.make_staff())
    copies = {one.session_id: one.copy for one in draft.sessions.select_related("copy")}
    before = words_of(draft.copy)
    assert before == words_of(event)
    assert any(words.startswith("3 people have one of the 2 places") for words in before)
    assert any("not of its audience" in words for words in before)

    # The group lasts into the talk, and its guide moderates a session that is now beside it; the
    # expert speaks while the talk is on; and there are fewer seats than people come.
    for key, change in (
        (session.pk, {"ends_at": session.ends_at + timedelta(minutes=10)}),
        (late.pk, {"starts_at": session.starts_at, "ends_at": session.ends_at}),
        (other.pk, {"capacity": 1, "audience": "public"}),
    ):
        type(session).objects.filter(pk=copies[key].pk).update(**change)
    copies[late.pk].moderators.add(guide.user)
    at(draft.copy, 11, 60, title="New").talks.create(title="Maps", speaker=expert)
    after = words_of(draft.copy)

    assert any(words.startswith(f"{city.name} is needed twice") for words in after)
    assert any(words.startswith("Cleo Guide is needed twice") for words in after)
    assert any(words.startswith(f"{expert.name} is needed twice") for words in after)
    assert any(words.startswith("3 people have one of the 1 places") for words in after)
    assert any("1 seats for 2 people" in words for words in after)
    assert words_of(event) == before
    named = {key for one in conflicts_of(draft.copy) for key in one.sessions}
    assert named <= {*(copy.pk for copy in copies.values()), *named & {_newest(draft.copy)}}

    draft.sessions.filter(session=session).update(copy=None)
    assert not any(words.startswith(city.name) for words in words_of(draft.copy))


def _newest(event):
    return max(event.days.values_list("sessions", flat=True))


def test_a_draft_is_read_with_as_many_queries_however_much_hangs_on_it(round):
    draft = plan_drafts.begin(round.event, by=make.make_staff())

    def asked():
        with CaptureQueriesContext(connection) as queries:
            conflicts_of(draft.copy)
        return len(queries)

    def fill(entry):
        talk_at(round.sessions.get(), entry.city)
        person = make.make_officer(make.make_participation(city=entry.city).city)
        comes(round.event, person, entry.city)
        SignUp.objects.create(session=round.sessions.get(), user=person, status="confirmed")

    first, *others = round.entries.all()
    fill(first)
    once = asked()
    for entry in others:
        fill(entry)

    assert asked() == once
