"""The steps that a loaded revision went through, and its reviews.

What was published in the world outside is published here without a review: one step says so, and
names the source. Invented submissions have invented steps.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from cities.programme import Loading, Record, person
from cities.working_days import Calendars
from marketplace import checks, clock, services
from marketplace.models import (
    UNDER_REVIEW,
    EntryKind,
    Review,
    ReviewEvent,
    ReviewState,
    Revision,
    RevisionState,
    Rubric,
    Score,
)
from marketplace.permissions import has_conflict
from marketplace.workflow import Action

State = RevisionState
CLOCK = ["process", "due_on", "stage_due_on", "days_before", "days_to_decision"]
LOADED = "Published with the programme's data, without a review in this portal."
CHECKED = [(Action.SUBMIT, State.SUBMITTED), (Action.PASS_CHECKS, State.CHECKED)]
REVIEWED = [*CHECKED, (Action.ASSIGN, State.IN_REVIEW)]
PUBLISHED = [*REVIEWED, (Action.APPROVE, State.APPROVED), (Action.PUBLISH, State.PUBLISHED)]
STEPS: dict[State, list[tuple[Action, State]]] = {
    State.DRAFT: [],
    State.CHECKED: CHECKED,
    State.IN_REVIEW: REVIEWED,
    State.CHANGES_REQUESTED: [*REVIEWED, (Action.SEND_BACK, State.CHANGES_REQUESTED)],
    State.REJECTED: [*REVIEWED, (Action.REJECT, State.REJECTED)],
    State.PUBLISHED: PUBLISHED,
    State.SUPERSEDED: [*PUBLISHED, (Action.SUPERSEDE, State.SUPERSEDED)],
}


def load_review_steps(loading: Loading, record: Record, revision: Revision) -> None:
    """Write how a revision came to its state, and who reviewed it or was asked to."""
    state = State(revision.state)
    if state not in STEPS:
        raise record.wrong("state", f"“{state}” cannot be loaded; use one of {', '.join(STEPS)}.")
    note = record.text("decision_note")
    if state == State.PUBLISHED and not revision.demonstration:
        _note_publication(loading, record, revision)
    else:
        _invent_steps(loading, record, revision, note)
        clock.wind(revision)
        revision.save(update_fields=CLOCK)
    asked, given = record.items("reviewers"), record.children("reviewed_by")
    if state in UNDER_REVIEW:
        checks.run(revision)
    if not loading.accounts:
        return
    for key in asked:
        _ask(loading, record, revision, key)
    for item in given:
        _give(loading, item, revision)


def _note_publication(loading: Loading, record: Record, revision: Revision) -> None:
    loading.create(
        ReviewEvent,
        record,
        revision=revision,
        action=Action.PUBLISH,
        before=State.APPROVED,
        after=State.PUBLISHED,
        note=LOADED,
        at=revision.published_at,
        **loading.marks(record),
    )


def _invent_steps(loading: Loading, record: Record, revision: Revision, note: str) -> None:
    steps = STEPS[State(revision.state)]
    states = [State.DRAFT, *(after for _action, after in steps)]
    for (action, _after), (before, after) in zip(steps, pairwise(states), strict=True):
        loading.create(
            ReviewEvent,
            record,
            revision=revision,
            action=action,
            before=before,
            after=after,
            note=note if action in {Action.SEND_BACK, Action.REJECT} else "",
            at=_moment(loading, revision, action),
            demonstration=True,
        )


def _moment(loading: Loading, revision: Revision, action: Action) -> datetime:
    submitted = revision.submitted_at or loading.now
    soon = {
        Action.SUBMIT: timedelta(),
        Action.PASS_CHECKS: timedelta(minutes=1),
        Action.ASSIGN: timedelta(minutes=2),
    }
    if action in soon:
        return submitted + soon[action]
    if action == Action.SUPERSEDE:
        return loading.now
    return revision.decided_at or submitted


def _ask(loading: Loading, record: Record, revision: Revision, key: str) -> Review:
    asked = Record(record.file, record.label, {"reviewers": key})
    reviewer = person(loading, asked, "reviewers")
    if has_conflict(reviewer, revision):
        raise record.wrong("reviewers", f"“{key}” acts for this city; ask somebody else.")
    process = services.process_for(revision)
    calendar = Calendars().of(process.edition_id)
    submitted = revision.submitted_at or loading.now
    review = loading.create(
        Review,
        record,
        revision=revision,
        reviewer=reviewer,
        due_on=calendar.add(calendar.day(submitted), process.days_to_review),
    )
    Review.objects.filter(pk=review.pk).update(asked_at=submitted + timedelta(minutes=2))
    return review


def _give(loading: Loading, item: Record, revision: Revision) -> None:
    review = _ask(loading, item, revision, item.need("reviewer"))
    review.state, review.given_at = ReviewState.GIVEN, revision.decided_at
    review.to_city = item.text("to_city")
    review.save(update_fields=["state", "given_at", "to_city"])
    kind = EntryKind(revision.entry.kind)
    rubric = loading.index(Rubric, ("kind", "edition"))[kind.value, None]
    criteria, scores = list(rubric.criteria.order_by("position")), item.items("scores")
    if len(scores) != len(criteria):
        raise item.wrong("scores", f"must be {len(criteria)}, one for each criterion.")
    for criterion, value in zip(criteria, scores, strict=True):
        if not (isinstance(value, int) and criterion.takes(value)):
            raise item.wrong(
                "scores", f"“{value}” is off the scale of “{criterion}”: 1 to {criterion.highest}."
            )
        loading.create(Score, item, review=review, criterion=criterion, value=value)
    item.close()
