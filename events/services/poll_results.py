"""What a room said: counted by the database, without anybody's voice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.db.models.functions import Lower

from events.models import (
    Event,
    OptionState,
    Poll,
    PollAnswer,
    PollKind,
    PollOption,
    PollQuestion,
    PollState,
    QuestionState,
    Session,
)

MOST_RANKED = 10


@dataclass(frozen=True)
class Line:
    """One option, how many chose it, and of a hundred who answered how many."""

    option: PollOption
    number: int
    percent: int

    @property
    def text(self) -> str:
        """Return its words."""
        return self.option.text


@dataclass(frozen=True)
class Result:
    """What was said to one question. Words that nobody let through are not among the lines."""

    question: PollQuestion
    answers: int
    lines: list[Line]
    kept_back: list[Line]
    """Words that are to be looked at, or are not shown."""
    mean: float | None = None

    @property
    def state(self) -> str:
        """Return what a page has to draw anew when it changes."""
        told = "-".join(f"{one.option.pk}.{one.number}" for one in [*self.lines, *self.kept_back])
        return f"{self.question.pk}:{self.answers}:{told}"


def results_of(questions: Sequence[PollQuestion]) -> list[Result]:
    """Return what was said to each question: three queries, however many there are."""
    keys = [question.pk for question in questions]
    options: dict[int, list[PollOption]] = {key: [] for key in keys}
    for option in PollOption.objects.filter(question__in=keys).order_by("position", "pk"):
        options[option.question_id].append(option)
    answers: Counter[int] = Counter()
    chosen: Counter[int] = Counter()
    given = PollAnswer.objects.filter(question__in=keys).order_by()
    for key, one, number in given.values_list("question", "option").annotate(n=Count("pk")):
        answers[key] += number
        if one is not None:
            chosen[one] += number
    ticks = PollAnswer.ticked.through.objects.filter(pollanswer__question__in=keys).order_by()
    chosen.update(dict(ticks.values_list("polloption").annotate(n=Count("pk"))))
    return [
        _result(question, options[question.pk], chosen, answers[question.pk])
        for question in questions
    ]


def _result(
    question: PollQuestion, options: Iterable[PollOption], chosen: Counter[int], answers: int
) -> Result:
    lines = [
        Line(one, chosen[one.pk], round(100 * chosen[one.pk] / answers) if answers else 0)
        for one in options
    ]
    mean = None
    if question.kind == PollKind.WORDS:
        # Words that their writer changed since are nobody's any more.
        lines = [one for one in lines if one.number]
        lines.sort(key=lambda one: (-one.number, one.text.casefold()))
    elif question.kind == PollKind.SCALE and answers:
        mean = sum(one.option.position * one.number for one in lines) / answers
    return Result(
        question=question,
        answers=answers,
        lines=[one for one in lines if one.option.state == OptionState.SHOWN],
        kept_back=[one for one in lines if one.option.state != OptionState.SHOWN],
        mean=mean,
    )


def current(asked: Sequence[PollQuestion]) -> PollQuestion | None:
    """Return the question that is open, or the one that closed last, of those that were asked."""
    opened = next((one for one in asked if one.is_open), None)
    return opened or max(asked, key=lambda one: str(one.moved_at), default=None)


def ranking(poll: Poll) -> list[tuple[int, str, int, int]]:
    """Return rank, name, right answers and number of the voice of those who gave a name.

    Only questions that are closed count. Who has as many right has the same rank.
    """
    if not poll.asks_names:
        return []
    right = Q(
        answers__question__kind=PollKind.QUIZ,
        answers__question__state=QuestionState.CLOSED,
        answers__option__is_right=True,
    )
    named = poll.voices.exclude(name="").annotate(points=Count("answers", filter=right))
    rows = named.order_by("-points", Lower("name")).values_list("points", "name", "pk")
    found: list[tuple[int, str, int, int]] = []
    for at, (points, name, pk) in enumerate(rows, start=1):
        rank = found[-1][0] if found and found[-1][2] == points else at
        found.append((rank, name, points, pk))
    return found


def told_of(
    sessions: Sequence[Session] | Event, *, is_all: bool
) -> list[tuple[Poll, list[Result]]]:
    """Return polls that have ended with what was said: all of them, or those that are shared.

    Of a list of sessions or a whole event; five queries, one where there is none.
    """
    polls = Poll.objects.filter(state=PollState.ENDED) if is_all else Poll.objects.told()
    if isinstance(sessions, Event):
        polls = polls.filter(session__day__event=sessions)
    else:
        polls = polls.filter(session__in=[one.pk for one in sessions])
    found = list(
        polls.select_related("session__day__event")
        .prefetch_related("questions")
        .order_by("session", "pk")
    )
    asked = {poll.pk: asked_of(poll) for poll in found}
    results = results_of([one for questions in asked.values() for one in questions])
    by_question = {result.question.pk: result for result in results}
    return [(poll, [by_question[one.pk] for one in asked[poll.pk]]) for poll in found]


def asked_of(poll: Poll) -> list[PollQuestion]:
    """Return the questions the room was asked."""
    return [one for one in poll.questions.all() if one.state != QuestionState.WAITING]
