"""Connectors against an imitation of OpenDataSoft and CKAN in its moods."""

import socket
import time
from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.utils import timezone

from cities.outbound import requests
from initiatives import connectors
from initiatives.connectors.sources import is_understood, table_of
from initiatives.models import Measurement
from tests import factories
from tests.initiatives.connecting import connect, fetch, values
from tests.initiatives.imitation import CKAN, ODS, RESOURCE, rows

pytestmark = pytest.mark.django_db
MANY = [f"{number}.000001" for number in range(250)]
EXACT = sum(map(Decimal, MANY), Decimal(0))


@pytest.fixture
def kpi(initiative):
    return factories.make_kpi(initiative, unit="kWh")


# ── exact ───────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "told",
    ["12", "0.1", "0.30000000000000000", "123456789.123456", "-7", "1.5e3", '"12 560 234"'],
)
def test_a_number_arrives_digit_by_digit(source, kpi, told):
    source.document = f'{{"value": {told}}}'
    fetch(connect(kpi, source))
    assert values(kpi) == [Decimal(told.strip('"').replace(" ", ""))]


def test_a_number_of_twenty_digits_is_kept_whole_or_refused(source, kpi):
    source.document = '{"value": 12345678901234.123456}'
    connector = fetch(connect(kpi, source))
    if connection.vendor == "sqlite":
        assert (values(kpi), connector.trouble) == ([], "not_exact")
    else:
        assert values(kpi) == [Decimal("12345678901234.123456")]


@pytest.mark.parametrize("kind", ["opendatasoft", "ckan"])
def test_all_pages_are_added_up_exactly(source, kpi, kind, monkeypatch):
    monkeypatch.setitem(connectors.sources.PAGE_SIZES, "ckan", 100)
    source.rows = rows(*MANY)
    path = ODS if kind == "opendatasoft" else CKAN
    fetch(connect(kpi, source, kind, path, "sum:kwh"))
    assert values(kpi) == [EXACT] == [Decimal("31125.00025")]
    assert len(source.seen) == 3


@pytest.mark.parametrize(
    ("pick", "expected"), [("count", 250), ("first:kwh", "0.000001"), ("last:kwh", "249.000001")]
)
@pytest.mark.parametrize("kind", ["opendatasoft", "ckan"])
def test_rows_are_counted_and_the_first_and_last_one_found(source, kpi, kind, pick, expected):
    source.rows = rows(*MANY)
    path = ODS if kind == "opendatasoft" else CKAN
    fetch(connect(kpi, source, kind, path, pick))
    assert values(kpi) == [Decimal(expected)]
    assert len(source.seen) <= 2


def test_a_table_in_a_file_is_read_with_its_own_marks(source, kpi):
    source.table = "\ufeffname;value\na;1,5\nb;2,25\n;\n"
    fetch(connect(kpi, source, "csv", "/table.csv", "sum:value"))
    assert values(kpi) == [Decimal("3.75")]


def test_a_value_says_where_it_came_from(source, kpi):
    connector = fetch(connect(kpi, source))
    made = Measurement.objects.get()
    assert (made.source_url, made.reported_by) == (connector.address, None)
    assert made.as_of == timezone.localdate()
    assert made.fetched.get().connector == connector


def test_what_narrows_a_page_narrows_its_rows():
    page = "https://data.example.org/explore/dataset/trees/table/?refine.year=2022&sort=x"
    more = "&refine.year=2023&exclude.kind=oak:holm&disjunctive.year=true"
    asked = parse_qsl(urlsplit(table_of("opendatasoft", page + more, "").page(0, 10)).query)
    assert asked == [
        ("refine", "year:2022"), ("refine", "year:2023"), ("exclude", "kind:oak:holm"),
        ("limit", "10"), ("offset", "0"),
    ]  # fmt: skip


def test_addresses_of_pages_lead_to_their_interface():
    page = "https://data.example.org/explore/dataset/trees/table/?sort=x"
    assert table_of("opendatasoft", page, "a='b'").page(0, 1) == (
        "https://data.example.org/api/explore/v2.1/catalog/datasets/trees/records"
        "?limit=1&offset=0&where=a%3D%27b%27"
    )
    page = f"https://data.example.org/en/dataset/trees/resource/{RESOURCE}"
    assert table_of("ckan", page, '{"year": 2022}').page(0, 1) == (
        f"https://data.example.org/en/api/3/action/datastore_search?resource_id={RESOURCE}"
        "&limit=1&offset=0&filters=%7B%22year%22%3A+2022%7D"
    )
    assert not is_understood("ckan", "https://data.example.org/trees")
    assert not is_understood("opendatasoft", "https://data.example.org/")


