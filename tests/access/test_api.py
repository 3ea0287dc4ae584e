"""Who reads what over the API; nobody writes yet. A new route that is not listed fails."""

import pytest
from django.test import Client
from django.urls import reverse

from icc_portal.api import router
from tests.access.conftest import ROLES

pytestmark = pytest.mark.django_db

# For each route: the public object, and one that only some may know of, with who may.
ROUTES = {
    "action-group": ("group", None, ""),
    "city": ("city_a", None, ""),
    "collaboration": ("pairing", None, ""),
    # City A's officer is of its team; staff read all.
    "commitment": (None, "step", "nonnnoo"),
    "deal": ("deal", "draft_deal", "nononoo"),
    "demand": ("demand", "merged_demand", "nnnnnnn"),
    "event": ("event", "draft_event", "nnnnnoo"),
    "guest": (None, "guest", "nnnnnoo"),
    "initiative": ("initiative", "draft_initiative", "nononoo"),
    "outcome": ("public_outcome", "outcome", "nonnnoo"),
    "peer-group": (None, "peer_group", "nonnnoo"),
    "solution": ("published", "draft", "nnnnnnn"),
}
LETTERS = {200: "o", 404: "n"}


def named(thing):
    """What an address names a thing by."""
    return getattr(thing, "slug", thing.pk)


@pytest.fixture
def clients(world):
    """A browser for each role."""
    made = [Client(raise_request_exception=False) for _role in ROLES]
    for client, role in zip(made, ROLES, strict=True):
        if world.people[role] is not None:
            client.force_login(world.people[role])
    return made


def test_every_route_is_listed():
    """A viewset's extra actions are routes as well, under names of their own."""
    read = {f"{route}-{what}" for route in ROUTES for what in ("list", "detail")}
    assert {pattern.name for pattern in router.urls} == read | {"api-root"}


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_everybody_reads_what_is_public_and_no_more_than_the_pages_show(world, clients, route):
    public, hidden, expected = ROUTES[route]
    for client in clients:
        listed = client.get(reverse(f"{route}-list"))
        assert listed.status_code == 200
        if public:
            answer = client.get(reverse(f"{route}-detail", args=[named(getattr(world, public))]))
            assert answer.status_code == 200
    if hidden:
        address = reverse(f"{route}-detail", args=[named(getattr(world, hidden))])
        got = "".join(LETTERS[client.get(address).status_code] for client in clients)
        assert got == expected


@pytest.mark.parametrize("route", sorted(ROUTES))
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nobody_writes(world, clients, route, method):
    slug = named(getattr(world, ROUTES[route][0] or ROUTES[route][1]))
    name = f"{route}-list" if method == "post" else f"{route}-detail"
    address = reverse(name, args=[] if method == "post" else [slug])
    for client in clients:
        answer = getattr(client, method)(address, {}, content_type="application/json")
        assert answer.status_code in {403, 405}
