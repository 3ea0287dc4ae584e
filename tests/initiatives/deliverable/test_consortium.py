"""What is one city's in a roadmap of several is told with its name: page, document, slides."""

import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pptx import Presentation

from cities.models import AssessmentAnswer, Consortium, ConsortiumMember, Instrument
from initiatives import sections
from initiatives.deliverable import content, slides
from initiatives.models import CityNeed, Commitment, Lesson, Measurement
from tests import factories
from tests.initiatives.deliverable.conftest import ON, make_outline
from tests.initiatives.deliverable.test_content import words_of
from tests.typed import fields_of

pytestmark = pytest.mark.django_db
DIMENSIONS = "Skills", "Data", "Money"
DAYS = date(2021, 6, 30), date(2022, 6, 30)


@pytest.fixture
def members():
    return [factories.make_city(name=name) for name in ("Alphaville", "Zetatown")]


@pytest.fixture
def roadmap(members):
    consortium = Consortium.objects.create(slug="two", name="Two", lead_city=members[0])
    for member in members:
        ConsortiumMember.objects.create(consortium=consortium, city=member)
    participation = factories.make_participation(consortium=consortium)
    return factories.make_roadmap(participation=participation, needs="What all need.")


@pytest.fixture
def kpi(roadmap, members):
    return typed_by(roadmap, members)


def typed_by(roadmap, members):
    """What each city types that is its own."""
    initiative = factories.make_initiative(roadmap)
    kpi = factories.make_kpi(initiative, unit="t")
    for place, member in enumerate(members):
        name = member.name
        CityNeed.objects.get_or_create(roadmap=roadmap, city=member, text=f"{name} needs money.")
        for kind in ("key", "worked"):
            Lesson.objects.create(roadmap=roadmap, city=member, kind=kind, text=f"Lesson {kind}")
        for dimension in DIMENSIONS:
            AssessmentAnswer.objects.create(
                participation=roadmap.participation, dimension=make_dimension(dimension),
                city=member, text=f"{dimension} of {name}", level=place + 1, source="A report",
            )  # fmt: skip
        Commitment.objects.create(roadmap=roadmap, city=member, kind="resources", text="A vow")
        for day in DAYS[place:]:
            Measurement.objects.create(
                kpi=kpi, kind="number", number=place + 7, as_reported="some", as_of=day, city=member
            )
    return kpi


def make_dimension(name):
    """A side that every city looks at, by levels up to five."""
    instrument, _made = Instrument.objects.get_or_create(
        slug="sides", defaults={"name": "Sides", "highest_level": 5}
    )
    return instrument.dimensions.get_or_create(slug=name.casefold(), defaults={"name": name})[0]


@pytest.fixture
def outline(db):
    return make_outline()


def built(roadmap, outline):
    return content.build(roadmap, outline, "public", on=ON)


def test_the_document_tells_whose_needs_lessons_commitments_and_values_they_are(
    roadmap, outline, kpi
):
    told = {one["kind"]: one["blocks"] for one in built(roadmap, outline)["chapters"]}
    for name in ("Alphaville", "Zetatown"):
        assert {"type": "heading", "text": name, "anchor": "", "internal": False} in told["needs"]
        assert f"{name} needs money." in words_of(told["needs"])
        assert f"{name}: Lesson key" in words_of(told["lessons"])
        assert f"{name}: Lesson worked" in words_of(told["impact"])
        assert f"{name}: A vow" in words_of(told["commitments"])
    table = next(one for one in told["results"] if one["type"] == "table")
    place = table["columns"].index("City")
    assert [row[place] for row in table["rows"]] == ["Alphaville", "Alphaville", "Zetatown"]


def test_the_document_tells_the_state_of_each_city_and_draws_them_together(roadmap, outline, kpi):
    told = {one["kind"]: one["blocks"] for one in built(roadmap, outline)["chapters"]}["ecosystem"]
    tables = [one for one in told if one["type"] == "table"]
    headings = [one["text"] for one in told if one["type"] == "heading"]
    assert headings[:2] == ["Alphaville", "Zetatown"]
    for name, table in zip(headings, tables, strict=False):
        words = table["columns"].index("State of the city")
        assert [row[words] for row in table["rows"]] == [f"{one} of {name}" for one in DIMENSIONS]
    (picture,) = [one for one in told if one["type"] == "picture"]
    assert picture["columns"] == ["Dimension", "Alphaville", "Zetatown"]
    assert picture["rows"] == [[one, "1", "2"] for one in DIMENSIONS]


