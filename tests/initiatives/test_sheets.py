"""Charters as a spreadsheet: nothing is lost on the way, and nothing is written unseen."""

import io
import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from cities.models import Goal
from cities.tables.limits import Unreadable
from initiatives import dates
from initiatives.exchange import accepting, differences, jsons, workbooks, writing
from initiatives.exchange.columns import BY_NAME
from initiatives.exchange.reading import read_date
from initiatives.models import (
    BudgetLine,
    Dependency,
    DependencyKind,
    FundingLevel,
    Initiative,
    Milestone,
    MilestoneStatus,
    Precision,
    Risk,
    RoadmapSheet,
    Stakeholder,
    SupportKind,
    SupportNeed,
)
from tests import factories

pytestmark = pytest.mark.django_db
TABLES = list(BY_NAME)


def url(name, roadmap, *args):
    return reverse(f"initiatives:sheet-{name}", args=[roadmap.pk, *args])


def fill(initiative):
    """A charter with a row of each kind."""
    goal, _new = Goal.objects.get_or_create(number=11, defaults={"name": "Cities"})
    initiative.goals.add(goal)
    initiative.themes.add(factories.make_theme())
    initiative.partners.add(factories.make_organisation())
    factories.make_milestone(initiative)
    Dependency.objects.create(
        initiative=initiative,
        kind=DependencyKind.INITIATIVE,
        on_initiative=factories.make_initiative(),
    )
    Stakeholder.objects.create(initiative=initiative, name="Prefect", influence=5, interest=1)
    Risk.objects.create(initiative=initiative, text="Rain", likelihood=2, impact=3)
    SupportNeed.objects.create(initiative=initiative, text="A decision", amount=None)
    BudgetLine.objects.create(initiative=initiative, label="Work", amount=Decimal("350000.00"))


def compared(roadmap, user, read):
    return differences.compare(roadmap, user, *read)


def taken_along(roadmap, kind=workbooks):
    return kind.write(roadmap, writing.lines_of(roadmap))


def cells_in(roadmap):
    found = writing.lines_of(roadmap)
    return {name: [line.cells for line in lines] for name, lines in found.items()}


