"""Sources of a KPI whose unit changes: none of their numbers passes for one in the new unit."""

from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from initiatives import connectors
from initiatives.connectors import taking
from initiatives.connectors.reading import Scalar
from initiatives.models import Connector, Measurement, ValueKind
from tests import factories

pytestmark = pytest.mark.django_db


def told(number):
    return Scalar(ValueKind.NUMBER, Decimal(number), None, None)


def note(connector, number, **ago):
    connector = Connector.objects.select_related("kpi").get(pk=connector.pk)
    return taking.note(connector, told(number), timezone.now() - timedelta(**ago))


def numbers(kpi):
    current = kpi.measurements.current().filter(is_former=False)
    return [one.number for one in current.order_by("pk")]


def change_unit(client, kpi, **answer):
    edit = reverse("initiatives:kpi-edit", args=[kpi.initiative.slug, kpi.pk])
    sent = {"version": kpi.version, "name": kpi.name, "unit": "MWh", "direction": "up", **answer}
    page = client.post(edit, sent, follow=True)
    kpi.refresh_from_db()
    return page.content.decode()


def act(client, connector, what, **more):
    args = [connector.kpi.initiative.slug, connector.kpi.pk, connector.pk]
    client.post(reverse("initiatives:connector-act", args=args), {"act": what, **more})
    connector.refresh_from_db()


@pytest.fixture
def kpi(initiative):
    return factories.make_kpi(initiative, unit="kWh")


@pytest.fixture
def connector(kpi):
    """A source that brought 12,000 kWh two months ago."""
    made = factories.make_connector(kpi, sealed_credential="", choices=[
        {"pick": 'path:["value"]', "label": "value", "value": "12,000"},
    ])  # fmt: skip
    note(made, 12000, days=70)
    return made


@pytest.mark.parametrize("answer", ["convert", "restart"])
def test_sources_rest_when_the_unit_changes_and_the_pages_say_why(
    client, officer, kpi, connector, answer
):
    page = change_unit(client, kpi, unit_answer=answer, factor="0.001")
    assert "1 source rests, since it may count in the old unit" in page
    assert "The unit has changed" in page
    connector.refresh_from_db()
    assert connector.status == "setup"
    page = client.get(connector.get_absolute_url()).content.decode()
    assert "Confirmed in “kWh”, and the KPI counts in “MWh” now" in page
    assert "Nothing is fetched until you have chosen the value again" in page
    act(client, connector, "start")
    assert connector.status == "setup"


def test_the_first_value_in_a_new_unit_waits_and_once_confirmed_the_next_is_taken(
    client, officer, kpi, connector
):
    change_unit(client, kpi, unit_answer="convert", factor="0.001")
    Connector.objects.update(status="active", trial="12.5")
    held = note(connector, "12.5", days=35)
    assert (held.state, numbers(kpi)) == ("held", [12])
    assert "or the unit has changed" in client.get(connector.get_absolute_url()).content.decode()
    act(client, connector, "take", value=held.pk)
    assert numbers(kpi) == [12, Decimal("12.5")]
    assert "Confirmed in" not in client.get(connector.get_absolute_url()).content.decode()
    assert note(connector, 13).state == "taken"


def test_the_same_number_of_the_same_period_is_not_taken_for_one_in_the_new_unit(
    client, officer, kpi, connector
):
    note(connector, 12500)
    change_unit(client, kpi, unit_answer="restart")
    held = note(connector, 12500)
    assert (held.state, numbers(kpi)) == ("held", [])
    act(client, connector, "take", value=held.pk)
    assert numbers(kpi) == [12500]


def test_what_waited_in_the_old_unit_is_not_confirmed_in_the_new_one(
    client, officer, kpi, connector
):
    held = note(connector, 500000)
    change_unit(client, kpi, unit_answer="convert", factor="0.001")
    act(client, connector, "take", value=held.pk)
    assert numbers(kpi) == [12]
    again = note(connector, 500000)
    assert (again.pk, again.state) == (held.pk, "held")


def test_a_unit_that_is_only_renamed_lets_a_source_go_on(client, officer, kpi, connector):
    assert "rests" not in change_unit(client, kpi, unit_answer="same")
    assert note(connector, 12500).state == "taken"


def test_a_unit_that_changed_elsewhere_holds_values_too(client, officer, kpi, connector):
    type(kpi).objects.update(unit="MWh")
    assert note(connector, 12500).state == "held"
    page = client.get(connector.get_absolute_url()).content.decode()
    assert "No value counts until you have confirmed one in the new unit" in page


def test_a_source_of_a_kpi_without_numbers_rests_as_well(client, officer, kpi):
    connector = factories.make_connector(kpi)
    change_unit(client, kpi)
    assert note(connector, 12500).state == "held"


@pytest.mark.parametrize(
    ("reported", "state"),
    [({"kind": "number", "number": 12}, "held"), ({"kind": "number", "number": 11000}, "taken"),
     ({"kind": "yes_no", "yes": True}, "held"), ({"kind": "text", "text": "soon"}, "taken")],
)  # fmt: skip
def test_a_jump_is_measured_at_what_people_report_too(kpi, reported, state):
    day = date(2022, 6, 30)
    Measurement.objects.create(kpi=kpi, as_reported="x", as_of=day, **reported)
    assert note(factories.make_connector(kpi), 12000).state == state


def test_what_another_city_reports_says_nothing_against_a_value(kpi):
    day, other = date(2022, 6, 30), factories.make_city()
    Measurement.objects.create(
        kpi=kpi, as_reported="x", as_of=day, kind="number", number=1, city=other
    )
    assert note(factories.make_connector(kpi), 12000).state == "taken"


def test_connectors_of_before_have_the_unit_of_their_kpi(connector):
    Connector.objects.update(unit="")
    step = import_module("initiatives.migrations.0004_units_confirmed_so_far")
    step.take_over(apps, None)
    connector.refresh_from_db()
    assert connector.unit == "kWh"
    assert connectors.value_words(note(connector, 12500)) == "12,500"
