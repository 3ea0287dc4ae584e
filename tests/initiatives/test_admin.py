"""The staff's screens: lists do not slow down, and what the city writes stays its own."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from initiatives.models import KPI, BudgetLine, Initiative, KPIConcept, Risk, Roadmap
from tests import factories
from tests.initiatives.test_pages import number

pytestmark = pytest.mark.django_db
MODELS = ["ambition", "initiative", "kpi", "kpiconcept", "milestone", "roadmap"]


def make_rows(count):
    for _row in range(count):
        initiative = factories.make_initiative()
        factories.make_milestone(initiative)
        concept = KPIConcept.objects.create(code=f"c{initiative.pk}", name="Concept")
        factories.make_kpi(initiative, concept=concept)
        initiative.roadmap.ambitions.create(statement="An ambition")


@pytest.mark.parametrize("model", MODELS)
def test_lists_ask_no_more_for_more_rows(client, model):
    client.force_login(factories.make_staff())
    url = reverse(f"admin:initiatives_{model}_changelist")

    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    make_rows(3)
    few = asked()
    make_rows(27)
    assert asked() == few


def test_staff_publish_roadmaps_by_an_act_of_their_own(client):
    client.force_login(factories.make_staff())
    roadmap = factories.make_roadmap(published=False)
    url = reverse("admin:initiatives_roadmap_changelist")
    client.post(url, {"action": "publish", "_selected_action": [roadmap.pk]})
    assert Roadmap.objects.get().published_at is not None
    client.post(url, {"action": "take_back", "_selected_action": [roadmap.pk]})
    assert Roadmap.objects.get().status == "draft"


def test_staff_read_what_is_internal_and_cannot_write_it(client):
    client.force_login(factories.make_staff())
    initiative = factories.make_initiative(support_needed="A sponsor")
    Risk.objects.create(initiative=initiative, text="Too few people")
    url = reverse("admin:initiatives_initiative_change", args=[initiative.pk])
    page = client.get(url).content.decode()
    assert "A sponsor" in page
    assert "Too few people" in page
    assert 'name="support_needed"' not in page
    assert 'name="risks-0-text"' not in page
    assert 'name="summary"' in page


def admin_page(client, initiative):
    """The address of an initiative's screen, and what a browser would send back from it."""
    url = reverse("admin:initiatives_initiative_change", args=[initiative.pk])
    form = client.get(url).context["adminform"].form
    sent = {name: value or "" for name, value in form.initial.items() if name != "parent"}
    for prefix in (
        *("milestones", "kpis", "dependencies", "stakeholders", "risks", "support_needs"),
        "budget_lines",
    ):
        sent |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    sent |= {"themes": [], "goals": [], "partners": [], "is_public": "on", "position": 0}
    return url, sent | {"version": form["version"].value()}


def save_as_an_officer(initiative, **changes):
    row = Initiative.objects.get(pk=initiative.pk)
    for name, value in {**changes, "version": row.version + 1}.items():
        setattr(row, name, value)
    row.save()


def test_a_change_by_staff_is_seen_by_those_who_edit_the_same_initiative(client):
    client.force_login(factories.make_superuser())
    url, sent = admin_page(client, factories.make_initiative())
    assert client.post(url, sent | {"summary": "By staff"}).status_code == 302
    now = Initiative.objects.get()
    assert (now.summary, now.version) == ("By staff", 2)


def test_what_an_officer_saved_meanwhile_survives_a_save_by_staff(client):
    client.force_login(factories.make_superuser())
    initiative = factories.make_initiative(summary="Old", goal="Old goal")
    url, sent = admin_page(client, initiative)
    save_as_an_officer(initiative, goal="By the officer")
    assert client.post(url, sent | {"summary": "By staff"}).status_code == 302
    now = Initiative.objects.get()
    assert (now.summary, now.goal, now.version) == ("By staff", "By the officer", 3)


