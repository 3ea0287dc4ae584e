"""What stands around the words of a solution: where it runs, and what its city does about it."""

import re

import pytest

from tests.factories import (
    make_city,
    make_deployment,
    make_entry,
    make_initiative,
    make_roadmap,
    make_theme,
)

pytestmark = pytest.mark.django_db


def shown(client, entry):
    return " ".join(client.get(entry.get_absolute_url()).content.decode().split())


def where(page):
    """The part of a page that says where a solution runs."""
    return page.partition('<section aria-labelledby="where-heading"')[2].partition("</section>")[0]


def test_a_map_has_a_title_and_a_place_for_each_city_that_runs_it(client):
    owner = make_city(name="Rouen", country="FR", latitude=49.44, longitude=1.1)
    entry = make_entry(owner)
    ghent = make_city(name="Ghent", country="BE", latitude=51.05, longitude=3.72)
    make_deployment(entry, ghent, status="live", confirmation="confirmed")
    unknown = make_city(name="Somewhere", country="BE")
    make_deployment(entry, unknown, status="live", confirmation="confirmed")

    part = where(shown(client, entry))
    assert '<title id="deployments-title">Where it runs</title>' in part
    picture = part[part.index("<svg") : part.index("</svg>")]
    assert re.findall(r'<a href="([^"]+)" tabindex="-1">', picture) == [
        owner.get_absolute_url(),
        ghent.get_absolute_url(),
    ]
    for words in ("Rouen, France", "Ghent, Belgium"):
        assert words in picture
    # A city without a place on the map stands in the table all the same.
    assert "Somewhere" not in picture
    assert "Somewhere, Belgium" in part


def test_without_any_coordinates_there_is_a_table_and_no_map(client):
    entry = make_entry(make_city(name="Rouen"))
    make_deployment(
        entry, make_city(name="Ghent", country="BE"), status="live", confirmation="confirmed"
    )

    part = where(shown(client, entry))
    assert "Ghent, Belgium" in part
    assert "<svg" not in part.partition("<table")[0]


def test_initiatives_of_its_city_on_its_themes_stand_beside_a_solution(client):
    city, theme = make_city(name="Rouen"), make_theme(slug="mobility", name="Mobility")
    entry = make_entry(city, themes=[theme])
    roadmap = make_roadmap(city)
    about, other = (make_initiative(roadmap, name=name) for name in ("Mobility plan", "Heat plan"))
    about.themes.add(theme)
    elsewhere = make_initiative(make_roadmap(make_city()), name="Buses elsewhere")
    elsewhere.themes.add(theme)

    page = shown(client, entry)
    part = page.partition("What Rouen does about it")[2].partition("</section>")[0]
    assert f'<a href="{about.get_absolute_url()}">Mobility plan</a>' in part
    for one in (other, elsewhere):
        assert one.name not in page
