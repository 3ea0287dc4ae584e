"""KPIs and their targets as a spreadsheet: a target that is changed is superseded and stays."""

import io
import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from initiatives import dates
from initiatives.exchange import accepting, jsons, workbooks, writing
from initiatives.models import (
    KPI,
    Comparison,
    Direction,
    KPIConcept,
    Precision,
    RoadmapSheet,
    Target,
)
from tests import factories
from tests.examples import examples
from tests.initiatives.cells import calendar_dates, names, texts
from tests.initiatives.sheets import all_boxes, bring, compared, edited, taken_along

pytestmark = pytest.mark.django_db
TYPED = ["2025–2027", "Q3 2026", "June 2025 to 2027", "end of 2025", "08/02/2021", "2025/2026"]


@pytest.fixture
def kpi(initiative):
    return factories.make_kpi(initiative, name="Open datasets", unit="datasets")


@pytest.fixture
def target(kpi):
    return Target.objects.create(
        kpi=kpi, comparison=Comparison.AT_LEAST, value=40, due_on=date(2025, 1, 1),
        precision=Precision.YEAR, origin="Data strategy",
    )  # fmt: skip


@pytest.fixture
def roadmap_of_target(target):
    return target.kpi.initiative.roadmap


def lines(roadmap, sheet):
    return [line.cells for line in writing.lines_of(roadmap)[sheet]]


def write_all(client, roadmap, data):
    address = bring(client, roadmap, data)
    answer = client.post(address, {"take": all_boxes(client, address)})
    assert answer.status_code == 302, answer.content.decode()
    return address


# ── what the workbook is like ───────────────────────────────────────────────────────────────────
def test_kpis_and_targets_have_rows_and_what_they_may_name_to_choose_from(initiative, kpi, target):
    KPIConcept.objects.create(code="activities", name="Activities")
    assert lines(initiative.roadmap, "kpis") == [
        {"initiative": "Old name", "name": "Open datasets", "concept": "", "unit": "datasets",
         "direction": "up", "adds_up": "no", "description": "", "note": ""}
    ]  # fmt: skip
    assert lines(initiative.roadmap, "targets") == [
        {"initiative": "Old name", "kpi": "Open datasets", "comparison": "at_least", "value": "40",
         "unit": "datasets", "base_year": "", "text": "", "by": "2025", "origin": "Data strategy",
         "origin_url": ""}
    ]  # fmt: skip
    book = load_workbook(io.BytesIO(taken_along(initiative.roadmap)))

    def rules(sheet):
        found = book[sheet].data_validations.dataValidation
        return {str(rule.sqref).split("3")[0]: rule.formula1 for rule in found}

    assert rules("kpis")["D"] == "lists!$A$1:$A$1"
    assert book["lists"]["A1"].value == "activities"
    assert rules("kpis")["F"] == '"up,down,none"'
    assert rules("targets")["C"] == "kpis!$C$3:$C$203"
    assert rules("targets")["D"] == '"at_least,at_most,exactly,none_left,change,each_year"'


# ── targets ─────────────────────────────────────────────────────────────────────────────────────
def test_a_changed_target_supersedes_the_old_one_which_stays(
    client, officer, initiative, kpi, target
):
    data = edited(
        taken_along(initiative.roadmap),
        *[("targets", 1, "value", 60), ("targets", 1, "by", "June 2026")],
    )
    write_all(client, initiative.roadmap, data)
    target.refresh_from_db()
    new = target.superseded_by
    assert (target.value, target.due_on) == (40, date(2025, 1, 1))
    assert (new.value, new.due_on, new.precision) == (60, date(2026, 6, 1), Precision.MONTH)
    assert (new.origin, new.comparison) == ("Data strategy", Comparison.AT_LEAST)
    assert new.history.get().history_user == officer
    url = reverse("initiatives:kpi-detail", args=[initiative.slug, kpi.pk])
    page = client.get(url).content.decode()
    assert "At least 60 by June 2026" in page


def test_a_part_of_the_differences_is_taken(client, officer, initiative, kpi, target):
    data = edited(
        taken_along(initiative.roadmap),
        *[("targets", 1, "value", 60), ("targets", 1, "origin", "Somebody's wish")],
    )
    address = bring(client, initiative.roadmap, data)
    assert all_boxes(client, address) == ["targets-3-value", "targets-3-origin"]
    client.post(address, {"take": ["targets-3-value"]})
    now = Target.objects.get(superseded_by=None)
    assert (now.value, now.origin) == (60, "Data strategy")


def test_new_targets_are_set_once_however_often_the_file_is_brought(
    client, officer, initiative, kpi
):
    said = {"initiative": "Old name", "kpi": "Open datasets", "value": "12.50", "by": "June 2026"}
    data = edited(
        taken_along(initiative.roadmap),
        *[("targets", 1, column, words) for column, words in said.items()],
    )
    for _time in range(2):
        address = bring(client, initiative.roadmap, data)
        client.post(address, {"take": all_boxes(client, address)})
    (told,) = kpi.targets.all()
    assert (told.value, told.comparison) == (Decimal("12.5"), Comparison.AT_LEAST)


