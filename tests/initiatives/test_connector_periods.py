"""One value a period: held, corrected, left out; and when the next period has its turn."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cities.models import Consortium, ConsortiumMember
from initiatives import connectors, services
from initiatives import values as said
from initiatives.connectors import running
from initiatives.connectors.taking import period_of
from tests import factories
from tests.initiatives.connecting import connect, fetch, values
from tests.typed import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def kpi(initiative):
    return factories.make_kpi(initiative, unit="kWh")


@pytest.fixture
def connector(kpi, source):
    """A source that said 12, and within the same month 2,000, which is held."""
    made = fetch(connect(kpi, source, schedule="monthly"))
    source.document = '{"value": 2000}'
    fetch(made)
    assert (made.fetched.get().state, values(kpi)) == ("held", [12])
    return made


def decide(connector, **answer):
    held = connector.fetched.filter(state="held").first()
    return connectors.decide(connector, held.pk, **answer)


# ── held within a period ────────────────────────────────────────────────────────────────────────
def test_a_held_value_that_is_taken_corrects_the_one_of_its_period(kpi, connector, officer):
    assert decide(connector, takes=True, actor=officer) == "2,000"
    assert values(kpi) == [2000]
    row = connector.fetched.get()
    assert (row.state, row.measurement) == ("taken", kpi.measurements.current().get())


def test_a_held_value_that_is_left_out_leaves_the_one_of_its_period(
    kpi, connector, officer, source
):
    assert decide(connector, takes=False, actor=officer) == "2,000"
    row = connector.fetched.get()
    assert (row.state, row.number, row.decided_by) == ("taken", 12, officer)
    source.document = '{"value": 13}'
    fetch(connector)
    assert values(kpi) == [13]


def test_a_source_that_comes_to_its_senses_reports_nothing_twice(kpi, connector, source):
    source.document = '{"value": 12}'
    fetch(connector)
    assert (connector.fetched.get().state, kpi.measurements.count()) == ("taken", 1)


def test_what_was_held_in_earlier_periods_leaves_what_counts_there(kpi, connector, officer):
    row = connector.fetched.get()
    row.period -= timedelta(days=31)
    row.save()
    fetch(connector)
    decide(connector, takes=True, actor=officer)
    assert values(kpi) == [12, 2000]
    assert [(one.state, one.number) for one in connector.fetched.all()] == [
        ("taken", 2000), ("taken", 12),
    ]  # fmt: skip


def test_what_a_person_corrected_is_not_corrected_by_a_source_unasked(kpi, source, officer):
    connector = fetch(connect(kpi, source, schedule="monthly"))
    services.report(
        kpi, said.read("12.5").best, services.Circumstances(), reported_by=officer,
        corrects=kpi.measurements.get(),
    )  # fmt: skip
    source.document = '{"value": 13}'
    fetch(connector)
    assert values(kpi) == [12.5]
    decide(connector, takes=True, actor=officer)
    assert values(kpi) == [13]


# ── a trial of another choice ───────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("may_ask", [True, False])
def test_a_trial_is_of_the_value_that_is_chosen(client, officer, kpi, source, monkeypatch, may_ask):
    source.document = '{"a": 1, "b": 2}'
    choices = [{"pick": f'path:["{one}"]', "label": one, "value": ""} for one in "ab"]
    connector = connect(kpi, source, status="setup", pick="", choices=choices)
    url = reverse("initiatives:connector-act", args=[kpi.initiative.slug, kpi.pk, connector.pk])
    client.post(url, {"act": "choose", "pick": 'path:["a"]'})
    ask = running.Visit.value

    def meanwhile(visit):
        found = ask(visit)
        monkeypatch.setattr("initiatives.views.connectors.MOST_ASKED_AN_HOUR", 60 * may_ask)
        client.post(url, {"act": "choose", "pick": 'path:["b"]'})
        return found

    monkeypatch.setattr(running.Visit, "value", meanwhile)
    connectors.answer(connector.pk)
    connector.refresh_from_db()
    assert (connector.pick, connector.trial) == ('path:["b"]', "")
    monkeypatch.setattr(running.Visit, "value", ask)
    connectors.answer(connector.pk)
    connector.refresh_from_db()
    assert connector.trial == "2"


# ── rhythm ──────────────────────────────────────────────────────────────────────────────────────
def test_every_month_of_the_calendar_has_its_turn():
    at = datetime(2026, 12, 31, 9, 30, tzinfo=timezone.get_default_timezone())
    days = []
    for _turn in range(4):
        at = running.next_turn("monthly", at)
        days.append(timezone.localdate(at))
    assert days == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 28), date(2027, 4, 28)]
    assert len({period_of("monthly", day) for day in days}) == 4


@pytest.mark.parametrize(
    ("trouble", "ahead"),
    [({}, timedelta(days=1)), ({"failing_since": timezone.now()}, timedelta(days=29))],
)
def test_a_new_rhythm_counts_at_once_but_for_a_source_that_fails(
    client, officer, kpi, trouble, ahead
):
    now = timezone.now()
    connector = factories.make_connector(
        kpi, last_tried_at=now, next_due_at=now + timedelta(days=29), **trouble
    )
    edit = reverse("initiatives:connector-edit", args=[kpi.initiative.slug, kpi.pk, connector.pk])
    sent = {"kind": "json", "address": connector.address, "version": connector.version}
    client.post(edit, sent | {"schedule": "daily"})
    connector.refresh_from_db()
    assert (connector.schedule, connector.next_due_at) == ("daily", now + ahead)


# ── cities ───────────────────────────────────────────────────────────────────────────────────────
def test_a_source_of_a_city_that_left_stays_that_citys_when_its_rhythm_changes(
    client, officer, city, initiative, kpi
):
    other, roadmap = factories.make_city(name="Zetatown"), initiative.roadmap
    consortium = Consortium.objects.create(slug="two", name="Two", lead_city=city)
    for one, left_on in ((city, None), (other, date(2020, 1, 1))):
        ConsortiumMember.objects.create(consortium=consortium, city=one, left_on=left_on)
    roadmap.participation.city, roadmap.participation.consortium = None, consortium
    roadmap.participation.save()
    connector = factories.make_connector(kpi, city=other)
    edit = reverse("initiatives:connector-edit", args=[initiative.slug, kpi.pk, connector.pk])
    opened = fields_of(client.get(edit).content.decode(), "page-form")
    assert client.post(edit, opened | {"schedule": ["daily"]}).status_code == 302
    connector.refresh_from_db()
    assert (connector.schedule, connector.city) == ("daily", other)
