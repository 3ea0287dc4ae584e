"""Two officers correct one value: the second reads what stands there now, and loses no word."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from cities.models import FormDraft
from initiatives import series, services, values
from tests import factories
from tests.typed import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def value(initiative):
    kpi = factories.make_kpi(initiative, unit="kWh")
    return factories.make_value(kpi, "12", as_of=date(2022, 1, 1))


def page_of(value):
    of = [value.kpi.initiative.slug, value.kpi.pk, value.pk]
    return reverse("initiatives:measurement-correct", args=of)


def correct(value, words, by):
    said = services.Circumstances(note="Read off again")
    return services.report(value.kpi, values.read(words).best, said, reported_by=by, corrects=value)


def test_the_second_is_shown_what_stands_now_and_replaces_it_on_purpose(
    client, officer, city, value
):
    page = client.get(page_of(value)).content.decode()
    sent = fields_of(page, "page-form") | {"value": ["14"], "note": ["A long explanation"]}
    colleague = factories.make_officer(city, name="A colleague")
    theirs = correct(value, "13", colleague)
    answer = client.post(page_of(value), sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "A colleague corrected this value while you were writing" in page
    assert "“13”, Read off again" in page
    assert "A long explanation" in page
    assert FormDraft.objects.get(form="correction").data["note"] == ["A long explanation"]
    assert value.kpi.measurements.current().get() == theirs
    assert client.post(page_of(value), fields_of(page, "page-form")).status_code == 302
    now = value.kpi.measurements.current().get()
    assert (now.as_reported, now.note) == ("14", "A long explanation")
    theirs.refresh_from_db()
    assert theirs.corrected_by == now, "every step stays readable"
    assert not FormDraft.objects.exists()


def test_whoever_is_overtaken_at_the_very_moment_is_looked_at_anew(
    client, officer, value, monkeypatch
):
    report = services.report

    def overtaken(*args, **more):
        monkeypatch.setattr(services, "report", report)
        raise services.AlreadyCorrected

    monkeypatch.setattr(services, "report", overtaken)
    sent = {"value": "14", "note": "Mine", "key": str(uuid.uuid4())}
    assert client.post(page_of(value), sent).status_code == 302
    assert value.kpi.measurements.current().get().note == "Mine"


def test_an_address_of_a_value_corrected_long_ago_opens_with_what_stands_now(
    client, officer, city, value
):
    newest = correct(correct(value, "13", officer), "15", officer)
    page = client.get(page_of(value)).content.decode()
    assert 'value="15"' in page
    sent = fields_of(page, "page-form") | {"value": ["16"]}
    assert client.post(page_of(value), sent).status_code == 302
    newest.refresh_from_db()
    assert newest.corrected_by == value.kpi.measurements.current().get()


@pytest.mark.parametrize("words", ["13000", "13000 kWh"])
def test_a_value_of_before_the_unit_changed_is_corrected_in_its_own_unit(
    client, officer, value, words
):
    """Also where the series was begun anew while the page was open."""
    opened = fields_of(client.get(page_of(value)).content.decode(), "page-form")
    kpi = value.kpi
    kpi.unit = "MWh"
    kpi.save()
    series.change_unit(kpi, "kWh", series.UnitChange.RESTART, factor=None)
    assert "write the right value in “kWh”" in client.get(page_of(value)).content.decode()
    assert client.post(page_of(value), opened | {"value": [words]}).status_code == 302
    now = kpi.measurements.current().get()
    assert (now.number, now.text, now.former_unit) == (Decimal(13000), "", "kWh")


def test_whoever_is_overtaken_by_a_conversion_is_told_so_and_no_name(client, officer, city, value):
    colleague = factories.make_officer(city, name="A colleague")
    theirs = correct(value, "13000", colleague)
    sent = fields_of(client.get(page_of(theirs)).content.decode(), "page-form")
    kpi = value.kpi
    kpi.unit = "MWh"
    kpi.save()
    series.change_unit(kpi, "kWh", series.UnitChange.CONVERT, factor=Decimal("0.001"))
    answer = client.post(page_of(theirs), sent | {"value": ["14000"]})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "This value was converted into another unit while you were writing" in page
    assert "A colleague corrected" not in page
