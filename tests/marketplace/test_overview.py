"""Staff see all reviews at a glance: figures are right, lead to their rows, and leak nothing."""

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from marketplace import overview
from marketplace.models import ConflictOfInterest, ReviewState, RevisionState
from marketplace.workflow import Action, perform
from tests.factories import (
    day_of,
    make_city,
    make_entry,
    make_review,
    make_reviewer,
    make_revision,
    make_staff,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


def under_review(city=None, **values):
    """A revision in review, with a reviewer at it."""
    entry = make_entry(city or make_city(), state=RevisionState.IN_REVIEW)
    revision = entry.revisions.get()
    for name, value in values.items():
        setattr(revision, name, value)
    revision.save()
    return revision


def stage(user, state):
    return next(each for each in overview.stages(user, NOW) if each.state == state)


def test_every_stage_counts_what_stands_in_it_with_the_oldest_and_the_late():
    staff = make_staff()
    # Monday to Wednesday of the week after next: seven working days.
    under_review(submitted_at=NOW - timedelta(days=9), due_on=date(2026, 11, 20))
    under_review(submitted_at=NOW - timedelta(days=1), due_on=date(2026, 11, 30))
    make_entry(make_city(), state=RevisionState.CHECKED)

    found = stage(staff, RevisionState.IN_REVIEW)
    assert (found.number, found.oldest, found.late) == (2, 7, 1)
    assert stage(staff, RevisionState.CHECKED).number == 1
    assert stage(staff, RevisionState.APPROVED).number == 0


def test_changes_asked_for_are_with_the_city_until_it_submits_again():
    staff = make_staff()
    entry = make_entry(make_city(), state=RevisionState.CHANGES_REQUESTED)
    assert stage(staff, RevisionState.CHANGES_REQUESTED).number == 1

    first = entry.revisions.get()
    entry.revisions.create(
        number=2, state=RevisionState.SUBMITTED, submitted_at=NOW, based_on=first
    )
    assert stage(staff, RevisionState.CHANGES_REQUESTED).number == 0
    assert stage(staff, RevisionState.SUBMITTED).number == 1


def test_loads_tell_open_late_and_given():
    staff, busy, idle = make_staff(), make_reviewer(name="Busy"), make_reviewer(name="Idle")
    for due in (date(2026, 11, 1), date(2026, 12, 1)):
        review = make_review(under_review(), busy)
        review.due_on = due
        review.save()

    rows = {
        load.reviewer: (load.open, load.late, load.given) for load in overview.loads(staff, NOW)
    }
    assert rows[busy] == (2, 1, 0)
    assert rows[idle] == (0, 0, 0)


def test_decisions_are_counted_in_the_week_they_were_made():
    staff, reviewer = make_staff(), make_reviewer()
    revision = under_review()
    make_review(revision, reviewer)
    perform(Action.SEND_BACK, revision, actor=staff, note="Tell more.")

    weeks = overview.decisions(staff)
    assert [week.total for week in weeks] == [0] * 11 + [1]
    assert weeks[-1].counts[Action.SEND_BACK] == 1
    assert weeks[0].monday.weekday() == 0


def test_a_conflict_of_interest_leaves_a_city_out_of_every_figure(client):
    staff, city = make_staff(), make_city(name="Nearby")
    revision = under_review(city, due_on=date(2020, 1, 1), submitted_at=NOW)
    make_review(revision, make_reviewer())
    assert overview.late(staff)[1] == 1

    ConflictOfInterest.objects.create(user=staff, city=city)
    assert stage(staff, RevisionState.IN_REVIEW).number == 0
    assert overview.late(staff) == ([], 0)
    assert [load.open for load in overview.loads(staff)] == [0]
    client.force_login(staff)
    assert "Nearby" not in client.get("/review/overview/").content.decode()


def test_numbers_lead_to_as_many_rows(client):
    # Read outside of pages as well: by the same days.
    staff = make_staff(time_zone="UTC")
    reviewer = make_reviewer()
    for due_on in (date(2020, 1, 1), timezone.localdate() + timedelta(days=9)):
        make_review(under_review(due_on=date(2020, 1, 1)), reviewer, due_on=due_on)
    perform(Action.SEND_BACK, under_review(), actor=staff, note="Tell more.")
    client.force_login(staff)

    def rows(url):
        return client.get(url).context["cl"].result_count

    # Late in two stages, approved (so no longer late), sent back twice, once submitted again.
    for state in (RevisionState.CHECKED, RevisionState.APPROVED):
        late = make_entry(make_city(), state=state).revisions.get()
        late.due_on = date(2020, 1, 1)
        late.save()
    again = make_entry(make_city(), state=RevisionState.CHANGES_REQUESTED)
    make_revision(again, state=RevisionState.SUBMITTED)
    make_review(under_review(), reviewer, state=ReviewState.GIVEN, given_at=timezone.now())
    # Loaded from a file: a day of decision, and no step.
    make_entry(make_city(), state=RevisionState.PUBLISHED, decided_at=timezone.now())

    now = timezone.now()
    shown = {each.state: each for each in overview.stages(staff, now)}
    counted = {state: (each.number, each.late) for state, each in shown.items() if each.number}
    assert counted == {
        RevisionState.SUBMITTED: (1, 0),
        RevisionState.CHECKED: (1, 1),
        RevisionState.IN_REVIEW: (3, 2),
        RevisionState.APPROVED: (1, 0),
        RevisionState.CHANGES_REQUESTED: (1, 0),
    }
    for each in shown.values():
        assert (rows(each.url), rows(each.late_url)) == (each.number, each.late), each.state
    page = client.get("/review/overview/").context
    assert rows(page["queue_url"]) == page["stages"]["total"] == 7
    assert rows(page["late"]["url"]) == page["late"]["number"] == 3
    load = next(each for each in overview.loads(staff) if each.reviewer == reviewer)
    assert (load.open, load.late, load.given) == (2, 1, 1)
    assert [rows(url) for url in (load.url, load.late_url, load.given_url)] == [2, 1, 1]
    cells = page["loads"]["rows"][0]
    assert [cell["url"] for cell in cells if isinstance(cell, dict) and cell.get("url")] == [
        *(load.url, load.late_url, load.given_url)
    ]
    week = overview.decisions(staff)[-1]
    assert urlsplit(week.url).query
    assert rows(week.url) == week.total == 1


def test_the_page_takes_as_many_queries_for_thirty_as_for_three(client):
    client.force_login(make_staff())

    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/review/overview/").status_code == 200
        return len(caught)

    def grow(number):
        for _ in range(number):
            make_review(under_review(due_on=date(2020, 1, 1)), make_reviewer())

    grow(3)
    client.get("/review/overview/")
    few = queries()
    grow(27)
    assert queries() == few


def test_a_chart_shows_the_decisions_of_each_week_beside_their_table(client):
    staff = make_staff()
    for _each in range(2):
        revision = under_review()
        make_review(revision, make_reviewer())
        perform(Action.APPROVE, revision, actor=staff)
    client.force_login(staff)
    page = client.get("/review/overview/").content.decode()
    chart = page[page.index('id="decisions-by-week-title"') :].partition("</svg>")[0]
    monday = overview.weeks(day_of(staff))[-1]
    bars = re.findall(r"<rect[^>]*><title>([^<]*)</title></rect>", chart)
    assert len(bars) == 1
    assert date_format(monday, "j M") in bars[0]
    assert re.search(r"\b2\b", bars[0].replace(date_format(monday, "j M"), ""))
    # Twelve weeks stand below, with or without a bar.
    assert len(re.findall(r'<text class="pic-quiet"[^>]*text-anchor="middle"', chart)) == 12
