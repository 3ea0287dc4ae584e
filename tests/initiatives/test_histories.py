"""The history of a section tells all that people write there, and an undo brings all of it back."""

import importlib

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cities.models import Goal
from initiatives.models import DealAction, Initiative, Target
from initiatives.sections import deleted, past, places, recorded
from tests import factories
from tests.typed import fields_of

pytestmark = pytest.mark.django_db

# Columns of which no history tells, each for its reason.
BELONGS = {"roadmap", "initiative", "participation", "dimension", "deal", "horizon"}
PORTALS_OWN = {"id", "source", "demonstration", "position", "slug", "started_from"}
IN_ONE = {"precision", "starts_on", "ends_on", "project_month", "date_text"}
BY = {"precision", "due_on", "due_until", "due_text"}
PLANNED = {"plan_precision", "plan_starts_on", "plan_ends_on"}
ABOVE = {"AmbitionStep": {"ambition"}}


def all_rows():
    return [*recorded.CHARTER_ROWS, *(one for rows in recorded.ROWS.values() for one in rows)]


@pytest.mark.parametrize("rows", all_rows(), ids=lambda rows: rows.model.__name__)
def test_the_history_tells_every_column_that_people_write(rows):
    told = set(rows.columns)
    told |= IN_ONE if recorded.WHEN in told else set()
    told |= BY if recorded.BY in told else set()
    told |= PLANNED if recorded.PLAN in told else set()
    columns = {one.name for one in rows.model._meta.concrete_fields if one.editable}
    above = ABOVE.get(rows.model.__name__, set())
    assert columns - told - BELONGS - PORTALS_OWN - above == set()


def test_the_history_tells_every_text_and_list_of_a_charter():
    fields = [one for one in Initiative._meta.concrete_fields if one.editable]
    names = {one.name for one in [*fields, *Initiative._meta.many_to_many]}
    assert names - set(recorded.CHARTER_TEXTS) - BELONGS - PORTALS_OWN == set()


def history_of(client, initiative):
    key = f"charter-{initiative.pk}"
    return client.get(reverse("initiatives:section-history", args=[initiative.roadmap_id, key]))


def test_every_reason_for_a_slip_and_the_first_plan_stay_in_the_history(
    client, officer, initiative
):
    add = reverse("initiatives:milestone-add", args=[initiative.slug])
    client.post(add, {"title": "Tender", "when": "08/02/2027", "status": "planned"})
    stone = initiative.milestones.get()
    edit = reverse("initiatives:milestone-edit", args=[initiative.slug, stone.pk])
    for when, why in (("08/05/2027", "The tender failed."), ("08/06/2027", "It rained.")):
        stone.refresh_from_db()
        sent = {"version": stone.version, "title": "Tender", "when": when, "status": "planned"}
        assert client.post(edit, sent | {"moved_because": why}).status_code == 302
    changes = past.of(
        initiative.roadmap, places.find(initiative.roadmap, f"charter-{initiative.pk}")
    )
    told = [
        {field["label"]: "".join(part.text for part in field["parts"]) for field in change.fields}
        for change in changes
    ]
    assert "It rained." in told[0]["Why the dates moved"]
    assert told[1]["Why the dates moved"] == "The tender failed."
    assert told[2]["First plan"] == "8 February 2027"
    assert "First plan" not in told[0] | told[1]
    page = history_of(client, initiative).content.decode()
    assert "The tender failed." in page
    assert "It rained." in page


def test_the_history_of_a_charter_tells_its_targets(client, officer, initiative):
    kpi = factories.make_kpi(initiative, name="Trees")
    add = reverse("initiatives:target-add", args=[initiative.slug, kpi.pk])
    sent = {"comparison": "at_least", "value": "30.5", "by": "2025", "origin": "Climate plan"}
    assert client.post(add, sent).status_code == 302
    first = kpi.targets.get()
    later = sent | {"value": "40", "replaces": first.pk}
    assert client.post(add, later).status_code == 302
    place = places.find(initiative.roadmap, f"charter-{initiative.pk}")
    told = [
        (change.what, {one["label"]: "".join(part.text for part in one["parts"])
                       for one in change.fields})
        for change in past.of(initiative.roadmap, place)
    ]  # fmt: skip
    (replaced,) = [fields for what, fields in told if what == "Target “Trees”: changed"]
    assert replaced == {"Superseded by": "At least 40 by 2025"}
    added = [fields for what, fields in told if what == "Target: added"]
    assert [(one["KPI"], one["Value"], one["By when"]) for one in added] == [
        ("Trees", "40", "2025"), ("Trees", "30.5", "2025"),
    ]  # fmt: skip
    assert "Climate plan" in history_of(client, initiative).content.decode()


