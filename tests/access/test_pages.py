"""Who gets which page. A new address that is not in the table fails the build."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import transaction
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from icc_portal.api import router
from tests.access.conftest import ROLES, World
from tests.access.table import ELSEWHERE, PAGES, SIGN_IN, Row

pytestmark = pytest.mark.django_db

ANSWERS = {
    200: "o",
    202: "o",
    201: "o",
    204: "o",
    301: "r",
    304: "o",
    400: "b",
    401: "u",
    403: "f",
    404: "n",
    405: "m",
    409: "c",
    410: "g",
}


API_ROUTES = ("api-root", *(f"{route}-" for _prefix, _viewset, route in router.registry))


def addresses(patterns: list, namespace: str = "") -> Iterator[str]:
    """Every named address of the portal; those without a name by their pattern."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            # Other libraries' pages are tested by their libraries, but for who gets in: see below.
            if str(pattern.pattern) in {"admin/", "accounts/"}:
                continue
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or pattern.pattern}"


def ask(client: Client, row: Row, world: World) -> str:
    """Send the row's request; return the letter of the answer."""
    with transaction.atomic():
        send = client.post if row.method == "post" else client.get
        response = send(row.path(world), row.data(world) if row.data else {})
        transaction.set_rollback(True)
    if response.streaming:
        # Read to its end, a file is closed.
        list(response)
    if response.status_code == 302:
        to_sign_in = resolve_url(settings.LOGIN_URL)
        return "l" if urlsplit(response["Location"]).path == to_sign_in else "r"
    return ANSWERS.get(response.status_code, str(response.status_code))


def test_every_address_is_in_the_table():
    known = {row.name for row in PAGES}
    elsewhere = (*ELSEWHERE, *API_ROUTES)
    ours = {
        name for name in addresses(get_resolver().url_patterns) if not name.startswith(elsewhere)
    }
    assert sorted(ours - known) == []
    assert sorted(known - ours) == []


def test_below_accounts_stands_the_library_alone():
    resolver = next(
        each for each in get_resolver().url_patterns if str(each.pattern) == "accounts/"
    )
    assert set(addresses(resolver.url_patterns)) == SIGN_IN


def test_everybody_gets_what_the_table_says(world):
    clients = {}
    for role in ROLES:
        clients[role] = Client(raise_request_exception=False)
        if world.people[role] is not None:
            clients[role].force_login(world.people[role])
    wrong = []
    for row in PAGES:
        got = "".join(ask(clients[role], row, world) for role in ROLES)
        if got != row.expected:
            wrong.append(f"{row.method} {row.path(world)}: {got} instead of {row.expected}")
    assert not wrong, "\n".join(wrong)
