"""Polls from the moderator's side: prepared, run from one page, told afterwards."""

import csv
import io
import re

import pytest
from django.urls import reverse

from events.models import Poll, PollQuestion, Voice
from events.services import polls
from tests import factories as make
from tests.events.test_live import page
from tests.events.test_polls import join, say
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


class TestRunning:
    def test_a_moderator_prepares_and_runs_a_poll_and_others_find_nothing(self, client):
        session = make_sitting(make_lab(slug="lab"))
        person, stranger = make.make_user(), make.make_user()
        session.moderators.add(person)
        address = reverse("events:polls", args=["lab", session.day.date, session.slug])
        client.force_login(stranger)
        assert client.get(address).status_code == 404
        assert client.get(f"{address}new/").status_code == 404
        client.force_login(person)
        assert "No poll yet" in page(client, address)
        made = client.post(f"{address}new/", {"title": "Streets"})
        poll = Poll.objects.get()
        assert made["Location"] == poll.get_absolute_url()
        question = {"text": "Which one?", "kind": "quiz", "choices": "Bus\n*Tram\n"}
        client.post(f"{poll.get_absolute_url()}questions/new/", question)
        asked = PollQuestion.objects.get()
        assert list(asked.options.values_list("text", "is_right")) == [
            ("Bus", False),
            ("Tram", True),
        ]

        shown = steps(client, poll, start="1")
        assert "The room can come in" in shown
        steps(client, poll, open=asked.pk)
        say(poll, asked, "Tram")
        assert "1 answer" in page(client, poll.get_absolute_url())
        steps(client, poll, close=asked.pk)
        steps(client, poll, share="1")
        steps(client, poll, end="1")

        poll.refresh_from_db()
        assert (poll.state, poll.is_shared) == ("ended", True)
        assert "Streets" in page(client, address)
        client.force_login(stranger)
        for path in ("", "title/", "questions/new/"):
            assert client.get(poll.get_absolute_url() + path).status_code == 404
        assert client.get(f"/events/polls/questions/{asked.pk}/").status_code == 404
        assert client.get(f"/events/polls/{poll.pk}.csv").status_code == 404

    @pytest.mark.parametrize(
        ("kind", "choices", "told"),
        [
            ("one", "Bus", "Write from 2 to 12 choices"),
            ("one", "Bus\nbus", "stands there twice"),
            ("several", "\n".join(f"n{at}" for at in range(13)), "Write from 2 to 12 choices"),
            ("quiz", "Bus\nTram", "Put a star before the one choice"),
            ("quiz", "*Bus\n*Tram", "Put a star before the one choice"),
            ("scale", "Bad", "write two lines"),
            ("words", "Bus\nTram", "leave the choices empty"),
            ("one", "Bus\n" + "T" * 121, "has at most 120 signs"),
            ("one", "Bus\n***", "Every choice needs words"),
        ],
    )
    def test_choices_that_do_not_fit_are_named_and_kept(
        self, poll, moderator, client, kind, choices, told
    ):
        client.force_login(moderator)
        address = f"{poll.get_absolute_url()}questions/new/"
        sent = {"text": "Which?", "kind": kind, "choices": choices}
        shown = page(client, address, **sent)
        assert told in shown
        assert choices.splitlines()[0] in shown
        assert not PollQuestion.objects.exists()

    def test_a_question_is_changed_until_it_is_asked(self, poll, moderator, client):
        client.force_login(moderator)
        scale = make_question(poll, "scale")
        address = f"/events/polls/questions/{scale.pk}/"
        sent = {"text": "How was it?", "kind": "scale", "choices": "Bad\nGood"}
        assert client.post(address, sent).status_code == 302
        texts = scale.options.order_by("position").values_list("text", flat=True)
        assert list(texts) == ["1 – Bad", "2", "3", "4", "5 – Good"]
        assert "Bad\nGood" in page(client, address)
        polls.open_question(scale)
        shown = page(client, address, **(sent | {"text": "Changed"}))
        assert "The room was asked this already" in shown
        assert "Changed" in shown
        scale.refresh_from_db()
        assert scale.text == "How was it?"

    def test_words_are_let_through_and_names_taken_away(self, poll, moderator, client):
        Poll.objects.update(asks_names=True)
        poll.refresh_from_db()
        words = make_question(poll, "words", open=True)
        say(poll, words, "Trams", voice=join(poll, name="Rude name"))
        say(poll, words, "Rude words")
        client.force_login(moderator)
        assert "Rude words" in page(client, poll.get_absolute_url())
        steps(client, poll, let=words.options.get(text="Trams").pk)
        steps(client, poll, keep=words.options.get(text="Rude words").pk)
        steps(client, poll, unname=Voice.objects.get(name="Rude name").pk)
        shown = page(client, f"/live/{poll.code}/screen/")
        assert "Trams" in shown
        assert "Rude" not in shown

    def test_a_step_that_cannot_be_taken_is_said(self, poll, moderator, client):
        question = make_question(poll)
        foreign = make_question(make_poll())
        client.force_login(moderator)
        assert "Tick that all answers" in steps(client, poll, afresh="1")
        assert "Choose one of the steps" in steps(client, poll, dance="1")
        for sent in ({"open": foreign.pk}, {"open": "x"}, {"let": "9" * 30}):
            assert client.post(poll.get_absolute_url(), sent).status_code == 404
        steps(client, poll, open=question.pk)
        assert "asked this already" in steps(client, poll, remove=question.pk)
        steps(client, poll, afresh="1", sure="1")
        poll.refresh_from_db()
        assert poll.state == "prepared"

    def test_its_page_asks_again_only_for_what_is_new(
        self, poll, moderator, client, django_assert_max_num_queries
    ):
        question = make_question(poll, "words", open=True)
        client.force_login(moderator)
        part = re.search(r'hx-get="([^"]+)"', page(client, poll.get_absolute_url()))[1]
        assert client.get(part, headers={"HX-Request": "true"}).status_code == 204
        say(poll, question, "Trams")
        with django_assert_max_num_queries(11):
            answer = client.get(part, headers={"HX-Request": "true"})
        assert "Trams" in answer.content.decode()

    def test_the_table_says_how_many_and_never_who(self, poll, moderator, client):
        say(poll, make_question(poll, "one", "=Bus", "Tram", open=True), "=Bus")
        client.force_login(moderator)
        assert client.get(f"/events/polls/{poll.pk}.csv").status_code == 404
        polls.end(poll)
        answer = client.get(f"/events/polls/{poll.pk}.csv")
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert rows[1:] == [
            ["Question 1", "One choice", "1", "'=Bus", "1", "", "yes"],
            ["Question 1", "One choice", "1", "Tram", "0", "", "yes"],
        ]
