"""Values before and after: when they held, where they can be seen, and what stood there before."""

import csv
import io
from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from cities.models import Mail
from initiatives import dates, values
from marketplace import ledger
from marketplace.ledger import ToldValue, keep_values
from marketplace.models import Deployment, DeploymentValue, Moment
from tests.factories import make_city, make_deployment, make_entry, make_officer
from tests.marketplace.test_reuse_pages import text, typed, url_of

pytestmark = pytest.mark.django_db
ROW = {
    "label": "litres a day",
    "before": "at least 12",
    "before_reading": "0",
    "before_asked": "at least 12",
    "before_as_of": "2021",
    "after": "over 200",
    "after_as_of": "March 2024",
    "after_source": "data.example.org/bins",
    "after_note": "Counted by hand.",
}


@pytest.fixture
def entry(db):
    """A public solution."""
    return make_entry(title="Smart bins")


@pytest.fixture
def city(db):
    """A city that reuses it."""
    return make_city(name="Xanthi", slug="xanthi")


@pytest.fixture
def officer(client, city):
    """Its officer, signed in."""
    person = make_officer(city, name="Ola Fenn")
    client.force_login(person)
    return person


@pytest.fixture
def row(client, entry, city, officer):
    """What the officer said of it."""
    client.post(url_of(entry, city), typed(step="use", rows=[ROW]))
    return Deployment.objects.get()


def told(label, moment, report, as_of="", source="", note=""):
    """A value as the form keeps it."""
    when = dates.parse(as_of) if as_of else None
    return ToldValue(label, moment, values.read(report).best, when, source, note)


def test_each_value_has_its_date_source_and_note(row):
    before, after = row.values.all()
    assert (before.as_of, before.as_of_precision) == (date(2021, 1, 1), "year")
    assert (before.source_url, before.note) == ("", "")
    assert (after.as_of, after.as_of_precision) == (date(2024, 3, 1), "month")
    assert (after.source_url, after.note) == ("https://data.example.org/bins", "Counted by hand.")


def test_the_pages_of_row_entry_and_cities_tell_them(row, entry, city):
    page = text(Client().get(row.get_absolute_url()))
    for words in ("as of March 2024", "https://data.example.org/bins", "Counted by hand."):
        assert words in page
    line = "litres a day: at least 12 (2021) → over 200 (March 2024)"
    page = text(Client().get(entry.get_absolute_url()))
    assert f'<a href="{row.get_absolute_url()}#values-table">{line}</a>' in page
    for each in (city, entry.city):
        assert line in text(Client().get(each.get_absolute_url()))


def test_nobody_is_asked_twice(client, row, entry, city):
    page = text(client.get(url_of(entry, city)))
    for words in ('value="2021"', 'value="March 2024"', 'value="Counted by hand."'):
        assert words in page
    # The reading of "at least 12" was confirmed when it was saved; the browser does not send it.
    again = {name: each for name, each in ROW.items() if "reading" not in name}
    again |= {"before_asked": "", "after_note": "Counted by weight."}
    response = client.post(url_of(entry, city), typed(version=1, rows=[again]))
    assert response.status_code == 302
    assert [str(value.number) for value in row.values.all()] == ["12.000000", "200.000000"]
    assert row.values.last().note == "Counted by weight."


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"after_as_of": "2150"}, "lies ahead"),
        ({"after_as_of": "soon"}, "after_as_of"),
        ({"after_as_of": "2019"}, "before the date of the value before"),
        ({"after": "", "after_reading": ""}, "Say how much it was, or empty the date"),
        ({"after_source": "javascript:alert(1)"}, "values-0-after_source_error"),
    ],
)
def test_what_cannot_be_is_refused_and_kept_in_the_form(
    client, entry, city, officer, change, words
):
    page = text(client.post(url_of(entry, city), typed(step="use", rows=[ROW | change])))
    assert words in page
    assert "Counted by hand." in page
    assert not Deployment.objects.exists()


def test_a_value_of_old_without_a_date_stands_and_the_form_wants_none(client, entry, city, officer):
    row = make_deployment(entry, city)
    keep_values(row, [told("bins", Moment.AFTER, "7")])
    sent = {"label": "bins", "after": "7"}
    assert client.post(url_of(entry, city), typed(version=1, rows=[sent])).status_code == 302
    assert row.values.get().as_of is None
    assert "date not stated" in text(Client().get(row.get_absolute_url()))


def test_what_stood_there_before_is_kept_for_those_inside(client, row, entry, city, officer):
    changed = ROW | {"after": "over 300"}
    client.post(url_of(entry, city), typed(version=1, rows=[changed]))
    client.post(url_of(entry, city), typed(version=1, rows=[]))
    assert not row.values.exists()
    page = text(client.get(row.get_absolute_url()))
    assert page.count("Values before and after were reported") == 3
    assert "litres a day, after: over 200 (March 2024)" in page
    assert "Taken away: litres a day, after: over 300" in page
    assert "Ola Fenn" in page
    # The public learns that they changed, not what the city no longer says.
    public = text(Client().get(row.get_absolute_url()))
    assert public.count("Values before and after were reported") == 3
    assert "over 200" not in public
    assert "Ola Fenn" not in public


