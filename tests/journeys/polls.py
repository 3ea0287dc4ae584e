"""Rooms of today with polls at every point, for the looks at their pages."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser

from events.models import Poll, PollKind, PollQuestion, Session, Voice
from events.services import polls, voices

WORDS = ["Repair cafés", "Trams", "A depot for parcels", "repair cafes", "Trams", "Nothing at all"]


def rooms_of_today(lab: Any) -> dict[str, Any]:
    """Prepare polls, let people answer some; return what their addresses need."""
    session = Session.objects.get(day__event=lab, slug="opening")
    prepared = polls.prepare(session, title="After the break")
    asked_of(prepared, PollKind.ONE, "Coffee first?", "Yes", "Of course")
    polls.prepare(session, title="Nothing in it yet")

    live = polls.prepare(session, title="Streets of tomorrow", asks_names=True)
    quiz = asked_of(live, PollKind.QUIZ, "Who lends most?", "Cork", "Rouen", right=0)
    words = asked_of(live, PollKind.WORDS, "What do you want to see in every street?")
    asked_of(
        live, PollKind.SEVERAL, "What does your city buy used, and which of it would it buy again?",
        "Furniture for offices and schools", "Computers", "Nothing yet",
    )  # fmt: skip
    live = polls.start(live)
    room = [came(live, name) for name in ("Ada", "Bo", "A rather long name to be seen", "")]
    polls.open_question(quiz)
    for at, voice in enumerate(room):
        voices.answer(voice, quiz.pk, options=[quiz.options.all()[at % 2].pk])
    polls.open_question(words)
    for at, said in enumerate(WORDS):
        voices.answer(room[at] if at < len(room) else came(live), words.pk, words=said)
    for option in words.options.exclude(text__startswith="Nothing"):
        polls.judge(option, "shown")

    asking = polls.prepare(session, title="One question")
    question = asked_of(asking, PollKind.SEVERAL, "What do you lend?", "Tools", "Bicycles", "Rooms")
    asking = polls.start(asking)
    polls.open_question(question)
    answered = voices.join(asking, AnonymousUser())
    for token, many in ((answered, 2), (voices.join(asking, AnonymousUser()), 1)):
        options = list(question.options.values_list("pk", flat=True)[:many])
        voices.answer(voices.find(asking.code, token), question.pk, options=options)

    closed = polls.prepare(session, title="A quiz that is over")
    right = asked_of(closed, PollKind.QUIZ, "How many?", "60", "600", right=1)
    closed = polls.start(closed)
    knew = voices.join(closed, AnonymousUser())
    polls.open_question(right)
    options = [right.options.get(is_right=True).pk]
    voices.answer(voices.find(closed.code, knew), right.pk, options=options)
    polls.close_question(closed)
    return {
        "poll_prepared": prepared.pk,
        "poll_prepared_code": prepared.code,
        "poll_question": prepared.questions.get().pk,
        "poll_live": live.pk,
        "poll_live_code": live.code,
        "poll_asking_code": asking.code,
        "poll_voice": answered,
        "poll_new_voice": voices.join(asking, AnonymousUser()),
        "poll_closed_code": closed.code,
        "poll_closed_voice": knew,
        "poll_waiting_voice": voices.join(polls.start(with_a_question(session)), AnonymousUser()),
        "poll_waiting_code": Poll.objects.get(title="Soon").code,
        "poll_ended": Poll.objects.get(title="Buying what lasts").pk,
        "poll_ended_code": Poll.objects.get(title="Buying what lasts").code,
    }


def with_a_question(session: Session) -> Poll:
    """A poll whose first question is still to come."""
    poll = polls.prepare(session, title="Soon")
    asked_of(poll, PollKind.SCALE, "How was it?", "1", "2", "3", "4", "5")
    return poll


def asked_of(
    poll: Poll, kind: PollKind, text: str, *texts: str, right: int | None = None
) -> PollQuestion:
    """Put a question at the end of a poll."""
    question = poll.questions.create(kind=kind, text=text, position=polls.next_position(poll))
    polls.set_options(question, texts, right=right)
    return question


def came(poll: Poll, name: str = "") -> Voice:
    """Let somebody in."""
    voice = voices.find(poll.code, voices.join(poll, AnonymousUser(), name=name))
    assert voice is not None
    return voice
