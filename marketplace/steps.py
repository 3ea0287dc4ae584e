"""The steps of a revision: one arrow for each, with who takes it, what guards it, what follows.

This is the single truth; docs/review.md shows it, and tests walk along every arrow.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.models import RevisionState as State


class Action(models.TextChoices):
    """The steps there are, in words for a button."""

    SUBMIT = "submit", _("Submit for review")
    PASS_CHECKS = "pass_checks", _("Note that the checks are done")
    ASSIGN = "assign", _("Ask a reviewer")
    REASSIGN = "reassign", _("Ask another reviewer instead")
    CONSULT = "consult", _("Ask for a second opinion")
    NEXT_ROUND = "next_round", _("Begin the next round")
    SEND_BACK = "send_back", _("Ask for changes")
    APPROVE = "approve", _("Approve")
    REJECT = "reject", _("Reject")
    LIFT = "lift", _("Lift the embargo")
    PUBLISH = "publish", _("Publish")
    SUPERSEDE = "supersede", _("Replace by a later revision")
    WITHDRAW = "withdraw", _("Withdraw")


class Who(models.TextChoices):
    """Who takes a step. Reviewers and staff only without a conflict of interest."""

    PORTAL = "portal", _("the portal")
    WRITER = "writer", _("whoever writes for the city")
    CITY = "city", _("whoever submits for the city")
    REVIEWER = "reviewer", _("a reviewer who was asked")
    STAFF = "staff", _("programme staff")


class Guard(models.TextChoices):
    """What must hold besides, or the step is refused with words."""

    COMPLETE = "complete", _("every required field is filled")
    PICTURES = "pictures", _("every picture says what it shows")
    WORDS = "words", _("words for the city say why")
    CHOSEN = "chosen", _("a reviewer is named who can be asked")
    OPEN_REVIEW = "open_review", _("the review to be replaced is still owed")
    NO_REVIEW_STAGE = "no_review_stage", _("the process has no review")
    REVIEWERS_DECIDE = "reviewers_decide", _("a reviewer decides only where the process says so")
    REVIEWS_IN = "reviews_in", _("a reviewer decides as the last of as many as the last round asks")
    FURTHER_ROUND = "further_round", _("a further round of its process is to come")
    ROUND_AGREES = "round_agrees", _("the portal waits for the round, and for all to approve")
    EMBARGOED = "embargoed", _("it is held back by an embargo")
    DUE = "due", _("no embargo holds it back")
    FOLLOWED = "followed", _("a later revision is just being published")
    LIVE = "live", _("it is the revision the public sees, and no later one is being published")


@dataclass(frozen=True)
class Arrow:
    """One step: from which state to which, by whom, under which guards, and what follows.

    `effects` and `mails` are the kinds handed over in the same transaction, for a process as it is
    by default.
    """

    before: State
    action: Action
    after: State
    who: frozenset[Who]
    guards: frozenset[Guard] = field(default=frozenset())
    effects: frozenset[str] = field(default=frozenset())
    mails: frozenset[str] = field(default=frozenset())


def _arrow(before: State, action: Action, after: State, *who: Who, **more: object) -> Arrow:
    sets = {name: frozenset(values) for name, values in more.items()}  # type: ignore[call-overload]
    return Arrow(before, action, after, frozenset(who), **sets)


PORTAL, WRITER, CITY, REVIEWER, STAFF = Who
DECIDED = {"marketplace_decided"}
ASKED = {"marketplace_assigned"}
BY_REVIEWERS = {Guard.REVIEWERS_DECIDE, Guard.REVIEWS_IN}
PUBLISH = {"marketplace.publish"}

# One line for each arrow of the diagram. A pair that is not here cannot happen.
# fmt: off
ARROWS = [
    _arrow(State.DRAFT, Action.SUBMIT, State.SUBMITTED, CITY,
           guards={Guard.COMPLETE, Guard.PICTURES}, effects={"marketplace.check"}),
    _arrow(State.DRAFT, Action.WITHDRAW, State.WITHDRAWN, WRITER),
    _arrow(State.SUBMITTED, Action.PASS_CHECKS, State.CHECKED, PORTAL,
           effects={"marketplace.assign"}),
    _arrow(State.SUBMITTED, Action.SEND_BACK, State.CHANGES_REQUESTED, PORTAL,
           guards={Guard.WORDS}, mails=DECIDED),
    _arrow(State.SUBMITTED, Action.WITHDRAW, State.WITHDRAWN, CITY, STAFF),
    _arrow(State.CHECKED, Action.ASSIGN, State.IN_REVIEW, PORTAL, STAFF,
           guards={Guard.CHOSEN}, mails=ASKED),
    _arrow(State.CHECKED, Action.SEND_BACK, State.CHANGES_REQUESTED, STAFF,
           guards={Guard.WORDS, Guard.NO_REVIEW_STAGE}, mails=DECIDED),
    _arrow(State.CHECKED, Action.APPROVE, State.APPROVED, STAFF,
           guards={Guard.NO_REVIEW_STAGE}, effects=PUBLISH, mails=DECIDED),
    _arrow(State.CHECKED, Action.REJECT, State.REJECTED, STAFF,
           guards={Guard.WORDS, Guard.NO_REVIEW_STAGE}, mails=DECIDED),
    _arrow(State.CHECKED, Action.WITHDRAW, State.WITHDRAWN, CITY, STAFF),
    _arrow(State.IN_REVIEW, Action.ASSIGN, State.IN_REVIEW, PORTAL, STAFF,
           guards={Guard.CHOSEN}, mails=ASKED),
    _arrow(State.IN_REVIEW, Action.REASSIGN, State.IN_REVIEW, PORTAL, STAFF,
           guards={Guard.CHOSEN, Guard.OPEN_REVIEW},
           mails={"marketplace_assigned", "marketplace_reassigned"}),
    _arrow(State.IN_REVIEW, Action.CONSULT, State.IN_REVIEW, REVIEWER, STAFF,
           guards={Guard.CHOSEN}, mails=ASKED),
    _arrow(State.IN_REVIEW, Action.NEXT_ROUND, State.IN_REVIEW, PORTAL, STAFF,
           guards={Guard.FURTHER_ROUND, Guard.ROUND_AGREES}, effects={"marketplace.assign"}),
    _arrow(State.IN_REVIEW, Action.SEND_BACK, State.CHANGES_REQUESTED, REVIEWER, STAFF,
           guards={Guard.WORDS, *BY_REVIEWERS}, mails=DECIDED),
    _arrow(State.IN_REVIEW, Action.APPROVE, State.APPROVED, REVIEWER, STAFF,
           guards=BY_REVIEWERS, effects=PUBLISH, mails=DECIDED),
    _arrow(State.IN_REVIEW, Action.REJECT, State.REJECTED, REVIEWER, STAFF,
           guards={Guard.WORDS, *BY_REVIEWERS}, mails=DECIDED),
    _arrow(State.IN_REVIEW, Action.WITHDRAW, State.WITHDRAWN, CITY, STAFF),
    _arrow(State.APPROVED, Action.LIFT, State.APPROVED, STAFF,
           guards={Guard.EMBARGOED}, effects=PUBLISH),
    _arrow(State.APPROVED, Action.PUBLISH, State.PUBLISHED, PORTAL, guards={Guard.DUE}),
    _arrow(State.APPROVED, Action.WITHDRAW, State.WITHDRAWN, CITY, STAFF,
           guards={Guard.EMBARGOED}),
    _arrow(State.PUBLISHED, Action.SUPERSEDE, State.SUPERSEDED, PORTAL,
           guards={Guard.FOLLOWED}),
    _arrow(State.PUBLISHED, Action.WITHDRAW, State.WITHDRAWN, CITY, STAFF,
           guards={Guard.WORDS, Guard.LIVE}),
]
# fmt: on

AT = {(arrow.before, arrow.action): arrow for arrow in ARROWS}
NEXT = {step: arrow.after for step, arrow in AT.items()}
# What the portal does by itself.
BY_THE_PORTAL = {step for step, arrow in AT.items() if Who.PORTAL in arrow.who}
# The city must learn why.
NEEDS_WORDS = {step for step, arrow in AT.items() if Guard.WORDS in arrow.guards}
DECISIONS = {Action.SEND_BACK, Action.APPROVE, Action.REJECT}