@pytest.mark.parametrize(("choice", "kept"), [("mine", "By staff"), ("theirs", "By the officer")])
def test_staff_choose_where_an_officer_changed_the_same_words(client, choice, kept):
    client.force_login(factories.make_superuser())
    initiative = factories.make_initiative(summary="Old")
    url, sent = admin_page(client, initiative)
    save_as_an_officer(initiative, summary="By the officer")

    refused = client.post(url, sent | {"summary": "By staff"})

    assert refused.status_code == 200
    assert Initiative.objects.get().summary == "By the officer"
    page = refused.content.decode()
    assert "Somebody else saved this page" in page
    assert page.count('name="version"') == 1
    assert 'name="keep-summary"' in page
    again = sent | {"summary": "By staff", "keep-summary": choice}
    again["version"] = refused.context["adminform"].form["version"].value()
    assert client.post(url, again).status_code == 302
    assert Initiative.objects.get().summary == kept


def test_going_back_in_the_history_is_a_save_on_what_is_there_now(client):
    client.force_login(factories.make_superuser())
    initiative = factories.make_initiative(summary="First")
    save_as_an_officer(initiative, summary="Second")
    first = initiative.history.earliest()
    url = reverse("admin:initiatives_initiative_simple_history", args=[initiative.pk, first.pk])
    _url, sent = admin_page(client, initiative)
    form = client.get(url).context["adminform"].form
    sent |= {"summary": form["summary"].value(), "version": form["version"].value()}
    assert client.post(url, sent).status_code == 302
    now = Initiative.objects.get()
    assert (now.summary, now.version) == ("First", 3)


@pytest.mark.parametrize("model", ["roadmap", "initiative", "milestone", "kpi"])
def test_every_page_carries_the_version_once(client, model):
    client.force_login(factories.make_superuser())
    initiative = factories.make_initiative()
    row = {
        "roadmap": lambda: initiative.roadmap,
        "initiative": lambda: initiative,
        "milestone": lambda: factories.make_milestone(initiative),
        "kpi": lambda: factories.make_kpi(initiative),
    }[model]()
    page = client.get(reverse(f"admin:initiatives_{model}_change", args=[row.pk])).content.decode()
    assert page.count('name="version"') == 1
    assert client.get(reverse(f"admin:initiatives_{model}_add")).status_code == 200


def test_the_export_holds_nothing_internal_and_no_formula(client):
    client.force_login(factories.make_superuser())
    initiative = factories.make_initiative(summary="=1+1", support_needed="A sponsor")
    BudgetLine.objects.create(initiative=initiative, label="Line", amount="350000.00")
    url = reverse("admin:initiatives_initiative_export")
    fields = {
        name: "on"
        for name in client.get(url).context["form"].fields
        if name.startswith("initiativeresource_")
    }
    table = client.post(url, {"format": "0", "resource": "", **fields}).content.decode()
    assert initiative.slug in table
    assert "'=1+1" in table
    assert "A sponsor" not in table
    assert "350000" not in table


def test_a_unit_in_which_something_counts_is_not_changed_without_the_question(client):
    client.force_login(factories.make_staff(is_superuser=True))
    kpi = factories.make_kpi(unit="kWh")
    url = reverse("admin:initiatives_kpi_change", args=[kpi.pk])
    assert 'name="unit"' in client.get(url).content.decode()
    KPI.objects.filter(pk=kpi.pk).update(unit="MWh")
    kpi.refresh_from_db()
    kpi.save()
    number(kpi, 12)
    page = client.get(url).content.decode()
    assert 'name="unit"' not in page
    assert reverse("initiatives:kpi-edit", args=[kpi.initiative.slug, kpi.pk]) in page
    sent = {
        "name": "Renamed", "initiative": kpi.initiative_id, "direction": kpi.direction,
        "unit": "kWh", "position": 0, "version": kpi.version,
        **{f"{name}-TOTAL_FORMS": 0 for name in ("targets", "measurements")},
        **{f"{name}-INITIAL_FORMS": 0 for name in ("targets", "measurements")},
    }  # fmt: skip
    assert client.post(url, sent).status_code == 302
    kpi.refresh_from_db()
    assert (kpi.name, kpi.unit) == ("Renamed", "MWh")
    first = kpi.history.order_by("history_id").first()
    assert first.unit == "kWh"
    back = reverse("admin:initiatives_kpi_simple_history", args=[kpi.pk, first.history_id])
    client.post(back, sent | {"name": "As it was", "version": kpi.version})
    kpi.refresh_from_db()
    assert kpi.unit == "MWh"
