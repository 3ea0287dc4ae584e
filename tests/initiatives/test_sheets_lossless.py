"""Charters as a spreadsheet: nothing is lost on the way there and back."""

import io
from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from initiatives import dates
from initiatives.exchange import accepting, jsons, workbooks, writing
from initiatives.exchange.reading import read_date
from initiatives.models import (
    BudgetLine,
    FundingLevel,
    Initiative,
    Milestone,
    MilestoneStatus,
    Precision,
    Risk,
    RoadmapSheet,
    SupportKind,
    SupportNeed,
)
from tests.examples import examples
from tests.initiatives.cells import amounts, names, partial_dates, texts, weights, years
from tests.initiatives.sheets import compared, fill, taken_along

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", [workbooks, jsons])
def test_what_comes_back_untouched_changes_nothing(initiative, officer, kind):
    fill(initiative)
    roadmap = initiative.roadmap
    found = compared(roadmap, officer, kind.read(taken_along(roadmap, kind), roadmap))
    assert [change.fields for change in found.changes] == []
    assert found.unchanged == 7


@settings(max_examples=examples(200), deadline=None)
@given(partial_dates())
@example(dates.PartialDate(Precision.QUARTER, date(2021, 1, 1), date(2021, 9, 30)))
def test_every_kind_of_date_is_read_as_it_was_written(when):
    text = writing.date_text(when)
    again = read_date(text)
    if when.precision == Precision.ORDER and again.precision != Precision.ORDER:
        # Words that are a date after all are one when somebody types them.
        return
    assert again.same_as(when)


def is_taken(when):
    """Whether a form takes it: words that are no date hold a letter."""
    return not when.text or any(map(str.isalpha, when.text))


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
            "when": partial_dates().filter(is_taken),
            "amount": amounts,
            "year": years,
            "level": st.sampled_from(FundingLevel.values),
            "is_secured": st.booleans(),
            "likelihood": weights,
            "kind": st.sampled_from(SupportKind.values),
            "need": st.none() | amounts,
            "status": st.sampled_from(MilestoneStatus.values),
            "reached_on": st.none() | st.dates(date(1950, 1, 1), date(2021, 12, 31)),
        }
    )
)
@pytest.mark.parametrize("kind", [workbooks, jsons])
def test_every_kind_of_value_comes_back_as_it_went(initiative, officer, kind, values):
    """Taken along, cleared, brought back and accepted: the rows hold what they held before."""
    roadmap = initiative.roadmap
    # What is far from its edition no form and no sheet takes.
    edition = roadmap.participation.edition
    edition.starts_on, edition.ends_on = date(1950, 1, 1), date(2150, 1, 1)
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
        status="reached" if values["reached_on"] else values["status"],
        reached_on=values["reached_on"],
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
