"""Every number of the overview of reviews, but for what a reviewer takes, leads to its rows."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.html import escape

from marketplace import overview
from marketplace.models import ConflictOfInterest, ReviewState, Revision, RevisionState
from marketplace.rows import rows_url
from marketplace.workflow import Action, perform
from tests.factories import make_city, make_entry, make_review, make_reviewer, make_staff

pytestmark = pytest.mark.django_db
PAGE = "/review/overview/"


@pytest.fixture
def staff(client):
    """Programme staff, signed in, who count days as the portal does outside of pages."""
    person = make_staff(time_zone="UTC")
    client.force_login(person)
    return person


def in_review(days=2, **fields):
    """A revision that was submitted some days ago and is in review."""
    sent = timezone.now() - timedelta(days=days)
    entry = make_entry(state=RevisionState.IN_REVIEW, submitted_at=sent, **fields)
    return entry.revisions.get()


def decided(action, staff, weeks_ago=0):
    revision = in_review()
    perform(action, revision, actor=staff, note="Thus.")
    revision.events.update(at=timezone.now() - weeks_ago * overview.WEEK)


@pytest.fixture
def at_work(staff):
    """Three late, a fourth on its second round, decisions of three weeks and of long ago."""
    reviewer = make_reviewer()
    for days in (3, 9, 9):
        make_review(in_review(days, due_on=date(2020, 1, 1)), reviewer)
    # Sent last, but the oldest with the days of the revision before it.
    oldest = in_review(0, days_before=40)
    make_review(oldest, reviewer, state=ReviewState.GIVEN, given_at=timezone.now())
    for action in (Action.APPROVE, Action.APPROVE, Action.SEND_BACK, Action.REJECT):
        decided(action, staff)
    decided(Action.REJECT, staff, weeks_ago=3)
    decided(Action.APPROVE, staff, weeks_ago=20)
    timed = Revision.objects.filter(days_to_decision__isnull=False).order_by("pk")
    for each, days in zip(timed, (30, 4, 12, 1, 7), strict=True):
        Revision.objects.filter(pk=each.pk).update(days_to_decision=days)
    # Loaded from a file: a day of decision, and no step.
    make_entry(state=RevisionState.PUBLISHED, decided_at=timezone.now())
    return oldest


def rows(client, url):
    return [*client.get(url).context["cl"].result_list]


def numbers(table):
    """Return the numeric cells by the words above them, for each row."""
    names = [name["label"] if isinstance(name, dict) else name for name in table["columns"]]
    return [
        {
            name: cell
            for name, cell in zip(names, row, strict=True)
            if isinstance(cell, dict) and cell.get("numeric")
        }
        for row in table["rows"]
    ]


@pytest.mark.parametrize(
    ("table", "others"),
    [("stages", {"Oldest, in working days"}), ("loads", {"Takes at most"}), ("decided", set())],
)
def test_a_number_of_a_table_leads_to_as_many_rows(client, at_work, table, others):
    found = numbers(client.get(PAGE).context[table])
    counted = [cell for row in found for name, cell in row.items() if name not in others]
    assert sum(cell["text"] for cell in counted) > 3
    for cell in counted:
        led_to = len(rows(client, cell["url"])) if cell["url"] else 0
        assert led_to == cell["text"], cell
    if table == "decided":
        assert [cell["text"] for cell in found[-1].values()] == [2, 1, 1, 4]
        assert [cell["text"] for cell in found[-4].values()] == [0, 0, 1, 1]


def test_the_decisions_of_a_week_are_told_apart_by_their_step(client, staff, at_work):
    week = overview.decisions(staff)[-1]
    states = {
        Action.APPROVE: {RevisionState.APPROVED},
        Action.SEND_BACK: {RevisionState.CHANGES_REQUESTED},
        Action.REJECT: {RevisionState.REJECTED},
    }
    for action, state in states.items():
        assert {each.state for each in rows(client, week.urls[action])} == state


def test_big_numbers_lead_to_as_many_rows(client, at_work):
    answer = client.get(PAGE)
    page = answer.context
    late, stages = page["late"], page["stages"]
    figures = [
        (page["queue_url"], stages["total"], 8),
        (late["url"], late["number"], 3),
        (page["decided_url"], page["decided_in_all"], 5),
        (page["median_url"], page["median"].decisions, 5),
    ]
    for url, number, expected in figures:
        assert len(rows(client, url)) == number == expected, url
        assert f'<a href="{escape(url)}">' in answer.content.decode()


def test_an_age_leads_to_what_is_as_old_and_shows_it(client, staff, at_work):
    page = client.get(PAGE).context
    for row in numbers(page["stages"]):
        cell, number = row["Oldest, in working days"], row["Entries"]["text"]
        assert bool(cell["url"]) == bool(number)
        if number:
            shown = client.get(cell["url"]).content.decode()
            ages = re.findall(r'field-age">(\d+) working', shown)
            assert {*ages} == {f"{cell['text']}"}
    stage = next(each for each in overview.stages(staff) if each.state == at_work.state)
    assert rows(client, stage.oldest_url) == [at_work]
    assert len(page["late"]["rows"]) == 3
    for name, _city, _due, age, _who in page["late"]["rows"]:
        (found,) = rows(client, age["url"])
        assert str(found) == name["text"]


def test_the_median_leads_to_what_it_is_made_of_in_its_order(client, at_work):
    page = client.get(PAGE).context
    shown = client.get(page["median_url"])
    took = [each.days_to_decision for each in shown.context["cl"].result_list]
    assert took == [1, 4, 7, 12, 30]
    assert page["median"].days == 7
    assert "field-days_to_decision" in shown.content.decode()
    assert "field-days_to_decision" not in client.get(page["queue_url"]).content.decode()


def test_the_median_leaves_out_what_somebody_may_not_read(client, staff):
    city = make_city()
    make_entry(city, state="rejected", days_to_decision=9, decided_at=timezone.now())
    make_entry(state="rejected", days_to_decision=3, decided_at=timezone.now())
    assert client.get(PAGE).context["median"].days == 6
    ConflictOfInterest.objects.create(user=staff, city=city)
    page = client.get(PAGE).context
    assert (page["median"].days, page["median"].decisions) == (3, 1)
    assert len(rows(client, page["median_url"])) == 1


@pytest.mark.parametrize("asked", ["week=never", "decision=never", "decision=submit", "timed=no"])
def test_what_no_filter_offers_narrows_nothing(client, staff, asked):
    revision = in_review()
    assert rows(client, f"{rows_url(state='all')}&{asked}") == [revision]
