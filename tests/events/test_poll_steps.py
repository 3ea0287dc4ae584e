"""The steps of a poll: prepared, started, a question at a time, ended; and what is forgotten."""

from datetime import timedelta

import pytest
import time_machine

from events.models import PollOption, PollState, QuestionState, Voice
from events.periodic import end_polls
from events.services import polls, voices
from events.services.polls import PollRefused
from tests import factories as make
from tests.events.test_polls import NOBODY, join, say, told
from tests.factories.labs import make_lab, make_poll, make_question, make_sitting


@pytest.mark.django_db
class TestSteps:
    def test_one_question_is_open_at_a_time(self):
        poll = make_poll()
        first, second = make_question(poll), make_question(poll)
        polls.open_question(first)
        polls.open_question(second)
        polls.open_question(second)
        states = list(poll.questions.values_list("state", flat=True))
        assert states == [QuestionState.CLOSED, QuestionState.OPEN]
        with pytest.raises(PollRefused, match="closed"):
            say(poll, first, "Yes")
        say(poll, second, "Yes")

    def test_a_poll_starts_with_questions_in_a_session_that_takes_place(self):
        session = make_sitting(make_lab())
        poll = make_poll(session, live=False)
        with pytest.raises(PollRefused, match="Add a question"):
            polls.start(poll)
        question = make_question(poll)
        with pytest.raises(PollRefused, match="Start the poll"):
            polls.open_question(question)
        with pytest.raises(PollRefused, match="not live"):
            voices.join(poll, NOBODY)
        session.is_cancelled = True
        session.save()
        with pytest.raises(PollRefused, match="called off"):
            polls.start(poll)
        session.is_cancelled = False
        session.save()
        assert polls.start(polls.start(poll)).state == PollState.LIVE

    def test_what_was_asked_is_neither_changed_nor_removed(self):
        poll = make_poll()
        question = make_question(poll, open=True)
        for change in (
            lambda: polls.set_options(question, ["Maybe", "Never"]),
            lambda: polls.remove(question),
        ):
            with pytest.raises(PollRefused, match="asked this already"):
                change()
        other = make_question(poll)
        polls.remove(other)
        assert poll.questions.get() == question

    def test_questions_move_up_and_down_and_stay_at_the_ends(self):
        poll = make_poll()
        one, two, three = (make_question(poll, text=text) for text in "123")
        polls.move(three, by=-1)
        polls.move(one, by=-1)
        polls.move(two, by=1)
        assert "".join(poll.questions.values_list("text", flat=True)) == "132"

    def test_the_end_is_for_good_and_nobody_knows_whose_voice_it_was(self):
        poll = make_poll()
        question = make_question(poll, open=True)
        person = make.make_user()
        token = voices.join(poll, person)
        voices.answer(voices.find(poll.code, token), question.pk, options=[
            question.options.first().pk
        ])  # fmt: skip
        kept = str(list(Voice.objects.values()))
        assert token not in kept
        polls.end(poll)
        polls.end(poll)

        assert told(question)[0] == 1
        assert Voice.objects.get().digest is None
        assert voices.find(poll.code, token) is None
        for step in (
            lambda: polls.start(poll),
            lambda: polls.open_question(question),
            lambda: polls.start_afresh(poll),
            lambda: voices.join(poll, NOBODY),
        ):
            with pytest.raises(PollRefused):
                step()

    def test_after_a_rehearsal_it_is_as_it_was_prepared(self):
        poll = make_poll()
        words = make_question(poll, "words", open=True)
        token = voices.join(poll, NOBODY)
        say(poll, words, "Trams", voice=voices.find(poll.code, token))
        polls.start_afresh(poll)
        poll.refresh_from_db()
        assert (poll.state, Voice.objects.count(), PollOption.objects.count()) == ("prepared", 0, 0)
        assert poll.questions.get().state == "waiting"
        assert voices.find(poll.code, token) is None

    def test_a_person_who_is_signed_in_has_one_voice(self):
        poll = make_poll()
        person = make.make_user()
        assert voices.join(poll, person) == voices.join(poll, person)
        assert voices.join(poll, NOBODY) != voices.join(poll, NOBODY)
        assert voices.join(make_poll(), person) != voices.join(poll, person)
        assert poll.voices.count() == 3

    def test_a_room_holds_so_many_and_no_more(self, monkeypatch):
        monkeypatch.setattr(voices, "MOST_VOICES", 2)
        poll = make_poll()
        person = make.make_user()
        voices.join(poll, person)
        voices.join(poll, NOBODY)
        with pytest.raises(PollRefused, match="More people"):
            voices.join(poll, NOBODY)
        voices.join(poll, person)

    def test_what_nobody_ended_ends_by_itself_and_names_are_forgotten(self):
        poll = make_poll(asks_names=True)
        say(poll, make_question(poll, "quiz", open=True), "Yes", voice=join(poll, name="Ada"))
        day = poll.session.day.event.ends_on
        for days, state, names in ((1, "live", ["Ada"]), (2, "ended", ["Ada"]), (8, "ended", [""])):
            with time_machine.travel(day + timedelta(days=days, hours=1)):
                end_polls()
                end_polls()
            poll.refresh_from_db()
            assert poll.state == state
            assert list(poll.voices.values_list("name", flat=True)) == names

    def test_codes_have_no_signs_that_look_alike(self):
        codes = "".join(polls.new_code() for _each in range(50))
        assert set(codes) <= set(polls.SIGNS)
        assert not set(polls.SIGNS) & set("01OILSZBAEUY")
        assert len(codes) == 300