def test_a_change_of_a_row_says_which_row_where_its_name_stays(client, officer, initiative):
    form = reverse("initiatives:kpi-edit", args=[initiative.slug, 0])
    for name in ("Trees", "Benches"):
        kpi = factories.make_kpi(initiative, name=name)
        edit = form.replace("/0/", f"/{kpi.pk}/")
        fields = fields_of(client.get(edit).content.decode(), "page-form")
        assert client.post(edit, fields | {"note": f"Of {name}"}).status_code == 302
    place = places.find(initiative.roadmap, f"charter-{initiative.pk}")
    told = [change.what for change in past.of(initiative.roadmap, place)]
    assert told[:2] == ["KPI “Benches”: changed", "KPI “Trees”: changed"]


def write_charter(client, initiative, **changes):
    page = reverse("initiatives:initiative-edit", args=[initiative.slug])
    fields = fields_of(client.get(page).content.decode(), "charter-form")
    assert client.post(page, fields | changes).status_code == 302


def test_one_save_of_a_charter_with_its_lists_is_one_change_of_the_history(
    client, officer, initiative
):
    theme, goal = factories.make_theme(short_name="Mobility X"), Goal.objects.first()
    partner = factories.make_organisation(name="The hub")
    lists = {"themes": [str(theme.pk)], "partners": [str(partner.pk)]}
    if goal:
        lists["goals"] = [str(goal.pk)]
    records = Initiative.history.count()
    write_charter(client, initiative, goal="Cleaner air", **lists)
    assert Initiative.history.count() == records + 1
    place = places.find(initiative.roadmap, f"charter-{initiative.pk}")
    (change,) = past.of(initiative.roadmap, place)
    told = {one["label"]: "".join(part.text for part in one["parts"]) for one in change.fields}
    assert told["Themes"] == "Mobility X"
    assert told["Partners"] == "The hub"
    assert told["Ultimate goal and scope"] == "Cleaner air"
    assert ("Sustainable Development Goals" in told) == bool(goal)
    write_charter(client, initiative, themes=[])
    newest = past.of(initiative.roadmap, place)[0]
    assert [(one["label"], one["parts"][0].op) for one in newest.fields] == [("Themes", "delete")]


def test_lists_that_change_without_a_save_are_a_change_too_from_either_end(initiative):
    theme, other = factories.make_theme(), factories.make_theme()
    again = Initiative.objects.get(pk=initiative.pk)
    records = Initiative.history.count()
    again.themes.add(theme)
    other.initiatives.add(again)
    assert Initiative.history.count() == records + 2
    kept = Initiative.history.first().themes.model.objects.filter(
        history=Initiative.history.first()
    )
    assert {row.theme_id for row in kept} == {theme.pk, other.pk}


def test_the_history_of_a_charter_takes_as_many_queries_for_many_lists(client, officer, initiative):
    def count():
        with CaptureQueriesContext(connection) as queries:
            history_of(client, initiative)
        return len(queries)

    write_charter(client, initiative, themes=[str(factories.make_theme().pk)])
    few = count()
    for number in range(4):
        themes = [str(factories.make_theme().pk) for _one in range(number)]
        write_charter(client, initiative, themes=themes)
    assert count() == few


def test_organisations_around_the_city_are_told_in_the_history(client, officer, initiative):
    roadmap = initiative.roadmap
    hub = factories.make_organisation(name="The hub")
    page = reverse("initiatives:section-write", args=[roadmap.pk, "ecosystem"])
    fields = fields_of(client.get(page).content.decode())
    assert client.post(page, fields | {"add": [str(hub.pk)]}).status_code == 302
    assert list(roadmap.partners.all()) == [hub]
    (change,) = past.of(roadmap, places.find(roadmap, "ecosystem"))
    assert (change.who, change.fields[0]["parts"][0].text) == (officer.name, "The hub")


