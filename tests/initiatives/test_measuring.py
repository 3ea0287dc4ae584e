"""Writing KPIs, targets and values, in the city's own words."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from initiatives import services, values
from initiatives.models import (
    KPI,
    Measurement,
    Precision,
    Target,
)
from tests import factories
from tests.typed import fields_of

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"initiatives:{name}", args=args)


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
    assert "corrected this value while you were writing" in page
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


def test_the_texts_of_a_roadmap_merge_like_a_charter(client, officer, initiative):
    roadmap = initiative.roadmap
    openness, needs = (url("section-write", roadmap.pk, key) for key in ("openness", "needs"))
    client.post(openness, {"version": 1, "openness": "With all"})
    client.post(needs, {"version": 1, "needs": "Some needs"})
    roadmap.refresh_from_db()
    assert (roadmap.openness, roadmap.needs, roadmap.version) == ("With all", "Some needs", 3)


@pytest.mark.parametrize("name", ["measurement-add", "target-add", "measurement-correct"])
def test_a_number_written_before_the_unit_changed_is_asked_about_once(
    client, officer, initiative, name
):
    kpi = factories.make_kpi(initiative, unit="kWh")
    wrong = services.report(
        kpi, values.read("12").best, services.Circumstances(), reported_by=officer
    )
    keys = [kpi.pk, wrong.pk] if name == "measurement-correct" else [kpi.pk]
    form = url(name, initiative.slug, *keys)
    opened = fields_of(client.get(form).content.decode(), "page-form")
    KPI.objects.filter(pk=kpi.pk).update(unit="MWh")
    kept = Measurement.objects.count() + Target.objects.count()
    answer = client.post(form, opened | {"comparison": ["exactly"], "value": ["15000"]})
    shown = answer.content.decode()
    assert "this KPI counts in “MWh”, no longer in “kWh”" in shown
    assert Measurement.objects.count() + Target.objects.count() == kept
    again = fields_of(shown, "page-form")
    assert again["value"] == ["15000"]
    assert client.post(form, again).status_code == 302
    assert Measurement.objects.count() + Target.objects.count() == kept + 1


def test_a_target_in_words_is_not_asked_about_its_unit(client, officer, initiative):
    kpi = factories.make_kpi(initiative, unit="kWh")
    form = url("target-add", initiative.slug, kpi.pk)
    opened = fields_of(client.get(form).content.decode(), "page-form")
    KPI.objects.filter(pk=kpi.pk).update(unit="MWh")
    told = {"comparison": ["at_least"], "text": ["As good as Tampere"]}
    assert client.post(form, opened | told).status_code == 302
