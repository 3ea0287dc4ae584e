"""Each test of the marketplace has a search index of its own; many have an officer of a city."""

import pytest

from tests.factories import make_city, make_officer


@pytest.fixture(autouse=True)
def with_an_index_of_its_own(own_index):
    """What a test publishes, the next one does not find."""


@pytest.fixture
def city():
    """A city that offers something."""
    return make_city(name="Rouen", country="FR")


@pytest.fixture
def officer(city, client):
    """A person of its team, who signed in."""
    user = make_officer(city)
    client.force_login(user)
    return user
