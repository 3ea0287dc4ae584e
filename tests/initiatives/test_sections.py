"""How far a roadmap is filled, section by section, with a link to each gap."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cities.models import AssessmentAnswer, Dimension, Instrument
from initiatives import sections
from initiatives.models import Axis, Commitment, GovernanceBody, Lesson, MatrixEntry, PriorityAxis
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def roadmap():
    return factories.make_roadmap()


def by_key(roadmap):
    """Every section and group by its key."""
    found = {}
    for group in sections.of(roadmap):
        found |= {group.key: group} | {child.key: child for child in group.children}
    return found


def test_an_empty_roadmap_says_of_every_section_what_is_missing(roadmap):
    states = by_key(roadmap)
    assert set(sections.WRITTEN) <= set(states)
    assert {key for key, state in states.items() if state.filled} == set()
    gaps = {gap.label: gap.url for gap in states["introduction"].gaps}
    at = reverse("initiatives:section-write", args=[roadmap.pk, "introduction"])
    assert gaps == {"Introduction": f"{at}#id_introduction", "Priorities": f"{at}#priorities"}


def test_a_filled_section_has_no_gaps_and_counts_in_its_group(roadmap):
    roadmap.introduction = "Why we take part."
    roadmap.save()
    PriorityAxis.objects.create(roadmap=roadmap, name="Mobility")
    states = by_key(roadmap)
    assert states["introduction"].is_full
    assert states["introduction"].gaps == []
    assert states["preparation"].filled == 2
    assert states["preparation"].total == sum(
        states[key].total for key in ("introduction", "openness", "needs", "state", "ecosystem")
    )


def test_the_state_of_the_city_asks_for_each_dimension_of_the_editions_instrument(roadmap):
    instrument = Instrument.objects.create(
        slug="state", name="State", edition=roadmap.participation.edition
    )
    other = Instrument.objects.create(slug="other", name="For anybody")
    funding = Dimension.objects.create(instrument=instrument, slug="funding", name="Funding")
    Dimension.objects.create(instrument=instrument, slug="skills", name="Skills", position=1)
    Dimension.objects.create(instrument=other, slug="other", name="Other")
    AssessmentAnswer.objects.create(
        participation=roadmap.participation, dimension=funding, text="Not easy."
    )
    state = by_key(roadmap)["state"]
    assert (state.filled, state.total) == (1, 2)
    assert [gap.label for gap in state.gaps] == ["Skills"]


def test_an_edition_without_an_instrument_of_its_own_asks_those_of_none(roadmap):
    other = Instrument.objects.create(slug="other", name="For anybody")
    Dimension.objects.create(instrument=other, slug="strategy", name="Strategy")
    assert [gap.label for gap in by_key(roadmap)["state"].gaps] == ["Strategy"]


def test_an_initiative_is_a_section_with_the_gaps_of_its_charter(roadmap):
    initiative = factories.make_initiative(roadmap, lead="Department of water")
    state = by_key(roadmap)[f"{sections.CHARTER}{initiative.pk}"]
    assert (state.filled, state.total) == (1, 13)
    assert "Lead" not in [gap.label for gap in state.gaps]
    commitments = by_key(roadmap)["commitments"]
    assert (commitments.filled, commitments.total) == (0, 3)
    Commitment.objects.create(roadmap=roadmap, initiative=initiative, kind="kpis", text="Go on.")
    assert by_key(roadmap)["commitments"].filled == 1


def fill(roadmap):
    """Rows of every kind, once more."""
    initiative = factories.make_initiative(roadmap)
    number = roadmap.axes.count()
    axis = Axis.objects.create(roadmap=roadmap, name="Data", position=number)
    for horizon in ("vision", "three_years"):
        ambition = roadmap.ambitions.create(statement="Open", horizon=horizon, position=number)
        ambition.steps.create(text="A step")
        MatrixEntry.objects.create(axis=axis, ambition=ambition, text="An entry")
    GovernanceBody.objects.create(roadmap=roadmap, name="Board")
    Lesson.objects.create(roadmap=roadmap, kind="worked", text="The board")
    Commitment.objects.create(roadmap=roadmap, initiative=initiative, kind="kpis", text="Go on.")


def test_the_number_of_queries_does_not_grow_with_the_roadmap(roadmap):
    fill(roadmap)
    with CaptureQueriesContext(connection) as few:
        sections.of(roadmap)
    for _ in range(20):
        fill(roadmap)
    with CaptureQueriesContext(connection) as many:
        sections.of(roadmap)
    assert len(few) == len(many) == 4


def test_the_tree_shows_every_section_to_the_team_with_links_and_to_its_mentor_without(client):
    city = factories.make_city()
    roadmap = factories.make_roadmap(city, published=False)
    address = reverse("initiatives:roadmap-write", args=[roadmap.pk])
    write = reverse("initiatives:section-write", args=[roadmap.pk, "lessons"])
    client.force_login(factories.make_officer(city))
    assert write in client.get(address).content.decode()
    client.force_login(factories.make_mentor(city))
    page = client.get(address).content.decode()
    assert "What worked less well" in page
    assert f'href="{write}"' not in page
    client.force_login(factories.make_officer(factories.make_city()))
    assert client.get(address).status_code == 404


def test_of_many_initiatives_a_page_shows_some_with_their_numbers_and_the_way_to_the_others(client):
    city = factories.make_city()
    roadmap = factories.make_roadmap(city)
    first = factories.make_initiative(roadmap, name="Streets")
    for place in range(30):
        factories.make_initiative(roadmap, name=f"Street {place:02}", parent=first, level=2)
    client.force_login(factories.make_officer(city))
    address = reverse("initiatives:roadmap-write", args=[roadmap.pk])
    page = client.get(address).content.decode()
    assert "Street 00" in page
    assert "Street 29" not in page
    assert "1.24" in page
    assert "?page=2" in page
    assert "Street 29" in client.get(f"{address}?page=2").content.decode()
