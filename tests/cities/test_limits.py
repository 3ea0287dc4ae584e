"""Turns are counted for all processes together, and go on being counted when the cache is away."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from redis.exceptions import ConnectionError as RedisAway

from cities import limits


@pytest.fixture(autouse=True)
def clear(monkeypatch):
    """Let no test count what another took."""
    cache.clear()
    limits._own_count.clear()
    monkeypatch.setitem(limits._rest, "until", 0.0)


def take(who="somebody", most=5):
    return limits.take("test", who, most=most, seconds=3600)


def test_the_sixth_turn_of_an_hour_waits_for_the_first_to_end():
    with time_machine.travel("2026-03-02 08:00:00Z", tick=False) as clock:
        assert [take() for _turn in range(3)] == [0, 0, 0]
        clock.shift(1800)
        assert [take() for _turn in range(3)] == [0, 0, 1800]
        assert take("somebody else") == 0
        clock.shift(1801)
        assert [take() for _turn in range(4)] == [0, 0, 0, 1799]


def test_of_many_at_once_no_more_than_five_get_a_turn():
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _number: take(), range(40)))
    assert answers.count(0) == 5
    assert all(0 < wait <= 3600 for wait in answers if wait)


def test_a_cache_that_is_away_leaves_the_limit_on(monkeypatch):
    asked = []

    def away(*args, **kwargs):
        asked.append(args)
        raise RedisAway

    monkeypatch.setattr(LocMemCache, "add", away)
    with pytest.raises(RedisAway):
        cache.add("key", 1)
    monkeypatch.setattr(limits, "_own_count", OwnCount("own", {}))
    assert [take(most=2) > 0 for _turn in range(3)] == [False, False, True]
    # To wait for it once in vain is enough for a while; then it is asked again.
    assert len(asked) == 2
    monkeypatch.setitem(limits._rest, "until", time.monotonic())
    take()
    assert len(asked) == 3


class OwnCount(LocMemCache):
    """A count in this process that the test above leaves alone."""

    def add(self, key, value, timeout=None, version=None):
        if self.has_key(key):
            return False
        self.set(key, value, timeout)
        return True


def test_no_address_is_kept_in_the_cache():
    take("somebody@example.org")
    assert not any("somebody" in key for key in cache._cache)


@pytest.mark.parametrize(("address", "counts_as"), [
    ("192.0.2.77", "192.0.2.0/24"),
    ("2001:db8:1:2345::1", "2001:db8:1:2300::/56"),
    ("::ffff:192.0.2.77", "192.0.2.0/24"),
    ("unix:", "unix:"),
])  # fmt: skip
def test_neighbours_in_a_network_count_as_one(address, counts_as):
    assert limits.network(address) == counts_as


def test_a_mailbox_is_one_however_it_is_written():
    assert limits.mailbox(" Ada+city@Example.ORG ") == "ada@example.org"


def test_to_ask_how_long_to_wait_takes_no_turn(monkeypatch):
    for _again in range(3):
        assert limits.wait_for("test", "somebody", most=2) == 0
    take(most=2)
    assert limits.wait_for("test", "somebody", most=2) == 0
    take(most=2)
    assert 0 < limits.wait_for("test", "somebody", most=2) <= 3600
    assert limits.wait_for("test", "somebody else", most=2) == 0

    # A cache that is away is left alone, and this process counts for itself.
    monkeypatch.setattr(limits, "cache", object())
    assert limits.wait_for("test", "somebody", most=2) == 0
    assert limits._rest["until"] > time.monotonic()
