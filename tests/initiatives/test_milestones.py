"""Writing milestones: as precisely as known, with the first plan kept."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from initiatives.deliverable import snapshots
from initiatives.models import (
    Milestone,
    Precision,
)
from initiatives.pictures import slip
from tests import factories
from tests.initiatives.deliverable.conftest import make_outline
from tests.typed import fields_of

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"initiatives:{name}", args=args)


def milestone(**fields):
    return {"key": str(uuid.uuid4()), "title": "Opening", "status": "planned", **fields}


def test_a_milestone_keeps_the_precision_it_was_given(client, officer, initiative):
    client.post(url("milestone-add", initiative.slug), milestone(when="Q3 2021"))
    made = Milestone.objects.get()
    assert (made.precision, made.starts_on, made.ends_on) == (
        Precision.QUARTER,
        date(2021, 7, 1),
        date(2021, 9, 30),
    )
    assert (made.plan_precision, made.plan_starts_on) == (Precision.QUARTER, date(2021, 7, 1))


def test_when_dates_move_the_first_plan_stays_and_is_told(client, officer, initiative):
    made = factories.make_milestone(initiative)
    edit = url("milestone-edit", initiative.slug, made.pk)
    for when in ("March 2021", "2022"):
        made.refresh_from_db()
        client.post(edit, milestone(when=when, version=made.version))
    made.refresh_from_db()
    assert (made.precision, made.starts_on) == (Precision.YEAR, date(2022, 1, 1))
    assert (made.plan_precision, made.plan_starts_on) == (Precision.DAY, date(2021, 2, 8))
    page = client.get(initiative.get_absolute_url()).content.decode()
    assert "originally planned: 8 February 2021" in page


def test_a_first_date_that_was_a_slip_is_no_plan_and_its_history_keeps_both(
    client, officer, initiative
):
    client.post(url("milestone-add", initiative.slug), milestone(when="2018"))
    made = Milestone.objects.get()
    edit = url("milestone-edit", initiative.slug, made.pk)
    assert "The first date was a mistake" in client.get(edit).content.decode()
    client.post(edit, milestone(when="2021", version=1, first_was_wrong="on"))
    made.refresh_from_db()
    assert (made.starts_on, made.plan_starts_on) == (date(2021, 1, 1), date(2021, 1, 1))
    assert slip(made) == ""
    page = client.get(
        url("section-history", initiative.roadmap.pk, f"charter-{initiative.pk}")
    ).content.decode()
    assert "2018" in page
    # What slips later slips from there, and what is handed in stays the plan.
    snapshots.hand_in(initiative.roadmap, make_outline(), by=officer)
    assert "The first date was a mistake" not in client.get(edit).content.decode()
    made.history.all().delete()
    assert "The first date was a mistake" not in client.get(edit).content.decode()
    client.post(edit, milestone(when="2022", version=made.version, first_was_wrong="on"))
    made.refresh_from_db()
    assert slip(made) == "2021"


def test_words_that_are_no_date_can_be_kept_as_words(client, officer, initiative):
    add = url("milestone-add", initiative.slug)
    sent = milestone(when="from September")
    page = client.post(add, sent).content.decode()
    assert "The year is missing" in page
    assert 'type="checkbox" name="keep_words"' in page
    assert not Milestone.objects.exists()
    client.post(add, sent | {"keep_words": "on"})
    made = Milestone.objects.get()
    assert (made.precision, made.starts_on, made.date_text) == (
        Precision.ORDER,
        None,
        "from September",
    )


def test_a_milestone_centuries_away_is_refused_with_the_dates_of_the_edition(
    client, officer, initiative
):
    page = client.post(
        url("milestone-add", initiative.slug), milestone(when="2121")
    ).content.decode()
    assert "runs from 1 September 2020 to 30 November 2022" in page


def test_a_date_that_only_somebody_else_moved_is_kept(client, officer, initiative):
    made = factories.make_milestone(initiative)
    edit = url("milestone-edit", initiative.slug, made.pk)
    client.post(edit, milestone(title=made.title, when="March 2021", version=1))
    client.post(edit, milestone(title="New title", when="8 February 2021", version=1))
    made.refresh_from_db()
    assert (made.title, made.starts_on) == ("New title", date(2021, 3, 1))


def test_a_date_that_both_moved_is_asked_about(client, officer, initiative):
    made = factories.make_milestone(initiative)
    edit = url("milestone-edit", initiative.slug, made.pk)
    client.post(edit, milestone(title=made.title, when="March 2021", version=1))
    answer = client.post(edit, milestone(title=made.title, when="April 2021", version=1))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "March 2021" in page
    assert "April 2021" in page
    client.post(edit, milestone(title=made.title, when="April 2021", version=2))
    made.refresh_from_db()
    assert made.starts_on == date(2021, 4, 1)


def test_what_the_other_changed_beside_the_date_stays_when_one_is_asked_about_it(
    client, officer, initiative
):
    made = factories.make_milestone(initiative)
    edit = url("milestone-edit", initiative.slug, made.pk)
    theirs = milestone(title=made.title, when="March 2021", description="Their words", version=1)
    client.post(edit, theirs)
    page = client.post(edit, milestone(title=made.title, when="April 2021", version=1))
    sent = fields_of(page.content.decode(), "page-form") | {"keep-when": ["theirs"]}
    assert client.post(edit, sent).status_code == 302
    made.refresh_from_db()
    assert (made.description, made.starts_on) == ("Their words", date(2021, 3, 1))


def test_a_date_that_the_other_moved_stays_when_one_is_asked_about_something_else(
    client, officer, initiative
):
    made = factories.make_milestone(initiative)
    edit = url("milestone-edit", initiative.slug, made.pk)
    client.post(edit, milestone(title="Theirs", when="March 2021", version=1))
    page = client.post(edit, milestone(title="Mine", when="8 February 2021", version=1))
    sent = fields_of(page.content.decode(), "page-form")
    assert client.post(edit, sent).status_code == 302
    made.refresh_from_db()
    assert (made.title, made.starts_on) == ("Mine", date(2021, 3, 1))


def test_deleting_a_milestone_asks_first(client, officer, initiative):
    made = factories.make_milestone(initiative)
    delete = url("milestone-delete", initiative.slug, made.pk)
    assert made.title in client.get(delete).content.decode()
    assert Milestone.objects.exists()
    client.post(delete)
    assert not Milestone.objects.exists()
    assert Milestone.history.filter(history_type="-", history_user=officer).exists()


def test_why_a_milestone_slipped_is_asked_for_and_kept_in_its_history(client, officer, initiative):
    milestone = factories.make_milestone(
        initiative, plan_precision="day", plan_starts_on="2021-02-08", plan_ends_on="2021-02-08"
    )
    edit = url("milestone-edit", initiative.slug, milestone.pk)
    assert "Why it slipped" in client.get(edit).content.decode()
    sent = {"title": milestone.title, "status": "planned", "version": milestone.version}
    client.post(edit, sent | {"when": "08/05/2021", "moved_because": "The tender failed."})
    milestone.refresh_from_db()
    assert milestone.moved_because == "The tender failed."
    assert str(milestone.plan_starts_on) == "2021-02-08"
    sent["version"] = milestone.version
    client.post(edit, sent | {"when": "08/06/2021", "moved_because": "Rain."})
    reasons = milestone.history.order_by("history_date").values_list("moved_because", flat=True)
    assert list(reasons) == ["", "The tender failed.", "Rain."]
    assert "Rain." in client.get(initiative.get_absolute_url()).content.decode()
    client.logout()
    assert "Rain." not in client.get(initiative.get_absolute_url()).content.decode()


def test_a_new_milestone_is_not_asked_why_it_slipped(client, officer, initiative):
    page = client.get(url("milestone-add", initiative.slug)).content.decode()
    assert "Why it slipped" not in page