def test_the_budget_is_added_up_for_each_city(roadmap, outline, members):
    for place, member in enumerate([*members, members[0]], start=1):
        initiative = factories.make_initiative(roadmap)
        initiative.budget_lines.create(label="A", amount=f"{place}.05", level="eu", city=member)
    whole = content.build(roadmap, outline, "programme", on=ON)
    told = {one["kind"]: one["blocks"] for one in whole["chapters"]}["budget"]
    table = next(one for one in told if one.get("caption") == "Budget by city, in EUR")
    assert [(row[0], row[2]) for row in table["rows"]] == [
        ("Alphaville", "4.10 EUR"), ("Zetatown", "2.05 EUR"), ("In all", "6.15 EUR"),
    ]  # fmt: skip


def test_each_city_writes_its_own_state(client, roadmap, members):
    dimension = make_dimension("Skills")
    answers = AssessmentAnswer.objects.filter(dimension=dimension)
    client.force_login(factories.make_officer(members[1]))
    address = reverse("initiatives:section-write", args=[roadmap.pk, "state"])
    for query, words in (("", "Of all"), (f"?city={members[1].slug}", "Of Zetatown")):
        page = client.get(address + query).content.decode()
        typed = fields_of(page) | {f"dimension-{dimension.pk}-text": words}
        answer = client.post(address + query, typed)
        assert answer.url == address + query
    assert set(answers.values_list("city__name", "text")) == {
        (None, "Of all"), ("Zetatown", "Of Zetatown"),
    }  # fmt: skip
    other = client.get(f"{address}?city={members[0].slug}").content.decode()
    assert "Of Zetatown" not in other
    history = reverse("initiatives:section-history", args=[roadmap.pk, "state"])
    assert "Zetatown" in client.get(history).content.decode()


def test_page_message_and_tree_count_the_same_dimensions_as_filled(client, roadmap, members):
    for name in DIMENSIONS:
        make_dimension(name)
    roadmap.participation.assessment_answers.create(
        dimension=make_dimension("Skills"), city=members[1], text="Of Zetatown"
    )
    client.force_login(factories.make_officer(members[1]))
    counted = sections.one(sections.Facts(roadmap), "state")
    assert (counted.filled, counted.total) == (1, 3)
    address = reverse("initiatives:section-write", args=[roadmap.pk, "state"])
    for query in ("", *(f"?city={one.slug}" for one in members)):
        answer = client.get(address + query)
        assert (answer.context["state"].filled, answer.context["state"].total) == (1, 3)
    said = client.post(address, fields_of(client.get(address).content.decode()), follow=True)
    assert "1 of 3 filled" in said.content.decode()


def test_no_part_of_a_city_that_is_no_member_is_found_or_begun(client, roadmap, members):
    make_dimension("Skills")
    client.force_login(factories.make_officer(members[0]))
    address = reverse("initiatives:section-write", args=[roadmap.pk, "state"])
    of_other = f"{address}?city={members[1].slug}"
    typed = fields_of(client.get(of_other).content.decode())
    ConsortiumMember.objects.filter(city=members[1]).update(left_on=date(2021, 1, 1))
    assert client.get(of_other).status_code == 404
    assert "has left the consortium" in client.post(of_other, typed).content.decode()
    assert client.get(f"{address}?city=nowhere").status_code == 404
    assert not AssessmentAnswer.objects.exists()


def test_a_chart_of_slides_has_a_series_for_each_city(roadmap, outline, kpi):
    deck = Presentation(io.BytesIO(slides.make(built(roadmap, outline))))
    shapes = [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    plot = shapes[0].chart.plots[0]
    assert list(plot.categories) == ["30 June 2021", "30 June 2022"]
    assert {one.name: tuple(one.values) for one in plot.series} == {
        "Alphaville": (7.0, 7.0),
        "Zetatown": (None, 8.0),
    }


def test_more_rows_of_cities_take_no_more_queries(roadmap, outline, members, kpi):
    def count():
        with CaptureQueriesContext(connection) as queries:
            built(roadmap, outline)
        return len(queries)

    few = count()
    for _more in range(3):
        typed_by(roadmap, members)
    assert count() == few


def test_strangers_read_on_the_page_which_city_needs_and_promises_what(client, roadmap, kpi):
    page = client.get(roadmap.get_absolute_url()).content.decode()
    for name in ("Alphaville", "Zetatown"):
        assert f"<dt>{name}</dt>" in page
        assert f"{name}: Skills" in page
        for words in ("Lesson key", "Lesson worked", "A vow"):
            assert f"{name}: {words}" in page
