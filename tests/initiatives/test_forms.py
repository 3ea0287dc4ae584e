"""Writing: saved incomplete, merged with others, received once, and nothing typed is lost."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from cities.models import FormDraft
from initiatives.models import (
    KPI,
    BudgetLine,
    Dependency,
    Initiative,
    Measurement,
    Milestone,
    Precision,
    Risk,
    Target,
)
from tests import factories

pytestmark = pytest.mark.django_db
ROWS = ("dependencies", "stakeholders", "risks", "budget")


@pytest.fixture
def city():
    return factories.make_city(slug="a")


@pytest.fixture
def initiative(city):
    return factories.make_initiative(factories.make_roadmap(city), name="Old name")


@pytest.fixture
def officer(client, city):
    user = factories.make_officer(city)
    client.force_login(user)
    return user


def url(name, *args):
    return reverse(f"initiatives:{name}", args=args)


def no_rows():
    return {f"{name}-{count}": "0" for name in ROWS for count in ("TOTAL_FORMS", "INITIAL_FORMS")}


def charter(initiative, **fields):
    """The fields of a charter as a browser sends them."""
    return {
        "version": str(initiative.version),
        "name": initiative.name,
        "status": initiative.status,
        **no_rows(),
        **fields,
    }


def seen_in(page, name):
    """The value that a rendered hidden input sends along."""
    before = page.split(f'name="{name}" value="')
    return before[1].split('"')[0] if len(before) > 1 else ""


# ── the charter ─────────────────────────────────────────────────────────────────────────────────
def test_a_charter_is_saved_with_nothing_but_a_name(client, officer, initiative):
    answer = client.post(
        url("initiative-edit", initiative.slug), charter(initiative, name="New name")
    )
    assert answer.url == initiative.get_absolute_url()
    initiative.refresh_from_db()
    assert (initiative.name, initiative.version) == ("New name", 2)
    assert initiative.history.first().history_user == officer


def test_an_error_keeps_everything_that_was_typed(client, officer, initiative):
    answer = client.post(
        url("initiative-edit", initiative.slug),
        charter(initiative, name="", goal="A long goal", results_url="javascript:alert(1)"),
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "data-error-summary" in page
    assert "A long goal" in page
    assert "javascript:alert(1)" in page
    assert Initiative.objects.get().name == "Old name"


@pytest.mark.parametrize("goal", ["a\x00b"])
def test_a_character_that_cannot_be_stored_is_an_error_of_its_field(
    client, officer, initiative, goal
):
    answer = client.post(url("initiative-edit", initiative.slug), charter(initiative, goal=goal))
    assert answer.status_code == 200
    assert "Null characters are not allowed" in answer.content.decode()


def test_the_name_of_another_initiative_is_refused_in_words(client, officer, initiative):
    factories.make_initiative(initiative.roadmap, name="Taken")
    answer = client.post(url("initiative-edit", initiative.slug), charter(initiative, name="Taken"))
    assert "This roadmap has an initiative of that name already." in answer.content.decode()


def test_fields_that_only_one_of_two_changed_are_both_kept(client, officer, initiative):
    edit = url("initiative-edit", initiative.slug)
    client.post(edit, charter(initiative, lead="Department of water"))
    # The second officer opened the page before the first saved.
    answer = client.post(edit, charter(initiative, goal="Clean water"))
    assert answer.status_code == 302
    initiative.refresh_from_db()
    assert (initiative.lead, initiative.goal) == ("Department of water", "Clean water")


def test_a_field_that_both_changed_is_shown_side_by_side_until_somebody_chooses(
    client, officer, initiative
):
    edit = url("initiative-edit", initiative.slug)
    client.post(edit, charter(initiative, goal="Their goal"))
    answer = client.post(edit, charter(initiative, goal="My goal", lead="My lead"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Their goal" in page
    assert "My goal" in page
    assert "My lead" in page
    now = Initiative.objects.get()
    assert now.goal == "Their goal"
    client.post(
        edit,
        charter(now, goal="My goal", lead="My lead") | {"keep-goal": "theirs"},
    )
    now.refresh_from_db()
    assert (now.goal, now.lead) == ("Their goal", "My lead")


def test_a_row_is_added_without_javascript(client, officer, initiative):
    edit = url("initiative-edit", initiative.slug)
    answer = client.post(edit, charter(initiative, goal="Kept", add="risks"))
    assert answer.url == f"{edit}?rows=risks#risks"
    assert Initiative.objects.get().goal == "Kept"
    page = client.get(answer.url).content.decode()
    assert 'name="risks-0-text"' in page
    row = {"risks-TOTAL_FORMS": "1", "risks-0-text": "Too few people", "risks-0-likelihood": "4"}
    client.post(edit, charter(Initiative.objects.get(), **row))
    assert list(Risk.objects.values_list("text", "likelihood", "position")) == [
        ("Too few people", 4, 1)
    ]


def test_an_added_row_may_stay_empty(client, officer, initiative):
    rows = {"risks-TOTAL_FORMS": "1", "budget-TOTAL_FORMS": "1", "budget-0-currency": "EUR",
            "budget-0-level": "unknown"}  # fmt: skip
    answer = client.post(url("initiative-edit", initiative.slug), charter(initiative, **rows))
    assert answer.status_code == 302
    assert not Risk.objects.exists()
    assert not BudgetLine.objects.exists()


def risk_row(risk, seen, **changes):
    row = {"text": seen.text, "mitigation": seen.mitigation, "owner": seen.owner}
    sent = {f"risks-0-{name}": value for name, value in (row | changes).items()}
    sent |= {f"initial-risks-0-{name}": value for name, value in row.items()}
    return sent | {"risks-TOTAL_FORMS": "1", "risks-INITIAL_FORMS": "1", "risks-0-id": risk.pk}


def test_a_rows_fields_that_only_one_of_two_changed_are_both_kept(client, officer, initiative):
    risk = Risk.objects.create(initiative=initiative, text="Too few people")
    seen = Risk.objects.get()
    Risk.objects.update(owner="Somebody else's entry")
    client.post(
        url("initiative-edit", initiative.slug),
        charter(initiative, **risk_row(risk, seen, mitigation="Hire")),
    )
    risk.refresh_from_db()
    assert (risk.owner, risk.mitigation) == ("Somebody else's entry", "Hire")


def test_a_rows_field_that_both_changed_is_asked_for_once_more(client, officer, initiative):
    risk = Risk.objects.create(initiative=initiative, text="Too few people")
    seen = Risk.objects.get()
    Risk.objects.update(text="Theirs")
    edit = url("initiative-edit", initiative.slug)
    sent = charter(initiative, **risk_row(risk, seen, text="Mine"))
    page = client.post(edit, sent).content.decode()
    assert "Somebody else saved “Theirs” here meanwhile" in page
    assert Risk.objects.get().text == "Theirs"
    assert seen_in(page, "initial-risks-0-text") or "Theirs" in page
    again = sent | {"initial-risks-0-text": "Theirs"}
    client.post(edit, again)
    assert Risk.objects.get().text == "Mine"


def test_a_dependency_must_say_on_what(client, officer, initiative):
    row = {"dependencies-TOTAL_FORMS": "1", "dependencies-0-kind": "outside"}
    answer = client.post(url("initiative-edit", initiative.slug), charter(initiative, **row))
    assert "Say on what it depends" in answer.content.decode()
    assert not Dependency.objects.exists()


def test_nobody_can_point_at_an_initiative_they_may_not_know_of(client, officer, initiative):
    hidden = factories.make_initiative(factories.make_roadmap(published=False))
    row = {"dependencies-TOTAL_FORMS": "1", "dependencies-0-kind": "initiative",
           "dependencies-0-on_initiative": hidden.pk}  # fmt: skip
    answer = client.post(url("initiative-edit", initiative.slug), charter(initiative, **row))
    assert answer.status_code == 200
    assert not Dependency.objects.exists()


def test_what_was_typed_when_the_session_ended_comes_back(client, officer, initiative):
    edit = url("initiative-edit", initiative.slug)
    client.logout()
    answer = client.post(edit, charter(initiative, goal="Typed for an hour"))
    assert answer.status_code == 302
    client.force_login(officer)
    kept = answer.url.split("next=")[1].replace("%2F", "/").replace("%3F", "?").replace("%3D", "=")
    assert "Typed for an hour" in client.get(kept).content.decode()


def test_what_was_never_saved_is_offered_again_and_can_be_discarded(client, officer, initiative):
    edit = url("initiative-edit", initiative.slug)
    kept = reverse("cities:draft-save", args=["charter", str(initiative.pk)])
    sent = charter(initiative, goal="Half a thought")
    client.post(kept, sent | {"autosave_page": "1", "autosave_number": "1"})
    page = client.get(edit).content.decode()
    assert "never saved" in page
    assert "Half a thought" not in page
    assert "Half a thought" in client.get(f"{edit}?continue=1").content.decode()
    client.post(edit, {"discard": "1"})
    assert not FormDraft.objects.exists()
    assert Initiative.objects.get().goal == ""


def test_saving_forgets_the_draft(client, officer, initiative):
    FormDraft.objects.create(
        user=officer, form="charter", target=str(initiative.pk), data={}, page=1
    )
    client.post(url("initiative-edit", initiative.slug), charter(initiative))
    assert not FormDraft.objects.exists()


def test_a_new_initiative_is_created_once_however_often_the_form_arrives(client, officer, city):
    roadmap = factories.make_roadmap(city)
    sent = {"key": str(uuid.uuid4()), "roadmap": roadmap.pk, "name": "Add", "summary": ""}
    first = client.post(url("initiative-add"), sent)
    second = client.post(url("initiative-add"), sent)
    made = Initiative.objects.get()
    assert (made.slug, made.is_public, made.position) == ("a-add", False, 1)
    assert first.url == second.url == url("initiative-edit", made.slug)


def test_nobody_adds_to_a_roadmap_of_another_city(client, officer, city):
    factories.make_roadmap(city)
    foreign = factories.make_roadmap()
    sent = {"key": str(uuid.uuid4()), "roadmap": foreign.pk, "name": "Mine now"}
    assert client.post(url("initiative-add"), sent).status_code == 200
    assert not Initiative.objects.exists()


# ── milestones ──────────────────────────────────────────────────────────────────────────────────
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


def test_deleting_a_milestone_asks_first(client, officer, initiative):
    made = factories.make_milestone(initiative)
    delete = url("milestone-delete", initiative.slug, made.pk)
    assert made.title in client.get(delete).content.decode()
    assert Milestone.objects.exists()
    client.post(delete)
    assert not Milestone.objects.exists()
    assert Milestone.history.filter(history_type="-", history_user=officer).exists()


# ── KPIs ────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def kpi(initiative):
    return factories.make_kpi(initiative)


def report(client, kpi, **fields):
    sent = {"key": str(uuid.uuid4()), **fields}
    return client.post(url("measurement-add", kpi.initiative.slug, kpi.pk), sent)


def test_a_plain_number_is_saved_at_once_with_its_date(client, officer, kpi):
    report(client, kpi, value="12", as_of="Q3 2022", note="Counted by hand")
    made = Measurement.objects.get()
    assert (made.kind, made.number, made.as_of, made.as_of_precision) == (
        "number",
        Decimal(12),
        date(2022, 7, 1),
        Precision.QUARTER,
    )
    assert (made.note, made.reported_by) == ("Counted by hand", officer)


def test_a_text_is_saved_as_the_text_it_is(client, officer, kpi):
    report(client, kpi, value="Rouen")
    made = Measurement.objects.get()
    assert (made.kind, made.text, made.number) == ("text", "Rouen", None)


def test_a_doubtful_value_is_shown_as_understood_and_saved_once_confirmed(client, officer, kpi):
    page = report(client, kpi, value="12 560 234", note="kWh").content.decode()
    assert "The number 12,560,234" in page
    assert "kWh" in page
    assert not Measurement.objects.exists()
    report(client, kpi, value="12 560 234", reading="0", asked_about="12 560 234")
    made = Measurement.objects.get()
    assert (made.number, made.as_reported) == (Decimal(12560234), "12 560 234")


def test_a_doubtful_value_can_be_kept_as_words(client, officer, kpi):
    report(client, kpi, value="9000 since launch", reading="1", asked_about="9000 since launch")
    made = Measurement.objects.get()
    assert (made.kind, made.text) == ("text", "9000 since launch")


def test_an_answer_about_other_words_is_no_answer(client, officer, kpi):
    answer = report(client, kpi, value="12,560", reading="0", asked_about="12 560")
    assert answer.status_code == 200
    assert not Measurement.objects.exists()


@pytest.mark.parametrize("value", ["NaN", "inf", "1e309", "a\x00b"])
def test_what_can_be_no_value_is_refused_with_words(client, officer, kpi, value):
    answer = report(client, kpi, value=value, note="Not lost")
    assert answer.status_code == 200
    assert "data-error-summary" in answer.content.decode()
    assert "Not lost" in answer.content.decode()
    assert not Measurement.objects.exists()


def test_a_value_is_reported_once_however_often_the_form_arrives(client, officer, kpi):
    key = str(uuid.uuid4())
    for _again in range(3):
        assert report(client, kpi, value="12", key=key).status_code == 302
    assert Measurement.objects.count() == 1


def test_a_correction_is_a_new_value_and_the_old_one_stays(client, officer, kpi):
    report(client, kpi, value="90")
    wrong = Measurement.objects.get()
    correct = url("measurement-correct", kpi.initiative.slug, kpi.pk, wrong.pk)
    assert 'value="90"' in client.get(correct).content.decode()
    client.post(correct, {"key": str(uuid.uuid4()), "value": "9"})
    wrong.refresh_from_db()
    assert (wrong.as_reported, wrong.corrected_by.as_reported) == ("90", "9")
    page = client.post(
        correct, {"key": str(uuid.uuid4()), "value": "8"}, follow=True
    ).content.decode()
    assert "Somebody has corrected this value already" in page
    assert Measurement.objects.count() == 2


def test_a_new_target_supersedes_the_old_one(client, officer, kpi):
    old = Target.objects.create(kpi=kpi, value=20)
    add = url("target-add", kpi.initiative.slug, kpi.pk)
    client.post(add, {"key": str(uuid.uuid4()), "comparison": "at_least", "value": "30",
                      "by": "Q3 2022", "replaces": old.pk})  # fmt: skip
    old.refresh_from_db()
    new = old.superseded_by
    assert (new.value, new.due_on, new.precision) == (30, date(2022, 7, 1), Precision.QUARTER)
    page = client.get(url("kpi-detail", kpi.initiative.slug, kpi.pk)).content.decode()
    assert "<s>At least 20</s>" in page
    assert "At least 30 by Third quarter of 2022" in page


def test_a_target_that_says_nothing_is_asked_to_say_something(client, officer, kpi):
    add = url("target-add", kpi.initiative.slug, kpi.pk)
    page = client.post(add, {"comparison": "at_least"}).content.decode()
    assert "Write a number, or say the target in words." in page
    page = client.post(add, {"comparison": "change", "value": "-40"}).content.decode()
    assert "Against which year?" in page
    assert not Target.objects.exists()


def test_changing_the_unit_of_reported_numbers_is_asked_about(client, officer, kpi):
    report(client, kpi, value="12")
    edit = url("kpi-edit", kpi.initiative.slug, kpi.pk)
    sent = {"version": kpi.version, "name": kpi.name, "unit": "MWh", "direction": "up"}
    page = client.post(edit, sent).content.decode()
    assert "Numbers have been reported in “no unit”" in page
    client.post(edit, sent | {"same_values": "on"})
    assert KPI.objects.get().unit == "MWh"


def test_the_texts_of_a_roadmap_merge_like_a_charter(client, officer, initiative):
    roadmap = initiative.roadmap
    edit = url("roadmap-edit", roadmap.pk)
    client.post(edit, {"version": 1, "title": roadmap.title, "vision": "A vision"})
    client.post(edit, {"version": 1, "title": roadmap.title, "needs": "Some needs"})
    roadmap.refresh_from_db()
    assert (roadmap.vision, roadmap.needs, roadmap.version) == ("A vision", "Some needs", 3)
