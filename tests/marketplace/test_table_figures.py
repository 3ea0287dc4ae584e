"""Figures of entries as tables: out, back, and into new entries, in the words of the report."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cities import effects
from initiatives import dates
from initiatives.values import read
from marketplace import services, values
from marketplace.exchange import figure_columns, jobs, writing
from marketplace.exchange.csv_files import read_csv
from marketplace.exchange.workbooks import read_xlsx
from marketplace.models import Entry, ResultFigure, RevisionState, TableState, Verdict
from tests.factories import make_attachment, make_city, make_entry, make_officer

pytestmark = pytest.mark.django_db
AS_OF = ["", "2021-08-31", "August 2022", "2021", "Q3 2021", "March 2021 to May 2021"]
REPORTED = [
    ("Users", "121", 0, ""),
    ("Downloads", "9000 downloads since launch", 0, "downloads"),
    ("Trees", "12.560", 1, ""),
    ("Saved", "-12 % against 2015", 0, "%"),
    ("Opened", "01/09/2022", 0, ""),
    ("Where", "Rouen", 0, ""),
    ("Open", "yes", 0, ""),
    ("Report", "in progress", 0, ""),
    ("=cmd", "over 200", 0, "+"),
]


@pytest.fixture
def city():
    return make_city(slug="rouen")


@pytest.fixture
def officer(city):
    return make_officer(city)


def add(draft, label, reported, reading=0, unit="", as_of="", **more):
    when = values.as_of_columns(dates.parse(as_of) if as_of else None)
    value = values.columns(read(reported, unit=unit).readings[reading])
    before = values.before_columns(more.pop("before", ""), unit)
    number = draft.figures.count() + 1
    return ResultFigure.objects.create(
        revision=draft, position=number, label=label, unit=unit, **value, **when, **before, **more
    )


def told(draft):
    """Every column of the figures of a revision."""
    left_out = {"id", "revision", "position"}
    names = [one.name for one in ResultFigure._meta.concrete_fields if one.name not in left_out]
    return list(draft.figures.values_list(*names))


@pytest.fixture
def draft(city):
    draft = make_entry(city, title="Open data", state=RevisionState.DRAFT).revisions.get()
    for number, (label, reported, reading, unit) in enumerate(REPORTED):
        add(draft, label, reported, reading, unit, AS_OF[number % len(AS_OF)], before="35")
    add(draft, "Users", "150", as_of="2022", source_url="https://example.org/a", note="-x")
    return draft


def bring(officer, data):
    table = jobs.begin(officer, [read_csv(data.encode())], "figures.csv")
    effects.run_pending()
    table.refresh_from_db()
    return table


def verdicts(table):
    return list(table.rows.values_list("verdict", flat=True))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_figures_come_back_as_they_went_out_and_into_an_entry_that_has_none(
    kind, client, city, officer, draft
):
    client.force_login(officer)
    if kind == "csv":
        answer = client.get(reverse("marketplace:own-figures"))
        sheet = read_csv(b"".join(answer.streaming_content))
    else:
        sheet = read_xlsx(client.get(reverse("marketplace:own-table", args=["xlsx"])).content)[1]
    sheet.lines = list(sheet.lines)
    assert sheet.about == "figures"
    table = jobs.begin(officer, [sheet], "figures")
    assert list(table.rows.values_list("messages", flat=True)) == [[]] * 10
    assert verdicts(table) == [Verdict.UNCHANGED] * 10

    other = make_entry(city, title="Empty", state=RevisionState.DRAFT).revisions.get()
    for line in sheet.lines:
        line.cells[sheet.columns.index("entry")] = other.entry.slug
        line.cells[sheet.columns.index("title")] = ""
    table = jobs.begin(officer, [sheet], "figures")
    assert verdicts(table) == [Verdict.NEW] * 10
    jobs.take_all(table)
    assert told(other) == told(draft)


def test_a_workbook_brings_entries_first_and_their_figures_when_those_are_decided_on(
    client, city, officer, draft
):
    draft.figures.exclude(label__in=["Users", "Trees"]).delete()
    data = writing.workbook([draft.pk])
    copy = make_city(slug="athens")
    other = make_officer(copy)
    client.force_login(other)
    # The same file, for another city and new entries.
    sheets = read_xlsx(data)
    for sheet in sheets:
        sheet.lines = list(sheet.lines)
        for line in sheet.lines:
            line.cells[sheet.columns.index("entry")] = ""
            line.cells[sheet.columns.index("city")] = "athens"
    table = jobs.begin(other, sheets, "all.xlsx")
    follower = table.followers.get()
    assert follower.state == TableState.WAITING
    assert "To the figures" in client.get(table.get_absolute_url()).content.decode()
    client.post(table.get_absolute_url(), {"take": "all"})
    follower.refresh_from_db()
    assert verdicts(follower) == [Verdict.NEW] * 3
    client.post(follower.get_absolute_url(), {"take": "all"})
    assert told(Entry.objects.get(city=copy).revisions.get()) == told(draft)


def test_a_value_that_can_be_read_twice_is_refused_with_its_readings(officer, draft):
    slug = draft.entry.slug
    table = bring(officer, f"entry,figure,value\n{slug},New,12.560\n")
    row = table.rows.get()
    assert row.verdict == Verdict.REFUSED
    assert "number, 12560" in row.messages[0]
    assert "number, 12.56" in row.messages[0]
    table = bring(officer, f"entry,figure,value,means,number\n{slug},New,12.560,number,12560\n")
    jobs.take_all(table)
    assert draft.figures.get(label="New").number == Decimal(12560)


def test_the_words_of_a_figure_keep_the_meaning_that_was_confirmed(officer, draft):
    trees = draft.figures.get(label="Trees")
    row = f"{draft.entry.slug},Trees,12.560,{csv_date(trees)},By hand\n"
    table = bring(officer, f"entry,figure,value,as_of,note\n{row}")
    assert verdicts(table) == [Verdict.CHANGED]
    jobs.take_all(table)
    after = draft.figures.get(label="Trees")
    assert (after.number, after.note) == (trees.number, "By hand")


def csv_date(figure):
    return figure_columns.rows_of(figure.revision)[figure.position - 1][-3]


def test_every_fault_is_named_with_its_column_and_row(client, officer, draft):
    slug = draft.entry.slug
    data = (
        "entry,order,figure,value,as_of,source\n"
        f"{slug},0,A,1,yesterday,javascript:x\n"
        "unknown,,A,1,,\n"
        f"{slug},,,5,,\n"
        f"{slug},,Same,5,,\n"
        f"{slug},,Same,6,,\n"
        f"{slug},1,Users,NaN,2021-08-31,\n"
    )
    table = bring(officer, data)
    said = [" ".join(words) for words in table.rows.values_list("messages", flat=True)]
    for words in ("order", "as_of", "source"):
        assert words in said[0]
    assert "unknown" in said[1]
    assert "needs a name" in said[2]
    assert said[3] == ""
    assert "same figure as row 5" in said[4]
    assert "not a number" in said[5]
    client.force_login(officer)
    answer = client.get(reverse("marketplace:table-faults", args=[table.pk]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(text))] == ["row", "2", "3", "4", "6", "7"]


def test_figures_of_other_cities_and_of_what_is_under_review_stay(officer, city):
    other = make_entry(make_city(), title="Hidden", state=RevisionState.DRAFT)
    judged = make_entry(city, title="Judged", state=RevisionState.IN_REVIEW)
    profile = make_entry(city, kind="city_profile", state=RevisionState.DRAFT)
    slugs = (other.slug, judged.slug, profile.slug)
    table = bring(officer, "entry,figure,value\n" + "".join(f"{slug},A,1\n" for slug in slugs))
    assert verdicts(table) == [Verdict.REFUSED] * 3
    with pytest.raises(services.Refused):
        jobs.take_all(table)
    assert not ResultFigure.objects.exists()


def test_a_published_entry_gets_a_draft_and_keeps_its_figures(officer, city):
    live = make_entry(city, title="Live")
    add(live.live_revision, "Users", "121")
    table = bring(
        officer, f"entry,order,figure,value\n{live.slug},1,Users,130\n{live.slug},,New,2\n"
    )
    assert verdicts(table) == [Verdict.CHANGED, Verdict.NEW]
    jobs.take_all(table)
    draft = live.revisions.get(state=RevisionState.DRAFT)
    assert list(draft.figures.values_list("label", "number")) == [("Users", 130), ("New", 2)]
    assert list(live.live_revision.figures.values_list("number", flat=True)) == [121]


def test_an_entry_takes_no_more_figures_than_its_form(officer, draft):
    lines = "".join(f"{draft.entry.slug},N{number},1\n" for number in range(31))
    table = bring(officer, f"entry,figure,value\n{lines}")
    assert verdicts(table) == [Verdict.NEW] * 30 + [Verdict.REFUSED]
    jobs.take_valid(table)
    assert draft.figures.count() == services.MOST_FIGURES
    again = bring(officer, f"entry,figure,value\n{lines}")
    assert verdicts(again) == [Verdict.UNCHANGED] * 30 + [Verdict.REFUSED]


@pytest.mark.parametrize("as_of", AS_OF)
def test_days_and_periods_come_back_whatever_language_their_reader_has(draft, as_of):
    figure = add(draft, "When", "1", as_of=as_of)
    cell = figure_columns.rows_of(draft)[-1][-3]
    assert figure_columns.holds_for(figure, cell)
    assert as_of != "2021-08-31" or cell == "2021-08-31"
    assert figure.as_of is None or figure.as_of >= date(2021, 1, 1)


def test_pictures_and_documents_go_out_as_links_and_are_not_read(client, city, officer, draft):
    kept = make_attachment(draft)
    client.force_login(officer)
    answer = client.get(reverse("marketplace:own-table", args=["csv"]))
    data = b"".join(answer.streaming_content)
    row = next(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert row["files"].endswith(kept.get_absolute_url())
    sent = {"file": SimpleUploadedFile("ours.csv", data), "encoding": ""}
    page = client.post(reverse("marketplace:table-start"), sent, follow=True).content.decode()
    assert "For information only, never read: url, state, files." in page


def test_the_public_downloads_figures_of_what_the_list_shows(client, city):
    live = make_entry(city, title="Live")
    add(live.live_revision, "Users", "121")
    hidden = make_entry(city, title="Draft", state=RevisionState.DRAFT).revisions.get()
    add(hidden, "Secret", "1")
    answer = client.get(reverse("marketplace:entry-figures"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(text)))
    assert [(row["figure"], row["value"]) for row in found] == [("Users", "121")]
