"""Polls in invented sessions: one that waits for its room, and one that was answered."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from cities.programme import Loading, Record, person
from events.forms.polls import MARKS
from events.models import (
    Event,
    Poll,
    PollAnswer,
    PollKind,
    PollOption,
    PollQuestion,
    PollState,
    QuestionState,
    Session,
    Voice,
)
from events.services import polls

POLLS = "demonstration/polls.yaml"


def load_polls(loading: Loading) -> None:
    """Load polls, where there are accounts; what was loaded once is left alone."""
    for record in loading.files.records(POLLS, key="title"):
        if loading.accounts and loading.wanted(record):
            _load_poll(loading, record)


def _load_poll(loading: Loading, record: Record) -> None:
    event = loading.find(Event, record, "event")
    session = Session.objects.filter(day__event=event, slug=record.need("session")).first()
    if session is None:
        raise record.wrong("session", f"the event has no session “{record.get('session')}”.")
    if record.get("moderator"):
        session.moderators.add(person(loading, record, "moderator"))
    key = {"session": session, "title": record.need("title")}
    is_there = Poll.objects.filter(**key).exists()
    questions = record.children("questions")
    asked = any(item.get("counts") for item in questions)
    state = PollState.ENDED if asked else PollState.PREPARED
    first = {"code": polls.new_code(), "state": state, "is_shared": asked}
    poll, _new = loading.put(Poll, record, key, first=first, demonstration=True)
    for position, item in enumerate(questions, start=1):
        kind, texts = PollKind(item.need("kind")), _texts(item)
        text, right, counts = item.need("text"), item.whole("right"), item.items("counts")
        voices = item.whole("voices") or sum(counts)
        item.close()
        if is_there:
            continue
        question = loading.create(
            PollQuestion,
            item,
            poll=poll,
            position=position,
            kind=kind,
            text=text,
            state=QuestionState.CLOSED if counts else QuestionState.WAITING,
            moved_at=timezone.now() if counts else None,
        )
        options = [
            loading.create(
                PollOption, item, question=question, position=at, text=one, key=polls.key_of(one),
                is_right=at == right,
            )
            for at, one in enumerate(texts, start=1)
        ]  # fmt: skip
        _answer(poll, question, options, counts, voices)
    record.close()


def _texts(item: Record) -> list[str]:
    """Return the texts of a question's options; of a scale its marks, the ends in words."""
    choices = [str(one) for one in item.items("choices")]
    if item.get("kind") != PollKind.SCALE:
        return choices
    lowest, highest = choices
    marks = [str(mark) for mark in MARKS]
    return [f"{marks[0]} – {lowest}", *marks[1:-1], f"{marks[-1]} – {highest}"]


def _answer(
    poll: Poll,
    question: PollQuestion,
    options: list[PollOption],
    counts: Iterable[int],
    voices: int,
) -> None:
    """Let so many voices answer; where several can be ticked, one after the other ticks on."""
    for _missing in range(voices - poll.voices.count()):
        Voice.objects.create(poll=poll)
    room = list(poll.voices.order_by("pk")[:voices])
    chosen = [
        option for option, number in zip(options, counts, strict=False) for _ in range(number)
    ]
    if question.kind != PollKind.SEVERAL:
        for voice, option in zip(room, chosen, strict=True):
            PollAnswer.objects.create(voice=voice, question=question, option=option)
        return
    answers = [PollAnswer.objects.create(voice=voice, question=question) for voice in room]
    for at, option in enumerate(chosen):
        answers[at % len(answers)].ticked.add(option)
