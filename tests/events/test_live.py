"""The room: anybody with the code joins, answers and looks on, and the moderator runs it all."""

import re

import pytest

from cities import limits
from events.models import Poll, PollAnswer, Voice
from events.services import polls, voices
from events.views import live
from tests import factories as make
from tests.events.test_polls import NOBODY, say, told
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


def page(client, address, **sent):
    answer = client.post(address, sent) if sent else client.get(address, follow=True)
    return answer.content.decode()


def come_in(client, poll, **sent):
    """Join, and return the address of one's own page."""
    answer = client.post(f"/live/{poll.code}/", sent)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


class TestJoining:
    def test_the_code_is_typed_in_any_way_and_leads_in_without_a_cookie(self, poll, client):
        typed = f"{poll.code[:3].lower()} - {poll.code[3:]}"
        answer = client.get("/live/", {"code": typed})
        assert answer["Location"] == f"/live/{poll.code}/"
        assert "Take part" in page(client, f"/live/{poll.code.lower()}/")
        assert not Voice.objects.exists()

        own = come_in(client, poll)

        assert "The first question comes up here" in page(client, own)
        assert dict(client.cookies) == {}
        assert Voice.objects.count() == 1
        # The address is a secret: nobody is told it, stores it or finds it.
        answer = client.get(own)
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]
        assert own.split("/")[-2] not in str(list(Voice.objects.values()))

    def test_a_code_that_is_wrong_says_so_and_too_many_make_the_network_wait(
        self, poll, client, monkeypatch
    ):
        monkeypatch.setattr(live, "MOST_WRONG", 3)
        own = come_in(client, poll)
        for code in ("WRONG", "BCDFGH", "234567"):
            answer = client.get(f"/live/{code}/")
            assert answer.status_code == 404
            assert code in answer.content.decode()
        for address in (f"/live/{poll.code}/", f"/live/{poll.code}/screen/", "/live/BCDFGH/x/"):
            answer = client.get(address)
            assert answer.status_code == 429
            assert "in 10 minutes" in answer.content.decode()
        # Whoever is in stays in, and another network is another matter.
        assert client.get(own).status_code == 200
        assert client.get(f"/live/{poll.code}/", REMOTE_ADDR="192.0.2.9").status_code == 200

    def test_right_codes_cost_no_turn(self, poll, client):
        for _each in range(live.MOST_WRONG + 2):
            assert client.get(f"/live/{poll.code}/").status_code == 200
        who = limits.network("127.0.0.1")
        assert limits.wait_for("live-code", who, most=1) == 0

    def test_before_it_begins_and_after_it_ended_the_page_says_so(self, poll, client):
        own = come_in(client, poll)
        Poll.objects.update(state="prepared")
        assert "has not begun yet" in page(client, f"/live/{poll.code}/")
        assert "not begun yet" in page(client, f"/live/{poll.code}/screen/")
        assert "not begun yet" in page(client, f"/live/{poll.code}/", name="x")
        Poll.objects.update(state="live")
        polls.end(poll)
        for address in (f"/live/{poll.code}/", f"/live/{poll.code}/screen/", own):
            assert "This poll has ended" in page(client, address)

    def test_a_hidden_event_hides_its_polls(self, poll, client):
        own = come_in(client, poll)
        type(poll.session.day.event).objects.update(status="draft")
        for address in (f"/live/{poll.code}/", f"/live/{poll.code}/screen/", own):
            assert client.get(address).status_code == 404

    def test_names_are_asked_for_where_there_is_a_ranking(self, poll, client):
        assert "Name for the ranking" not in page(client, f"/live/{poll.code}/")
        Poll.objects.update(asks_names=True)
        own = come_in(client, poll, name="  Ada   L ")
        assert "In the ranking you are Ada L" in page(client, own)
        refused = page(client, f"/live/{poll.code}/", name="ada l")
        assert "Somebody here has this name already" in refused
        assert 'value="ada l"' in refused

    def test_a_person_who_is_signed_in_comes_to_the_same_voice(self, poll, client):
        client.force_login(make.make_user())
        assert come_in(client, poll) == come_in(client, poll)
        assert Voice.objects.count() == 1


