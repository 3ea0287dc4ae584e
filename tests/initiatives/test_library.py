"""The KPI library: read by everybody, started from by officers."""

import uuid

import pytest
from django.urls import reverse

from initiatives.models import KPI, Family, KPIConcept
from tests import factories
from tests.initiatives.test_pages import queries

pytestmark = pytest.mark.django_db
LIST = "/initiatives/kpis/"


def test_everybody_browses_and_narrows_the_library(client):
    factories.make_library_kpi(name="Fine dust in the air", unit="µg/m³")
    factories.make_library_kpi(name="Cycle ways", unit="km")
    factories.make_library_kpi(name="Not shown", is_shown=False)
    page = client.get(LIST).content.decode()
    assert "Fine dust in the air" in page
    assert "Cycle ways" in page
    assert "Not shown" not in page
    assert "Start from this" not in page
    page = client.get(LIST, {"q": "DUST"}).content.decode()
    assert "Fine dust in the air" in page
    assert "Cycle ways" not in page


def test_an_officer_starts_from_the_library_and_it_counts(client, officer, initiative):
    concept = KPIConcept.objects.create(code="achievements", name="Achievements")
    entry = factories.make_library_kpi(
        name="Cycle ways", unit="km", concept=concept, description="From the map."
    )
    page = client.get(LIST, {"for": initiative.slug}).content.decode()
    assert f"/initiatives/{initiative.slug}/kpis/add/?from={entry.slug}" in page
    add = reverse("initiatives:kpi-add", args=[initiative.slug])
    form = client.get(add, {"from": entry.slug}).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    assert (sent["name"], sent["unit"], sent["start"]) == ("Cycle ways", "km", entry.slug)
    sent["concept"] = concept.pk
    client.post(add, sent | {"key": str(uuid.uuid4()), "name": "Cycle ways of ours"})
    made = KPI.objects.get()
    assert (made.name, made.unit, made.started_from, made.concept) == (
        "Cycle ways of ours", "km", entry, concept,
    )  # fmt: skip
    page = client.get(entry.get_absolute_url()).content.decode()
    assert "1 KPI started from it" in page
    assert "Cycle ways of ours" in page


def test_uses_in_hidden_initiatives_are_counted_and_not_named(client):
    entry = factories.make_library_kpi()
    hidden = factories.make_initiative(name="Hidden", is_public=False)
    factories.make_kpi(hidden, name="Secret KPI", started_from=entry)
    page = client.get(entry.get_absolute_url()).content.decode()
    assert "1 KPI started from it" in page
    assert "Secret KPI" not in page


def test_editing_a_kpi_keeps_where_it_started(client, officer, initiative):
    kpi = factories.make_kpi(initiative, started_from=factories.make_library_kpi())
    edit = reverse("initiatives:kpi-edit", args=[initiative.slug, kpi.pk])
    client.post(edit, {"version": 1, "name": "Renamed", "direction": "up", "start": "elsewhere"})
    kpi.refresh_from_db()
    assert kpi.name == "Renamed"
    assert kpi.started_from is not None


def test_the_library_asks_no_more_for_more_rows(client):
    def fill(number):
        for _row in range(number):
            entry = factories.make_library_kpi()
            entry.themes.add(factories.make_theme())
            entry.codes.create(family=Family.U4SSC, code="EC")
            entry.examples.create(city="A", words="12")
            factories.make_kpi(started_from=entry)

    fill(3)
    few = queries(client, LIST)
    fill(20)
    assert queries(client, LIST) == few <= 8
