"""300 people take one of 100 places over HTTP at once: 100 are in, and 200 wait in their order."""

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.faults.portal import TOKEN

pytestmark = pytest.mark.fault
PEOPLE, PLACES = 300, 100
# On a busy machine the last one is answered late.
LONGEST_S = 120
# Half of them come in a rush, the others within so many seconds.
SPREAD_S = 5


def test_of_300_people_for_100_places_at_once_100_are_in_and_200_wait_in_order(portal, record):
    lab = portal.ask("open_lab", PEOPLE, PLACES)
    portal.start_web()
    portal.start_worker()
    came, statuses = {}, Counter()
    behind = Barrier(PEOPLE)

    def come(number):
        """Take a place, twice, as who is impatient."""
        behind.wait(timeout=LONGEST_S)
        if number % 2:
            time.sleep(random.random() * SPREAD_S)
        began = time.monotonic()
        statuses[press(portal, lab, number)] += 1
        came[number] = began, time.monotonic()
        statuses[press(portal, lab, number)] += 1

    at_once(come, range(PEOPLE))
    first = portal.ask("count_lab", lab["event"])
    order = [number for number, _status in first["people"]]
    states = [status for _number, status in first["people"]]

    assert statuses == {302: 2 * PEOPLE}
    assert sorted(order) == list(range(PEOPLE)), "somebody is missing, or stands there twice"
    assert states == ["confirmed"] * PLACES + ["waiting"] * (PEOPLE - PLACES)
    assert not passed(order, came), "somebody who was answered stands behind one who came later"

    # A storm: all who are in give their place back at once, and some far behind no longer want one.
    tired = order[-15:-5]
    at_once(lambda number: press(portal, lab, number, give_back="1"), [*order[:PLACES], *tired])
    waiting = [number for number in order[PLACES:] if number not in tired]
    then = dict(portal.ask("count_lab", lab["event"])["people"])
    assert [number for number in order if then[number] == "confirmed"] == waiting[:PLACES]
    assert [number for number in order if then[number] == "waiting"] == waiting[PLACES:]

    finished = portal.ask("wait", 300)
    told = Counter(map(tuple, portal.ask("count_lab", lab["event"])["mails"]))
    slowest = max(answered - began for began, answered in came.values())
    record("F20 over HTTP", people=PEOPLE, mails=sum(told.values()), slowest_seconds=slowest)
    assert finished["left"] == 0
    assert max(told.values()) == 1, "somebody was told the same twice"
    of_kind = Counter(subject.partition(":")[0] for _address, subject in told)
    assert of_kind["You have a place"] == 2 * PLACES
    assert of_kind["You are on the waiting list"] == PEOPLE - PLACES


def at_once(act, people):
    with ThreadPoolExecutor(max_workers=PEOPLE) as threads:
        list(threads.map(act, people))


def press(portal, lab, number, **typed):
    """Send the form as somebody; return the status."""
    told = {"csrfmiddlewaretoken": TOKEN, "city": "", "note": "", "access": "", "diet": ""}
    cookie = f"csrf={TOKEN}; {lab['cookies'][number]}"
    return portal.send(lab["path"], told | typed, timeout=LONGEST_S, cookie=cookie)[0]


def passed(order, came):
    """Return who had their answer before somebody came who stands before them."""
    found, latest = [], 0.0
    for number in order:
        began, answered = came[number]
        if answered < latest:
            found.append(number)
        latest = max(latest, began)
    return found


def test_somebody_who_is_passed_is_noticed():
    came = {1: (0.0, 1.0), 2: (0.5, 3.0), 3: (2.0, 4.0)}
    assert passed([1, 2, 3], came) == []
    assert passed([2, 3, 1], came) == [1]
