"""The pages of the marketplace and of review."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.access.table.rows import ENTRY_INSIDE, EVERYBODY, SIGNED_IN, Row


def revision_of(name: str) -> Callable[[Any], list[Any]]:
    """The arguments of a revision's page: the first revision of a named entry."""
    return lambda world: [getattr(world, name).slug, 1]


def step_of(name: str) -> Callable[[Any], list[Any]]:
    """The arguments of a step of a draft's form."""
    return lambda world: [getattr(world, name).slug, 1, "text"]


def file_of(entry: str, file: str) -> Callable[[Any], list[Any]]:
    """The arguments of the address of an entry's file."""
    return lambda world: [getattr(world, entry).slug, getattr(world, file).pk]


MARKETPLACE = [
    Row("marketplace:entry-list", EVERYBODY),
    Row("marketplace:suggestions", EVERYBODY),
    Row("marketplace:city-suggestions", EVERYBODY),
    Row("marketplace:compare", EVERYBODY),
    Row("marketplace:shortlist", EVERYBODY),
    Row("marketplace:search-list", SIGNED_IN),
    Row("marketplace:search-new", EVERYBODY),
    Row(
        "marketplace:search-change",
        "lrnnnnn",
        lambda world: [world.search.pk],
        "post",
        lambda world: {
            f"{world.search.pk}-name": "Open data",
            f"{world.search.pk}-rhythm": "daily",
        },
    ),
    # Whoever has the link of a mail may stop what it came from, signed in or not.
    Row("marketplace:search-stop", EVERYBODY, lambda world: [world.search.token]),
    # Everybody has a shortlist of their own, whoever they are.
    Row(
        "marketplace:shortlist-change",
        "lrrrrrr",
        method="post",
        data=lambda world: {"e": world.published.slug},
    ),
    Row("marketplace:entry-detail", EVERYBODY, lambda world: [world.published.slug]),
    # Who may read a draft is led to where it stands.
    Row("marketplace:entry-detail", "nrnnnrr", lambda world: [world.draft.slug]),
    Row("marketplace:entry-versions", EVERYBODY, lambda world: [world.published.slug]),
    Row("marketplace:entry-versions", "nnnnnnn", lambda world: [world.draft.slug]),
    Row("marketplace:attachment", EVERYBODY, file_of("published", "live_file")),
    Row("marketplace:attachment", "nonnnoo", file_of("draft", "draft_file")),
    Row("marketplace:attachment", "nonnooo", file_of("in_review", "file_in_review")),
    Row("marketplace:offer", "loofffff"[:7]),
    # The published entry is no software: nobody finds a file of it.
    Row("marketplace:publiccode-file", "nnnnnnn", lambda world: [world.published.slug]),
    Row("marketplace:publiccode-file", EVERYBODY, lambda world: [world.software.slug]),
    Row("marketplace:publiccode-import", "looffff"),
    Row("marketplace:transfer-ask", "lofffff", lambda world: [world.published.slug]),
    Row("marketplace:transfer-ask", "lonnnff", lambda world: [world.draft.slug]),
    # Both cities and staff; whoever it does not concern does not learn of it.
    Row("marketplace:transfer-detail", "loonnoo", lambda world: [world.transfer.pk]),
    Row("marketplace:entry-table", EVERYBODY, lambda world: ["csv"]),
    Row("marketplace:entry-table", EVERYBODY, lambda world: ["xlsx"]),
    Row("marketplace:entry-figures", EVERYBODY),
    Row("marketplace:own-figures", SIGNED_IN),
    Row("marketplace:own-table", SIGNED_IN, lambda world: ["csv"]),
    Row("marketplace:table-start", "looffoo"),
    # Whoever else writes for the city: a table is its person's own.
    Row("marketplace:table-detail", "lonnnnn", lambda world: [world.table.pk]),
    Row("marketplace:table-faults", "lonnnnn", lambda world: [world.table.pk]),
    Row("marketplace:revision-detail", ENTRY_INSIDE, revision_of("draft")),
    Row("marketplace:revision-detail", ENTRY_INSIDE, revision_of("in_review")),
    Row("marketplace:revision-preview", ENTRY_INSIDE, revision_of("draft")),
    # The profile of a city is read by its mentor as well, and written by its team alone.
    Row("marketplace:entry-detail", "nrnrnrr", lambda world: [world.profile.slug]),
    Row("marketplace:revision-detail", "lononoo", revision_of("profile")),
    Row("marketplace:revision-preview", "lononoo", revision_of("profile")),
    Row("marketplace:revision-withdraw", "lonfnff", revision_of("profile")),
    # The way into the form leads to one of its steps.
    Row("marketplace:revision-edit", "lrnnnff", revision_of("draft")),
    Row("marketplace:revision-step", "lonnnff", step_of("draft")),
    Row("marketplace:revision-check", "lonnnff", revision_of("draft")),
    Row("marketplace:revision-upload", "fbnnnff", revision_of("draft"), "post"),
    Row("marketplace:revision-wish", "lonnnff", revision_of("in_review")),
    Row("marketplace:revision-autosave", "fcnnnff", step_of("draft"), "post"),
    Row(
        "marketplace:revision-act",
        "lrnnnff",
        revision_of("draft"),
        "post",
        lambda world: {"act": "submit"},
    ),
    Row("marketplace:revision-withdraw", "lonnnff", revision_of("draft")),
    Row("marketplace:demand-list", EVERYBODY),
    Row("marketplace:demand-similar", EVERYBODY),
    Row("marketplace:demand-detail", EVERYBODY, lambda world: [world.need.demand.slug]),
    Row("marketplace:demand-state", "looffff"),
    # The need of city A, which is not named: those of its demand and staff know of it.
    Row("marketplace:need-edit", "lonnnoo", lambda world: [world.need.pk]),
    Row("marketplace:need-leave", "lonnnoo", lambda world: [world.need.pk]),
    Row("marketplace:procurement-answer", "lofffff", lambda world: [world.need.demand.slug]),
    Row("marketplace:still-true", "lrfffff", lambda world: [world.published.slug], "post"),
    # Whoever holds a link answers with it; one that is not ours is not found.
    Row("marketplace:still-true-link", "nnnnnnn", lambda world: ["0" * 64]),
    Row("marketplace:reuse-list", EVERYBODY),
    Row("marketplace:reuse-table", EVERYBODY, lambda world: ["csv"]),
    Row("marketplace:reuse-table", EVERYBODY, lambda world: ["json"]),
    Row("marketplace:reuse-detail", EVERYBODY, lambda world: [world.reuse.pk]),
    # City B is interested in a solution of A and not named: the two cities and staff know.
    Row("marketplace:reuse-detail", "noonnoo", lambda world: [world.interest.pk]),
    Row("marketplace:reuse-answer", "lofffff", lambda world: [world.reuse.pk]),
    Row("marketplace:reuse-answer", "lofnnff", lambda world: [world.interest.pk]),
    # Who writes for no city learns that cities do this.
    Row("marketplace:reuse-choose", "lrrffff", lambda world: [world.published.slug]),
    Row("marketplace:reuse-choose", "lnnnnnn", lambda world: [world.draft.slug]),
    Row("marketplace:reuse-edit", "lfoffoo", lambda world: [world.published.slug, "city-b"]),
    Row("marketplace:reuse-edit", "lnnnnnn", lambda world: [world.draft.slug, "city-b"]),
    Row("marketplace:contact", EVERYBODY, lambda world: [world.published.slug]),
    Row("marketplace:contact", "nnnnnnn", lambda world: [world.draft.slug]),
    Row("marketplace:contact-sent", EVERYBODY, lambda world: [world.published.slug]),
    Row("marketplace:contact-list", SIGNED_IN),
    Row("marketplace:contact-request", "lonnnoo", lambda world: [world.asked.pk]),
    Row("marketplace:contact-answered", "lrnnnfr", lambda world: [world.asked.pk], "post"),
    Row("marketplace:review-desk", "lfffooo"),
    Row("marketplace:review-keys", "lfffooo"),
    Row("marketplace:review-overview", "lffffoo"),
    Row("marketplace:review-detail", "lnnnooo", lambda world: [world.review.pk]),
    Row("marketplace:review-consult", "lnnnooo", lambda world: [world.review.pk]),
    Row("marketplace:review-remark", "lnnnoff", lambda world: [world.review.pk]),
    Row(
        "marketplace:remark-delete",
        "lnnnrff",
        lambda world: [world.review.pk, world.remark.pk],
        "post",
    ),
    Row("marketplace:review-decline", "lnnnoff", lambda world: [world.review.pk]),
]