class TestAnswering:
    def test_an_answer_is_kept_and_can_be_changed_until_the_question_closes(self, poll, client):
        question = make_question(poll, "one", "Bus", "Tram", open=True)
        bus, tram = question.options.order_by("position")
        own = come_in(client, poll)
        answer = client.post(own, {"question": question.pk, "option": bus.pk})
        assert answer["Location"] == own
        shown = page(client, own)
        assert "Your answer is in" in shown
        assert re.search(rf'value="{bus.pk}"[^>]*checked', shown)
        client.post(own, {"question": question.pk, "option": tram.pk})
        assert told(question) == (1, {"Bus": 0, "Tram": 1})

        polls.close_question(poll)
        late = page(client, own, question=question.pk, option=bus.pk)

        assert "it did not count" in late
        assert "You had answered: “Bus”" in late
        assert "You answered: “Tram”" in late
        assert told(question) == (1, {"Bus": 0, "Tram": 1})

    def test_words_that_come_too_late_are_given_back(self, poll, client):
        question = make_question(poll, "words", open=True)
        own = come_in(client, poll)
        polls.open_question(make_question(poll, text="Another one"))
        late = page(client, own, question=question.pk, words="Trams & trees")
        assert "You had answered: “Trams &amp; trees”" in late
        assert "Another one" in late
        polls.end(poll)
        late = page(client, own, question=question.pk, words="Trams & trees")
        assert "came too late" in late
        assert "Trams &amp; trees" in late
        assert "This poll has ended" in late

    def test_an_empty_answer_is_asked_for_again(self, poll, client):
        question = make_question(poll, "several", open=True)
        own = come_in(client, poll)
        assert "Choose an answer first" in page(client, own, question=question.pk)
        words = make_question(poll, "words", open=True)
        assert "Write an answer first" in page(client, own, question=words.pk, words=" ")
        long = page(client, own, question=words.pk, words="x" * 61)
        assert "x" * 61 in long
        assert not PollAnswer.objects.exists()

    def test_a_look_says_nothing_new_until_something_is_new(
        self, poll, client, django_assert_num_queries
    ):
        question = make_question(poll, "words", open=True)
        own = come_in(client, poll)
        poll.refresh_from_db()
        look = {"look": poll.version, "question": question.pk, "words": "Half a th"}
        with django_assert_num_queries(1):
            assert client.post(own, look, headers={"HX-Request": "true"}).status_code == 204
        # Something of another question changed: whoever is typing is left alone.
        polls.move(make_question(poll), by=-1)
        assert client.post(own, look, headers={"HX-Request": "true"}).status_code == 204

        polls.close_question(poll)
        answer = client.post(own, look, headers={"HX-Request": "true"}).content.decode()

        assert answer.startswith("\n<div") or answer.lstrip().startswith("<div")
        assert "You had answered: “Half a th”" in answer
        assert not PollAnswer.objects.exists()

    def test_the_answer_to_a_quiz_is_not_told_while_it_is_open(self, poll, client):
        question = make_question(poll, "quiz", "Rouen", "Corfu", open=True)
        own = come_in(client, poll)
        client.post(own, {"question": question.pk, "option": question.options.first().pk})
        for address in (own, f"/live/{poll.code}/screen/"):
            assert "right" not in page(client, address).split("<main")[1].split("</main")[0]
        polls.close_question(poll)
        assert "That is right." in page(client, own)
        assert "✓ Rouen (right)" in page(client, f"/live/{poll.code}/screen/")

    def test_nobody_answers_with_the_address_of_another_poll(self, poll, client):
        other = make_poll()
        own = come_in(client, poll)
        stolen = own.replace(poll.code, other.code)
        assert "Take part" in page(client, stolen)


class TestTheScreen:
    def test_shows_what_the_room_says_and_moves_with_it(self, poll, client):
        question = make_question(poll, "one", "Bus", "Tram", open=True)
        screen = f"/live/{poll.code}/screen/"
        shown = page(client, screen)
        assert poll.code_in_parts in shown
        assert "QR code" in shown
        assert "0 answers" in shown
        part = re.search(r'hx-get="([^"]+)"', shown)[1]
        assert client.get(part, headers={"HX-Request": "true"}).status_code == 204

        say(poll, question, "Bus")

        moved = client.get(part, headers={"HX-Request": "true"}).content.decode()
        assert "1 answer" in moved
        assert "1 (100%)" in moved
        assert "<html" not in moved

    def test_takes_as_many_queries_for_many_answers_as_for_one(
        self, poll, client, django_assert_max_num_queries
    ):
        question = make_question(poll, "several", "Bus", "Tram", open=True)
        say(poll, question, "Bus", "Tram")
        screen = f"/live/{poll.code}/screen/"
        with django_assert_max_num_queries(7) as first:
            client.get(screen)
        for _each in range(5):
            say(poll, question, "Tram")
            make_question(poll)
        with django_assert_max_num_queries(len(first)):
            client.get(screen)

    def test_keeps_back_what_is_hidden_while_open_and_what_nobody_let_through(self, poll, client):
        hidden = make_question(poll, "one", "Bus", "Tram", is_hidden_while_open=True, open=True)
        say(poll, hidden, "Bus")
        screen = f"/live/{poll.code}/screen/"
        assert "shown once the question is closed" in page(client, screen)
        assert "Bus" not in page(client, screen)
        words = make_question(poll, "words", open=True)
        say(poll, words, "Rude words")
        shown = page(client, screen)
        assert "The moderator looks at the answers first" in shown
        assert "Rude words" not in shown

    def test_is_for_those_who_run_it_also_when_it_is_not_live(self, poll, moderator, client):
        say(poll, make_question(poll, "one", "Bus", "Tram", open=True), "Bus")
        polls.end(poll)
        assert "Bus" not in page(client, f"/live/{poll.code}/screen/")
        client.force_login(moderator)
        assert "1 (100%)" in page(client, f"/live/{poll.code}/screen/")


def test_names_in_a_room_do_not_come_from_forms_of_polls_without_a_ranking(poll):
    voices.join(poll, NOBODY, name="Ada")
    assert Voice.objects.get().name == ""
