"""The pages of the portal as a whole, and of cities and people."""

from __future__ import annotations

from tests.access.table.rows import EVERYBODY, SIGNED_IN, Row

PORTAL = [
    Row("home", EVERYBODY),
    Row("desk", SIGNED_IN),
    Row("health-live", EVERYBODY),
    Row("health-ready", EVERYBODY),
    Row("robots", EVERYBODY),
    Row("sitemap", EVERYBODY),
    Row("django.contrib.sitemaps.views.sitemap", EVERYBODY, lambda world: ["cities"]),
    Row("csp-report", EVERYBODY, method="post"),
    Row("api-schema", EVERYBODY),
]

CITIES = [
    Row("cities:city-list", EVERYBODY),
    Row("cities:city-detail", EVERYBODY, lambda world: [world.city_a.slug]),
    Row("cities:city-traits", "lofffoo", lambda world: [world.city_a.slug]),
    Row("cities:consortium-list", EVERYBODY),
    Row("cities:pairing-list", EVERYBODY),
    Row("cities:consortium-detail", EVERYBODY, lambda world: [world.consortium.slug]),
    Row("cities:organisation-list", EVERYBODY),
    Row("cities:organisation-detail", EVERYBODY, lambda world: [world.organisation.slug]),
    Row("cities:sources", EVERYBODY),
    Row("cities:accessibility", EVERYBODY),
    Row("cities:about", EVERYBODY),
    Row("cities:mail-inbox", SIGNED_IN),
    Row("cities:mail-settings", SIGNED_IN),
    Row("cities:mail-all-read", "lrrrrrr", method="post"),
    # Whoever else a message was written to, it is found by its person alone.
    Row("cities:mail-message", "lonnnnn", lambda world: [world.mail.pk]),
    Row("cities:mail-read", "lrnnnnn", lambda world: [world.mail.pk], "post"),
    Row("cities:mail-confirm", EVERYBODY, lambda world: [world.confirm_token]),
    Row("cities:mail-confirm", "nnnnnnn", lambda world: ["0" * 64]),
    Row("cities:mail-off", EVERYBODY, lambda world: [world.off_token]),
    Row("cities:mail-off", "nnnnnnn", lambda world: ["forged"]),
    Row(
        "cities:draft-save",
        SIGNED_IN,
        lambda world: ["charter"],
        "post",
        lambda world: {"autosave_page": 1, "autosave_number": 1},
    ),
]
