"""All profiles and all real entries pass through review, as cities, staff and reviewers do it.

Each is the same walk, of half a minute: with ALL_ENTRIES=1 every one that is public is revised, and
otherwise every fourth.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.journeys.portal import Portal, running_portal
from tests.journeys.review_work import Office, hand_out, queue_length, revise, work_off_the_queue

PROFILES, REAL = 62, 15
# Far more than it takes: a machine may have much else to do.
LONGEST_S = 900
EVERY = 1 if os.environ.get("ALL_ENTRIES") else 4
REVIEWERS = [f"reviewer{number}@example.org" for number in (1, 2, 3)]
STAFF, STRANGER = "staff@example.org", "a stranger"
WITHOUT_SCRIPTS, WITH_SCRIPTS = False, True
KINDS_MET = {"queue of staff", "review desk", "review"} | {
    *("where it stands", "step of the form", "check and submit"),
    *("profile", "solution", "search"),
}
REVIEWED = ["submit", "pass_checks", "assign", "approve", "publish"]

# Cities without a team in the demonstration get an officer, as staff would name one.
ENTRIES = """
import json
from cities.models import CityMembership, CityRole, User
from marketplace.models import Entry

role, deputy = CityRole.objects.get(slug="officer"), User.objects.get(email="former@example.org")
found = []
for entry in Entry.objects.select_related("city").order_by("kind", "pk"):
    if entry.kind != "city_profile" and entry.demonstration:
        continue
    officer = "staff@example.org"
    if entry.city:
        running = CityMembership.objects.running().filter(city=entry.city)
        member = running.filter(role__may_submit=True).order_by("pk").first()
        member = member or running.create(city=entry.city, role=role, user=deputy)
        officer = member.user.email
    latest = entry.revisions.order_by("-number").first()
    found.append({
        "slug": entry.slug, "kind": entry.kind, "title": latest.title, "state": latest.state,
        "officer": officer,
    })
print(json.dumps(found))
"""
# How what is public now came there: its number, its steps, and whether who decided was free to.
WAYS = """
import json
from cities.models import Effect
from marketplace.models import Entry
from marketplace.models.conflicts import people_in_conflict_over

assert not Effect.objects.filter(state="dead").exists()
ways = {}
for entry in Entry.objects.live().select_related("live_revision"):
    live = entry.live_revision
    steps = live.events.order_by("pk").values_list("action", "actor")
    judges = [actor for action, actor in steps if action == "approve"]
    ways[entry.slug] = {
        "number": live.number,
        "steps": list(dict.fromkeys(action for action, _actor in steps)),
        "judged": len(judges) == 1 and judges[0] is not None,
        "in_conflict": people_in_conflict_over(live).filter(pk__in=judges).exists(),
    }
print(json.dumps(ways))
"""


@pytest.fixture
def untouched(tmp_path) -> Iterator[Portal]:
    """A portal of its own: here everything is worked off that the other journeys look for."""
    with running_portal(tmp_path) as portal:
        yield portal
        assert "Content policy violated" not in portal.log()
        assert "Internal Server Error" not in portal.log()


@pytest.fixture
def office(browser, untouched) -> Iterator[Office]:
    """Everybody's windows; at the end nothing forbidden may have happened in any."""
    office = Office(browser, untouched)
    yield office
    assert office.close() == []


def test_all_profiles_and_all_real_entries_pass_through_review(office, untouched, record_property):
    entries = json.loads(untouched.shell(ENTRIES))
    assert sum(each["kind"] == "city_profile" for each in entries) == PROFILES
    assert len(entries) == PROFILES + REAL
    began = time.monotonic()

    # Staff share out what waits, and reviewers work off all they are asked for.
    passed: dict[bool, list[str]] = {WITHOUT_SCRIPTS: [], WITH_SCRIPTS: []}
    waiting = {each["title"] for each in entries if each["state"] != "published"}
    work_until_passed(office, waiting, passed, began)

    # What was public from the start is revised by its cities, and reviewed as well.
    public = [each for each in entries if each["state"] == "published"][::EVERY]
    entries = [each for each in entries if each["state"] != "published" or each in public]
    for number, each in enumerate(public):
        revise(office, each["officer"], each["slug"], scripts=bool(number % 2))
    work_until_passed(office, {each["title"] for each in public}, passed, began)

    # All of them are public, by way of a review by somebody who is free to judge; all are found.
    visitor = office.window(STRANGER, scripts=WITH_SCRIPTS)
    visitor.wait_until(lambda: all_public(untouched, entries), seconds=120)
    for each in entries:
        look_at(office, each)
    record_property("seconds_for_all_entries", round(time.monotonic() - began))
    without, scripted = len(passed[WITHOUT_SCRIPTS]), len(passed[WITH_SCRIPTS])
    record_property("reviews_without_and_with_scripts", f"{without}, {scripted}")
    # Half of each queue, give or take an odd one.
    assert without + scripted >= len(entries) >= (PROFILES + REAL) // EVERY
    assert min(without, scripted) >= len(entries) * 2 // 5
    assert {kind for kind, _scripts in office.found} == KINDS_MET
    assert [line for lines in office.found.values() for line in lines] == []


def work_until_passed(
    office: Office, titles: set[str], passed: dict[bool, list[str]], began: float
) -> None:
    """Hand out and work off, half of it without scripts, until each of these was approved."""
    while titles - {*passed[WITHOUT_SCRIPTS], *passed[WITH_SCRIPTS]}:
        assert time.monotonic() - began < LONGEST_S, titles - {*passed[False], *passed[True]}
        hand_out(office, STAFF, scripts=WITHOUT_SCRIPTS)
        for reviewer in REVIEWERS:
            half = (queue_length(office, reviewer) + 1) // 2
            for scripts, most in ((WITHOUT_SCRIPTS, half), (WITH_SCRIPTS, 1000)):
                passed[scripts] += work_off_the_queue(office, reviewer, scripts=scripts, most=most)


def all_public(portal: Portal, entries: list[dict[str, str]]) -> bool:
    """Say whether each went its whole way: what was public is now so in a second revision."""
    ways = json.loads(portal.shell(WAYS))
    for each in entries:
        way = ways.get(each["slug"])
        if way is None or way["number"] != (2 if each["state"] == "published" else 1):
            return False
        assert way["steps"] == REVIEWED, (each, way)
        assert way["judged"], (each, way)
        assert not way["in_conflict"], (each, way)
    return True


def look_at(office: Office, entry: dict[str, str]) -> None:
    """Open an entry as a stranger, and find it by its title; axe looks at the first of a kind."""
    kind = "profile" if entry["kind"] == "city_profile" else "solution"
    path, found = f"/marketplace/{entry['slug']}/", f"/marketplace/?q={quote(entry['title'])}"
    for scripts in (WITHOUT_SCRIPTS, WITH_SCRIPTS):
        visitor = office.window(STRANGER, scripts=scripts)
        for address, shown in ((path, kind), (found, "search")):
            if (shown, scripts) not in office.found:
                visitor.open(address)
                office.look(STRANGER, shown, scripts=scripts)
    ask = office.window(STRANGER, scripts=WITHOUT_SCRIPTS).context.request
    assert ask.get(office.portal.address + path).status == 200, path
    assert f'href="{path}"' in ask.get(office.portal.address + found).text(), found
