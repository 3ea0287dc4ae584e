"""Polls that have ended: what the session's page, programs and staff are told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.exchange.reports import report_of
from events.models import Poll
from events.services import polls
from tests import factories as make
from tests.events.test_live import page
from tests.events.test_polls import say
from tests.factories.labs import make_lab, make_poll, make_question, make_sitting

pytestmark = pytest.mark.django_db


@pytest.fixture
def poll():
    return make_poll(make_sitting(make_lab(slug="lab")), title="Streets")


@pytest.fixture
def moderator(poll):
    person = make.make_user()
    poll.session.moderators.add(person)
    return person


def steps(client, poll, **step):
    return client.post(poll.get_absolute_url(), step, follow=True).content.decode()


class TestAfterwards:
    def test_the_sessions_page_tells_its_audience_what_is_shared(self, poll, moderator, client):
        say(poll, make_question(poll, "one", "Bus", "Tram", open=True), "Bus")
        make_question(poll, text="Never asked")
        address = poll.session.get_absolute_url()
        polls.end(poll)
        type(poll.session).objects.update(audience="core")
        client.force_login(moderator)
        assert "What the room said" not in page(client, address)

        polls.share(poll, is_shared=True)

        shown = page(client, address)
        assert "What the room said: Streets" in shown
        assert "1 (100%)" in shown
        assert "Never asked" not in shown
        client.logout()
        assert "What the room said" not in page(client, address)
        type(poll.session).objects.update(audience="public")
        assert "What the room said" in page(client, address)

    def test_the_way_in_is_on_the_sessions_page_for_those_who_have_a_place(self, poll, client):
        way = f'href="/live/{poll.code}/"'
        type(poll.session).objects.update(audience="public")
        address = poll.session.get_absolute_url()
        assert way not in page(client, address)
        person = make.make_user()
        client.force_login(person)
        assert way not in page(client, address)
        poll.session.day.event.registrations.create(user=person, status="confirmed")
        assert way in page(client, address)

    def test_programs_read_what_everybody_may_read(self, poll, client):
        say(poll, make_question(poll, "one", "Bus", "Tram", open=True), "Bus")
        polls.end(poll)
        polls.share(poll, is_shared=True)

        def read():
            return client.get("/api/v1/events/lab/").json()["sessions"][0]["polls"]

        assert read() == []
        type(poll.session).objects.update(audience="public")
        assert read() == [
            {
                "title": "Streets",
                "questions": [
                    {
                        "text": "Question 1",
                        "kind": "one",
                        "people": 1,
                        "answers": [
                            {"text": "Bus", "people": 1, "is_right": False},
                            {"text": "Tram", "people": 0, "is_right": False},
                        ],
                    }
                ],
            }
        ]
        polls.share(poll, is_shared=False)
        assert read() == []

    def test_the_report_tells_staff_of_all_and_others_of_what_is_shared(self, poll):
        say(poll, make_question(poll, "quiz", "Bus", "Tram", open=True), "Bus")
        polls.end(poll)
        event = poll.session.day.event
        person = make.make_user()
        event.registrations.create(user=person, status="confirmed")

        def told_to(reader):
            with CaptureQueriesContext(connection) as counted:
                content = str(report_of(event, reader))
            told = [words in content for words in ("Streets", "Bus (right)", "100 %")]
            return told, len(counted)

        staff = make.make_staff()
        assert told_to(staff)[0] == [True] * 3
        type(poll.session).objects.update(audience="public")
        assert told_to(person)[0] == [False] * 3
        polls.share(poll, is_shared=True)
        told, one_poll = told_to(person)
        assert told == [True] * 3
        for _each in range(2):
            another = make_poll(poll.session)
            say(another, make_question(another, open=True), "Yes")
            polls.end(another)
            polls.share(another, is_shared=True)
        assert told_to(person)[1] == one_poll

    def test_staff_write_polls_in_the_admin(self, client):
        session = make_sitting(make_lab())
        client.force_login(make.make_staff())
        rows = {
            "questions-TOTAL_FORMS": "1",
            "questions-INITIAL_FORMS": "0",
            "questions-0-position": "1",
            "questions-0-text": "Which?",
            "questions-0-kind": "one",
            "questions-0-choices": "Bus\nTram",
        }
        sent = {"session": session.pk, "title": "Streets", **rows}
        answer = client.post("/admin/events/poll/add/", sent)
        assert answer.status_code == 302, answer.context["adminform"].form.errors
        made = Poll.objects.get()
        assert len(made.code) == 6
        assert list(made.questions.get().options.values_list("text", flat=True)) == ["Bus", "Tram"]
        change = f"/admin/events/poll/{made.pk}/change/"
        assert made.get_absolute_url() in page(client, change)
        question = made.questions.get()
        rows |= {"questions-INITIAL_FORMS": "1", "questions-0-id": question.pk}
        rows |= {"questions-0-poll": made.pk, "questions-0-choices": "Bus\nTram\nBike"}
        client.post(change, sent | rows | {"title": "Roads", "asks_names": "on"})
        made.refresh_from_db()
        assert (made.title, made.asks_names, question.options.count()) == ("Roads", True, 3)
