"""Rows of several tables read in one query are the same rows, column by column."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import NotSupportedError
from django.db.models import Case, Count, OuterRef, Prefetch, Subquery, Value, When

from cities.models import Goal, Organisation, gather
from cities.models.gathering import read_together
from initiatives.models import (
    KPI,
    BudgetLine,
    Initiative,
    Measurement,
    Milestone,
    Risk,
    Stakeholder,
)
from tests import factories

pytestmark = pytest.mark.django_db
RELATIONS = [
    "milestones",
    "risks",
    "goals",
    "themes",
    "lessons",
    Prefetch("kpis", KPI.objects.select_related("concept", "started_from__concept")),
    Prefetch("partners", Organisation.objects.select_related("kind")),
    Prefetch("stakeholders", Stakeholder.objects.select_related("organisation__kind")),
    Prefetch("budget_lines", BudgetLine.objects.select_related("city").order_by("-amount")),
]


@pytest.fixture
def full(initiative):
    """An initiative with rows of every kind, and texts that are hard to carry."""
    partner = factories.make_organisation(name='Übung "GmbH"\n\\ & Söhne')
    initiative.partners.add(partner)
    initiative.themes.add(factories.make_theme())
    initiative.goals.add(
        Goal.objects.create(number=13, name="Climate action"),
        Goal.objects.create(number=9, name="Industry"),
    )
    for position, amount in enumerate(["0.10", "96500.50", "999999999999.99"]):
        BudgetLine.objects.create(
            initiative=initiative, position=position, label="Τίτλος 🌱", amount=Decimal(amount),
            currency="EUR", level="eu", is_secured=bool(position), year=2021,
            city=initiative.roadmap.participation.city if position else None,
        )  # fmt: skip
    Stakeholder.objects.create(initiative=initiative, name="Board", organisation=partner)
    Stakeholder.objects.create(initiative=initiative, name="Press", influence=3)
    Risk.objects.create(initiative=initiative, text="{}", position=2)
    Risk.objects.create(initiative=initiative, text="null", position=1, likelihood=4)
    factories.make_milestone(
        initiative, starts_on=date(2021, 6, 1), ends_on=date(2021, 6, 1), precision="day"
    )
    factories.make_kpi(initiative, unit="€/m²")
    return initiative


def columns(row):
    """Every column with its type; moments have the same zone."""
    found = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields}
    return {name: (type(value), value) for name, value in found.items()}


def test_gathered_rows_are_those_the_database_returns(full, django_assert_num_queries):
    names = [one if isinstance(one, str) else one.prefetch_through for one in RELATIONS]
    alone = type(full).objects.get(pk=full.pk)
    with django_assert_num_queries(1):
        gather(full, *RELATIONS)
        gathered = {name: list(getattr(full, name).all()) for name in names}
        assert {str(one.kind) for one in gathered["partners"]}
        assert gathered["stakeholders"][0].organisation.kind.name
        assert gathered["stakeholders"][1].organisation is None
        assert gathered["risks"][0].initiative is full
    for wanted, name in zip(RELATIONS, names, strict=True):
        rows = getattr(alone, name).all()
        if not isinstance(wanted, str) and wanted.queryset.query.order_by:
            rows = rows.order_by(*wanted.queryset.query.order_by)
        assert [columns(one) for one in gathered[name]] == [columns(one) for one in rows], name
    assert [one.amount for one in gathered["budget_lines"]] == [
        Decimal("999999999999.99"), Decimal("96500.50"), Decimal("0.10"),
    ]  # fmt: skip
    assert gathered["lessons"] == []


def test_a_row_that_is_added_later_is_found(full):
    gather(full, "goals", "risks")
    full.goals.add(Goal.objects.create(number=1, name="No poverty"))
    full.risks.create(text="Frost", position=9)
    assert [goal.number for goal in full.goals.all()] == [1, 9, 13]
    assert "Frost" in [risk.text for risk in full.risks.all()]


def test_moments_and_exact_numbers_are_carried(full):
    kpi = factories.make_value(typed="12560234.123456").kpi
    gather(kpi, "measurements")
    (gathered,), again = kpi.measurements.all(), Measurement.objects.get()
    assert columns(gathered) == columns(again)
    assert gathered.reported_at.utcoffset() == again.reported_at.utcoffset()
    assert gathered.number == Decimal("12560234.123456")


# ── rows of no object in particular ─────────────────────────────────────────────────────────────
def test_what_is_read_together_is_what_each_query_returns(full, django_assert_num_queries):
    """Cut, distinct, with annotations and with what is joined, in the same order."""
    milestones = Milestone.objects.select_related("initiative__roadmap").order_by("-title")[:2]
    distinct = Initiative.objects.filter(milestones__isnull=False).distinct().order_by("name")
    count = Milestone.objects.filter(initiative=OuterRef("pk")).order_by().values("initiative")
    counted = Initiative.objects.annotate(
        number=Subquery(count.annotate(n=Count("pk")).values("n")),
        is_done=Case(When(status="done", then=True), default=False),
    ).order_by("-number", "pk")
    wanted = [milestones, distinct, counted, Initiative.objects.none(), KPI.objects.all()]
    expected = [list(rows) for rows in wanted]
    with django_assert_num_queries(1):
        found = read_together(*wanted)
        names = [one.initiative.roadmap.title for one in found[0]]
    assert names == [one.initiative.roadmap.title for one in expected[0]]
    for rows, same in zip(found, expected, strict=True):
        assert [columns(one) for one in rows] == [columns(one) for one in same]
    assert [one.is_done for one in found[2]] == [one.is_done for one in expected[2]]
    assert [one.number for one in found[2]] == [one.number for one in expected[2]]
    assert read_together() == []


def test_parameters_stand_in_the_order_in_which_the_database_meets_them(full):
    """Those of an annotation within the columns, then those of the condition, of several tables."""
    wanted = [
        Risk.objects.annotate(said=Case(When(text=text, then=Value(one)), default=Value(other)))
        .filter(position__lt=last, initiative=full)
        .order_by("position")
        for text, one, other, last in [("{}", "50 %", "it's", 3), ("null", "x", "%s", 9)]
    ]
    expected = [[(row.text, row.said) for row in rows] for rows in wanted]
    assert expected == [[("null", "it's"), ("{}", "50 %")], [("null", "x"), ("{}", "%s")]]
    assert [[(row.text, row.said) for row in rows] for rows in read_together(*wanted)] == expected


def test_more_columns_than_a_database_takes_at_once_are_refused_in_words(full):
    more = {f"number_{place}": Value(place) for place in range(60)}
    with pytest.raises(NotSupportedError, match="more than 50 columns"):
        read_together(Risk.objects.annotate(**more))


def test_columns_left_out_are_read_when_they_are_wanted(full, django_assert_num_queries):
    wanted = Milestone.objects.select_related("initiative").only("title", "initiative__name")
    title = full.milestones.get().title
    with django_assert_num_queries(1):
        ((one,),) = read_together(wanted)
        assert (one.title, one.initiative.name) == (title, full.name)
    assert one.get_deferred_fields() >= {"description", "starts_on"}
    assert one.starts_on == date(2021, 6, 1)