# ── moods ───────────────────────────────────────────────────────────────────────────────────────
MOODS = {
    "busy": "busy",
    "page_for_people": "html",
    "no_success": "refused",
    "conflict": "refused",
    "error_code": "refused",
    "missing": "status",
    "broken": "status",
    "half": "not_data",
    "inside": "not_allowed",
    "round": "lost",
    "drip": "slow",
    "endless": "large",
}


@pytest.mark.parametrize("mood", MOODS)
def test_whatever_the_mood_the_last_good_value_stays_and_the_trouble_is_told(
    source, kpi, mood, monkeypatch
):
    monkeypatch.setattr(requests, "TOTAL_S", 1.0)
    source.rows = rows(40, 2)
    connector = fetch(connect(kpi, source, "ckan", CKAN, "sum:kwh"))
    assert (values(kpi), connector.trouble) == ([Decimal(42)], "")
    source.mood = mood
    began = time.monotonic()
    connector = fetch(connector)
    assert time.monotonic() - began < 5
    assert values(kpi) == [Decimal(42)]
    assert connector.trouble == MOODS[mood]
    since = connector.failing_since
    assert since is not None
    words = connectors.trouble_of(connector)
    assert words
    assert "secret words" not in words
    connector = fetch(connector)
    assert connector.failing_since == since
    source.mood = ""
    connector = fetch(connector)
    assert (connector.trouble, connector.failing_since) == ("", None)


@pytest.mark.parametrize(
    ("document", "trouble"),
    [
        ('{"other": 12}', "changed"),
        ('{"value": null}', "no_number"),
        ('{"value": "a word"}', "no_number"),
        ('{"value": "12,560"}', "no_number"),
        ('{"value": [1]}', "no_number"),
        ("[1]", "changed"),
        ('"123"', "changed"),
        ('{"value": NaN}', "not_data"),
        ('{"value": Infinity}', "not_data"),
        ('{"value": 1e309}', "not_exact"),
        ('{"value": 1e999999999}', "not_exact"),
        ('{"value": 0.0000001}', "not_exact"),
        ("[" * 100_000, "not_data"),
        ('{"value": ' + "9" * 5000 + "}", "not_data"),
    ],
)
def test_a_changed_schema_or_no_exact_number_is_trouble_and_never_a_guess(
    source, kpi, document, trouble
):
    connector = fetch(connect(kpi, source))
    source.document = document
    connector = fetch(connector)
    assert connector.trouble == trouble
    assert values(kpi) == [Decimal(12)]


def test_rows_that_come_while_pages_are_turned_are_not_half_counted(source, kpi):
    source.rows = rows(*MANY)
    connector = connect(kpi, source, "opendatasoft", ODS, "sum:kwh")
    give, given = source.as_opendatasoft, []

    def grow(self, asked):
        given.append(asked)
        if len(given) == 2:
            type(self).rows = [*self.rows, *rows(1)]
        give(self, asked)

    source.as_opendatasoft = grow
    assert fetch(connector).trouble == "changed"
    assert values(kpi) == []


def test_more_rows_than_the_portal_gives_are_not_added_up_in_part(source, kpi):
    source.rows = rows(*range(10_001))
    assert fetch(connect(kpi, source, "opendatasoft", ODS, "sum:kwh")).trouble == "too_many"
    assert values(kpi) == []


def test_a_busy_source_is_left_alone_as_long_as_it_asks(source, kpi):
    source.mood = "busy"
    connector = fetch(connect(kpi, source))
    rest = connector.next_due_at - timezone.now()
    assert timedelta(minutes=119) < rest <= timedelta(minutes=120)


# ── nothing near us is reached ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1/value.json", "http://10.0.0.1/v.json", "http://169.254.169.254/latest/",
     "http://[::1]/v.json", "http://localhost:6379/", "http://2130706433/v.json"],
)  # fmt: skip
def test_no_connection_is_made_to_an_address_near_us(settings, monkeypatch, kpi, address):
    settings.ASKS_OTHER_SERVERS = True
    monkeypatch.setattr(requests, "RULES", requests.Rules(resolve=lambda host, port: ["127.0.0.1"]))
    monkeypatch.setattr(socket, "create_connection", lambda *_a, **_k: pytest.fail("connected"))
    connector = fetch(factories.make_connector(kpi, address=address, sealed_credential=""))
    assert connector.trouble == "not_allowed"


def test_a_redirect_to_an_address_near_us_is_not_followed(source, kpi, monkeypatch):
    reached, connect_to = [], socket.create_connection

    def connecting(address, **more):
        reached.append(address[0])
        return connect_to(address, **more)

    monkeypatch.setattr(socket, "create_connection", connecting)
    source.mood = "inside"
    assert fetch(connect(kpi, source)).trouble == "not_allowed"
    assert set(reached) == {"127.0.0.1"}
