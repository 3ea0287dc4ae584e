"""What was under review before there was a clock gets its days, as the clock would count them."""

from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps

from cities.models import Holiday
from marketplace import clock
from marketplace.models import Revision
from tests.factories import make_edition, make_entry, make_process, make_review

migration = import_module("marketplace.migrations.0017_clock_of_what_was_under_review")
pytestmark = pytest.mark.django_db
DAYS = ["process", "due_on", "stage_due_on"]
A_FRIDAY_EVENING = datetime(2021, 4, 2, 22, 30, tzinfo=UTC)


def as_before(state, **fields):
    """A revision that was submitted when nothing counted its days."""
    return make_entry(state=state, submitted_at=A_FRIDAY_EVENING, **fields).revisions.get()


def days_of(revision):
    return Revision.objects.values_list(*DAYS).get(pk=revision.pk)


@pytest.mark.parametrize("state", ["submitted", "checked", "in_review"])
@pytest.mark.parametrize("with_process", [False, True])
@pytest.mark.parametrize("kind", ["solution", "city_profile"])
def test_days_are_what_the_clock_would_have_said(state, with_process, kind):
    edition = make_edition(time_zone="Europe/Helsinki")
    Holiday.objects.create(day=datetime(2021, 4, 5).date(), name="Easter Monday")
    Holiday.objects.create(day=datetime(2021, 4, 13).date(), name="Elsewhere", edition=edition)
    if with_process:
        make_process(kind, days_in_all=9)
        make_process(kind, days_in_all=7, days_to_assign=3, days_to_review=4, edition=edition)
    revision = as_before(state, kind=kind)
    migration.set_clocks(apps, None)
    found = days_of(revision)
    clock.wind(revision)
    assert found == (revision.process_id, revision.due_on, revision.stage_due_on)
    assert None not in found[1:]


def test_a_review_that_is_owed_says_until_when():
    revision = as_before("in_review")
    review = make_review(revision)
    migration.set_clocks(apps, None)
    assert days_of(revision)[2] == review.due_on


def test_days_that_are_set_and_what_is_decided_are_left_alone():
    due = datetime(2021, 4, 1).date()
    set_before = as_before("checked", due_on=due)
    others = [as_before(state) for state in ("published", "rejected", "approved", "withdrawn")]
    draft = make_entry(state="draft").revisions.get()
    migration.set_clocks(apps, None)
    assert days_of(set_before) == (None, due, None)
    for revision in (*others, draft):
        assert days_of(revision) == (None, None, None)
