"""The pages of tables: bringing one, deciding on it, taking one along."""

import csv
import io

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cities import effects
from marketplace.exchange import jobs
from marketplace.exchange.csv_files import read_csv
from marketplace.models import (
    Entry,
)
from tests.factories import (
    make_city,
    make_entry,
    make_officer,
    make_staff,
    make_theme,
)

pytestmark = pytest.mark.django_db
START = reverse("marketplace:table-start")


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


def upload(data, name="entries.csv"):
    return SimpleUploadedFile(name, data if isinstance(data, bytes) else data.encode())


def test_an_officer_brings_a_table_sees_what_it_would_do_and_takes_it(client, city, officer):
    client.force_login(officer)
    form = {"file": upload("title,maturity\nRain gauges,pilot\n,great\n"), "encoding": ""}
    page = client.post(START, form, follow=True)
    text = page.content.decode()
    assert "1 row cannot be taken" in text
    assert "“great” is not one of" in text
    assert not Entry.objects.exists()
    table_url = page.redirect_chain[-1][0]
    answer = client.get(f"{table_url}faults.csv")
    faults = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(faults)))[1][0] == "3"
    client.post(table_url, {"take": "valid"})
    assert Entry.objects.get(city=city).revisions.get().maturity == "pilot"


def test_the_same_form_sent_twice_makes_one_table(client, city, officer):
    client.force_login(officer)
    key = client.get(START).context["key"]
    for _time in range(2):
        client.post(START, {"file": upload("title\nOne\n"), "key": key})
    assert officer.table_imports.count() == 1


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "empty.csv", "empty"),
        (b"%PDF-1.4 x", "table.csv", "no table"),
        (b"x" * 200, "table.xlsx", "no workbook"),
    ],
)
def test_files_that_are_no_tables_are_explained_at_the_field(client, officer, data, name, words):
    client.force_login(officer)
    page = client.post(START, {"file": upload(data, name)})
    assert words in str(page.context["form"].errors["file"])


def test_who_writes_for_no_city_brings_no_table_but_staff_may_for_entries_without_one(client):
    client.force_login(make_officer(make_city(), role={"may_edit": False}))
    assert client.get(START).status_code == 403
    staff = make_staff()
    table = bring(staff, "title\nShared thing\n")
    jobs.take_all(table)
    assert Entry.objects.get().city is None


def test_nobody_sees_the_table_of_another_person(client, city, officer):
    table = bring(officer, "title\nOne\n")
    client.force_login(make_officer(city))
    assert client.get(table.get_absolute_url()).status_code == 404
    assert client.post(table.get_absolute_url(), {"take": "valid"}).status_code == 404


def test_downloads_in_a_row_come_to_an_end(client, city, monkeypatch):
    cache.clear()
    monkeypatch.setattr("marketplace.views.tables.MOST_AN_HOUR", 2)
    make_entry(city)
    url = reverse("marketplace:entry-table", args=["csv"])
    answered = [client.get(url) for _time in range(3)]
    assert [answer.status_code for answer in answered] == [200, 200, 429]
    assert int(answered[-1].headers["Retry-After"]) > 0


def test_a_download_takes_as_many_queries_for_thirty_entries_as_for_three(client, city):
    def download():
        # Each turn that was taken is a key to be looked at.
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            b"".join(client.get(url).streaming_content)
        return len(queries)

    url = reverse("marketplace:entry-table", args=["csv"])
    theme = make_theme()
    for _entry in range(3):
        make_entry(city, themes=[theme])
    download()
    few = download()
    for _entry in range(27):
        make_entry(city, themes=[theme])
    download()
    assert download() == few
