"""Connectors against an imitation of OpenDataSoft and CKAN in its moods."""

import socket
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from cities import outbound
from cities.models import Effect, Mail
from cities.outbound import requests
from initiatives import connectors
from initiatives.connectors.sealing import seal, unseal
from initiatives.connectors.sources import is_understood, table_of
from initiatives.models import Connector, FetchedState, Measurement
from initiatives.periodic import fetch_due
from tests import factories
from tests.initiatives.imitation import CKAN, ODS, RESOURCE, imitation, rows

pytestmark = pytest.mark.django_db
MANY = [f"{number}.000001" for number in range(250)]
EXACT = sum(map(Decimal, MANY), Decimal(0))


@pytest.fixture
def source(settings, monkeypatch):
    settings.ASKS_OTHER_SERVERS = True
    with imitation() as (server, base, rules):
        monkeypatch.setattr(requests, "RULES", rules)
        server.base = base
        yield server


@pytest.fixture
def kpi(initiative):
    return factories.make_kpi(initiative, unit="kWh")


def connect(kpi, source, kind="json", path="/value.json", pick='path:["value"]', **fields):
    fields = {"sealed_credential": "", "created_by": None, **fields}
    address = f"{source.base}{path}"
    return factories.make_connector(kpi, kind=kind, address=address, pick=pick, **fields)


def fetch(connector):
    connectors.fetch(connector.pk)
    connector.refresh_from_db()
    return connector


def values(kpi):
    return [one.number for one in kpi.measurements.current().order_by("pk")]


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


# ── held ────────────────────────────────────────────────────────────────────────────────────────
def later(connector, **ago):
    """Let time pass since the last value."""
    for row in connector.fetched.all():
        row.period -= timedelta(**ago)
        row.save()


@pytest.mark.parametrize(
    ("told", "state"),
    [("119", "taken"), ("121", "held"), ("12000", "held"), ("1.1", "held"), ("1.2", "taken"),
     ("-12", "held"), ("0", "held"), ("true", "held"), ('"2022-06-30"', "held")],
)  # fmt: skip
def test_a_jump_beyond_tenfold_or_another_kind_waits_for_a_person(source, kpi, told, state):
    connector = fetch(connect(kpi, source, schedule="daily"))
    later(connector, days=1)
    source.document = f'{{"value": {told}}}'
    fetch(connector)
    assert connector.fetched.first().state == state
    assert kpi.measurements.count() == (2 if state == "taken" else 1)


@pytest.mark.parametrize("takes", [True, False])
def test_a_held_value_is_taken_over_or_left_out_once(source, kpi, takes):
    connector = fetch(connect(kpi, source, schedule="daily"))
    later(connector, days=2)
    source.document = '{"value": 12000}'
    fetch(connector)
    later(connector, days=1)
    fetch(connector)
    officer = factories.make_officer(factories.make_city())
    newest = connector.fetched.first()
    connectors.decide(connector, newest.pk, takes=takes, actor=officer)
    assert values(kpi) == ([12, 12000] if takes else [12])
    assert not connector.fetched.filter(state=FetchedState.HELD).exists()
    with pytest.raises(connectors.NothingHeld):
        connectors.decide(connector, newest.pk, takes=True, actor=officer)


def test_what_was_left_out_stays_out_when_it_comes_again(source, kpi):
    connector = fetch(connect(kpi, source, schedule="daily"))
    later(connector, days=1)
    source.document = '{"value": 12000}'
    fetch(connector)
    officer = factories.make_officer(factories.make_city())
    connectors.decide(connector, connector.fetched.first().pk, takes=False, actor=officer)
    fetch(connector)
    assert connector.fetched.first().state == FetchedState.REFUSED
    assert values(kpi) == [12]


def test_one_value_a_period_and_a_changed_one_corrects_it(source, kpi):
    connector = fetch(fetch(connect(kpi, source, schedule="daily")))
    assert values(kpi) == [12]
    source.document = '{"value": 13}'
    fetch(connector)
    assert values(kpi) == [13]
    assert [one.corrected_by is not None for one in kpi.measurements.order_by("pk")] == [
        True,
        False,
    ]
    assert connector.fetched.count() == 1


