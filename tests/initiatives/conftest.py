"""An officer of a city, signed in, and an initiative of theirs."""

import pytest

from tests import factories


@pytest.fixture
def city():
    return factories.make_city(slug="a")


@pytest.fixture
def initiative(city):
    return factories.make_initiative(factories.make_roadmap(city), name="Old name")


@pytest.fixture
def officer(client, city):
    user = factories.make_officer(city)
    client.force_login(user)
    return user
