"""The table: a row for each address and kind of object, a letter for each role.

The roles, in order: anonymous, officer of city A, officer of city B, mentor of A, reviewer of A's
entry, programme staff, superuser. The letters: o answered, l sent to sign in, n not found (nobody
learns that it exists), f forbidden (visible, but not theirs to do), r sent elsewhere, b bad
request, c in conflict with what is saved, m wrong method, g gone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from initiatives import sections

# Tested elsewhere: the admin and the API by tables of their own, sign-in by its library.
ELSEWHERE = ("admin:", "account_", "mfa_", "socialaccount_")
# What that library has below /accounts/. A page of ours there would need a row as any other.
SIGN_IN = {
    *("account_login", "account_logout", "account_inactive", "account_signup"),
    *("account_reauthenticate", "account_email", "account_email_verification_sent"),
    *("account_change_password", "account_set_password", "account_reset_password"),
    *("account_reset_password_done", "account_reset_password_from_key"),
    *("account_reset_password_from_key_done", "account_confirm_login_code"),
    *("account_confirm_email", "mfa_index", "mfa_authenticate", "mfa_reauthenticate"),
    *("mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes"),
    *("mfa_generate_recovery_codes", "mfa_download_recovery_codes", "mfa_list_webauthn"),
    *("mfa_add_webauthn", "mfa_reauthenticate_webauthn", "mfa_remove_webauthn"),
    *("mfa_edit_webauthn", "socialaccount_login_cancelled", "socialaccount_login_error"),
    *("socialaccount_signup", "socialaccount_connections"),
    # Former addresses of its own, without a name.
    *("social/login/cancelled/", "social/login/error/", "social/signup/", "social/connections/"),
}

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


# Published things of city A: everybody reads; only its team writes; others learn it is not theirs.
TEAM_WRITES = "loffffo"
# Drafts of city A: its team writes, mentor and staff read, nobody else learns that they exist.
INSIDE_READS = "nononoo"
TEAM_WRITES_DRAFT = "lonfnfo"
# Where an entry stands is shown to its team and staff; its reviewer has the review's page.
ENTRY_INSIDE = "lonnnoo"


def initiative(world: Any) -> list[Any]:
    return [world.initiative.slug]


def draft_initiative(world: Any) -> list[Any]:
    return [world.draft_initiative.slug]


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


def revision_of(name: str) -> Callable[[Any], list[Any]]:
    """The arguments of a revision's page: the first revision of a named entry."""
    return lambda world: [getattr(world, name).slug, 1]


def step_of(name: str) -> Callable[[Any], list[Any]]:
    """The arguments of a step of a draft's form."""
    return lambda world: [getattr(world, name).slug, 1, "text"]


def file_of(entry: str, file: str) -> Callable[[Any], list[Any]]:
    """The arguments of the address of an entry's file."""
    return lambda world: [getattr(world, entry).slug, getattr(world, file).pk]


def session_of(event: str, session: str) -> Callable[[Any], list[Any]]:
    """The arguments of a session's page."""

    def arguments(world: Any) -> list[Any]:
        day = getattr(world, session).day.date
        return [getattr(world, event).slug, day, getattr(world, session).slug]

    return arguments


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


def order_of(world: Any) -> list[Any]:
    return [world.roadmap.pk, world.order.pk]


def draft_order_of(world: Any) -> list[Any]:
    return [world.draft_roadmap.pk, world.draft_order.pk]


def roadmap_of(world: Any) -> list[Any]:
    return [world.roadmap.pk]


def draft_roadmap_of(world: Any) -> list[Any]:
    return [world.draft_roadmap.pk]


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
    # Of what is published for everybody, everybody has the file; nobody else's is known of.
    Row(
        "initiatives:deliverable-file",
        EVERYBODY,
        lambda world: [world.roadmap.pk, world.public_file.order_id, "pdf"],
    ),
    Row("initiatives:deliverable-file", "nononoo", lambda world: [*order_of(world), "pdf"]),
    Row("initiatives:deliverable-file", "nononoo", lambda world: [*draft_order_of(world), "pdf"]),
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
    Row("initiatives:snapshot-publish", "lrffffr", lambda world: [world.roadmap.pk, 2], "post"),
]


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
    Row("initiatives:initiative-detail", EVERYBODY, initiative),
    Row("initiatives:initiative-detail", INSIDE_READS, draft_initiative),
    Row("initiatives:initiative-edit", TEAM_WRITES, initiative),
    Row("initiatives:initiative-edit", TEAM_WRITES_DRAFT, draft_initiative),
    Row("initiatives:initiative-publish", "lrffffr", initiative, "post"),
    Row("initiatives:milestone-add", TEAM_WRITES, initiative),
    Row("initiatives:milestone-add", TEAM_WRITES_DRAFT, draft_initiative),
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
    Row("initiatives:connector-act", "lrffffr", connector, "post", lambda world: {"act": "pause"}),
    Row(
        "initiatives:measurement-correct",
        TEAM_WRITES,
        lambda world: [world.initiative.slug, world.kpi.pk, world.measurement.pk],
    ),
]

EVENTS = [
    Row("events:event-list", EVERYBODY),
    Row("events:group-list", EVERYBODY),
    Row("events:group-detail", EVERYBODY, lambda world: [world.group.slug]),
    Row("events:event-detail", EVERYBODY, lambda world: [world.event.slug]),
    Row("events:event-detail", "nnnnnoo", lambda world: [world.draft_event.slug]),
    Row("events:event-calendar", EVERYBODY, lambda world: [world.event.slug]),
    Row("events:event-calendar", "nnnnnoo", lambda world: [world.draft_event.slug]),
    Row(
        "events:day-calendar",
        EVERYBODY,
        lambda world: [world.event.slug, world.event.starts_on],
    ),
    Row("events:session-calendar", EVERYBODY, session_of("event", "session")),
    Row("events:session-calendar", "nnnnnoo", session_of("draft_event", "draft_session")),
    Row("events:session-detail", EVERYBODY, session_of("event", "session")),
    Row("events:session-detail", "nnnnnoo", session_of("draft_event", "draft_session")),
    # The lab is over: nobody gets a place, all are told why on its page.
    Row("events:register", "lrrrrrr", lambda world: [world.event.slug], "post"),
    Row("events:register", "nnnnnrr", lambda world: [world.draft_event.slug], "post"),
]

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

PAGES = [*PORTAL, *CITIES, *INITIATIVES, *DELIVERABLE, *EVENTS, *MARKETPLACE]
