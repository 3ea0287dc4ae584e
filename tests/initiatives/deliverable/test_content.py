"""What a deliverable is made of: every fact, nothing internal for the public, few queries."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cities.models import Goal
from initiatives.deliverable import content, markdown
from initiatives.models import (
    BudgetLine,
    Commitment,
    Dependency,
    Lesson,
    Measurement,
    OwnChapter,
    Risk,
    Stakeholder,
    SupportNeed,
)
from tests import factories
from tests.initiatives.deliverable.conftest import ON, make_outline, outline_of
from tests.initiatives.deliverable.facts_of_rouen import (
    INTERNAL,
    missing,
    missing_rows,
    results,
)

pytestmark = pytest.mark.django_db


def words_of(value):
    """Every word of some content but those within pictures."""
    if isinstance(value, dict):
        return "\n".join(words_of(part) for name, part in value.items() if "svg" not in name)
    if isinstance(value, list):
        return "\n".join(words_of(part) for part in value)
    return str(value)


def fill(roadmap, rows):
    for place in range(rows):
        one = factories.make_initiative(roadmap, support_needed="Help.", goal="A goal.")
        other = factories.make_initiative(roadmap)
        factories.make_milestone(one)
        Risk.objects.create(initiative=one, text="A risk", likelihood=2, impact=3)
        BudgetLine.objects.create(initiative=one, label="Money", amount="12.50")
        Stakeholder.objects.create(
            initiative=one, name="Somebody", organisation=factories.make_organisation()
        )
        Dependency.objects.create(initiative=one, on_initiative=other, kind="initiative")
        kpi = factories.make_kpi(one)
        for year in (2021, 2022):
            Measurement.objects.create(
                kpi=kpi, kind="number", number=place, as_reported=str(place), as_of=date(year, 1, 1)
            )
        kpi.targets.create(value=5)
        Lesson.objects.create(roadmap=roadmap, initiative=one, kind="key", text="A lesson")
        Commitment.objects.create(roadmap=roadmap, initiative=one, kind="kpis", text="We go on")
        OwnChapter.objects.create(roadmap=roadmap, heading="Ours", text="Words.", position=place)


def rows_of(value):
    """The rows of every table in some content."""
    if isinstance(value, dict):
        yield from value.get("rows", [])
    for part in value.values() if isinstance(value, dict) else value:
        if isinstance(part, dict | list):
            yield from rows_of(part)


def test_every_fact_of_rouen_is_in_the_content_and_each_result_beside_its_kpi(rouens_content):
    told = [rouens_content["title"], rouens_content["chapters"]]
    assert missing(words_of(told)) == []
    assert missing_rows(rows_of(rouens_content["chapters"])) == []


def test_the_list_of_facts_sees_every_value_and_row_that_is_gone(rouen):
    for row in results():
        kpi = Measurement.objects.filter(kpi__name=row[0], as_reported=row[1])
        assert kpi.count() == 1, row
    Measurement.objects.filter(as_reported__in=["12", "30", "5", "54"]).delete()
    Risk.objects.all().delete()
    chapters = content.build(rouen, outline_of(rouen), "programme", on=ON)["chapters"]
    lacking = missing(words_of(chapters))
    gone = [row for row in results() if row[1] in ("12", "30", "5", "54")]
    assert len(gone) == 4
    assert set(gone) <= set(lacking)
    assert set(gone) <= set(missing_rows(rows_of(chapters)))
    assert "Too little capacity within the house to keep the project going" in lacking


def test_the_defects_of_the_printed_one_are_not_in_it(rouens_content):
    told = words_of(rouens_content)
    for left in ("city of X", "Skellefteå", "DeepL", "Who are the stakeholders that", "Road 95"):
        assert left not in told


def test_the_dates_of_a_part_come_from_the_calendar(rouens_content):
    parts = [part for part in rouens_content["chapters"] if part["kind"] == "section"]
    assert [part["when"] for part in parts] == [
        "September 2020 – January 2021",
        "February 2021 – April 2021",
        "May 2021 – September 2022",
    ]


def test_the_public_reads_no_risk_no_budget_and_no_support(rouen):
    Risk.objects.update(text="secret-risk")
    BudgetLine.objects.update(label="secret-budget")
    rouen.initiatives.update(support_needed="secret-support")
    for one in rouen.initiatives.all():
        SupportNeed.objects.create(initiative=one, text="secret-need")
    told = json.dumps(content.build(rouen, outline_of(rouen), "public", on=ON))
    for internal in (*INTERNAL, "secret-"):
        assert internal not in told
    inside = json.dumps(content.build(rouen, outline_of(rouen), "programme", on=ON))
    for internal in ("secret-risk", "secret-budget", "secret-support", "secret-need"):
        assert internal in inside


def test_what_is_hidden_stays_hidden_with_its_lessons_and_dependencies():
    roadmap = factories.make_roadmap()
    shown = factories.make_initiative(roadmap, name="Shown")
    hidden = factories.make_initiative(roadmap, name="Hidden one", is_public=False)
    Dependency.objects.create(initiative=shown, on_initiative=hidden, kind="initiative")
    Lesson.objects.create(roadmap=roadmap, initiative=hidden, kind="key", text="A hidden lesson")
    Commitment.objects.create(roadmap=roadmap, initiative=hidden, kind="kpis", text="A hidden vow")
    outline = make_outline()
    told = words_of(content.build(roadmap, outline, "public", on=ON))
    assert "An initiative that is not public" in told
    for hidden_words in ("Hidden one", "hidden lesson", "hidden vow"):
        assert hidden_words not in told
        assert hidden_words in words_of(content.build(roadmap, outline, "programme", on=ON))


def test_a_draft_of_another_city_is_named_to_nobody():
    one = factories.make_initiative()
    draft = factories.make_initiative(
        factories.make_roadmap(published=False), name="Draft of another city"
    )
    Dependency.objects.create(initiative=one, on_initiative=draft, kind="initiative")
    for audience in ("public", "programme"):
        told = words_of(content.build(one.roadmap, make_outline_once(), audience, on=ON))
        assert "Draft of another city" not in told


def make_outline_once():
    from initiatives.models import DocumentTemplate  # noqa: PLC0415

    return DocumentTemplate.objects.first() or make_outline()


def test_the_same_roadmap_gives_the_same_text(rouen):
    once = content.canonical(content.build(rouen, outline_of(rouen), "programme", on=ON))
    again = content.canonical(content.build(rouen, outline_of(rouen), "programme", on=ON))
    assert once == again


@pytest.mark.parametrize("audience", ["public", "programme"])
def test_more_rows_ask_the_database_no_more(audience):
    outline = make_outline()
    asked = []
    for rows in (1, 10):
        roadmap = factories.make_roadmap()
        fill(roadmap, rows)
        with CaptureQueriesContext(connection) as captured:
            content.build(roadmap, outline, audience, on=ON)
        asked.append(len(captured))
    assert asked[0] == asked[1]


def test_an_empty_roadmap_is_a_document_of_the_outlines_words_alone():
    outline = make_outline()
    found = content.build(factories.make_roadmap(), outline, "programme", on=ON)
    assert [chapter["kind"] for chapter in found["chapters"]] == ["section", "text"]


def test_own_chapters_stand_where_their_city_put_them():
    roadmap = factories.make_roadmap(introduction="Words.", needs="More words.")
    outline = make_outline(kinds=["introduction", "needs"])
    first = outline.chapters.first()
    OwnChapter.objects.create(roadmap=roadmap, heading="Second", text="A *word*", after=first)
    OwnChapter.objects.create(roadmap=roadmap, heading="Last", text="The end")
    OwnChapter.objects.create(roadmap=roadmap, heading="Inside", text="For us", is_internal=True)
    found = content.build(roadmap, outline, "public", on=ON)
    assert [chapter["heading"] for chapter in found["chapters"]] == [
        "Chapter introduction", "Second", "Chapter needs", "Last",
    ]  # fmt: skip
    assert [chapter["number"] for chapter in found["chapters"]] == [1, 2, 3, 4]


def test_initiatives_that_stand_in_a_circle_are_told_all_the_same():
    one = factories.make_initiative()
    other = factories.make_initiative(one.roadmap, parent=one)
    one.parent = other
    one.save()
    told = words_of(content.build(one.roadmap, make_outline(), "public", on=ON))
    assert one.name in told
    assert other.name in told


def test_markdown_becomes_blocks_and_its_html_stays_text():
    found = markdown.blocks(
        "# Heading\n\nA **bold** [link](https://example.org) and [bad](javascript:alert(1)).\n\n"
        "- one\n- two\n\n<script>alert(1)</script>\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    assert [block["type"] for block in found] == ["heading", "rich", "rich_list", "rich", "table"]
    runs = found[1]["paragraphs"][0]
    assert {run["text"]: run["url"] for run in runs}["link"] == "https://example.org"
    assert all("javascript" not in run["url"] for run in runs)
    assert "<script>" in found[3]["paragraphs"][0][0]["text"]
    assert found[4]["rows"] == [["1", "2"]]


def test_the_programme_reads_needs_row_by_row_and_money_with_all_its_years_and_cities():
    roadmap = factories.make_roadmap()
    one = factories.make_initiative(roadmap, name="Trams")
    one.goals.add(Goal.objects.create(number=11, name="Sustainable cities"))
    Risk.objects.create(initiative=one, text="Rails are late", likelihood=4, impact=5)
    Risk.objects.create(initiative=one, text="Nobody has weighed this")
    SupportNeed.objects.create(initiative=one, kind="people", text="Two engineers", amount="90000")
    part = factories.make_city(name="Elbeuf")
    BudgetLine.objects.create(
        initiative=one, label="Upkeep", amount="1000.50", year=2021, until_year=2024, city=part,
        level="local",
    )  # fmt: skip
    BudgetLine.objects.create(initiative=one, label="Rails", amount="10", year=2022, level="local")
    outline = make_outline(kinds=["charters", "risks", "budget", "support"])
    told = content.build(roadmap, outline, "programme", on=ON)
    blocks = [block for chapter in told["chapters"] for block in chapter["blocks"]]
    tables = {block["caption"]: block for block in blocks if "rows" in block}
    assert tables["Sums by source"]["rows"] == [["Local", "4,012.00 EUR"]]
    assert tables["Budget of Trams"]["rows"][0][2:4] == ["each year, 2021–2024", "Elbeuf"]
    assert tables["Support needed by Trams"]["rows"] == [
        ["People", "Two engineers", "90,000.00 EUR"]
    ]
    assert tables["What is asked for"]["rows"][0][-1] == "Trams"
    assert [row[0] for row in tables["Risks of Trams"]["rows"]] == [
        "1. Rails are late",
        "Nobody has weighed this",
    ]
    assert "<svg" in tables["Risks of Trams"]["svg"]
    assert "11. Sustainable cities" in words_of(told)


def test_bodies_are_drawn_also_where_none_stands_above_another():
    roadmap = factories.make_roadmap()
    for name in ("Board", "Working group"):
        roadmap.governance_bodies.create(name=name)
    outline = make_outline(kinds=["governance"])
    (chapter,) = content.build(roadmap, outline, "programme", on=ON)["chapters"]
    (block,) = chapter["blocks"]
    assert (block["type"], block["caption"]) == ("picture", "Bodies and roles")
    assert block["rows"] == [["Board"], ["Working group"]]
    board, group = roadmap.governance_bodies.all()
    group.above, group.rhythm = board, "Every month"
    group.save()
    (chapter,) = content.build(roadmap, outline, "programme", on=ON)["chapters"]
    (block,) = chapter["blocks"]
    assert block["caption"] == "Who reports to whom"
    assert block["columns"] == ["Body or role", "How often it meets", "Reports to"]