def test_a_target_superseded_here_meanwhile_is_a_conflict_and_not_ticked(
    client, officer, initiative, kpi, target
):
    data = edited(taken_along(initiative.roadmap), ("targets", 1, "value", 60))
    now = Target.objects.create(kpi=kpi, value=50, due_on=target.due_on)
    Target.objects.filter(pk=target.pk).update(superseded_by=now)
    page = client.get(bring(client, initiative.roadmap, data)).content.decode()
    assert "Somebody saved another value here" in page
    assert "checked" not in page


@pytest.mark.parametrize(
    ("column", "typed", "said"),
    [
        ("value", "many", "is not an amount"),
        ("value", "1234567890123456789012", "cannot be kept exactly"),
        ("value", "NaN", "cannot be kept exactly"),
        ("value", "", "Write a number, or say the target in words."),
        ("comparison", "change", "Against which year?"),
        ("comparison", "roughly", "not a valid choice"),
        ("unit", "tons", "The unit belongs to the KPI"),
        ("kpi", "Other", "A target stays with its KPI"),
        ("initiative", "Other", "is not known here"),
        ("by", "sometime", "Write a date of the calendar"),
        ("base_year", "before", "is not a whole number"),
        ("text", "x" * 301, "at most 300 characters"),
        ("origin_url", "javascript:alert(1)", "Write an address that begins with"),
    ],
)
def test_what_cannot_be_taken_is_told_beside_its_cell_and_never_written(
    client, officer, initiative, kpi, target, column, typed, said
):
    data = edited(taken_along(initiative.roadmap), ("targets", 1, column, typed))
    address = bring(client, initiative.roadmap, data)
    page = client.get(address).content.decode()
    assert said in page
    assert 'name="take"' not in page
    client.post(address, {"take": [f"targets-3-{column}"]})
    assert kpi.targets.count() == 1


# ── KPIs ────────────────────────────────────────────────────────────────────────────────────────
def test_a_new_kpi_comes_with_its_target_and_its_value_in_one_file(client, officer, initiative):
    concept = KPIConcept.objects.create(code="activities", name="Activities")
    above = {"initiative": "Old name"}
    rows = {
        "kpis": above | {"name": "Trees", "concept": "activities", "unit": "trees"},
        "targets": above | {"kpi": "Trees", "comparison": "each_year", "value": "100"},
        "values": above | {"kpi": "Trees", "value": "12"},
    }
    data = edited(
        taken_along(initiative.roadmap),
        *[
            (sheet, 1, column, words)
            for sheet, row in rows.items()
            for column, words in row.items()
        ],
    )
    for _time in range(2):
        address = bring(client, initiative.roadmap, data)
        client.post(address, {"take": all_boxes(client, address)})
    kpi = KPI.objects.get()
    assert (kpi.name, kpi.concept, kpi.unit, kpi.direction) == ("Trees", concept, "trees", "up")
    assert [(one.comparison, one.value) for one in kpi.targets.all()] == [("each_year", 100)]
    assert [one.number for one in kpi.measurements.all()] == [12]


def test_a_changed_kpi_counts_a_version_and_is_in_its_history(client, officer, initiative, kpi):
    data = edited(taken_along(initiative.roadmap), ("kpis", 1, "name", "Datasets for all"))
    write_all(client, initiative.roadmap, data)
    kpi.refresh_from_db()
    assert (kpi.name, kpi.version) == ("Datasets for all", 2)
    assert kpi.history.first().history_user == officer


def test_a_kpi_that_is_renamed_on_every_sheet_is_the_same_kpi(
    client, officer, initiative, kpi, target
):
    factories.make_value(kpi, typed="12")
    data = edited(
        taken_along(initiative.roadmap),
        *[
            ("kpis", 1, "name", "Trees"),
            ("targets", 1, "kpi", "Trees"),
            ("values", 1, "kpi", "Trees"),
        ],
        ("targets", 1, "value", 50),
    )
    address = bring(client, initiative.roadmap, data)
    assert all_boxes(client, address) == ["kpis-3-name", "targets-3-value"]
    client.post(address, {"take": all_boxes(client, address)})
    kpi.refresh_from_db()
    assert (kpi.name, kpi.targets.get(superseded_by=None).value) == ("Trees", 50)


