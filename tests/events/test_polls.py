"""Polls: what moderators prepare and run, and what counts of what the room says."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from events.models import (
    OptionState,
    PollAnswer,
    PollQuestion,
    Voice,
)
from events.services import poll_results, polls, voices
from events.services.polls import PollRefused
from tests.factories.labs import make_poll, make_question

NOBODY = AnonymousUser()
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def join(poll, user=NOBODY, **given):
    return voices.find(poll.code, voices.join(poll, user, **given))


def say(poll, question, *texts, voice=None):
    """Let a new voice answer with options of these texts, or in these words."""
    voice = voice or join(poll)
    if question.kind == "words":
        voices.answer(voice, question.pk, words=texts[0])
    else:
        keys = [question.options.get(text=text).pk for text in texts]
        voices.answer(voice, question.pk, options=keys)
    return voice


def told(question):
    result = poll_results.results_of([question])[0]
    return result.answers, {one.text: one.number for one in result.lines}


@pytest.mark.django_db
class TestCounting:
    def test_each_voice_counts_once_and_its_last_answer_counts(self):
        poll = make_poll()
        question = make_question(poll, "one", "Bus", "Tram", open=True)
        first = say(poll, question, "Bus")
        say(poll, question, "Bus")
        say(poll, question, "Tram", voice=first)

        assert told(question) == (2, {"Bus": 1, "Tram": 1})
        assert PollAnswer.objects.count() == 2

    def test_of_several_choices_each_is_counted_and_people_once(self):
        poll = make_poll()
        question = make_question(poll, "several", "Bus", "Tram", "Bike", open=True)
        voice = say(poll, question, "Bus", "Tram")
        say(poll, question, "Bus", "Bike")
        assert told(question) == (2, {"Bus": 2, "Tram": 1, "Bike": 1})

        say(poll, question, "Bike", voice=voice)

        assert told(question) == (2, {"Bus": 1, "Tram": 0, "Bike": 2})

    def test_a_scale_has_a_mean(self):
        poll = make_poll()
        question = make_question(poll, "scale", open=True)
        for mark in ("5", "4", "4"):
            say(poll, question, mark)
        result = poll_results.results_of([question])[0]
        assert result.mean == pytest.approx(13 / 3)
        assert [one.percent for one in result.lines] == [0, 0, 0, 67, 33]

    def test_the_same_words_are_one_answer_and_wait_for_the_moderator(self):
        poll = make_poll()
        question = make_question(poll, "words", open=True)
        voice = say(poll, question, "Réparer  les vélos")
        say(poll, question, "reparer les VELOS")
        say(poll, question, "Rude")
        result = poll_results.results_of([question])[0]
        assert (result.answers, result.lines) == (3, [])
        assert [(one.text, one.number) for one in result.kept_back] == [
            ("Réparer les vélos", 2),
            ("Rude", 1),
        ]

        polls.judge(result.kept_back[0].option, OptionState.SHOWN)
        polls.judge(result.kept_back[1].option, OptionState.HIDDEN)
        # Who writes the same is judged with it; whoever changes their words takes them back.
        say(poll, question, "rude")
        say(poll, question, "réparer les vélos")
        say(poll, question, "Trams", voice=voice)

        assert told(question) == (5, {"Réparer les vélos": 2})

    def test_words_nobody_looks_at_are_shown_at_once(self):
        poll = make_poll()
        question = make_question(poll, "words", is_moderated=False, open=True)
        say(poll, question, "Trams")
        assert told(question) == (1, {"Trams": 1})

    def test_names_are_ranked_by_right_answers_of_closed_questions(self):
        poll = make_poll(asks_names=True)
        first = make_question(poll, "quiz", "Rouen", "Corfu", open=True)
        ada, bo, cleo = (join(poll, name=name) for name in ("Ada", "bo", "Cleo"))
        say(poll, first, "Rouen", voice=ada)
        say(poll, first, "Rouen", voice=cleo)
        say(poll, first, "Corfu", voice=bo)
        say(poll, first, "Rouen")
        assert [row[:3] for row in poll_results.ranking(poll)] == [
            (1, "Ada", 0),
            (1, "bo", 0),
            (1, "Cleo", 0),
        ]
        polls.close_question(poll)
        assert [row[:3] for row in poll_results.ranking(poll)] == [
            (1, "Ada", 1),
            (1, "Cleo", 1),
            (3, "bo", 0),
        ]
        polls.take_name_away(ada)
        assert [row[1] for row in poll_results.ranking(poll)] == ["Cleo", "bo"]

    def test_what_is_no_answer_is_refused(self):
        poll, other = make_poll(), make_poll()
        question = make_question(poll, "one", "Bus", "Tram", open=True)
        foreign = make_question(other, "one", open=True).options.first()
        voice = join(poll)
        both = list(question.options.values_list("pk", flat=True))
        for options in ([], both, [foreign.pk]):
            with pytest.raises(PollRefused, match="Choose an answer"):
                voices.answer(voice, question.pk, options=options)
        with pytest.raises(PollRefused, match="closed"):
            voices.answer(voice, foreign.question_id, options=[foreign.pk])
        words = make_question(poll, "words", open=True)
        with pytest.raises(PollRefused, match="Write an answer"):
            voices.answer(voice, words.pk, words="  ")
        assert not PollAnswer.objects.exists()

    def test_results_take_as_many_queries_for_three_questions_as_for_one(
        self, django_assert_num_queries
    ):
        poll = make_poll()
        questions = [make_question(poll, kind) for kind in ("one", "several", "words")]
        for question in questions:
            polls.open_question(question)
            say(poll, question, "Yes")
        with django_assert_num_queries(3):
            poll_results.results_of(questions[:1])
        with django_assert_num_queries(3):
            poll_results.results_of(questions)


@pytest.mark.django_db
class TestTheDatabase:
    def test_keeps_one_answer_per_voice_and_question(self):
        poll = make_poll()
        question = make_question(poll, open=True)
        voice = say(poll, question, "Yes")
        with pytest.raises(IntegrityError), transaction.atomic():
            PollAnswer.objects.create(voice=voice, question=question)

    def test_keeps_one_open_question_one_right_choice_and_a_name_once(self):
        poll = make_poll(asks_names=True)
        first, second = make_question(poll, "quiz", open=True), make_question(poll)
        join(poll, name="Ada")
        for rows, change in (
            (
                PollQuestion.objects.filter(pk=second.pk),
                {"state": "open", "moved_at": NOON},
            ),
            (PollQuestion.objects.filter(pk=second.pk), {"state": "closed"}),
            (first.options.filter(is_right=False), {"is_right": True}),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            Voice.objects.create(poll=poll, name="ADA")
        with pytest.raises(PollRefused, match="name already"):
            join(poll, name="ada")

    def test_keeps_a_poll_that_was_answered(self):
        poll = make_poll()
        say(poll, make_question(poll, open=True), "Yes")
        with pytest.raises(ProtectedError):
            poll.session.delete()
