"""An officer of a city, signed in, and an initiative of theirs."""

import pytest

from cities.outbound import requests
from tests import factories
from tests.initiatives.imitation import imitation


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


@pytest.fixture
def source(settings, monkeypatch):
    """An imitation of a source of open data; nothing else is reached."""
    settings.ASKS_OTHER_SERVERS = True
    with imitation() as (server, base, rules):
        monkeypatch.setattr(requests, "RULES", rules)
        server.base = base
        yield server