@pytest.mark.parametrize(
    ("column", "typed", "said"),
    [
        ("unit", "tons", "Numbers or targets stand here in “datasets”"),
        ("name", "Taken", "a KPI of that name already"),
        ("name", "", "cannot be blank"),
        ("concept", "nothing", "is not known here"),
        ("direction", "sideways", "not a valid choice"),
        ("initiative", "Other one", "A KPI stays with its initiative"),
    ],
)
def test_what_a_kpi_cannot_become_is_told_and_never_written(
    client, officer, initiative, kpi, column, typed, said
):
    factories.make_value(kpi, typed="12")
    factories.make_kpi(initiative, name="Taken")
    factories.make_initiative(initiative.roadmap, name="Other one")
    data = edited(taken_along(initiative.roadmap), ("kpis", 1, column, typed))
    address = bring(client, initiative.roadmap, data)
    assert said in client.get(address).content.decode()
    client.post(address, {"take": [f"kpis-3-{column}"]})
    kpi.refresh_from_db()
    assert (kpi.name, kpi.unit, kpi.version) == ("Open datasets", "datasets", 1)


# ── nothing is lost ─────────────────────────────────────────────────────────────────────────────
numbers = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places),
    st.integers(-(10**14) + 1, 10**14 - 1),
    st.integers(0, 6),
)


@st.composite
def targets(draw):
    """A target of every comparison, with a date of every precision, a stretch, or words."""
    comparison = draw(st.sampled_from(Comparison.values))
    typed = st.sampled_from(TYPED).map(dates.parse)
    by = draw(st.none() | calendar_dates() | typed)
    return {
        "comparison": comparison, "value": draw(numbers), "text": draw(st.just("") | names),
        "base_year": draw(st.integers(1900, 2100)), "origin": draw(texts.map(str.strip)),
        "origin_url": draw(st.sampled_from(["", "https://data.example.org/plan"])),
        **dates.by_columns(by),
    }  # fmt: skip


@settings(
    max_examples=examples(20),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(targets(), names, texts, st.sampled_from(Direction.values), st.booleans())
@pytest.mark.parametrize("kind", [workbooks, jsons])
def test_kpis_and_targets_come_back_as_they_went(
    initiative, officer, kpi, kind, said, name, note, direction, adds_up
):
    """Taken along, changed here, brought back and accepted: rows say what they said before."""
    roadmap = initiative.roadmap
    Target.objects.all().delete()
    words = {"name": name, "note": note, "direction": direction, "adds_up": adds_up}
    KPI.objects.update(**words)
    Target.objects.create(kpi=KPI.objects.get(), **said)
    before = {sheet: lines(roadmap, sheet) for sheet in ("kpis", "targets")}
    content, taken = kind.read(taken_along(roadmap, kind), roadmap)
    assert compared(roadmap, officer, (content, taken)).changes == []
    KPI.objects.update(name="Lost", note="", direction="up", adds_up=False)
    lost = Target.objects.create(kpi=KPI.objects.get(), comparison="none_left")
    Target.objects.exclude(pk=lost.pk).update(superseded_by=lost)
    blank = {sheet: {line.key: {} for line in kept} for sheet, kept in content.items()}
    found = compared(roadmap, officer, (content, blank))
    assert not any(change.has_fault for change in found.changes)
    sheet = RoadmapSheet.objects.create(roadmap=roadmap, user=officer)
    accepting.accept(sheet, found.boxes(), content, blank)
    assert {sheet: lines(roadmap, sheet) for sheet in before} == before


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("kind", [workbooks, jsons])
def test_by_when_comes_back_as_it_was_typed(client, officer, initiative, kpi, kind, typed):
    client.force_login(officer)
    add = reverse("initiatives:target-add", args=[initiative.slug, kpi.pk])
    asked = {"key": str(uuid.uuid4()), "comparison": "at_least", "value": "30", "by": typed}
    assert client.post(add, asked).status_code == 302
    assert dates.read_by(Target.objects.get()) == dates.parse(typed)
    content, taken = kind.read(taken_along(initiative.roadmap, kind), initiative.roadmap)
    assert content["targets"][0].cells["by"] == typed
    assert compared(initiative.roadmap, officer, (content, taken)).changes == []


def test_a_stretch_is_another_date_than_its_first_year_and_other_words_for_it_are_not(
    client, officer, roadmap_of_target, target
):
    content, taken = workbooks.read(taken_along(roadmap_of_target, workbooks), roadmap_of_target)
    for words, differs in [("2025.", False), ("2025 to 2027", True), ("end of 2025", True)]:
        content["targets"][0].cells["by"] = words
        assert bool(compared(roadmap_of_target, officer, (content, taken)).changes) == differs


@pytest.mark.parametrize("words", ["from 2025", "month 7"])
def test_by_when_has_an_end(client, officer, roadmap_of_target, target, words):
    content, taken = workbooks.read(taken_along(roadmap_of_target, workbooks), roadmap_of_target)
    content["targets"][0].cells["by"] = words
    [change] = compared(roadmap_of_target, officer, (content, taken)).changes
    assert [one.fault for one in change.fields] == [str(dates.BY_WHEN)]
    client.force_login(officer)
    add = reverse("initiatives:target-add", args=[target.kpi.initiative.slug, target.kpi.pk])
    page = client.post(add, {"comparison": "at_least", "value": "3", "by": words}).content.decode()
    assert str(dates.BY_WHEN) in page
    assert f'value="{words}"' in page
