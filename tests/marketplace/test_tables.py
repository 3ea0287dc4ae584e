"""Tables of entries: what goes out comes back the same, and what is odd is said with its row."""

import csv
import io

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis.strategies import text
from openpyxl import load_workbook

from cities import effects
from cities.models import Goal
from cities.tables.cells import guard, unguard
from marketplace import services
from marketplace.exchange import columns, jobs, rows, writing
from marketplace.exchange.csv_files import read_csv
from marketplace.exchange.workbooks import read_xlsx
from marketplace.models import (
    Entry,
    Funding,
    RevisionState,
    Standard,
    TableState,
    Technology,
    Verdict,
)
from tests.factories import (
    make_city,
    make_entry,
    make_officer,
    make_organisation,
    make_revision,
    make_theme,
)

pytestmark = pytest.mark.django_db
START = reverse("marketplace:table-start")
NASTY = ["=1+1", "+49 30", "-x", "@SUM(A1)", "\t=1", "'=quoted", "＝1", 'a;b,c\n"d"', "-5", "'x"]


@pytest.fixture
def city():
    return make_city(slug="rouen")


@pytest.fixture
def officer(city):
    return make_officer(city)


def bring(officer, data):
    """Bring a CSV file; return its table as it is now."""
    sheet = read_csv(data if isinstance(data, bytes) else data.encode())
    table = jobs.begin(officer, [sheet], "entries.csv")
    effects.run_pending()
    table.refresh_from_db()
    return table


def verdicts(table):
    """The verdicts of a table's rows, in order."""
    return list(table.rows.values_list("verdict", flat=True))


def full_revision(city):
    """A draft in which every column has a value."""
    goal, _new = Goal.objects.get_or_create(number=11, defaults={"name": "Sustainable cities"})
    entry = make_entry(city, state=RevisionState.DRAFT, title="=cmd|'/c calc'!A1")
    draft = entry.revisions.get()
    for name, value in {
        "summary": '-5 % less; "quoted", and more',
        "problem": "One line\nand another",
        "cost_band": "50k_250k",
        "yearly_cost": "under_10k",
        "months_to_deploy": 6,
        "is_open_source": True,
        "licence": "EUPL-1.2",
        "evidence_url": "https://example.org/a,b",
        "repository_url": "https://code.example.org/x",
        "website": "https://example.org/",
        "software_version": "1.10",
        "released_on": "2026-01-31",
        "did_not_work": "@everybody",
        "language": "fr",
        "story": "",
        "strategy": "",
        "ambitions": "",
    }.items():
        setattr(draft, name, value)
    draft.save()
    draft.themes.set([make_theme(), make_theme()])
    draft.goals.set([goal])
    draft.partners.set([make_organisation()])
    draft.technologies.set([Technology.objects.create(slug="sensors-x", name="Sensors")])
    draft.standards.set([Standard.objects.create(slug="ngsi-x", name="NGSI-LD")])
    draft.fundings.set([Funding.objects.create(slug="own-x", name="Own budget")])
    draft.refresh_from_db()
    return draft


# ── cells ────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("text", NASTY)
def test_what_the_export_adds_to_a_cell_the_import_takes_away_and_nothing_else(text):
    assert unguard(guard(text)) == text


@given(text())
def test_whatever_a_cell_says_it_comes_back(words):
    assert unguard(guard(words)) == words
    assert guard(words)[:1] not in tuple("=@\t\r\n＝＋－＠") or not words


def test_no_cell_of_a_csv_file_is_a_formula_and_negative_numbers_stay_numbers():
    guarded = [guard(text) for text in NASTY]
    assert [text for text in guarded if text[0] in "=+@\t＝"] == []
    assert guard("-5") == "-5"
    assert guard("-x") == "'-x"


