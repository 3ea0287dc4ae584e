"""The table: a row for each address and kind of object, a letter for each role.

The roles, in order: anonymous, officer of city A, officer of city B, mentor of A, reviewer of A's
entry, programme staff, superuser. The letters: o answered, l sent to sign in, n not found (nobody
learns that it exists), f forbidden (visible, but not theirs to do), r sent elsewhere, b bad
request, m wrong method, g gone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

# Tested elsewhere: the admin and the API by what is registered there, sign-in by its library.
ELSEWHERE = ("admin:", "account_", "mfa_", "socialaccount_", "v1:", "api-root")

EVERYBODY = "ooooooo"
SIGNED_IN = "loooooo"


@dataclass(frozen=True)
class Row:
    """One request: an address by name, its arguments from the world, and who gets what."""

    name: str
    expected: str
    arguments: Callable[[Any], list[Any]] = lambda world: []
    method: str = "get"
    data: Callable[[Any], dict[str, Any]] | None = None

    def path(self, world: Any) -> str:
        """Return the address."""
        return reverse(self.name, args=self.arguments(world))


PAGES = [
    # The portal's own.
    Row("home", EVERYBODY),
    Row("desk", SIGNED_IN),
    Row("health-live", EVERYBODY),
    Row("robots", EVERYBODY),
    Row("api-schema", EVERYBODY),
    Row("sitemap", EVERYBODY),
    Row("django.contrib.sitemaps.views.sitemap", EVERYBODY, lambda world: ["cities"]),
    Row("health-ready", EVERYBODY),
    Row("csp-report", EVERYBODY, method="post"),
    # Cities.
    Row("cities:city-list", EVERYBODY),
    Row("cities:city-detail", EVERYBODY, lambda world: [world.city_a.slug]),
    Row("cities:consortium-detail", EVERYBODY, lambda world: [world.consortium.slug]),
    Row("cities:organisation-list", EVERYBODY),
    Row("cities:organisation-detail", EVERYBODY, lambda world: [world.organisation.slug]),
    Row("cities:sources", EVERYBODY),
    Row("cities:accessibility", EVERYBODY),
    Row("cities:about", EVERYBODY),
    Row(
        "cities:draft-save",
        SIGNED_IN,
        lambda world: ["charter"],
        "post",
        lambda world: {"autosave_page": 1, "autosave_number": 1},
    ),
]
