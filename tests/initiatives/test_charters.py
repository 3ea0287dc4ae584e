"""Writing a charter: saved incomplete, merged with others, and nothing typed is lost."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cities.models import FormDraft
from initiatives.forms.kpis import KPIForm
from initiatives.models import (
    BudgetLine,
    Dependency,
    Initiative,
    Risk,
    Stakeholder,
)
from initiatives.models.initiatives import InitiativeQuerySet
from tests import factories

pytestmark = pytest.mark.django_db
ROWS = ("dependencies", "stakeholders", "risks", "support", "budget")


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
    assert "This was received already" in client.get(second.url).content.decode()


def test_an_address_taken_at_the_same_moment_is_made_anew(client, officer, city, monkeypatch):
    roadmap = factories.make_roadmap(city)
    factories.make_initiative(roadmap, slug="a-add", name="Another")
    found = InitiativeQuerySet.free_slug
    seen = iter(["a-add"])
    monkeypatch.setattr(
        InitiativeQuerySet, "free_slug", lambda *asked: next(seen, None) or found(*asked)
    )
    sent = {"key": str(uuid.uuid4()), "roadmap": roadmap.pk, "name": "Add", "summary": ""}
    answer = client.post(url("initiative-add"), sent)
    assert answer.url == url("initiative-edit", "a-add-2")


def test_a_name_taken_at_the_same_moment_is_looked_at_again(
    client, officer, initiative, monkeypatch
):
    took, save = [], KPIForm.save

    def save_late(form, commit=True):
        if not took:
            took.append(factories.make_kpi(initiative, name=form.cleaned_data["name"]))
        return save(form, commit)

    monkeypatch.setattr(KPIForm, "save", save_late)
    sent = {"key": str(uuid.uuid4()), "name": "Visits", "direction": "up", "unit": "people"}
    answer = client.post(url("kpi-add", initiative.slug), sent)
    # The other's row was written in our transaction, so it is gone and the name is free again.
    assert answer.status_code == 302
    assert initiative.kpis.get().unit == "people"


def test_nobody_adds_to_a_roadmap_of_another_city(client, officer, city):
    factories.make_roadmap(city)
    foreign = factories.make_roadmap()
    sent = {"key": str(uuid.uuid4()), "roadmap": foreign.pk, "name": "Mine now"}
    assert client.post(url("initiative-add"), sent).status_code == 200
    assert not Initiative.objects.exists()


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Risk, {"likelihood": 0}),
        (Risk, {"impact": 6}),
        (Stakeholder, {"influence": 0}),
        (Stakeholder, {"interest": 6}),
        (BudgetLine, {"amount": "-0.01"}),
    ],
)
def test_the_database_refuses_numbers_out_of_bounds(model, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(initiative=factories.make_initiative(), **fields)


def test_initiatives_of_several_roadmaps_are_numbered_and_named_by_their_own(client, officer, city):
    for slug in ("first", "second"):
        edition = factories.make_edition(slug=slug, short_name=slug.title(), is_shown=False)
        roadmap = factories.make_roadmap(
            participation=factories.make_participation(city=city, edition=edition)
        )
        factories.make_initiative(roadmap, name=f"Whole of the {slug}")
    page = client.get(url("initiative-add")).content.decode()
    for slug in ("first", "second"):
        assert f'({slug.title()})">' in page
        assert f"1 Whole of the {slug}</option>" in page
