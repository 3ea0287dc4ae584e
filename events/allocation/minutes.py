"""Who presents when in a group, and for how long, so that the session is filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from events.allocation.peers import City


@dataclass(frozen=True)
class Lengths:
    """How long a pitch and the discussion after it last, at least and at most, in minutes."""

    pitch: tuple[int, int] = (5, 10)
    discussion: tuple[int, int] = (20, 25)


@dataclass(frozen=True)
class Turn:
    """A city's turn: when it begins, counted from the session's start, and its two parts."""

    city: int
    position: int
    begins: int
    pitch: int
    discussion: int


@dataclass(frozen=True)
class Timing:
    """The turns of a group, what is left for a common end, and what each turn lacks."""

    turns: tuple[Turn, ...]
    closing: int
    short_of: int
    """By how many minutes a turn is shorter than the least pitch and discussion together."""


def timing_of(members: Sequence[City], minutes: int, seed: str, lengths: Lengths) -> Timing:
    """Return the turns of a group in a session of so many minutes.

    Who came late the last time begins; those who never presented stand behind them, in an order
    that the seed decides. Minutes above the least go to pitch and discussion alike, up to their
    most; what is left then is the common end. Too short a session shortens the discussion.
    """
    rng = Random(seed)  # noqa: S311 - a seed repeats the order; nothing is secret
    order = sorted(members, key=lambda city: city.key)
    rng.shuffle(order)
    order.sort(key=lambda city: -city.last_turn)
    least, most = (
        lengths.pitch[0] + lengths.discussion[0],
        sum((lengths.pitch[1], lengths.discussion[1])),
    )
    share, over = divmod(minutes, len(order))
    turns, begins = [], 0
    for position, city in enumerate(order):
        # A session of 80 minutes gives three cities 27, 27 and 26.
        length = min(most, share + (position < over))
        pitch, discussion = _parts(length, lengths)
        turns.append(Turn(city.key, position + 1, begins, pitch, discussion))
        begins += pitch + discussion
    return Timing(tuple(turns), max(0, minutes - begins), max(0, least - share))


def _parts(length: int, lengths: Lengths) -> tuple[int, int]:
    """Part a turn: what is above the least goes to both, and to one where the other is full."""
    (least_pitch, most_pitch), (least_talk, most_talk) = lengths.pitch, lengths.discussion
    spare = length - least_pitch - least_talk
    if spare <= 0:
        pitch = min(least_pitch, length)
        return pitch, length - pitch
    pitch = min(most_pitch, least_pitch + spare // 2)
    pitch = max(pitch, length - most_talk)
    return pitch, length - pitch
