"""The pages on which a deliverable is made, checked and handed in."""

from __future__ import annotations

from typing import Any

from tests.access.table.rows import EVERYBODY, TEAM_WRITES, Row


def order_of(world: Any) -> list[Any]:
    return [world.roadmap.pk, world.order.pk]


def draft_order_of(world: Any) -> list[Any]:
    return [world.draft_roadmap.pk, world.draft_order.pk]


def roadmap_of(world: Any) -> list[Any]:
    return [world.roadmap.pk]


def draft_roadmap_of(world: Any) -> list[Any]:
    return [world.draft_roadmap.pk]


def work_of(world: Any) -> list[Any]:
    return [world.roadmap.pk, world.work.pk]


# The desk of a deliverable: team, mentor and staff read it; whoever only reads the public roadmap
# learns that it is not theirs; a draft's does not exist for them.
DESK_READS = "lofofoo"
DRAFT_DESK_READS = "lononoo"
DELIVERABLE = [
    Row("initiatives:deliverable", EVERYBODY, roadmap_of),
    Row("initiatives:deliverable", "nnnnnnn", draft_roadmap_of),
    Row("initiatives:deliverable-desk", DESK_READS, roadmap_of),
    Row("initiatives:deliverable-desk", DRAFT_DESK_READS, draft_roadmap_of),
    Row("initiatives:deliverable-place", "lrffffr", roadmap_of, "post"),
    Row("initiatives:deliverable-order", DESK_READS, order_of),
    Row("initiatives:deliverable-order", DRAFT_DESK_READS, draft_order_of),
    Row("initiatives:deliverable-cancel", "lrffffr", order_of, "post"),
    Row("initiatives:deliverable-retry", "lrffffr", order_of, "post"),
    Row("initiatives:deliverable-preview", DESK_READS, order_of),
    Row("initiatives:deliverable-photo", DESK_READS, lambda world: [*order_of(world), 1]),
    # Of what is published for everybody, everybody has the file; nobody else's is known of.
    Row(
        "initiatives:deliverable-file",
        EVERYBODY,
        lambda world: [world.roadmap.pk, world.public_file.order_id, "pdf"],
    ),
    Row("initiatives:deliverable-file", "nononoo", lambda world: [*order_of(world), "pdf"]),
    Row("initiatives:deliverable-file", "nononoo", lambda world: [*draft_order_of(world), "pdf"]),
    Row(
        "initiatives:deliverable-work",
        DESK_READS,
        lambda world: [*roadmap_of(world), world.work.pk],
    ),
    Row(
        "initiatives:deliverable-work",
        DRAFT_DESK_READS.replace("o", "n"),
        lambda world: [*draft_roadmap_of(world), world.work.pk],
    ),
    Row("initiatives:deliverable-check", DESK_READS, roadmap_of),
    Row("initiatives:deliverable-check", DRAFT_DESK_READS, draft_roadmap_of),
    Row("initiatives:finding-intended", "lrffffr", roadmap_of, "post"),
    Row("initiatives:deliverable-hand-in", "loffffo", roadmap_of),
    Row("initiatives:deliverable-hand-in", "lonfnfo", draft_roadmap_of),
    Row("initiatives:own-chapter-add", TEAM_WRITES, roadmap_of),
    Row(
        "initiatives:own-chapter-edit",
        TEAM_WRITES,
        lambda world: [world.roadmap.pk, world.own_chapter.pk],
    ),
    Row(
        "initiatives:own-chapter-delete",
        TEAM_WRITES,
        lambda world: [world.roadmap.pk, world.own_chapter.pk],
    ),
    Row("initiatives:snapshot", DESK_READS, lambda world: [world.roadmap.pk, 2]),
    Row("initiatives:snapshot-changes", DESK_READS, lambda world: [world.roadmap.pk, 2]),
    # Its pictures are for those who may read it: the public has its part once it is shown.
    *(
        Row(
            "initiatives:snapshot-photo",
            expected,
            lambda world, number=number, audience=audience: [
                world.roadmap.pk,
                number,
                audience,
                1,
            ],
        )
        for number, audience, expected in (
            (1, "public", EVERYBODY),
            (1, "programme", "nononoo"),
            (2, "public", "nononoo"),
        )
    ),
    Row("initiatives:snapshot-publish", "lrffffr", lambda world: [world.roadmap.pk, 2], "post"),
]
