"""What lets us in at a source stays with its server, and stands in nothing that is published."""

import uuid
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from initiatives import connectors
from initiatives.connectors import addresses
from initiatives.models import Connector
from tests import factories
from tests.initiatives.connecting import connect, fetch, values
from tests.initiatives.imitation import CKAN, ODS

pytestmark = pytest.mark.django_db
HERE = "https://data.example.org/v.json"


@pytest.fixture
def kpi(initiative):
    return factories.make_kpi(initiative, unit="kWh")


@pytest.fixture
def connector(kpi):
    sealed = connectors.seal("canary-key", HERE)
    return factories.make_connector(kpi, address=HERE, sealed_credential=sealed)


def opened(connector):
    connector.refresh_from_db()
    return connectors.unseal(connector.sealed_credential, connector.address)


def edit(client, connector, **fields):
    kpi = connector.kpi
    url = reverse("initiatives:connector-edit", args=[kpi.initiative.slug, kpi.pk, connector.pk])
    sent = {"version": connector.version, "kind": "json", "schedule": "daily", **fields}
    return client.post(url, sent, follow=True).content.decode()


# ── credentials ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "address",
    ["https://elsewhere.example.net/v.json", "https://data.example.org:8443/v.json",
     "http://data.example.org/v.json"],
)  # fmt: skip
def test_a_credential_goes_when_its_source_moves_to_another_server(
    client, officer, connector, address
):
    page = edit(client, connector, address=address)
    assert "The credential was for the server of the former address" in page
    assert opened(connector) == ""


@pytest.mark.parametrize(
    ("fields", "now"),
    [({"address": "https://data.example.org:443/other.json"}, "canary-key"),
     ({"address": "https://elsewhere.example.net/v.json", "credential": "new-key"}, "new-key")],
)  # fmt: skip
def test_a_credential_stays_with_its_server_and_one_that_is_typed_is_for_the_new_one(
    client, officer, connector, fields, now
):
    page = edit(client, connector, **fields)
    assert "The credential was for the server" not in page
    assert opened(connector) == now


def test_a_credential_that_was_sealed_for_another_server_is_not_sent(kpi, source):
    connector = connect(kpi, source, sealed_credential=connectors.seal("canary-key", HERE))
    assert fetch(connector).trouble == "no_key"
    assert source.seen == []


def test_a_credential_goes_in_the_admin_as_well(client, connector):
    superuser = factories.make_superuser()
    client.force_login(superuser)
    url = reverse("admin:initiatives_connector_change", args=[connector.pk])
    sent = {name: getattr(connector, name) for name in ("kind", "where", "pick", "schedule")}
    sent |= {"kpi": connector.kpi_id, "status": "active", "city": ""}
    sent["created_by"] = superuser.pk
    client.post(url, sent | {"address": "https://data.example.org/other.json"})
    assert opened(connector) == "canary-key"
    page = client.post(url, sent | {"address": "https://elsewhere.example.net/"}, follow=True)
    assert "The credential was for the server" in page.content.decode()
    assert (opened(connector), connector.address) == ("", "https://elsewhere.example.net/")


# ── what is published ───────────────────────────────────────────────────────────────────────────
def test_a_key_in_an_address_of_old_is_sent_and_not_published(kpi, source):
    fetch(connect(kpi, source, path="/value.json?apikey=CANARY&year=2022", sealed_credential=""))
    assert values(kpi) == [12]
    assert "CANARY" in source.seen[0][0]
    slug = kpi.initiative.slug
    for url in (
        reverse("initiatives:kpi-detail", args=[slug, kpi.pk]),
        f"/api/v1/initiatives/{slug}/",
    ):
        page = Client().get(url).content.decode()
        assert "value.json?year=2022" in page
        assert "CANARY" not in page


def test_values_of_before_say_no_keys(kpi):
    factories.make_connector(kpi)
    asked = "https://data.example.org/v.json?apikey=CANARY&year=2022"
    fetched = factories.make_value(kpi, source_url=asked)
    typed = factories.make_value(reported_by=factories.make_user(), source_url=asked)
    broken = factories.make_value(kpi, source_url="http://[x?token=1")
    long = f"https://data.example.org/?token=1&where={'é' * 400}"
    long = factories.make_value(kpi, source_url=long)
    step = import_module("initiatives.migrations.0008_values_say_no_keys")
    step.take_keys_out(apps, None)
    for value in (fetched, typed, long, broken):
        value.refresh_from_db()
    assert fetched.source_url == "https://data.example.org/v.json?year=2022"
    assert typed.source_url == asked
    assert broken.source_url == "http://[x?token=1"
    assert "token" not in long.source_url
    assert len(long.source_url) == 500, "as long as a column is"


@pytest.mark.parametrize("name", ["apikey", "api_key", "Key", "access-token", "sig", "password"])
def test_a_form_leads_from_a_key_in_the_address_to_the_credential(client, officer, kpi, name):
    add = reverse("initiatives:connector-add", args=[kpi.initiative.slug, kpi.pk])
    sent = {"key": str(uuid.uuid4()), "kind": "json", "schedule": "monthly"}
    page = client.post(add, sent | {"address": f"{HERE}?{name}=abc"}).content.decode()
    assert f"Take “{name}” out of the address" in page
    assert not Connector.objects.exists()


@pytest.mark.parametrize("name", ["q", "geofilter.distance"])
def test_a_form_says_what_of_a_page_cannot_be_taken_along(client, officer, kpi, name):
    add = reverse("initiatives:connector-add", args=[kpi.initiative.slug, kpi.pk])
    sent = {"key": str(uuid.uuid4()), "kind": "opendatasoft", "schedule": "monthly"}
    address = f"https://data.example.org/explore/dataset/trees/?refine.year=2022&{name}=oak"
    page = client.post(add, sent | {"address": address}).content.decode()
    assert f"What narrows the page by “{name}” cannot be taken along" in page
    assert not Connector.objects.exists()


def test_an_address_of_old_with_a_key_can_keep_it_while_the_rhythm_changes(client, officer, kpi):
    old = f"{HERE}?apikey=abc"
    connector = factories.make_connector(kpi, address=old, schedule="monthly")
    edit(client, connector, address=old)
    connector.refresh_from_db()
    assert (connector.schedule, connector.address) == ("daily", old)


@pytest.mark.parametrize(
    ("kind", "address", "shown"),
    [
        ("opendatasoft", f"{ODS}?apikey=x", "/explore/dataset/energy/"),
        ("opendatasoft", "/api/records/1.0/search/?dataset=a&key=x", "/explore/dataset/a/"),
        ("opendatasoft", "/explore/dataset/a/table/?q=oak", "/explore/dataset/a/table/?q=oak"),
        ("ckan", f"{CKAN}&token=x", CKAN),
        ("csv", "/a.csv?monkey=1&q=a%20b", "/a.csv?monkey=1&q=a%20b"),
    ],
)  # fmt: skip
def test_people_are_led_to_the_page_of_a_dataset(kind, address, shown):
    base = "https://data.example.org"
    assert addresses.for_the_public(kind, base + address) == base + shown
