"""What people thought of a session: who says it, until when, and who reads it."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import permissions, services
from events.models import EventStatus, Registration, SessionFeedback, SignUp
from events.services import attendance, feedback
from tests.events.test_signups import at_once
from tests.factories import make_event, make_session, make_staff, make_user

pytestmark = pytest.mark.django_db

DAY = date(2021, 2, 16)
DURING = datetime(2021, 2, 16, 9, 30, tzinfo=UTC)
# The first day on which no answer can be given any more.
AFTER = datetime(2021, 3, 3, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(DURING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def session():
    """A session of a lab on site that has begun."""
    event = make_event(slug="lab", format="on_site", starts_on=DAY, ends_on=DAY)
    return make_session(event, slug="opening", title="Opening")


def comes(session, *, present=True, name="Ana"):
    event = session.day.event
    registration = Registration.objects.create(
        event=event, user=make_user(name=name), status="confirmed"
    )
    if present:
        attendance.mark(registration, day=DAY, by=make_staff())
    return registration.user


def address(session):
    return f"{session.get_absolute_url()}feedback/"


def answers(session, number, **words):
    for mark in range(number):
        feedback.give(session, comes(session), rating=mark % 5 + 1, **words)


def test_whoever_was_there_answers_once_and_may_change_the_answer(session, client):
    ana = comes(session)
    client.force_login(ana)
    assert address(session) in client.get(session.get_absolute_url()).content.decode()

    client.post(address(session), {"rating": 4, "useful": "Maps"})
    page = client.get(address(session)).content.decode()
    assert re.search(r'value="4"[^>]*checked', page)
    assert "Maps" in page

    client.post(address(session), {"rating": 2, "better": "Breaks"})
    said = SessionFeedback.objects.get()
    assert (said.rating, said.useful, said.better) == (2, "", "Breaks")


def test_of_two_answers_at_once_one_is_kept(transactional_db, session):
    ana = comes(session)
    at_once([lambda: feedback.give(session, ana, rating=3)] * 16)
    assert SessionFeedback.objects.count() == 1


@pytest.mark.parametrize("rating", ["", "0", "6", "good"])
def test_a_rating_is_from_one_to_five(session, client, rating):
    client.force_login(comes(session))
    page = client.post(address(session), {"rating": rating, "useful": "Kept words"})
    assert page.status_code == 200
    assert "Kept words" in page.content.decode()
    assert not SessionFeedback.objects.exists()


def refused(session, person):
    with pytest.raises(feedback.FeedbackRefused):
        feedback.give(session, person, rating=3)
    assert not SessionFeedback.objects.exists()


def test_who_was_not_there_says_nothing_about_it(session, client):
    refused(session, make_user())
    absent = comes(session, present=False)
    refused(session, absent)
    client.force_login(absent)
    assert client.get(address(session)).status_code == 404
    assert "Say what you thought" not in client.get(session.get_absolute_url()).content.decode()


def test_whoever_is_refused_reads_why_and_what_they_sent(session, client):
    client.force_login(comes(session, present=False))
    page = client.post(address(session), {"rating": 4, "useful": "Kept"}).content.decode()
    assert "You were not marked as somebody who took part" in page
    assert "no longer" not in page
    assert "4 – good" in page
    assert "Kept" in page


def test_online_a_place_is_enough_and_of_numbered_places_one_is_needed(session):
    event = session.day.event
    event.format = "online"
    event.save()
    ana = comes(session, present=False)
    assert feedback.give(session, ana, rating=3)

    workshop = make_session(event, capacity=1)
    with pytest.raises(feedback.FeedbackRefused):
        feedback.give(workshop, ana, rating=3)
    place = SignUp.objects.create(session=workshop, user=ana, status="waiting")
    with pytest.raises(feedback.FeedbackRefused):
        feedback.give(workshop, ana, rating=3)
    place.status = "confirmed"
    place.save()
    assert feedback.give(workshop, ana, rating=3)


def test_whoever_was_marked_in_a_full_session_was_there(session):
    workshop = make_session(session.day.event, capacity=1)
    ana = comes(session)
    with pytest.raises(feedback.FeedbackRefused):
        feedback.give(workshop, ana, rating=3)
    registration = Registration.objects.get(user=ana)
    attendance.mark(registration, day=DAY, session=workshop, by=make_staff())
    assert feedback.give(workshop, ana, rating=3)


@pytest.mark.parametrize("form", ["on_site", "hybrid"])
def test_whoever_gave_the_place_back_answers_where_they_were_marked_and_nowhere_else(session, form):
    event = session.day.event
    event.format, event.ends_on = form, DAY + timedelta(days=1)
    event.save()
    left, never = comes(session), comes(session, present=False)
    for person in (left, never):
        services.cancel(Registration.objects.get(user=person))
    later = make_session(event, day=event.days.create(date=DAY + timedelta(days=1)))

    with time_machine.travel(DURING + timedelta(days=1), tick=False):
        assert feedback.sessions_to_rate(left, event) == [(session, False)]
        assert not permissions.may_give_feedback(left, later)
        assert feedback.sessions_to_rate(never, event) == []
        feedback.give(session, left, rating=4)


def test_it_is_asked_for_from_the_beginning_to_the_stated_end(session, client, clock):
    ana = comes(session)
    clock.move_to(datetime(2021, 2, 16, 8, 59, tzinfo=UTC))
    refused(session, ana)
    clock.move_to(datetime(2021, 3, 2, 12, tzinfo=UTC))
    assert feedback.give(session, ana, rating=3, useful="Maps")

    clock.move_to(datetime(2021, 3, 3, 12, tzinfo=UTC))
    client.force_login(ana)
    page = client.post(address(session), {"rating": 1, "useful": "Typed too late"})
    assert "Typed too late" in page.content.decode()
    assert SessionFeedback.objects.get().rating == 3
    # What was said before the end can still be read by who said it.
    assert "Maps" in client.get(address(session)).content.decode()

    event = session.day.event
    event.feedback_until = date(2021, 3, 3)
    event.save()
    client.post(address(session), {"rating": 1})
    assert SessionFeedback.objects.get().rating == 1


@pytest.mark.parametrize("off", ["session", "event"])
def test_what_was_cancelled_is_not_asked_about(session, off):
    ana = comes(session)
    if off == "session":
        session.is_cancelled = True
    else:
        session.day.event.status = EventStatus.CANCELLED
        session.day.event.save()
    refused(session, ana)


def test_nothing_is_told_while_answers_can_be_given(session, client, clock):
    event, staff = session.day.event, make_staff()
    answers(session, 5, useful="Secret words")

    def seen():
        client.force_login(staff)
        one, all_ = client.get(f"{address(session)}results/"), client.get("/events/lab/feedback/")
        return one.context["results"], one.context["figure"], all_.context["rows"]

    before = seen()
    feedback.give(session, comes(session), rating=1, better="One more")
    clock.move_to(datetime(2021, 3, 2, 12, tzinfo=UTC))
    assert seen() == before
    assert before[:2] == (feedback.Results(None), None)
    assert [cell["text"] for cell in before[2][0]] == ["Opening", "–", "–"]
    page = client.get(f"{address(session)}results/").content.decode()
    assert "until 2 March 2021" in page
    assert "Secret words" not in page

    event.feedback_until = date(2021, 3, 1)
    event.save()
    assert seen()[0].number == 6


def test_who_writes_is_told_that_words_are_shown(session, client):
    client.force_login(comes(session))
    page = client.get(address(session)).content.decode()
    assert page.count("Shown word for word, without your name: leave out names.") == 2


def test_results_are_told_from_five_answers_on_and_name_nobody(session, client, clock):
    answers(session, 4, useful="Secret words")

    clock.move_to(AFTER)
    client.force_login(make_staff())
    page = client.get(f"{address(session)}results/")
    assert "Too few answers" in page.content.decode()
    assert "Secret words" not in page.content.decode()
    assert (page.context["figure"], page.context["mean"]) == (None, "")

    clock.move_to(DURING)
    feedback.give(session, comes(session, name="Zoe"), rating=5, better="Breaks")
    clock.move_to(AFTER)
    page = client.get(f"{address(session)}results/")
    assert page.context["results"].counts == {5: 1, 4: 1, 3: 1, 2: 1, 1: 1}
    html = page.content.decode()
    for words in ("Secret words", "Breaks", "3.0"):
        assert words in html
    assert "Zoe" not in html
    assert "Ana" not in html


def test_words_stand_by_the_alphabet_each_kind_for_itself(session, clock):
    for useful, better in (("b", "y"), ("C", ""), ("a", "x"), ("", ""), ("", "Z")):
        feedback.give(session, comes(session), rating=3, useful=useful, better=better)
    clock.move_to(AFTER)
    told = feedback.results_of(session)
    assert (told.useful, told.better) == (["a", "b", "C"], ["x", "y", "Z"])


def test_staff_and_moderators_read_results_and_nobody_else(session, client):
    moderator = make_user()
    session.moderators.add(moderator)
    other = make_session(session.day.event)
    for person, seen in ((moderator, 200), (make_staff(), 200), (comes(session), 404)):
        client.force_login(person)
        assert client.get(f"{address(session)}results/").status_code == seen
    client.force_login(moderator)
    assert client.get(f"{other.get_absolute_url()}feedback/results/").status_code == 404
    assert client.get("/events/lab/feedback/").status_code == 404
    page = client.get(session.get_absolute_url()).content.decode()
    assert "What people thought of it" in page


def test_of_an_event_staff_see_all_sessions_with_a_constant_number_of_statements(
    session, client, clock
):
    answers(session, 5)
    feedback.give(make_session(session.day.event, title="Second"), comes(session), rating=1)
    clock.move_to(AFTER)
    client.force_login(make_staff())
    page = client.get("/events/lab/feedback/")
    assert "Answers could be given until" in page.content.decode()
    assert [[cell["text"] for cell in row] for row in page.context["rows"]] == [
        ["Opening", "5", "3.0"],
        ["Second", "1", "–"],
    ]
    counts = []
    for more in (0, 20):
        for _number in range(more):
            make_session(session.day.event)
        with CaptureQueriesContext(connection) as queries:
            client.get("/events/lab/feedback/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 7


def test_a_persons_page_names_what_they_can_rate(session, client):
    ana = comes(session)
    later = make_session(session.day.event, starts_at=None, ends_at=None, title="No hours")
    future = datetime(2021, 2, 16, 15, tzinfo=UTC)
    make_session(
        session.day.event, title="Later", starts_at=future, ends_at=future + timedelta(hours=1)
    )
    feedback.give(session, ana, rating=4)
    client.force_login(ana)
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/events/lab/present/")
    told = [(one.title, given) for one, given in page.context["to_rate"]]
    assert told == [("Opening", True), (later.title, False)]
    assert len(queries) <= 14
