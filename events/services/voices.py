"""The room: people join a poll by its code, without an account, and answer what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from secrets import token_urlsafe

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cities.mails import one_click
from cities.models import Actor
from events.models import (
    OptionState,
    Poll,
    PollAnswer,
    PollKind,
    PollOption,
    PollQuestion,
    Voice,
)
from events.services.polls import PollRefused, key_of

# More than any room of the programme holds, and an end to whoever joins again and again.
MOST_VOICES = 2000


@transaction.atomic
def join(poll: Poll, user: Actor, *, name: str = "") -> str:
    """Give somebody a voice in a poll; return the secret of their address.

    Somebody who is signed in has one voice, and gets the same secret each time. Raises PollRefused
    while the poll is not live, when the name is taken, and beyond MOST_VOICES.
    """
    poll = Poll.objects.select_for_update(no_key=True).get(pk=poll.pk)
    if not poll.is_live:
        raise PollRefused(_("This poll is not live."))
    token = _token_of(poll, user) if user.is_authenticated else token_urlsafe(16)
    digest = one_click.digest(token)
    if Voice.objects.filter(digest=digest).exists():
        return token
    if poll.voices.count() >= MOST_VOICES:
        raise PollRefused(
            _("More people have joined than a room holds. Please tell the moderator.")
        )
    try:
        with transaction.atomic():
            poll.voices.create(digest=digest, name=name if poll.asks_names else "")
    except IntegrityError as taken:
        raise PollRefused(_("Somebody here has this name already: choose another.")) from taken
    return token


def find(code: str, token: str) -> Voice | None:
    """Return the voice that an address belongs to; none once the poll has ended. One query."""
    voices = Voice.objects.select_related("poll__session__day__event")
    polls = Poll.objects.with_code(code)
    return voices.filter(digest=one_click.digest(token), poll__in=polls).first()


@transaction.atomic
def answer(
    voice: Voice, question_id: int, *, options: Sequence[int] = (), words: str = ""
) -> PollAnswer:
    """Keep what a voice says, in place of what it said before.

    Raises PollRefused when the question is not open, or what is said is no answer to it.
    """
    # Held until it is written: whoever closes the question waits for it, or it finds it closed.
    # Alone and in no order: sorted, it would be joined with its poll, and that held as well.
    found = PollQuestion.objects.select_for_update(no_key=True).order_by()
    question = found.filter(pk=question_id, poll=voice.poll_id).first()
    if question is None or not question.is_open:
        raise PollRefused(_("This question is closed: your answer did not count."))
    chosen = _chosen(question, options, words)
    single = None if question.kind == PollKind.SEVERAL else chosen[0]
    given, is_new = PollAnswer.objects.get_or_create(
        voice=voice, question=question, defaults={"option": single}
    )
    if not is_new and given.option != single:
        given.option = single
        given.save(update_fields=["option"])
    if question.kind == PollKind.SEVERAL:
        given.ticked.set(chosen)
    return given


def _chosen(question: PollQuestion, options: Sequence[int], words: str) -> list[PollOption]:
    if question.kind == PollKind.WORDS:
        return [_words(question, " ".join(words.split()))]
    chosen = list(question.options.filter(pk__in=options))
    if not chosen or (len(chosen) > 1 and question.kind != PollKind.SEVERAL):
        raise PollRefused(_("Choose an answer first."))
    return chosen


def _words(question: PollQuestion, words: str) -> PollOption:
    """Return the option these words are; new ones may have to be looked at."""
    key = key_of(words)
    if not key:
        raise PollRefused(_("Write an answer first."))
    state = OptionState.WAITING if question.is_moderated else OptionState.SHOWN
    return PollOption.objects.get_or_create(
        question=question, key=key, defaults={"text": words, "state": state}
    )[0]


def _token_of(poll: Poll, user: Actor) -> str:
    """Work out the secret of an account's voice: only the portal can, and the key is not kept."""
    return one_click.token("events.poll", poll.pk, poll.code, user.pk)[:32]
