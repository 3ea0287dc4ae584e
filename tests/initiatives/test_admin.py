"""The staff's screens: lists do not slow down, and what the city writes stays its own."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from initiatives.models import BudgetLine, Initiative, KPIConcept, Risk, Roadmap
from tests import factories

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


def test_a_change_by_staff_is_seen_by_those_who_edit_the_same_initiative(client):
    client.force_login(factories.make_superuser())
    initiative = factories.make_initiative()
    url = reverse("admin:initiatives_initiative_change", args=[initiative.pk])
    form = client.get(url).context["adminform"].form
    sent = {name: value or "" for name, value in form.initial.items() if name != "parent"}
    for prefix in ("milestones", "kpis", "dependencies", "stakeholders", "risks", "budget_lines"):
        sent |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    sent |= {"summary": "By staff", "themes": [], "partners": [], "is_public": "on", "position": 0}
    answer = client.post(url, sent)
    assert answer.status_code == 302
    now = Initiative.objects.get()
    assert (now.summary, now.version) == ("By staff", 2)


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
