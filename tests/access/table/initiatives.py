"""The pages of roadmaps, initiatives, milestones and KPIs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from initiatives import sections
from tests.access.table.rows import (
    EVERYBODY,
    INSIDE_READS,
    TEAM_WRITES,
    TEAM_WRITES_DRAFT,
    Row,
    draft_initiative,
    initiative,
)


def section_of(roadmap: str, key: str) -> Callable[[Any], list[Any]]:
    """The arguments of the page on which a section of a roadmap is written."""
    return lambda world: [getattr(world, roadmap).pk, key]


def comment_of(name: str) -> Callable[[Any], list[Any]]:
    """The arguments of an act on a comment."""

    def arguments(world: Any) -> list[Any]:
        comment = getattr(world, name)
        return [comment.roadmap_id, comment.section, comment.pk]

    return arguments


def connector(world: Any) -> list[Any]:
    return [world.initiative.slug, world.kpi.pk, world.connector.pk]


def evidence(name: str) -> Callable[[Any], list[Any]]:
    """The arguments of the address of a file that shows a value."""

    def arguments(world: Any) -> list[Any]:
        file = getattr(world, name)
        kpi = file.measurement.kpi
        return [kpi.initiative.slug, kpi.pk, file.measurement_id, file.pk]

    return arguments


def value(world: Any) -> list[Any]:
    return [world.initiative.slug, world.kpi.pk, world.measurement.pk]


def deal_of(roadmap: str, name: str) -> Callable[[Any], list[Any]]:
    """The arguments of the pages of a Local Green Deal."""
    return lambda world: [getattr(world, roadmap).pk, getattr(world, name).pk]


# Across all cities, with what is internal: for staff.
STAFF_ALONE = "lffffoo"

INITIATIVES = [
    # Whoever acts for a city may leave its team; others have no role there to pass on.
    Row("initiatives:my-city-leave", "lonfnff", lambda world: [world.city_a.slug]),
    Row("initiatives:portfolio", STAFF_ALONE),
    Row("initiatives:portfolio-rows", STAFF_ALONE, lambda world: ["budget"]),
    Row("initiatives:portfolio-rows", "lnnnnnn", lambda world: ["secrets"]),
    Row("initiatives:portfolio-file", STAFF_ALONE, lambda world: ["budget", "csv"]),
    Row("initiatives:portfolio-file", STAFF_ALONE, lambda world: ["kpis", "xlsx"]),
    Row("initiatives:portfolio-file", "lnnnnnn", lambda world: ["kpis", "exe"]),
    Row("initiatives:my-city-team", "lonfnff", lambda world: [world.city_a.slug]),
    Row(
        "initiatives:my-city-team-end",
        "lrnfnff",
        lambda world: [world.city_a.slug, world.people["officer_a"].memberships.get().pk],
        "post",
    ),
    Row("initiatives:my-city", "lononoo", lambda world: [world.city_a.slug]),
    Row("initiatives:initiative-list", EVERYBODY),
    Row("initiatives:initiative-add", "loffffo"),
    Row("initiatives:library-list", EVERYBODY),
    Row("initiatives:library-detail", EVERYBODY, lambda world: [world.library_kpi.slug]),
    # What staff have not shown yet is for staff.
    Row("initiatives:library-detail", "nnnnnoo", lambda world: [world.hidden_library_kpi.slug]),
    Row("initiatives:roadmap-detail", EVERYBODY, lambda world: [world.roadmap.pk]),
    Row("initiatives:roadmap-detail", INSIDE_READS, lambda world: [world.draft_roadmap.pk]),
    # Its former address leads on to the tree of sections.
    Row("initiatives:roadmap-edit", "rrrrrrr", lambda world: [world.roadmap.pk]),
    # The tree of sections: experts and staff read along.
    Row("initiatives:roadmap-write", "lofofoo", lambda world: [world.roadmap.pk]),
    Row("initiatives:roadmap-write", "lononoo", lambda world: [world.draft_roadmap.pk]),
    Row("initiatives:quick-entry", TEAM_WRITES, lambda world: [world.roadmap.pk]),
    Row("initiatives:quick-entry", TEAM_WRITES_DRAFT, lambda world: [world.draft_roadmap.pk]),
    *(
        row
        for key in sections.WRITTEN
        for row in (
            Row("initiatives:section-write", TEAM_WRITES, section_of("roadmap", key)),
            Row("initiatives:section-write", TEAM_WRITES_DRAFT, section_of("draft_roadmap", key)),
        )
    ),
    Row("initiatives:sections-deleted", TEAM_WRITES, lambda world: [world.roadmap.pk]),
    Row("initiatives:sections-deleted", TEAM_WRITES_DRAFT, lambda world: [world.draft_roadmap.pk]),
    *(
        row
        for page in ("section-history", "section-talk")
        for row in (
            Row(f"initiatives:{page}", "lofofoo", section_of("roadmap", "lessons")),
            Row(f"initiatives:{page}", "lononoo", section_of("draft_roadmap", "lessons")),
        )
    ),
    # A comment that its team keeps to itself; another that its advisers read as well.
    Row("initiatives:comment-settle", "lrfnfnr", comment_of("team_comment"), "post"),
    Row("initiatives:comment-settle", "lrfrfrr", comment_of("shared_comment"), "post"),
    # Its author alone takes it back on the page; staff hide it in the admin.
    Row("initiatives:comment-take-back", "lrfnfnf", comment_of("team_comment"), "post"),
    Row("initiatives:comment-take-back", "lrfffff", comment_of("shared_comment"), "post"),
    Row("initiatives:section-write", "nnnnnnn", section_of("roadmap", "no-such-section")),
    Row("initiatives:roadmap-publish", "lrffffr", lambda world: [world.roadmap.pk], "post"),
    Row("initiatives:roadmap-plan", EVERYBODY, lambda world: [world.roadmap.pk]),
    Row("initiatives:roadmap-plan", INSIDE_READS, lambda world: [world.draft_roadmap.pk]),
    # The charters as a spreadsheet hold what is internal: insiders take it, the team brings it.
    Row("initiatives:sheet-take", "lofofoo", lambda world: [world.roadmap.pk, "xlsx"]),
    Row("initiatives:sheet-take", "lononoo", lambda world: [world.draft_roadmap.pk, "json"]),
    Row("initiatives:sheet-take", "lnnnnnn", lambda world: [world.roadmap.pk, "exe"]),
    Row("initiatives:sheet-bring", TEAM_WRITES, lambda world: [world.roadmap.pk]),
    Row("initiatives:sheet-bring", TEAM_WRITES_DRAFT, lambda world: [world.draft_roadmap.pk]),
    # Whoever else writes for the city: what somebody brought is theirs to decide about.
    Row("initiatives:sheet-decide", "loffffn", lambda world: [world.roadmap.pk, world.sheet.pk]),
    Row("initiatives:roadmap-order", TEAM_WRITES, lambda world: [world.roadmap.pk]),
    Row("initiatives:roadmap-order", TEAM_WRITES_DRAFT, lambda world: [world.draft_roadmap.pk]),
    Row("initiatives:roadmap-order", "lrffffr", lambda world: [world.roadmap.pk], "post"),
    # Answering for a roadmap is for who speaks for it; a link is for whoever has it.
    Row("initiatives:check-in", TEAM_WRITES, lambda world: [world.roadmap.pk]),
    Row("initiatives:check-in", "lrnfnfr", lambda world: [world.draft_roadmap.pk]),
    Row("initiatives:check-in-link", "nnnnnnn", lambda world: ["0" * 64]),
    Row("initiatives:deal-detail", EVERYBODY, deal_of("roadmap", "deal")),
    # Not shown to the public, although its roadmap is; and one of a roadmap that is a draft.
    Row("initiatives:deal-detail", INSIDE_READS, deal_of("roadmap", "hidden_deal")),
    Row("initiatives:deal-detail", INSIDE_READS, deal_of("draft_roadmap", "draft_deal")),
    Row("initiatives:deal-detail", "nnnnnnn", deal_of("roadmap", "draft_deal")),
    Row("initiatives:deal-write", TEAM_WRITES, deal_of("roadmap", "deal")),
    Row("initiatives:deal-write", TEAM_WRITES_DRAFT, deal_of("draft_roadmap", "draft_deal")),
    Row("initiatives:deal-write", "lnffffn", deal_of("roadmap", "draft_deal")),
    Row("initiatives:deal-publish", "lrffffr", deal_of("roadmap", "deal"), "post"),
    Row("initiatives:initiative-detail", EVERYBODY, initiative),
    Row("initiatives:initiative-detail", INSIDE_READS, draft_initiative),
    Row("initiatives:initiative-edit", TEAM_WRITES, initiative),
    Row("initiatives:initiative-edit", TEAM_WRITES_DRAFT, draft_initiative),
    # Values of both were reported: they stay, and their pages say so.
    Row("initiatives:initiative-delete", "lrffffr", initiative),
    Row("initiatives:initiative-delete", "lrnfnfr", draft_initiative),
    Row("initiatives:initiative-publish", "lrffffr", initiative, "post"),
    Row("initiatives:milestone-add", TEAM_WRITES, initiative),
    Row("initiatives:milestone-add", TEAM_WRITES_DRAFT, draft_initiative),
    Row("initiatives:milestones-from-calendar", TEAM_WRITES, initiative),
    Row("initiatives:milestones-from-calendar", TEAM_WRITES_DRAFT, draft_initiative),
    Row(
        "initiatives:milestone-edit",
        TEAM_WRITES,
        lambda world: [world.initiative.slug, world.milestone.pk],
    ),
    Row(
        "initiatives:milestone-delete",
        TEAM_WRITES,
        lambda world: [world.initiative.slug, world.milestone.pk],
    ),
    # The milestone of another initiative is not found under this one.
    Row(
        "initiatives:milestone-edit",
        "lnffffn",
        lambda world: [world.initiative.slug, world.draft_milestone.pk],
    ),
    Row("initiatives:kpi-add", TEAM_WRITES, initiative),
    Row(
        "initiatives:kpi-detail",
        EVERYBODY,
        lambda world: [world.initiative.slug, world.kpi.pk],
    ),
    Row(
        "initiatives:kpi-detail",
        INSIDE_READS,
        lambda world: [world.draft_initiative.slug, world.draft_kpi.pk],
    ),
    Row("initiatives:kpi-delete", "lrffffr", lambda world: [world.initiative.slug, world.kpi.pk]),
    Row("initiatives:kpi-edit", TEAM_WRITES, lambda world: [world.initiative.slug, world.kpi.pk]),
    Row("initiatives:target-add", TEAM_WRITES, lambda world: [world.initiative.slug, world.kpi.pk]),
    Row(
        "initiatives:measurement-add",
        TEAM_WRITES,
        lambda world: [world.initiative.slug, world.kpi.pk],
    ),
    Row(
        "initiatives:connector-add",
        TEAM_WRITES,
        lambda world: [world.initiative.slug, world.kpi.pk],
    ),
    # A connector is for its team and staff: others do not learn that there is one.
    Row("initiatives:connector-detail", "lonnnoo", connector),
    Row("initiatives:connector-edit", TEAM_WRITES, connector),
    Row("initiatives:connector-remove", TEAM_WRITES, connector),
    Row("initiatives:connector-act", "lrffffr", connector, "post", lambda world: {"act": "pause"}),
    Row(
        "initiatives:measurement-correct",
        TEAM_WRITES,
        value,
    ),
    Row("initiatives:measurement-files", TEAM_WRITES, value),
    # Sent by the page itself: it answers in JSON, also that somebody is signed out.
    Row("initiatives:evidence-add", "rrrrrrr", value),
    Row("initiatives:evidence-add", "fbffffb", value, "post"),
    Row("initiatives:evidence-file", EVERYBODY, evidence("evidence_file")),
    # A picture of which nobody said what it shows is for insiders; so is all of a draft.
    Row("initiatives:evidence-file", INSIDE_READS, evidence("undescribed_file")),
    Row("initiatives:evidence-file", INSIDE_READS, evidence("draft_evidence")),
]