# ── undo ────────────────────────────────────────────────────────────────────────────────────────
# Each relation of an initiative: how it is made, for one of those that can be deleted.
def _of_deal(initiative):
    return DealAction.objects.create(
        deal=factories.make_deal(initiative.roadmap), initiative=initiative, text="Plant trees"
    )


WITH = {
    "themes": lambda one: one.themes.add(factories.make_theme()),
    "goals": lambda one: one.goals.add(Goal.objects.get_or_create(number=11, name="Cities")[0]),
    "partners": lambda one: one.partners.add(factories.make_organisation()),
    "dependencies": lambda one: one.dependencies.create(kind="inside", text="The permit"),
    "risks": lambda one: one.risks.create(text="It rains"),
    "stakeholders": lambda one: one.stakeholders.create(name="The council"),
    "support_needs": lambda one: one.support_needs.create(text="A lawyer"),
    "budget_lines": lambda one: one.budget_lines.create(label="Sensors", amount="12.50"),
    "milestones": factories.make_milestone,
    "kpis": lambda one: Target.objects.create(kpi=factories.make_kpi(one), value=10),
    "deal_actions": _of_deal,
    "lessons": lambda one: one.lessons.create(roadmap=one.roadmap, kind="key", text="Early"),
    "commitments": lambda one: one.commitments.create(
        roadmap=one.roadmap, kind="resources", text="Two people"
    ),
}
# An initiative that has parts, or on which others depend, is not deleted.
KEEP_IT = {"children", "depended_on_by"}


def relations_of(model):
    many = {one.name for one in model._meta.many_to_many}
    return many | {one.name for one in model._meta.related_objects if one.name != "+"}


def test_a_deleted_initiative_comes_back_with_every_relation_it_had(client, officer, initiative):
    assert relations_of(Initiative) - KEEP_IT - set(WITH) == set()
    for make in WITH.values():
        make(initiative)
    had = {name: set(getattr(initiative, name).values_list("pk", flat=True)) for name in WITH}
    assert all(had.values())
    initiative = Initiative.objects.get(pk=initiative.pk)
    client.post(reverse("initiatives:initiative-delete", args=[initiative.slug]))
    assert not Initiative.objects.exists()
    entry = deleted.lately(initiative.roadmap)[0]
    back = deleted.bring_back(initiative.roadmap, entry.kind, entry.history)
    got = {name: set(getattr(back, name).values_list("pk", flat=True)) for name in WITH}
    assert got == had
    columns = [one.attname for one in Initiative._meta.concrete_fields]
    free = {"position", "created_at", "changed_at"}
    for column in set(columns) - free:
        assert getattr(back, column) == getattr(initiative, column), column


def test_actions_of_a_deal_name_a_kpi_and_a_signatory_again_that_came_back(initiative):
    roadmap = initiative.roadmap
    deal, kpi = factories.make_deal(roadmap), factories.make_kpi(initiative)
    signatory = deal.signatories.create(name="The port")
    action = deal.actions.create(text="Plant trees", kpi=kpi, signatory=signatory)
    keys = kpi.pk, signatory.pk
    kpi.delete()
    signatory.delete()
    for entry in deleted.lately(roadmap):
        deleted.bring_back(roadmap, entry.kind, entry.history)
    action.refresh_from_db()
    assert (action.kpi_id, action.signatory_id) == keys


def test_what_a_list_named_and_is_gone_stays_away(initiative):
    here, gone = factories.make_theme(), factories.make_theme()
    initiative.themes.set([here, gone])
    roadmap = initiative.roadmap
    Initiative.objects.get(pk=initiative.pk).delete()
    gone.delete()
    entry = deleted.lately(roadmap)[0]
    assert list(deleted.bring_back(roadmap, entry.kind, entry.history).themes.all()) == [here]


def test_records_from_before_lists_were_kept_get_those_of_today(initiative):
    initiative.themes.add(factories.make_theme())
    initiative.name = "New name"
    initiative.save()
    rows = apps.get_model("initiatives", "HistoricalInitiative_themes").objects
    rows.all().delete()
    step = importlib.import_module("initiatives.migrations.0006_records_have_lists")
    step.fill(apps, None)
    records = set(Initiative.history.values_list("pk", flat=True))
    assert set(rows.values_list("history", flat=True)) == records
    assert len(records) == 2