# ── out and back ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_column_comes_back_as_it_went_out(kind, city, officer):
    draft = full_revision(city)
    out = [draft.pk]
    if kind == "csv":
        sheet = read_csv(b"".join(writing.csv_pieces(writing.rows_of(out))))
    else:
        sheet = read_xlsx(writing.workbook(out))[0]
    judge = rows.Judge(officer, sheet.columns)
    table = jobs.begin(officer, [sheet], f"x.{kind}")
    row = table.rows.get()
    judge.prepare([row])
    judged = judge.judge(row)
    assert judged.messages == []
    assert verdicts(table) == [Verdict.UNCHANGED]
    # Also into an entry that has none of it.
    row.cells[sheet.columns.index("entry")] = ""
    row.cells[sheet.columns.index("title")] = "Another"
    values = judge.judge(row).values
    assert {
        name for name in columns.OF_KIND["solution"] if not columns.same(draft, name, values[name])
    } == {"title"}


def test_a_workbook_holds_text_where_a_spreadsheet_would_compute(city):
    draft = full_revision(city)
    sheet = load_workbook(io.BytesIO(writing.workbook([draft.pk]))).active
    types = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert types == {"s", "n"}
    assert "=cmd|'/c calc'!A1" in [cell.value for cell in sheet[2]]


def test_what_the_list_shows_can_be_downloaded_with_its_addresses(client, city):
    theme = make_theme(slug="water")
    shown = make_entry(city, title="=Rain gauges", themes=[theme])
    make_entry(city, title="Street lights")
    make_entry(city, title="A draft", state=RevisionState.DRAFT, themes=[theme])
    answer = client.get(reverse("marketplace:entry-table", args=["csv"]), {"theme": "water"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(text)))
    assert [row["title"] for row in found] == ["'=Rain gauges"]
    assert found[0]["url"].endswith(shown.get_absolute_url())
    assert list(found[0]) == list(columns.COLUMNS)


def test_own_entries_with_drafts_are_a_table_to_bring_back(client, city, officer):
    live = make_entry(city, title="Live")
    make_revision(live, title="Newer draft")
    make_entry(make_city(), title="Of others")
    client.force_login(officer)
    answer = client.get(reverse("marketplace:own-table", args=["xlsx"]))
    sheet = read_xlsx(answer.content)[0]
    sheet.lines = list(sheet.lines)
    titles = [line.cells[sheet.columns.index("title")] for line in sheet.lines]
    assert titles == ["Newer draft"]
    table = jobs.begin(officer, [sheet], "ours.xlsx")
    assert verdicts(table) == [Verdict.UNCHANGED]


