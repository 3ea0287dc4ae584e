"""What a connector does with what came: held, corrected, mailed about, fetched by the clock."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from cities import outbound
from cities.models import Effect, Mail
from cities.outbound import requests
from initiatives import connectors
from initiatives.connectors.sealing import seal, unseal
from initiatives.models import Connector, FetchedState
from initiatives.periodic import fetch_due
from tests import factories
from tests.initiatives.connecting import connect, fetch, values

pytestmark = pytest.mark.django_db
SERVER = "https://data.example.org/"


@pytest.fixture
def kpi(initiative):
    return factories.make_kpi(initiative, unit="kWh")


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
    sealed = seal("abc", SERVER)
    assert "abc" not in sealed
    assert unseal(sealed, SERVER) == "abc"
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another-" + "y" * 50
    assert unseal(sealed, SERVER) is None
    settings.SECRET_KEY_FALLBACKS = [former]
    assert unseal(sealed, SERVER) == "abc"


def test_a_credential_goes_to_its_source_and_not_to_where_that_leads_on(source, kpi):
    source.key = "Bearer abc"
    connector = fetch(connect(kpi, source, sealed_credential=seal("abc", source.base)))
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
    connector = connect(kpi, source, sealed_credential=seal("old", source.base), created_by=officer)
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
    connector = connect(kpi, source, sealed_credential=seal("abc", source.base))
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
