"""Which process and which rubric hold: of the edition of the day of submission, or by default."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from marketplace.models import ReviewProcess, Rubric
from marketplace.services import process_for, rubric_for
from tests.factories import make_edition, make_entry

pytestmark = pytest.mark.django_db
ASK = pytest.mark.parametrize(
    ("model", "in_force"), [(Rubric, rubric_for), (ReviewProcess, process_for)]
)


def submitted(day, kind="solution"):
    """A revision that was submitted on that day, at noon."""
    at = timezone.make_aware(datetime(day.year, day.month, day.day, 12))
    return make_entry(kind=kind, state="checked", submitted_at=at).revisions.get()


def rows(model, kind="solution"):
    """A row by default, and one of an edition that lasted the year 2025."""
    model.objects.filter(kind=kind).delete()
    edition = make_edition(starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    general = model.objects.create(kind=kind, name="In general")
    return general, model.objects.create(kind=kind, name="In 2025", edition=edition)


@ASK
def test_the_day_of_submission_decides_whether_an_editions_own_holds(model, in_force):
    general, own = rows(model)
    for day, expected in [
        (date(2024, 12, 31), general),
        (date(2025, 1, 1), own),
        (date(2025, 12, 31), own),
        (date(2026, 1, 1), general),
    ]:
        assert in_force(submitted(day)) == expected, day


@ASK
@pytest.mark.parametrize("zone", ["America/Toronto", "UTC", "Europe/Brussels"])
def test_all_readers_go_by_the_same_day(model, in_force, zone):
    general, own = rows(model)
    for at, expected in [
        (datetime(2025, 1, 1, 2, tzinfo=UTC), own),
        (datetime(2025, 12, 31, 23, 30, tzinfo=UTC), own),
        (datetime(2026, 1, 1, 2, tzinfo=UTC), general),
    ]:
        revision = make_entry(state="checked", submitted_at=at).revisions.get()
        with timezone.override(zone):
            assert in_force(revision) == expected, at


@ASK
def test_of_two_editions_on_one_day_the_later_one_holds(model, in_force):
    rows(model)
    later = make_edition(slug="later", starts_on=date(2025, 6, 1), ends_on=date(2026, 5, 31))
    own = model.objects.create(kind="solution", name="From June on", edition=later)
    assert in_force(submitted(date(2025, 5, 31))).name == "In 2025"
    assert in_force(submitted(date(2025, 6, 1))) == own


@ASK
def test_another_kind_of_entry_has_its_own(model, in_force):
    general, _own = rows(model)
    model.objects.filter(kind="city_profile").delete()
    profile = submitted(date(2026, 1, 1), kind="city_profile")
    without = in_force(profile)
    assert without != general
    assert without is None or (without.pk, without.kind) == (None, "city_profile")
    made = model.objects.create(kind="city_profile", name="For profiles")
    assert in_force(submitted(date(2026, 1, 1), kind="city_profile")) == made
    assert in_force(submitted(date(2026, 1, 1))) == general
