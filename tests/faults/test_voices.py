"""A whole room answers a poll over HTTP at the same moment: every voice counts, and counts once."""

import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from threading import Barrier

import pytest

pytestmark = pytest.mark.fault
PEOPLE = 300
# On a busy machine the last one of a full room is answered late.
LONGEST_S = 120
OPTION = re.compile(r'<input[^>]*name="option"[^>]*value="(\d+)"')
ALSO_OPTION = re.compile(r'<input[^>]*value="(\d+)"[^>]*name="option"')


def test_of_300_who_answer_at_once_over_http_every_voice_counts_once(portal, record):
    room = portal.ask("open_room")
    portal.start_web()
    behind = Barrier(PEOPLE)
    statuses, took = Counter(), []

    def answer(number):
        """Come in, read the question, and answer: twice, as who is impatient; some think again."""
        address = come_in(portal, room["code"])
        _status, _headers, page = portal.send(address, timeout=LONGEST_S)
        yes, no = OPTION.findall(page) or ALSO_OPTION.findall(page)
        behind.wait(timeout=5 * LONGEST_S)
        for option in (yes, yes, *([no] if number % 3 == 0 else [])):
            began = time.monotonic()
            typed = {"question": room["question"], "option": option}
            status, headers, _page = portal.send(address, typed, timeout=LONGEST_S)
            took.append(time.monotonic() - began)
            statuses[status, headers.get("Location") == address] += 1

    with ThreadPoolExecutor(max_workers=PEOPLE) as people:
        list(people.map(answer, range(PEOPLE)))

    counted = portal.ask("count_room", room["question"])
    slowest = sorted(took)[int(len(took) * 0.99)]
    record("300 voices, over HTTP", sent=len(took), p99_seconds=slowest, **counted["lines"])
    assert statuses == {(302, True): PEOPLE * 2 + PEOPLE // 3}
    assert counted == {
        "voices": PEOPLE,
        "answers": PEOPLE,
        "told": PEOPLE,
        "lines": {"Yes": PEOPLE - PEOPLE // 3, "No": PEOPLE // 3},
    }
    screen = unescape(portal.send(f"/live/{room['code']}/screen/")[2])
    assert f"{PEOPLE} answers" in screen


def come_in(portal, code):
    """Press “Take part”; return the address of the voice that was given."""
    status, headers, page = portal.send(f"/live/{code}/", {"name": ""}, timeout=LONGEST_S)
    assert status == 302, page
    assert "Set-Cookie" not in headers
    return headers["Location"]