@pytest.mark.parametrize(
    ("changed", "is_asked"),
    [
        ({"rows": [ROW | {"after": "over 300"}]}, True),
        ({"rows": [ROW], "note": "In one district."}, True),
        ({"rows": [ROW], "private_note": "We count the test runs too."}, True),
        ({"rows": [ROW]}, False),
        ({"rows": [ROW], "is_named": "on"}, False),
    ],
)
def test_an_owner_who_doubts_is_asked_again_once_the_city_corrects_it(
    client, row, entry, city, officer, changed, is_asked
):
    owner = make_officer(entry.city)
    ledger.perform("doubt", entry, city, actor=owner, words="As many as that?")

    assert client.post(url_of(entry, city), typed(version=1, **changed)).status_code == 302

    row.refresh_from_db()
    assert row.confirmation == ("waiting" if is_asked else "doubted")
    letters = Mail.objects.filter(recipient=owner, kind="ledger_confirm")
    assert letters.count() == int(is_asked)
    client.force_login(owner)
    assert (str(city) in text(client.get("/desk/"))) == is_asked


def test_saving_what_is_saved_writes_no_history(row):
    history = DeploymentValue.history.count()
    kept = [
        told("litres a day", Moment.BEFORE, "at least 12", "2021"),
        told(
            "litres a day", Moment.AFTER, "over 200", "March 2024",
            "https://data.example.org/bins", "Counted by hand.",
        ),
    ]  # fmt: skip
    keep_values(row, kept)
    assert DeploymentValue.history.count() == history


def test_programs_read_them_typed(client, row, entry):
    answer = client.get(f"/api/v1/solutions/{entry.slug}/").json()
    after = answer["deployments"][0]["values"][1]
    assert after == {
        "label": "litres a day", "moment": "after", "value": "over 200", "kind": "number",
        "number": "200.000000", "qualifier": "over", "base_year": None, "text": "", "date": None,
        "yes": None, "as_of": "2024-03-01", "as_of_precision": "month", "period_starts_on": None,
        "source_url": "https://data.example.org/bins", "note": "Counted by hand.",
    }  # fmt: skip


def test_the_files_hold_what_the_list_shows(client, row, entry):
    hidden = make_deployment(entry, make_city(name="Secretville"), status="interested")
    keep_values(hidden, [told("bins", Moment.BEFORE, "7")])
    make_deployment(entry, make_city(name="Zwolle", slug="zwolle", country="NL"), status="piloting")
    url = reverse("marketplace:reuse-table", args=["csv"])
    body = b"".join(Client().get(url)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [(one["city"], one["measured"], one["moment"], one["as_of"]) for one in rows] == [
        ("zwolle", "", "", ""),
        ("xanthi", "litres a day", "before", "2021"),
        ("xanthi", "litres a day", "after", "March 2024"),
    ]
    assert (rows[2]["number"], rows[2]["qualifier"], rows[2]["means"]) == ("200", "over", "number")
    assert "ecretville" not in body
    url = reverse("marketplace:reuse-table", args=["json"])
    assert Client().get(url).json()["rows"] == rows
    narrowed = Client().get(f"{url}?status=piloting").json()["rows"]
    assert [one["city"] for one in narrowed] == ["zwolle"]


def test_a_cell_that_a_spreadsheet_would_compute_is_guarded(entry, city):
    row = make_deployment(entry, city)
    keep_values(row, [told("bins", Moment.AFTER, "7", note="=HYPERLINK(1)")])
    body = b"".join(Client().get(reverse("marketplace:reuse-table", args=["csv"]))).decode()
    assert "'=HYPERLINK(1)" in body


def test_values_that_stood_before_their_history_begin_it(row):
    DeploymentValue.history.all().delete()
    begin = import_module("marketplace.migrations.0003_values_that_stood").begin_their_history
    begin(apps, None)
    begin(apps, None)
    stood = DeploymentValue.history.values_list("history_type", "as_reported")
    assert sorted(stood) == sorted(("+", each.as_reported) for each in row.values.all())


@pytest.mark.parametrize("answer", ["9" * 5000, "-1", "²", "7"])
def test_an_answer_that_was_not_offered_is_asked_for_again(client, entry, city, officer, answer):
    sent = typed(step="use", rows=[{**ROW, "before_reading": answer}])
    response = client.post(url_of(entry, city), sent)
    assert "Is this what you mean?" in text(response)
    assert not Deployment.objects.exists()