def test_what_is_too_much_for_a_workbook_is_refused_before_a_row_is_read(
    client, city, officer, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(writing, "MOST_IN_A_WORKBOOK", 1)
    make_entry(city), make_entry(city)
    with django_assert_num_queries(0), pytest.raises(writing.TooMuch):
        writing.workbook([1, 2])
    client.force_login(officer)
    refused = client.get(reverse("marketplace:own-table", args=["xlsx"]))
    assert refused.status_code == 413
    assert "take CSV" in refused.content.decode()


# ── judging and writing ──────────────────────────────────────────────────────────────────────────
def test_the_same_table_twice_adds_nothing_the_second_time(city, officer):
    data = "title,summary,maturity\nRain gauges,They count,pilot\nBike counters,Also,deployed\n"
    table = bring(officer, data)
    assert verdicts(table) == [Verdict.NEW, Verdict.NEW]
    jobs.take_all(table)
    assert Entry.objects.filter(city=city).count() == 2
    again = bring(officer, data)
    assert verdicts(again) == [Verdict.UNCHANGED, Verdict.UNCHANGED]
    assert again.verdicts()[Verdict.UNCHANGED] == 2
    jobs.take_valid(again)
    assert Entry.objects.filter(city=city).count() == 2


def test_only_drafts_are_written_whatever_is_published_or_under_review(city, officer):
    live = make_entry(city, title="Live", summary="Old")
    judged = make_entry(city, title="Judged", state=RevisionState.IN_REVIEW)
    data = f"entry,summary\n{live.slug},New\n{judged.slug},New\n"
    table = bring(officer, data)
    assert verdicts(table) == [Verdict.CHANGED, Verdict.REFUSED]
    jobs.take_valid(table)
    live.refresh_from_db()
    assert live.live_revision.summary == "Old"
    draft = live.revisions.get(state=RevisionState.DRAFT)
    assert (draft.summary, draft.title, draft.based_on) == ("New", "Live", live.live_revision)
    assert judged.revisions.get().summary != "New"


def test_a_row_names_every_fault_of_its_cells(city, officer):
    data = (
        "entry,city,title,themes,maturity,months_to_deploy,released_on,website\n"
        ",paris,,nope,great,six,31/01/2026,javascript:x\n"
    )
    row = bring(officer, data).rows.get()
    said = " ".join(row.messages)
    assert row.verdict == Verdict.REFUSED
    for word in (
        "paris",
        "themes",
        "maturity",
        "idea",
        "months_to_deploy",
        "2026-01-31",
        "website",
    ):
        assert word in said


def test_entries_of_other_cities_are_neither_changed_nor_told_of(city, officer):
    other = make_entry(make_city(slug="athens"), title="Hidden", state=RevisionState.DRAFT)
    table = bring(officer, f"entry,title\n{other.slug},Mine now\n")
    row = table.rows.get()
    assert row.verdict == Verdict.REFUSED
    assert row.entry is None
    assert "Hidden" not in " ".join(row.messages)


def test_an_empty_cell_empties_its_field_but_leaves_the_language(city, officer):
    entry = make_entry(city, title="Pluie", language="fr", state=RevisionState.DRAFT)
    table = bring(officer, f"entry,language,summary\n{entry.slug},,\n")
    assert table.rows.get().changes == ["Summary in one or two sentences"]
    jobs.take_all(table)
    draft = entry.revisions.get()
    assert (draft.language, draft.summary) == ("fr", "")


def test_two_rows_about_one_entry_are_not_both_taken(city, officer):
    entry = make_entry(city, title="Twice", state=RevisionState.DRAFT)
    table = bring(officer, f"entry,title,summary\n{entry.slug},Twice,One\n,Twice,Two\n")
    assert verdicts(table) == [Verdict.CHANGED, Verdict.REFUSED]


def test_all_or_nothing_writes_nothing_when_a_row_turned_bad_meanwhile(city, officer):
    entry = make_entry(city, title="A", state=RevisionState.DRAFT)
    table = bring(officer, f"entry,title,summary\n,New one,x\n{entry.slug},A,y\n")
    entry.revisions.update(state=RevisionState.SUBMITTED, submitted_at=entry.created_at)
    with pytest.raises(services.Refused, match="Row 3"):
        jobs.take_all(table)
    assert not Entry.objects.filter(revisions__title="New one").exists()
    table.refresh_from_db()
    assert table.state == TableState.READY


def test_a_long_table_is_checked_and_written_in_the_background(client, city, officer):
    lines = "".join(f"Entry {number},text\n" for number in range(450))
    sheet = read_csv(f"title,summary\n{lines}".encode())
    table = jobs.begin(officer, [sheet], "long.csv")
    assert table.state == TableState.CHECKING
    client.force_login(officer)
    page = client.get(table.get_absolute_url(), headers={"HX-Request": "true"})
    assert "0 of 450" in page.content.decode()
    assert "hx-trigger" in page.content.decode()
    effects.run_pending()
    table.refresh_from_db()
    assert table.state == TableState.READY
    answer = client.get(table.get_absolute_url(), headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"
    client.post(table.get_absolute_url(), {"take": "valid"})
    effects.run_pending()
    table.refresh_from_db()
    assert table.state == TableState.DONE
    assert table.rows.filter(is_written=True).count() == 450
    assert Entry.objects.filter(city=city).count() == 450


def test_a_table_that_was_decided_on_is_not_decided_on_again(city, officer):
    table = bring(officer, "title\nOne\n")
    jobs.leave(table)
    with pytest.raises(services.Refused):
        jobs.take_valid(table)
    assert not Entry.objects.exists()


def test_a_row_costs_as_many_queries_however_many_there_are(
    city, officer, django_assert_num_queries
):
    def judged(number):
        data = "title,summary\n" + "".join(f"T{number}-{each},x\n" for each in range(number))
        table = bring(officer, data)
        row_list = list(table.rows.all())
        judge = rows.Judge(officer, table.columns)
        judge.prepare(row_list)
        with django_assert_num_queries(0):
            for row in row_list:
                judge.judge(row)

    judged(3)
    judged(30)