def edited(data, *changes):
    """The workbook after somebody typed into cells: sheet, row below the heads, column, value."""
    book = load_workbook(io.BytesIO(data))
    for sheet, number, column, value in changes:
        names = [cell.value for cell in book[sheet][1]]
        book[sheet].cell(number + 2, names.index(column) + 1).value = value
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def bring(client, roadmap, data, name="charters.xlsx"):
    answer = client.post(url("bring", roadmap), {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 302, answer.content.decode()
    return answer.url


def all_boxes(client, address):
    page = client.get(address).content.decode()
    return [part.split('"')[0] for part in page.split('name="take" value="')[1:]]


# ── nothing is lost ─────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("kind", [workbooks, jsons])
def test_what_comes_back_untouched_changes_nothing(initiative, officer, kind):
    fill(initiative)
    roadmap = initiative.roadmap
    found = compared(roadmap, officer, kind.read(taken_along(roadmap, kind), roadmap))
    assert [change.fields for change in found.changes] == []
    assert found.unchanged == 7


texts = st.text(
    alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=60
)
names = texts.map(str.strip).filter(bool)
days = st.dates(date(1950, 1, 1), date(2150, 1, 1))
amounts = st.decimals(0, Decimal("999999999999.99"), places=2)
weights = st.none() | st.integers(1, 5)
years = st.none() | st.integers(1990, 2100)


@st.composite
def partial_dates(draw):
    """Every kind of date there is."""
    kind = draw(st.sampled_from(Precision.values))
    if kind == Precision.ORDER:
        return dates.in_order_only(draw(texts.map(str.strip)))
    if kind == Precision.PROJECT_MONTH:
        month = draw(st.integers(1, 120))
        return dates.PartialDate(Precision.PROJECT_MONTH, project_month=month)
    first = dates.unit_from(kind, _first_of(kind, draw(days)))
    shape = draw(st.sampled_from(["one", "span", "open"]))
    if shape == "one":
        return first
    if shape == "open":
        return dates.PartialDate(first.precision, first.starts_on)
    last = dates.unit_from(
        kind, _first_of(kind, draw(days.filter(lambda day: day > first.ends_on)))
    )
    return dates.PartialDate(first.precision, first.starts_on, last.ends_on)


def _first_of(kind, day):
    if kind == Precision.YEAR:
        return day.replace(month=1, day=1)
    if kind == Precision.QUARTER:
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(day=1) if kind == Precision.MONTH else day


@settings(max_examples=200, deadline=None)
@given(partial_dates())
@example(dates.PartialDate(Precision.QUARTER, date(2021, 1, 1), date(2021, 9, 30)))
def test_every_kind_of_date_is_read_as_it_was_written(when):
    text = writing.date_text(when)
    again = read_date(text)
    if when.precision == Precision.ORDER and again.precision != Precision.ORDER:
        # Words that are a date after all are one when somebody types them.
        return
    assert again.same_as(when)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.fixed_dictionaries(
        {
            "name": names,
            "summary": texts,
            "goal": texts,
            "support_needed": texts,
            "when": partial_dates(),
            "amount": amounts,
            "year": years,
            "level": st.sampled_from(FundingLevel.values),
            "is_secured": st.booleans(),
            "likelihood": weights,
            "kind": st.sampled_from(SupportKind.values),
            "need": st.none() | amounts,
            "status": st.sampled_from(MilestoneStatus.values),
            "reached_on": st.none() | days,
        }
    )
)
@pytest.mark.parametrize("kind", [workbooks, jsons])
def test_every_kind_of_value_comes_back_as_it_went(initiative, officer, kind, values):
    """Taken along, cleared, brought back and accepted: the rows hold what they held before."""
    roadmap = initiative.roadmap
    roadmap.initiatives.update(
        name=values["name"], summary=values["summary"], goal=values["goal"],
        support_needed=values["support_needed"],
    )  # fmt: skip
    for model in (Milestone, BudgetLine, Risk, SupportNeed):
        model.objects.all().delete()
    when = values["when"]
    Milestone.objects.create(
        initiative=initiative, title="Stop", precision=when.precision, starts_on=when.starts_on,
        ends_on=when.ends_on, project_month=when.project_month, date_text=when.text,
        status=values["status"], reached_on=values["reached_on"],
    )  # fmt: skip
    BudgetLine.objects.create(
        initiative=initiative, label="Money", amount=values["amount"], year=values["year"],
        level=values["level"], is_secured=values["is_secured"],
    )  # fmt: skip
    Risk.objects.create(initiative=initiative, text="Risk", likelihood=values["likelihood"])
    SupportNeed.objects.create(
        initiative=initiative, text="Need", kind=values["kind"], amount=values["need"]
    )
    before = {
        name: [line.cells for line in lines] for name, lines in writing.lines_of(roadmap).items()
    }
    data = taken_along(roadmap, kind)
    content, taken = kind.read(data, roadmap)
    assert compared(roadmap, officer, (content, taken)).changes == []
    # Everything typed is lost here meanwhile, and comes back from the file.
    Initiative.objects.update(name="Lost", summary="", goal="", support_needed="")
    Milestone.objects.update(precision="order", starts_on=None, ends_on=None, project_month=None,
                             date_text="", status="planned", reached_on=None)  # fmt: skip
    BudgetLine.objects.update(amount=0, year=None, level="unknown", is_secured=False)
    Risk.objects.update(likelihood=None)
    SupportNeed.objects.update(kind="other", amount=None)
    sheet = RoadmapSheet(roadmap=roadmap, user=officer)
    sheet.save()
    blank = {name: {line.key: {} for line in lines} for name, lines in content.items()}
    found = compared(roadmap, officer, (content, blank))
    boxes = [f"{change.id}-{one.column}" for change in found.changes for one in change.fields]
    accepting.accept(sheet, boxes, content, blank)
    after = {
        name: [line.cells for line in lines] for name, lines in writing.lines_of(roadmap).items()
    }
    assert after == before


@pytest.mark.parametrize("text", ["=1+1", "+49 1", "-5", "@SUM(A1)", "'=1", "\t=1", "＝1", "1e309"])
def test_no_spreadsheet_computes_what_people_typed(initiative, officer, text):
    Initiative.objects.update(goal=text)
    data = taken_along(initiative.roadmap)
    cell = load_workbook(io.BytesIO(data))["initiatives"]["L3"]
    assert (cell.data_type, cell.value) == ("s", text.strip())
    found = compared(initiative.roadmap, officer, workbooks.read(data, initiative.roadmap))
    assert found.changes == []


def test_lists_to_choose_from_stand_in_the_workbook(initiative):
    book = load_workbook(io.BytesIO(taken_along(initiative.roadmap)))
    rules = [rule.formula1 for rule in book["budget"].data_validations.dataValidation]
    assert '"eu,national,regional,local,private,unknown"' in rules
    assert any(rule.startswith("initiatives!$B$3") for rule in rules)
    assert book["budget"].column_dimensions["A"].hidden
    assert book["portal"].sheet_state == "veryHidden"


# ── differences ─────────────────────────────────────────────────────────────────────────────────
def test_differences_are_shown_and_written_only_where_they_are_ticked(client, officer, initiative):
    fill(initiative)
    roadmap = initiative.roadmap
    data = edited(
        taken_along(roadmap),
        ("initiatives", 1, "goal", "A new goal"),
        ("initiatives", 1, "lead", "A new lead"),
        ("budget", 1, "amount", 125000.5),
        ("milestones", 1, "when", "Q3 2022"),
    )
    address = bring(client, roadmap, data)
    assert Initiative.objects.get(pk=initiative.pk).goal == ""
    page = client.get(address).content.decode()
    for words in ("A new goal", "A new lead", "350000.00", "125000.50", "Q3 2022", "2021-02-08"):
        assert words in page
    boxes = all_boxes(client, address)
    client.post(address, {"take": [box for box in boxes if not box.endswith("lead")]})
    initiative.refresh_from_db()
    assert (initiative.goal, initiative.lead, initiative.version) == ("A new goal", "", 2)
    assert BudgetLine.objects.get().amount == Decimal("125000.50")
    milestone = Milestone.objects.get()
    assert (milestone.precision, milestone.starts_on) == ("quarter", date(2022, 7, 1))
    assert milestone.plan_starts_on == date(2021, 2, 8)
    assert initiative.history.first().history_user == officer


def test_a_field_that_somebody_saved_meanwhile_is_a_conflict_and_not_ticked(
    client, officer, initiative
):
    data = edited(taken_along(initiative.roadmap), ("initiatives", 1, "goal", "From the file"))
    Initiative.objects.update(goal="Saved here", lead="Saved here too")
    address = bring(client, initiative.roadmap, data)
    page = client.get(address).content.decode()
    assert "Somebody saved another value here" in page
    assert "checked" not in page
    # What the file did not touch is not taken back to what it was.
    assert "Saved here too" not in page
    client.post(address, {"take": all_boxes(client, address)})
    initiative.refresh_from_db()
    assert (initiative.goal, initiative.lead) == ("From the file", "Saved here too")


def test_new_rows_are_added_also_below_new_initiatives(client, officer, initiative):
    data = edited(
        taken_along(initiative.roadmap),
        ("initiatives", 2, "name", "Part"),
        ("initiatives", 2, "parent", "Whole"),
        ("initiatives", 3, "name", "Whole"),
        ("milestones", 1, "initiative", "Part"),
        ("milestones", 1, "title", "First step"),
        ("milestones", 1, "when", "2022"),
        ("dependencies", 1, "initiative", "Whole"),
        ("dependencies", 1, "on_initiative", "Old name"),
    )
    address = bring(client, initiative.roadmap, data)
    client.post(address, {"take": all_boxes(client, address)})
    part = Initiative.objects.get(name="Part")
    assert (part.parent.name, part.level) == ("Whole", 2)
    assert part.slug == "a-part"
    assert part.milestones.get().title == "First step"
    assert Dependency.objects.get().on_initiative == initiative


def test_nothing_is_written_when_one_of_the_chosen_cannot_be(client, officer, initiative):
    data = edited(
        taken_along(initiative.roadmap),
        ("initiatives", 1, "goal", "Good"),
        ("risks", 1, "initiative", "Old name"),
        ("risks", 1, "likelihood", 3),
    )
    address = bring(client, initiative.roadmap, data)
    page = client.post(address, {"take": [*all_boxes(client, address), "risks-3-likelihood"]})
    assert "Nothing was written" in page.content.decode()
    assert Initiative.objects.get().goal == ""
    assert not Risk.objects.exists()


def test_faults_are_told_beside_their_cell(client, officer, initiative):
    data = edited(
        taken_along(initiative.roadmap),
        ("budget", 1, "initiative", "Nobody"),
        ("budget", 1, "label", "Work"),
        ("budget", 1, "amount", "much"),
        ("budget", 1, "currency", "euro"),
        ("initiatives", 1, "results_url", "javascript:alert(1)"),
    )
    page = client.get(bring(client, initiative.roadmap, data)).content.decode()
    for words in ("“Nobody” is not known here", "is not an amount", "three capital letters"):
        assert words in page
    assert "Write an address that begins with https:" in page


def test_a_row_that_was_deleted_meanwhile_is_told(client, officer, initiative):
    fill(initiative)
    data = edited(taken_along(initiative.roadmap), ("risks", 1, "text", "Snow"))
    Risk.objects.all().delete()
    assert "is not there any more" in client.get(
        bring(client, initiative.roadmap, data)
    ).content.decode()  # fmt: skip


def test_an_accepted_file_is_not_written_twice(client, officer, initiative):
    data = edited(taken_along(initiative.roadmap), ("initiatives", 2, "name", "Added"))
    address = bring(client, initiative.roadmap, data)
    for _time in range(2):
        client.post(address, {"take": ["initiatives-4-name"]})
    assert Initiative.objects.filter(name="Added").count() == 1


def test_more_changes_than_a_browser_can_send_boxes_for_are_written_together(
    client, officer, initiative, monkeypatch
):
    monkeypatch.setattr("initiatives.views.sheets.MOST_BOXES", 1)
    data = edited(
        taken_along(initiative.roadmap),
        ("initiatives", 1, "goal", "From the file"),
        ("initiatives", 1, "lead", "A lead"),
        ("initiatives", 1, "summary", "A summary"),
    )
    Initiative.objects.update(goal="Saved here")
    address = bring(client, initiative.roadmap, data)
    assert all_boxes(client, address) == ["initiatives-3-goal"]
    client.post(address, {"all": "1"})
    initiative.refresh_from_db()
    told = (initiative.goal, initiative.lead, initiative.summary)
    assert told == ("Saved here", "A lead", "A summary")


def test_a_file_is_forgotten_on_request(client, officer, initiative):
    address = bring(client, initiative.roadmap, taken_along(initiative.roadmap))
    client.post(address, {"discard": "1"})
    assert not RoadmapSheet.objects.exists()


def test_hidden_initiatives_cannot_be_named(client, officer, initiative):
    factories.make_initiative(factories.make_roadmap(published=False), slug="secret")
    data = edited(
        taken_along(initiative.roadmap),
        ("dependencies", 1, "initiative", "Old name"),
        ("dependencies", 1, "on_initiative", "secret"),
    )
    page = client.get(bring(client, initiative.roadmap, data)).content.decode()
    assert "“secret” is not known here" in page


# ── files that are none ─────────────────────────────────────────────────────────────────────────
def plain_workbook():
    held = io.BytesIO()
    Workbook().save(held)
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.xlsx", b"", "empty"),
        ("a.xlsx", b"PK\x03\x04 broken", "no workbook"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0 old", "protected by a password"),
        ("a.json", b"[" * 100_000, "This is no JSON"),
        ("a.json", b'{"a": 1}', "not downloaded from a roadmap"),
    ],
)
def test_other_files_are_refused_in_words(client, officer, initiative, name, data, said):
    sent = {"file": SimpleUploadedFile(name, data)}
    page = client.post(url("bring", initiative.roadmap), sent).content.decode()
    assert said in page
    assert not RoadmapSheet.objects.exists()


def test_workbooks_of_others_are_refused(initiative):
    with pytest.raises(Unreadable, match="not downloaded"):
        workbooks.read(plain_workbook(), initiative.roadmap)
    other = factories.make_roadmap()
    for kind in (workbooks, jsons):
        with pytest.raises(Unreadable, match="another roadmap"):
            kind.read(taken_along(other, kind), initiative.roadmap)


def test_the_json_can_be_read_by_people_too(initiative):
    told = json.loads(taken_along(initiative.roadmap, jsons))
    assert told["sheets"]["initiatives"][0]["name"] == "Old name"
