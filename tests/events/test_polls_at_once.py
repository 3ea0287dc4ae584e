"""A whole room answers at once: nothing is lost, and every figure is exact."""

import pytest

from events.models import Voice
from events.services import polls, voices
from events.services.polls import PollRefused
from tests.events.test_polls import NOBODY, join, say, told
from tests.events.test_signups import at_once
from tests.factories.labs import make_poll, make_question


def answers_at_once(poll, question, people):
    """Let so many people join and answer, and a third of them change their mind."""
    yes, no = question.options.order_by("position").values_list("pk", flat=True)

    def work(number):
        def run():
            voice = voices.find(poll.code, voices.join(poll, NOBODY))
            voices.answer(voice, question.pk, options=[yes])
            if number % 3 == 0:
                voices.answer(voice, question.pk, options=[no])

        return run

    at_once([work(number) for number in range(people)])


@pytest.mark.django_db(transaction=True)
def test_of_300_who_answer_at_once_every_answer_counts_exactly():
    poll = make_poll()
    question = make_question(poll, open=True)
    answers_at_once(poll, question, 300)
    assert told(question) == (300, {"Yes": 200, "No": 100})
    assert Voice.objects.count() == 300


@pytest.mark.django_db(transaction=True)
def test_the_same_words_from_many_at_once_are_one_option():
    poll = make_poll()
    question = make_question(poll, "words", is_moderated=False, open=True)

    def work():
        say(poll, question, "Trams")

    at_once([work] * 48, workers=8)
    assert told(question) == (48, {"Trams": 48})


@pytest.mark.django_db(transaction=True)
def test_the_same_voice_twice_at_once_is_one_answer():
    poll = make_poll()
    question = make_question(poll, open=True)
    voice = join(poll)
    at_once([lambda: say(poll, question, "Yes", voice=voice)] * 24, workers=8)
    assert told(question) == (1, {"Yes": 1, "No": 0})


@pytest.mark.django_db(transaction=True)
def test_what_was_told_as_counted_counts_when_the_question_closes_meanwhile():
    poll = make_poll()
    question = make_question(poll, open=True)
    joined = [join(poll) for _each in range(60)]
    counted, refused, at_the_end = [], [], []

    def answer(voice):
        def run():
            try:
                say(poll, question, "Yes", voice=voice)
            except PollRefused:
                refused.append(voice)
            else:
                counted.append(voice)

        return run

    def close():
        polls.close_question(poll)
        at_the_end.append(told(question)[0])

    works = [answer(voice) for voice in joined]
    works.insert(20, close)
    at_once(works, workers=6)
    assert len(counted) + len(refused) == 60
    # Once it is closed no answer comes in any more: the figure that was read then stands.
    assert told(question)[0] == len(counted) == at_the_end[0]
