"""The charter in full: goals, money year by year and city by city, support, risks weighed."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from cities.models import Consortium, ConsortiumMember, Goal, OrganisationKind
from initiatives import charter_facts
from initiatives.forms.fields import AmountField
from initiatives.models import BudgetLine, Dependency, Risk, Stakeholder, SupportNeed
from tests import factories
from tests.initiatives.test_charters import charter
from tests.initiatives.test_pages import queries

pytestmark = pytest.mark.django_db


def edit(initiative):
    return reverse("initiatives:initiative-edit", args=[initiative.slug])


def line(**fields):
    row = {"label": "Work", "amount": "1000.50", "currency": "EUR", "level": "eu", **fields}
    return {"budget-TOTAL_FORMS": "1"} | {f"budget-0-{name}": value for name, value in row.items()}


def test_goals_are_chosen_and_shown_to_everybody(client, officer, initiative):
    goal = Goal.objects.create(number=11, name="Sustainable cities and communities")
    client.post(edit(initiative), charter(initiative, goals=[goal.pk]))
    assert list(initiative.goals.all()) == [goal]
    client.logout()
    assert str(goal) in client.get(initiative.get_absolute_url()).content.decode()
    assert client.get(reverse("initiative-detail", args=[initiative.slug])).json()["goals"] == [11]


@pytest.mark.parametrize(
    ("language", "typed", "amount"),
    [
        ("en", "350,000.00", "350000"), ("en", "350000.5", "350000.5"), ("en", "1 250", "1250"),
        ("de", "350.000", "350000"), ("de", "12.560,50", "12560.50"), ("de", "12,5", "12.5"),
        ("fr", "350 000,25", "350000.25"), ("fr", "350\u202f000", "350000"),
    ],
)  # fmt: skip
def test_an_amount_is_read_with_the_marks_of_its_readers_language(language, typed, amount):
    with translation.override(language):
        assert AmountField(max_digits=14, decimal_places=2).clean(typed) == Decimal(amount)


@pytest.mark.parametrize("typed", ["1,25,000", "12,34", "many", "1.250.000"])
def test_an_amount_with_marks_in_odd_places_is_asked_for_again(typed):
    with pytest.raises(ValidationError):
        AmountField(max_digits=14, decimal_places=2).clean(typed)


def test_a_budget_line_is_paid_every_year_from_one_to_another(client, officer, initiative):
    client.post(edit(initiative), charter(initiative, **line(year="2021", until_year="2023")))
    saved = BudgetLine.objects.get()
    assert (saved.years, saved.total) == (3, Decimal("3001.50"))
    page = client.get(initiative.get_absolute_url()).content.decode()
    assert "2021–2023" in page
    assert "3,001.50 EUR" in page


@pytest.mark.parametrize(
    ("years", "said"),
    [
        ({"until_year": "2023"}, "From which year on?"),
        ({"year": "2023", "until_year": "2022"}, "2022, is before the first, 2023"),
    ],
)
def test_years_that_make_no_stretch_are_refused(client, officer, initiative, years, said):
    page = client.post(edit(initiative), charter(initiative, **line(**years))).content.decode()
    assert said in page
    assert not BudgetLine.objects.exists()


def test_the_database_refuses_years_in_the_wrong_order(initiative):
    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetLine.objects.create(
            initiative=initiative, label="X", amount=1, year=2023, until_year=2022
        )


def consortium_initiative(city):
    consortium = Consortium.objects.create(slug="two", name="Two cities")
    other = factories.make_city(name="Other city")
    for member in (city, other):
        ConsortiumMember.objects.create(consortium=consortium, city=member)
    roadmap = factories.make_roadmap(
        participation=factories.make_participation(consortium=consortium)
    )
    return factories.make_initiative(roadmap), other


def test_a_consortium_divides_its_budget_among_its_cities(client, officer, city):
    initiative, other = consortium_initiative(city)
    stranger = factories.make_city()
    answer = client.post(edit(initiative), charter(initiative, **line(city=stranger.pk)))
    assert answer.status_code == 200
    client.post(edit(initiative), charter(initiative, **line(city=other.pk)))
    assert BudgetLine.objects.get().city == other
    assert "Whose part" in client.get(initiative.get_absolute_url()).content.decode()


def test_a_city_on_its_own_is_asked_for_no_parts(client, officer, initiative):
    page = client.get(f"{edit(initiative)}?rows=budget").content.decode()
    assert "budget-0-city" not in page


def test_totals_add_up_to_the_cent_by_currency_level_and_source(initiative):
    make = BudgetLine.objects.create
    make(initiative=initiative, label="A", amount=Decimal("0.10"), level="eu", is_secured=True)
    make(initiative=initiative, label="B", amount=Decimal("0.20"), level="eu")
    make(initiative=initiative, label="C", amount=Decimal("9999999.99"), level="private")
    make(initiative=initiative, label="D", amount=Decimal("5"), currency="SEK", level="local")
    euro, krona = charter_facts.totals(initiative.budget_lines.all(), "b")
    assert [row[2]["text"] for row in euro.rows] == [
        "0.30 EUR", "9,999,999.99 EUR", "10,000,000.29 EUR",
    ]  # fmt: skip
    assert [row[3]["text"] for row in euro.rows] == ["0.10 EUR", "0.00 EUR", "0.10 EUR"]
    assert krona.rows[-1][2]["text"] == "5.00 SEK"


def test_the_charter_of_a_consortium_takes_as_few_queries_as_that_of_a_city(
    client, officer, city, initiative
):
    shared, _other = consortium_initiative(city)
    of_city, of_all = (queries(client, edit(one)) for one in (initiative, shared))
    assert of_all == of_city <= 12


def test_a_consortiums_money_adds_up_city_by_city_and_source_by_source(client, officer, city):
    initiative, other = consortium_initiative(city)
    make = BudgetLine.objects.create
    yearly = {"year": 2021, "until_year": 2023}
    make(initiative=initiative, label="A", amount=Decimal("0.10"), level="eu", city=other,
         funding_source="ERDF", is_secured=True, **yearly)  # fmt: skip
    make(initiative=initiative, label="B", amount=Decimal("0.21"), level="local", city=other)
    make(initiative=initiative, label="C", amount=Decimal("7"), level="local", city=city)
    make(initiative=initiative, label="D", amount=Decimal("1"), level="local")
    make(initiative=initiative, label="E", amount=Decimal("5"), currency="SEK", level="local")
    euro, krona = charter_facts.by_city(initiative.budget_lines.select_related("city"))
    own = {row[0] for row in euro.rows} - {other.name}
    assert [row[1:] for row in euro.rows if row[0] == other.name] == [
        ["European Union: ERDF", "0.30 EUR", "0.30 EUR"],
        ["Local", "0.21 EUR", "0.00 EUR"],
        ["In all", "0.51 EUR", "0.30 EUR"],
    ]
    assert own == {city.name, "All cities together", "In all"}
    assert euro.rows[-1] == ["In all", "", "8.51 EUR", "0.30 EUR"]
    assert [row[2] for row in krona.rows] == ["5.00 SEK", "5.00 SEK"]
    page = client.get(initiative.get_absolute_url()).content.decode()
    assert "Budget by city, in EUR" in page
    assert "Budget by city, in SEK" in page
    assert "0.51 EUR" in page


def test_money_that_is_no_citys_part_has_no_table_of_cities(initiative):
    BudgetLine.objects.create(initiative=initiative, label="A", amount=Decimal(1), level="eu")
    assert charter_facts.by_city(initiative.budget_lines.all()) == []


def test_support_is_asked_for_item_by_item(client, officer, initiative):
    row = {"kind": "money", "text": "A sensor network", "amount": "350000", "currency": "EUR"}
    sent = {f"support-0-{name}": value for name, value in row.items()}
    client.post(edit(initiative), charter(initiative, **{"support-TOTAL_FORMS": "1"}, **sent))
    assert SupportNeed.objects.get().amount == 350000
    assert "A sensor network" in client.get(initiative.get_absolute_url()).content.decode()


def test_what_is_internal_stays_internal(client, officer, initiative):
    Risk.objects.create(initiative=initiative, text="Secret risk", likelihood=4, impact=5)
    SupportNeed.objects.create(initiative=initiative, text="Secret need")
    BudgetLine.objects.create(initiative=initiative, label="Secret money", amount=1)
    Stakeholder.objects.create(initiative=initiative, name="Prefect", influence=5, interest=1)
    inside = client.get(initiative.get_absolute_url()).content.decode()
    for words in ("Secret risk", "Secret need", "Secret money", "Keep them satisfied"):
        assert words in inside
    client.logout()
    outside = client.get(initiative.get_absolute_url()).content.decode()
    assert "Prefect" in outside
    for words in ("Secret", "Keep them satisfied", "Risks by likelihood", "Budget by source"):
        assert words not in outside


def test_the_heaviest_risk_is_number_one_in_picture_and_table(initiative):
    for text, likelihood, impact in (("Light", 1, 2), ("Heavy", 5, 4), ("Unweighed", None, 5)):
        Risk.objects.create(initiative=initiative, text=text, likelihood=likelihood, impact=impact)
    found = charter_facts.risk_matrix(initiative, list(initiative.risks.all()))
    assert [row[0] for row in found.rows] == ["1. Heavy", "2. Light"]
    assert {cell.numbers for cell in found.picture.cells} == {"", "1", "2"}
    assert charter_facts.risk_matrix(initiative, []) is None


def test_partners_stand_by_kind(client, initiative):
    small = OrganisationKind.objects.create(slug="sme", name="Small company", position=1)
    academia = OrganisationKind.objects.create(slug="academia", name="Academia", position=2)
    initiative.partners.add(
        factories.make_organisation(kind=academia, name="University"),
        factories.make_organisation(kind=small, name="Sensors & Sons"),
    )
    page = client.get(initiative.get_absolute_url()).content.decode()
    assert page.index("Partners: Small company") < page.index("Sensors &amp; Sons")
    assert page.index("Sensors &amp; Sons") < page.index("Partners: Academia")


def dependency(**fields):
    row = {"kind": "initiative", **fields}
    sent = {f"dependencies-0-{name}": value for name, value in row.items()}
    return {"dependencies-TOTAL_FORMS": "1", **sent}


def test_another_citys_initiative_is_named_by_its_address(client, officer, initiative):
    other = factories.make_initiative(slug="clean-air")
    address = f"https://portal.example.org{other.get_absolute_url()}?x=1#kpis"
    client.post(edit(initiative), charter(initiative, **dependency(elsewhere=address)))
    assert Dependency.objects.get().on_initiative == other


def test_nobody_can_name_the_address_of_what_they_may_not_know_of(client, officer, initiative):
    factories.make_initiative(factories.make_roadmap(published=False), slug="secret")
    sent = dependency(elsewhere="/initiatives/secret/")
    page = client.post(edit(initiative), charter(initiative, **sent)).content.decode()
    assert "There is no initiative at this address" in page
    assert not Dependency.objects.exists()
