"""Setting a connector up by its pages alone, and who sees what of it."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cities.models import FormDraft, KeptInput
from cities.outbound import requests
from initiatives.connectors.sealing import unseal
from initiatives.models import Connector, Measurement
from tests import factories
from tests.initiatives.imitation import ODS, imitation, rows
from tests.initiatives.test_pages import queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(settings, monkeypatch):
    settings.ASKS_OTHER_SERVERS = True
    with imitation() as (server, base, rules):
        monkeypatch.setattr(requests, "RULES", rules)
        # The form knows the ports of the world alone; the server has one of its own.
        monkeypatch.setattr("cities.outbound.may_be_asked", lambda url: True)
        server.base = base
        yield server


@pytest.fixture
def kpi(initiative):
    return factories.make_kpi(initiative, unit="kWh")


def url(name, kpi, *more):
    return reverse(f"initiatives:{name}", args=[kpi.initiative.slug, kpi.pk, *more])


def add(client, kpi, **fields):
    sent = {"key": str(uuid.uuid4()), "kind": "json", "schedule": "monthly", **fields}
    return client.post(url("connector-add", kpi), sent)


def act(client, connector, what, **more):
    return client.post(
        url("connector-act", connector.kpi, connector.pk), {"act": what, **more}, follow=True
    )


def test_from_an_address_over_a_preview_and_a_trial_to_a_value(client, officer, kpi, source, drain):
    source.rows = rows("12560.25", 3)
    answer = add(client, kpi, kind="opendatasoft", address=f"{source.base}{ODS}")
    connector = Connector.objects.get()
    assert answer["Location"] == connector.get_absolute_url()
    assert "The source is being asked" in client.get(answer["Location"]).content.decode()
    drain()
    page = client.get(answer["Location"]).content.decode()
    assert "Sum of kwh over all rows" in page
    assert "kwh in the first row: 12,560.25" in page
    assert "row 0" not in page
    assert "Choose one of the values" in act(client, connector, "choose", pick="x").content.decode()
    assert "Choose a value first" in act(client, connector, "start").content.decode()
    act(client, connector, "choose", pick="sum:kwh")
    drain()
    page = client.get(answer["Location"]).content.decode()
    assert "Trial value" in page
    assert "12,563.25" in page
    assert not Measurement.objects.exists()
    act(client, connector, "start")
    drain()
    made = Measurement.objects.get()
    assert str(made.number) == "12563.250000"
    page = client.get(url("kpi-detail", kpi)).content.decode()
    assert "Fetched by itself on" in page


def test_a_source_that_does_not_answer_is_told_and_can_be_asked_again(
    client, officer, kpi, source, drain
):
    source.mood = "page_for_people"
    add(client, kpi, address=f"{source.base}/value.json")
    drain()
    connector = Connector.objects.get()
    page = client.get(connector.get_absolute_url()).content.decode()
    assert "a page for people instead of data" in page
    assert "secret words" not in page
    source.mood = ""
    act(client, connector, "ask")
    drain()
    assert "value: 12" in client.get(connector.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"address": "http://127.1/v.json"},
        {"address": "https://data.example.org:6379/"},
        {"address": "ftp://data.example.org/v.json"},
        {"address": "https://user:pass@data.example.org/v.json"},
        {"address": "https://data.example.org/", "kind": "ckan"},
        {"address": "http://data.example.org/v.json", "credential": "abc"},
        {"address": "https://data.example.org/v.json", "credential": "a\nb"},
        {"address": "https://data.example.org/v.json", "credential": "clé"},
        {"address": ""},
    ],
)
def test_an_address_that_may_not_be_asked_is_refused_with_words(client, officer, kpi, fields):
    page = add(client, kpi, **fields)
    assert page.status_code == 200
    assert "data-error-summary" in page.content.decode()
    assert not Connector.objects.exists()


def test_a_credential_is_written_and_never_read_again(client, officer, kpi, drain):
    add(client, kpi, address="https://data.example.org/v.json", credential="canary-key")
    connector = Connector.objects.get()
    assert "canary-key" not in connector.sealed_credential
    assert unseal(connector.sealed_credential, connector.address) == "canary-key"
    superuser, staff = Client(), Client()
    superuser.force_login(factories.make_superuser())
    staff.force_login(factories.make_staff())
    admin = reverse("admin:initiatives_connector_change", args=[connector.pk])
    pages = [
        (client, connector.get_absolute_url()), (client, url("connector-edit", kpi, connector.pk)),
        (client, url("kpi-detail", kpi)), (staff, connector.get_absolute_url()), (staff, admin),
        (superuser, admin), (client, f"/api/v1/initiatives/{kpi.initiative.slug}/"),
    ]  # fmt: skip
    for browser, address in pages:
        answer = browser.get(address)
        assert answer.status_code == 200
        assert "canary-key" not in answer.content.decode()
        assert connector.sealed_credential not in answer.content.decode()
    # An empty field keeps it; the box forgets it.
    edit = url("connector-edit", kpi, connector.pk)
    same = {"kind": "json", "address": connector.address, "schedule": "daily"}
    client.post(edit, same | {"version": connector.version})
    connector.refresh_from_db()
    assert (connector.schedule, unseal(connector.sealed_credential, connector.address)) == (
        "daily",
        "canary-key",
    )
    client.post(edit, same | {"version": connector.version, "forget_credential": "on"})
    connector.refresh_from_db()
    assert connector.sealed_credential == ""


def test_a_credential_is_kept_in_no_draft_and_no_form_that_came_too_late(client, officer, kpi):
    save = reverse("cities:draft-save", args=["connector", f"in-{kpi.pk}"])
    sent = {"credential": "canary-key", "address": "x", "autosave_page": 1, "autosave_number": 1}
    client.post(save, sent)
    assert "canary-key" not in str(FormDraft.objects.get().data)
    client.logout()
    add(client, kpi, address="https://data.example.org/v.json", credential="canary-key")
    assert "canary-key" not in str(KeptInput.objects.get().data)


def test_another_source_must_be_chosen_from_anew_and_another_rhythm_not(client, officer, kpi):
    connector = factories.make_connector(kpi)
    edit = url("connector-edit", kpi, connector.pk)
    sent = {"kind": "json", "address": connector.address, "schedule": "daily"}
    client.post(edit, sent | {"version": connector.version})
    connector.refresh_from_db()
    assert (connector.status, connector.schedule) == ("active", "daily")
    other = {"address": "https://data.example.org/other.json", "version": connector.version}
    client.post(edit, sent | other)
    connector.refresh_from_db()
    assert (connector.status, connector.pick) == ("setup", "")


def test_a_held_value_is_decided_on_its_page(client, officer, kpi):
    connector = factories.make_connector(kpi)
    held = connector.fetched.create(
        period="2022-06-01", kind="number", number=9000, state="held", fetched_at=timezone.now()
    )
    assert "To be looked at" in client.get(url("kpi-detail", kpi)).content.decode()
    page = act(client, connector, "take", value=held.pk).content.decode()
    assert "Taken over: 9,000." in page
    assert "decided about this value already" in act(
        client, connector, "refuse", value=held.pk
    ).content.decode()  # fmt: skip
    assert Measurement.objects.get().reported_by == officer
    for wrong in ("x", "9" * 40, ""):
        assert act(client, connector, "take", value=wrong).status_code == 200


def test_a_connector_can_rest_go_on_and_be_removed(client, officer, kpi):
    connector = factories.make_connector(kpi)
    for what, status in (("pause", "paused"), ("start", "active"), ("unknown", "active")):
        act(client, connector, what)
        connector.refresh_from_db()
        assert connector.status == status
    Measurement.objects.create(kpi=kpi, kind="number", number=1, as_reported="1")
    # Removing is asked about first, and no act of the page does it unasked.
    act(client, connector, "remove")
    address = reverse(
        "initiatives:connector-remove", args=[kpi.initiative.slug, kpi.pk, connector.pk]
    )
    assert address in client.get(connector.get_absolute_url()).content.decode()
    assert "The values it brought stay" in client.get(address).content.decode()
    assert Connector.objects.exists()
    client.post(address)
    assert not Connector.objects.exists()
    assert Measurement.objects.count() == 1


def test_others_learn_of_no_connector(client, kpi):
    connector = factories.make_connector(kpi, failing_since=timezone.now(), trouble="denied")
    mentor = factories.make_mentor(kpi.initiative.roadmap.participation.city)
    for person in (None, mentor, factories.make_officer(factories.make_city())):
        if person is not None:
            client.force_login(person)
        page = client.get(url("kpi-detail", kpi)).content.decode()
        assert "/connectors/" not in page
        assert client.get(connector.get_absolute_url()).status_code in {302, 404}


def test_the_pages_ask_no_more_for_more_values(client, officer, kpi):
    connector = factories.make_connector(kpi)

    def fill(first, number):
        for day in range(first, first + number):
            value = Measurement.objects.create(kpi=kpi, kind="number", number=1, as_reported="1")
            connector.fetched.create(
                period=f"2022-06-{day:02}", kind="number", number=1, state="taken",
                fetched_at=timezone.now(), measurement=value, decided_by=officer,
            )  # fmt: skip

    pages = [connector.get_absolute_url(), url("kpi-detail", kpi)]
    fill(1, 3)
    few = [queries(client, page) for page in pages]
    fill(4, 20)
    factories.make_connector(kpi)
    assert [queries(client, page) for page in pages] == few
    assert max(few) <= 14


def test_of_two_officers_at_one_source_the_second_chooses_and_loses_nothing(client, officer, kpi):
    connector = factories.make_connector(kpi)
    edit, opened = url("connector-edit", kpi, connector.pk), connector.version
    sent = {"kind": "json", "address": connector.address, "version": opened}
    client.post(edit, sent | {"schedule": "weekly"})
    second = sent | {"schedule": "monthly", "where": "year = 2022"}

    answer = client.post(edit, second)

    page = answer.content.decode()
    assert "Somebody else saved this page while you were writing" in page
    assert "year = 2022" in page
    connector.refresh_from_db()
    assert (connector.schedule, connector.where) == ("weekly", "")
    client.post(edit, second | {"version": connector.version, "keep-schedule": "theirs"})
    connector.refresh_from_db()
    assert (connector.schedule, connector.where) == ("weekly", "year = 2022")
