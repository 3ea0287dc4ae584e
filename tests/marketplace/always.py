"""What always holds of a review, whatever was done in whatever order."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

from cities.models import Effect, Mail
from cities.working_days import Calendars
from marketplace import services
from marketplace.models import (
    OPEN_STATES,
    UNDER_REVIEW,
    AskedFor,
    DecidedBy,
    Entry,
    Review,
    ReviewEvent,
    ReviewState,
    Revision,
    RevisionState,
)
from marketplace.services import OPEN_REVIEW, process_for
from marketplace.steps import Action, Who

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "review.md"
DECISIONS = [Action.SEND_BACK, Action.APPROVE, Action.REJECT]
ASKING = [Action.ASSIGN, Action.REASSIGN, Action.CONSULT]
ENDS = [RevisionState.APPROVED, RevisionState.REJECTED]


@cache
def documented():
    """Read the arrows off docs/review.md, so that a wrong table of steps is noticed as well."""
    states = {str(state.label): state for state in RevisionState}
    actions = {str(action.label): action for action in Action}
    people = {str(who.label): who for who in Who}
    arrows = {}
    for line in DOCUMENT.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 6 and cells[0] in states:
            before, action, after, who = cells[:4]
            named = {people[each] for each in re.split(r"; ", who)}
            arrows[states[before], actions[action]] = states[after], named
    assert len(arrows) == 23
    return arrows


def stand():
    """Return what all rows of a review hold that steps change, to see whether any has changed."""
    return (
        list(Revision.objects.order_by("pk").values_list("pk", "state", "due_on", "stage_due_on")),
        list(Entry.objects.order_by("pk").values_list("live_revision", "merged_into")),
        list(Review.objects.order_by("pk").values_list("pk", "state", "version")),
        ReviewEvent.objects.count(),
        Mail.objects.count(),
        list(Effect.objects.order_by("pk").values_list("pk", "state", "last_error")),
    )


def history_leads_along_the_table_to_where_each_revision_stands(entry):
    for revision in entry.revisions.all():
        state = RevisionState.DRAFT
        for event in revision.events.order_by("pk"):
            assert event.before == state, event
            after, _who = documented()[RevisionState(event.before), Action(event.action)]
            assert event.after == after, event
            state = RevisionState(event.after)
        assert revision.state == state, revision


def one_revision_is_open_and_one_is_live_at_most(entry):
    entry = Entry.objects.get(pk=entry.pk)
    revisions = list(entry.revisions.all())
    assert sum(each.state in OPEN_STATES for each in revisions) <= 1
    public = [each for each in revisions if each.state == RevisionState.PUBLISHED]
    is_shown = entry.live_revision is not None and entry.withdrawn_at is None
    assert public == ([entry.live_revision] if is_shown else [])
    if entry.merged_into_id:
        assert not is_shown
        assert not any(each.state in OPEN_STATES for each in revisions)
    if is_shown:
        # What the public sees is the latest that was ever published.
        published = [each for each in revisions if each.published_at]
        assert max(published, key=lambda each: each.number) == entry.live_revision


def nobody_owes_a_review_of_what_is_not_in_review(entry):
    owed = Review.objects.filter(revision__entry=entry, state__in=OPEN_REVIEW)
    assert not owed.exclude(revision__state=RevisionState.IN_REVIEW).exists()


def each_decision_and_each_request_was_mailed_once(entries):
    """One officer may submit for each of these cities, so that each decision is one mail."""
    events = ReviewEvent.objects.filter(revision__entry__in=entries)
    mails = Counter(Mail.objects.values_list("kind", flat=True))
    assert mails["marketplace_decided"] == events.filter(action__in=DECISIONS).count()
    asked = Review.objects.filter(revision__entry__in=entries)
    assert mails["marketplace_assigned"] == asked.count()
    assert asked.count() == events.filter(action__in=ASKING).count()
    replaced = Mail.objects.filter(key__startswith="review-replaced:").count()
    assert replaced == events.filter(action=Action.REASSIGN).count()
    opinions = asked.filter(asked_for=AskedFor.OPINION).count()
    assert opinions <= events.filter(action__in=[Action.CONSULT, Action.REASSIGN]).count()
    told = Mail.objects.filter(kind="marketplace_decided").values_list("text", flat=True)
    said = events.filter(action__in=DECISIONS).exclude(note="").values_list("note", flat=True)
    assert all(sum(note in text for text in told) == 1 for note in set(said))


def each_step_handed_over_its_work_once(entries):
    """Whatever waits or was done of a kind was handed over by one step each."""
    events = ReviewEvent.objects.filter(revision__entry__in=entries)
    kinds = Counter(Effect.objects.values_list("kind", flat=True))
    assert kinds["marketplace.check"] == events.filter(action=Action.SUBMIT).count()
    published = [Action.APPROVE, Action.LIFT]
    assert kinds["marketplace.publish"] == events.filter(action__in=published).count()


def a_reviewer_decides_as_the_process_says(event):
    revision, process = event.revision, process_for(event.revision)
    assert process.decided_by == DecidedBy.REVIEWERS, event
    # In the last round, and as the last of those it asks.
    assert revision.round_number == 1 + process.rounds.count(), event
    reviews = revision.reviews.filter(
        state=ReviewState.GIVEN, asked_for=AskedFor.REVIEW, round_number=revision.round_number
    )
    assert reviews.filter(reviewer=event.actor).count() == 1, event
    assert reviews.count() >= (revision.round or process).reviewers, event


def the_portal_asks_no_more_than_the_process_says(event):
    revision = event.revision
    at_it = revision.reviews.filter(
        state__in=[*OPEN_REVIEW, ReviewState.GIVEN],
        asked_for=AskedFor.REVIEW,
        round_number=revision.round_number,
    )
    assert at_it.count() <= (revision.round or process_for(revision)).reviewers, event


def each_round_was_begun_once_and_no_review_counts_in_two(entry):
    for revision in entry.revisions.all():
        begun = revision.events.filter(action=Action.NEXT_ROUND).count()
        assert revision.round_number == 1 + begun, revision
        assert begun <= (revision.process.rounds.count() if revision.process else 0), revision
        asked = revision.reviews.values_list("reviewer", "round_number")
        assert len(set(asked)) == len(asked), revision
        owed = revision.reviews.filter(state__in=OPEN_REVIEW, asked_for=AskedFor.REVIEW)
        assert not owed.exclude(round_number=revision.round_number).exists(), revision


def whatever_is_reviewed_goes_on_or_staff_were_told(entry):
    for revision in entry.revisions.filter(state=RevisionState.IN_REVIEW):
        if services.is_round_in(revision):
            last = services.last_given(revision)
            key = f"reviews-in:{revision.pk}:{last.pk}"
            assert Mail.objects.filter(key__startswith=key).exists(), revision


def the_portal_begins_a_round_only_where_the_one_before_agrees(event):
    number = event.revision.events.filter(action=Action.NEXT_ROUND, pk__lte=event.pk).count()
    said = event.revision.reviews.filter(
        round_number=number, state=ReviewState.GIVEN, asked_for=AskedFor.REVIEW
    )
    assert set(said.values_list("recommendation", flat=True)) == {"approve"}, event


def publishing_happens_once_and_only_after_its_embargo(entry, held):
    """`held` says until when each revision was to be held back, as whoever approved it chose."""
    for revision in entry.revisions.all():
        published = revision.events.filter(action=Action.PUBLISH)
        assert published.count() <= 1, revision
        until = held.get(revision.pk)
        assert not (published and until and published[0].at < until), revision


def the_clock_runs_in_working_days_without_the_pauses(entry):
    calendars = Calendars()
    spent = {}
    earlier = None
    for revision in entry.revisions.filter(submitted_at__isnull=False).order_by("number"):
        process = process_for(revision)
        calendar = calendars.of(process.edition_id)
        came_back = earlier is not None and earlier.state == RevisionState.CHANGES_REQUESTED
        before = spent[earlier.pk] if came_back else 0
        assert revision.days_before == before, revision
        left = max(process.days_in_all - before, 1)
        assert revision.due_on == calendar.add(calendar.day(revision.submitted_at), left), revision
        if revision.decided_at:
            spent[revision.pk] = before + calendar.between(
                revision.submitted_at, revision.decided_at
            )
        waits = revision.state in UNDER_REVIEW and revision.state != RevisionState.APPROVED
        assert (revision.stage_due_on is not None) == waits, revision
        if revision.state in ENDS:
            assert revision.days_to_decision == spent[revision.pk], revision
        earlier = revision


def given_reviews_are_dated(entry):
    given = Review.objects.filter(revision__entry=entry, state=ReviewState.GIVEN)
    assert not given.filter(given_at=None).exists()


def who_is_in_conflict_reads_no_review(person, entry):
    assert list(Review.objects.visible_to(person)) == []
    seen = Revision.objects.visible_to(person).filter(entry=entry)
    assert set(seen.values_list("state", flat=True)) <= {RevisionState.PUBLISHED}