def test_an_unchanged_value_is_not_repeated_within_a_month_nor_corrected_later(source, kpi):
    connector = fetch(connect(kpi, source, schedule="daily"))
    later(connector, days=1)
    fetch(connector)
    assert values(kpi) == [12]
    assert connector.fetched.count() == 2
    source.document = '{"value": 13}'
    fetch(connector)
    assert values(kpi) == [12, 13]


@pytest.mark.parametrize("records", ["5", "{}", "null", '[{"fields": 1}]', "[7]"])
def test_an_interface_of_former_times_that_breaks_is_trouble_too(source, kpi, records):
    source.document = f'{{"nhits": 1, "records": {records}}}'
    path = "/api/records/1.0/search?dataset=x"
    assert fetch(connect(kpi, source, "opendatasoft", path, "first:kwh")).trouble == "changed"
    source.document = '{"nhits": 1, "records": [{"fields": {"kwh": 12.5}}]}'
    fetch(connect(kpi, source, "opendatasoft", path, "first:kwh"))
    assert values(kpi) == [Decimal("12.5")]


# ── credentials ─────────────────────────────────────────────────────────────────────────────────
def test_a_credential_is_sealed_and_opened_with_the_secret_key_alone(settings):
    sealed = seal("abc")
    assert "abc" not in sealed
    assert unseal(sealed) == "abc"
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another-" + "y" * 50
    assert unseal(sealed) is None
    settings.SECRET_KEY_FALLBACKS = [former]
    assert unseal(sealed) == "abc"


def test_a_credential_goes_to_its_source_and_not_to_where_that_leads_on(source, kpi):
    source.key = "Bearer abc"
    connector = fetch(connect(kpi, source, sealed_credential=seal("abc")))
    assert values(kpi) == [12]
    source.key, source.mood = "", "elsewhere"
    source.seen.clear()
    fetch(connector)
    told = [(headers["Host"].split(":")[0], "Authorization" in headers)
            for _path, headers in source.seen]  # fmt: skip
    assert told == [("data.example.org", True), ("other.example.org", False)]


def test_an_expired_credential_is_mailed_once_and_paused_after_a_week(source, kpi, city):
    officer = factories.make_officer(city)
    source.key = "Bearer new"
    connector = connect(kpi, source, sealed_credential=seal("old"), created_by=officer)
    for _day in range(3):
        connector = fetch(connector)
    assert connector.trouble == "denied"
    mail = Mail.objects.get()
    assert (mail.recipient, kpi.name in mail.subject) == (officer, True)
    assert "old" not in mail.text
    connector.denied_since -= timedelta(days=7)
    connector.save()
    connector = fetch(connector)
    assert connector.status == "paused"
    fetch(connector)
    assert Mail.objects.count() == 1


def test_a_credential_of_another_secret_key_asks_for_a_new_one(source, kpi, settings):
    connector = connect(kpi, source, sealed_credential=seal("abc"))
    settings.SECRET_KEY = "another-" + "y" * 50
    assert fetch(connector).trouble == "no_key"
    assert source.seen == []


# ── the clock ───────────────────────────────────────────────────────────────────────────────────
def test_the_clock_hands_each_over_once_on_the_queue_for_other_servers(source, kpi, drain):
    now = timezone.now()
    due = connect(kpi, source, next_due_at=now - timedelta(minutes=1), schedule="weekly")
    connect(kpi, source, next_due_at=now + timedelta(hours=1))
    connect(kpi, source, next_due_at=now - timedelta(hours=1), status="paused")
    for _turn in range(3):
        fetch_due()
    effect = Effect.objects.get()
    assert (effect.kind, effect.queue) == ("initiatives.fetch_value", "outside")
    assert drain() == 1
    due.refresh_from_db()
    assert values(kpi) == [12]
    assert due.next_due_at - now > timedelta(days=6)


def test_what_changed_while_a_source_was_asked_is_not_overwritten(source, kpi, monkeypatch):
    connector = connect(kpi, source)
    ask = requests.fetch

    def meanwhile(address, **more):
        Connector.objects.filter(pk=connector.pk).update(version=2, status="setup")
        return ask(address, **more)

    monkeypatch.setattr(outbound, "fetch", meanwhile)
    connectors.fetch(connector.pk)
    assert values(kpi) == []
