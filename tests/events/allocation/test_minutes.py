"""Turns fill the session: 5 to 10 minutes of pitch, 20 to 25 of discussion."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from events.allocation.minutes import Lengths, timing_of
from events.allocation.peers import City


def members(number: int, **turns: int) -> list[City]:
    nothing: frozenset = frozenset()
    return [
        City(key, "FR", nothing, nothing, nothing, last_turn=turns.get(f"c{key}", 0))
        for key in range(number)
    ]


@settings(deadline=None, derandomize=True)
@given(st.integers(2, 5), st.integers(20, 300))
def test_turns_follow_one_another_and_fill_the_session(number, minutes):
    timing = timing_of(members(number), minutes, "seed", Lengths())
    ends = 0
    for turn in timing.turns:
        assert turn.begins == ends
        ends += turn.pitch + turn.discussion
        assert turn.pitch <= 10
        assert turn.discussion <= 25
        if not timing.short_of:
            assert turn.pitch >= 5
            assert turn.discussion >= 20
    assert ends + timing.closing == minutes
    assert timing.short_of == max(0, 25 - minutes // number)


def test_90_minutes_give_three_cities_half_an_hour_each():
    timing = timing_of(members(3), 90, "seed", Lengths())

    assert [(turn.begins, turn.pitch, turn.discussion) for turn in timing.turns] == [
        (0, 7, 23), (30, 7, 23), (60, 7, 23),
    ]  # fmt: skip
    assert timing.closing == 0


def test_what_is_more_than_enough_is_the_common_end():
    timing = timing_of(members(3), 120, "seed", Lengths())

    assert {(turn.pitch, turn.discussion) for turn in timing.turns} == {(10, 25)}
    assert timing.closing == 15


def test_four_cities_in_90_minutes_have_three_minutes_too_few_and_it_is_said():
    assert timing_of(members(4), 90, "seed", Lengths()).short_of == 3


def test_who_came_last_the_last_time_begins():
    timing = timing_of(members(3, c1=3, c2=1), 90, "seed", Lengths())

    assert [turn.city for turn in timing.turns] == [1, 2, 0]
