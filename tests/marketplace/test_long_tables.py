"""Tables of thousands of rows: read by the worker in pieces, decided on row by row or whole."""

import tracemalloc

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cities import effects
from cities.models import Effect
from marketplace.exchange import csv_files, jobs, sheets
from marketplace.models import Entry, TableFile, TableImport, TableRow, TableState, Verdict
from tests.factories import make_city, make_officer

pytestmark = pytest.mark.django_db
START = reverse("marketplace:table-start")


@pytest.fixture
def officer():
    return make_officer(make_city(slug="rouen"))


def lines(number, words="x" * 100):
    return "title,summary\n" + "".join(f"Entry {each},{words}\n" for each in range(number))


def bring(client, data):
    file = SimpleUploadedFile("long.csv", data.encode())
    return client.post(START, {"file": file, "encoding": ""}, follow=True)


def test_a_long_file_is_kept_for_the_worker_which_reads_it_and_lets_go_of_it(
    client, officer, monkeypatch
):
    monkeypatch.setattr("marketplace.forms.tables.MOST_READ_AT_ONCE", 10_000)
    client.force_login(officer)
    page = bring(client, lines(450)).content.decode()
    table = TableImport.objects.get()
    assert table.state == TableState.READING
    assert "0 rows so far" in page
    assert not TableRow.objects.exists()
    effects.run_pending()
    table.refresh_from_db()
    assert (table.state, table.rows.count()) == (TableState.READY, 450)
    assert not TableFile.objects.exists()


def test_reading_again_after_a_worker_died_makes_no_row_twice(officer, monkeypatch):
    table = jobs.begin_to_read(officer, lines(450).encode(), "", "long.csv")
    begun, make = [], TableRow.objects.bulk_create

    def dies_at_the_second(rows, **options):
        if len(begun) == 1:
            raise OSError("The worker was killed.")
        begun.append(1)
        return make(rows, **options)

    with monkeypatch.context() as patched:
        patched.setattr(TableRow.objects, "bulk_create", dies_at_the_second)
        with pytest.raises(OSError, match="killed"):
            jobs.read_file(table)
    assert table.rows.count() == 200
    jobs.read_file(TableImport.objects.get())
    assert table.rows.count() == 450


def test_what_the_worker_cannot_read_is_said_on_the_page_of_the_table(client, officer, monkeypatch):
    monkeypatch.setattr("marketplace.forms.tables.MOST_READ_AT_ONCE", 100)
    client.force_login(officer)
    bring(client, "colour,size\n" + "red,3\n" * 100)
    effects.run_pending()
    table = TableImport.objects.get()
    assert table.state == TableState.UNREADABLE
    page = client.get(table.get_absolute_url()).content.decode()
    assert "does not name our columns" in page
    assert Effect.objects.filter(state="dead").count() == 0


def test_fifty_thousand_rows_are_read_in_little_memory_and_one_more_is_refused():
    data = lines(sheets.MOST_ROWS).encode()
    assert len(data) > 5_000_000
    tracemalloc.start()
    sheet = csv_files.read_csv(data)
    assert sum(1 for _line in sheet.lines) == sheets.MOST_ROWS
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # The text once as it is and once as the reader holds it; as rows it would be five times that.
    assert most < 8 * len(data)
    with pytest.raises(sheets.Unreadable, match="50000"):
        sum(1 for _line in csv_files.read_csv(data + b"One more,x\n").lines)


def test_rows_are_taken_one_by_one_and_the_others_wait(client, officer):
    client.force_login(officer)
    page = bring(client, "title,maturity\nA,pilot\nB,pilot\n,great\nC,pilot\n")
    table = TableImport.objects.get()
    text = page.content.decode()
    assert text.count('name="row"') == 3
    assert "Take the ticked rows" in text
    client.post(table.get_absolute_url(), {"take": "chosen", "row": ["3", "4", "99", "x"]})
    assert [entry.revisions.get().title for entry in Entry.objects.all()] == ["B"]
    table.refresh_from_db()
    assert table.state == TableState.READY
    nothing = client.post(table.get_absolute_url(), {"take": "chosen"}, follow=True)
    assert "Tick the rows" in nothing.content.decode()
    client.post(table.get_absolute_url(), {"take": "none"})
    table.refresh_from_db()
    assert table.state == TableState.DONE
    assert list(table.rows.values_list("verdict", "is_written")) == [
        (Verdict.NEW, False), (Verdict.NEW, True), (Verdict.REFUSED, False), (Verdict.NEW, False),
    ]  # fmt: skip
    assert Entry.objects.count() == 1


def test_the_last_ticked_row_ends_the_table(client, officer):
    client.force_login(officer)
    bring(client, "title\nA\nB\n")
    table = TableImport.objects.get()
    client.post(table.get_absolute_url(), {"take": "chosen", "row": ["2", "3"]})
    table.refresh_from_db()
    assert table.state == TableState.DONE
