import pytest
from django.core.exceptions import PermissionDenied

from cities.models import Mail
from marketplace.models import (
    ConflictOfInterest,
    Entry,
    EntryKind,
    ReviewEvent,
    ReviewState,
    Revision,
    RevisionState,
)
from marketplace.services import start_revision
from marketplace.workflow import (
    DECISIONS,
    Action,
    StepRefused,
    decide,
    open_actions,
    perform,
)
from tests.factories import (
    make_city,
    make_entry,
    make_officer,
    make_review,
    make_reviewer,
    make_revision,
    make_staff,
)
from tests.marketplace.rounds import WORDS

pytestmark = pytest.mark.django_db


def revision_in(state, **fields):
    return make_entry(state=state, **fields).revisions.get()


def test_people_see_the_steps_that_are_theirs():
    city = make_city()
    draft = revision_in(RevisionState.DRAFT, city=city)
    officer = make_officer(city)
    writer = make_officer(city, {"may_submit": False})
    reader = make_officer(city, {"may_edit": False, "may_submit": False})
    assert open_actions(draft, officer) == [Action.SUBMIT, Action.WITHDRAW]
    assert open_actions(draft, writer) == [Action.WITHDRAW]
    assert open_actions(draft, reader) == []
    assert open_actions(draft, make_staff()) == []

    in_review = revision_in(RevisionState.IN_REVIEW, city=city)
    reviewer = make_reviewer()
    make_review(in_review, reviewer)
    decisions = [Action.CONSULT, Action.SEND_BACK, Action.APPROVE, Action.REJECT]
    assert open_actions(in_review, reviewer) == decisions
    assert open_actions(in_review, officer) == [Action.WITHDRAW]
    by_staff = [Action.ASSIGN, Action.REASSIGN, *decisions, Action.WITHDRAW]
    assert open_actions(in_review, make_staff()) == by_staff


@pytest.mark.parametrize(
    ("kind", "field"), [(EntryKind.SOLUTION, "problem"), (EntryKind.CITY_PROFILE, "story")]
)
def test_what_is_not_complete_is_not_submitted_and_the_refusal_names_the_field(kind, field):
    revision = revision_in(RevisionState.DRAFT, kind=kind, **{field: " "})
    with pytest.raises(StepRefused, match=field.capitalize()):
        perform(Action.SUBMIT, revision, actor=make_officer(revision.entry.city))


def test_a_reviewer_who_gave_the_review_back_decides_no_more():
    revision = revision_in(RevisionState.IN_REVIEW)
    review = make_review(revision, state=ReviewState.DECLINED)
    with pytest.raises(PermissionDenied):
        perform(Action.APPROVE, revision, actor=review.reviewer)


def test_staff_who_act_for_the_city_do_not_decide_on_it():
    city = make_city()
    revision = revision_in(RevisionState.IN_REVIEW, city=city)
    officer_too = make_officer(city, is_staff=True)
    assert open_actions(revision, officer_too) == [Action.WITHDRAW]
    with pytest.raises(PermissionDenied):
        perform(Action.APPROVE, revision, actor=officer_too)


def test_the_second_reviewer_to_decide_learns_who_was_first_and_their_review_has_ended():
    revision = revision_in(RevisionState.IN_REVIEW)
    first, second = make_review(revision), make_review(revision)
    decide(Action.APPROVE, first, **WORDS)
    with pytest.raises(StepRefused, match=f"{first.reviewer.name} was first"):
        perform(Action.REJECT, revision, actor=second.reviewer, note="No.")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (ReviewState.GIVEN, ReviewState.ENDED)
    assert first.given_at is not None
    told = Mail.objects.filter(kind="marketplace_reassigned")
    assert [mail.recipient for mail in told] == [second.reviewer]
    assert "was decided in the meantime" in told.get().text


def test_staff_who_decide_as_staff_give_no_review_by_that():
    revision = revision_in(RevisionState.IN_REVIEW)
    review = make_review(revision, make_reviewer(is_staff=True))
    perform(Action.APPROVE, revision, actor=review.reviewer)
    review.refresh_from_db()
    assert (review.state, review.given_at) == (ReviewState.ENDED, None)
    assert not Mail.objects.filter(kind="marketplace_reassigned").exists()


@pytest.mark.parametrize("action", sorted(DECISIONS))
def test_nobody_decides_on_what_they_wrote(action):
    author = make_staff()
    revision = revision_in(RevisionState.IN_REVIEW, author=author)
    Entry.objects.filter(pk=revision.entry_id).update(city=None)
    revision = Revision.objects.get(pk=revision.pk)
    assert action not in open_actions(revision, author)
    with pytest.raises(PermissionDenied):
        perform(action, revision, actor=author, note="Splendid.")
    perform(action, revision, actor=make_staff(), note="Splendid.")


def test_who_owes_a_review_of_what_is_taken_back_is_told_but_not_in_conflict():
    revision = revision_in(RevisionState.IN_REVIEW)
    begun, bound = make_review(revision, state=ReviewState.STARTED), make_review(revision)
    ConflictOfInterest.objects.create(user=bound.reviewer, city=revision.entry.city)
    perform(Action.WITHDRAW, revision, actor=make_officer(revision.entry.city))
    told = Mail.objects.filter(kind="marketplace_reassigned")
    assert [mail.recipient for mail in told] == [begun.reviewer]
    assert "was taken back" in told.get().text


def test_the_city_is_not_told_which_reviewer_was_first():
    revision = revision_in(RevisionState.IN_REVIEW)
    review = make_review(revision)
    officer = make_officer(revision.entry.city)
    perform(Action.REJECT, revision, actor=review.reviewer, note="No.")
    with pytest.raises(StepRefused) as refusal:
        perform(Action.WITHDRAW, revision, actor=officer)
    assert review.reviewer.name not in str(refusal.value)


def test_a_decision_refused_for_its_version_changes_nothing():
    revision = revision_in(RevisionState.IN_REVIEW)
    review = make_review(revision, version=3)
    with pytest.raises(Exception, match="another window"):
        decide(Action.APPROVE, review, version=2, scores={}, to_city="Good.", private_note="")
    revision.refresh_from_db()
    assert revision.state == RevisionState.IN_REVIEW
    assert not ReviewEvent.objects.exists()


def test_the_public_sees_the_last_published_revision_until_the_next_one_replaces_it(drain):
    entry = make_entry()
    live = entry.live_revision
    officer = make_officer(entry.city)
    staff = make_staff()
    later = start_revision(entry, officer)
    perform(Action.SUBMIT, later, actor=officer)
    drain()
    perform(Action.ASSIGN, later, actor=staff, reviewer=make_reviewer())
    perform(Action.APPROVE, later, actor=staff)
    entry.refresh_from_db()
    assert entry.live_revision == live

    drain()
    entry.refresh_from_db()
    live.refresh_from_db()
    later.refresh_from_db()
    assert entry.live_revision == later
    assert (live.state, later.state) == (RevisionState.SUPERSEDED, RevisionState.PUBLISHED)
    assert entry.index_changes.count() == 1
    assert type(entry).objects.live().get() == entry


def test_a_withdrawn_entry_takes_along_what_is_under_review_and_leaves_drafts_alone():
    entry = make_entry()
    officer = make_officer(entry.city)
    later = make_revision(entry, state=RevisionState.IN_REVIEW)
    review = make_review(later)
    perform(Action.WITHDRAW, entry.live_revision, actor=officer, note="It is no longer run.")
    entry.refresh_from_db()
    later.refresh_from_db()
    review.refresh_from_db()
    assert entry.withdrawn_at is not None
    assert entry.withdrawal_reason == "It is no longer run."
    assert (later.state, review.state) == (RevisionState.WITHDRAWN, ReviewState.ENDED)
    assert not type(entry).objects.live().exists()
    assert entry.index_changes.count() == 1


def test_an_entry_is_not_withdrawn_while_its_next_revision_is_being_published():
    entry = make_entry()
    make_revision(entry, state=RevisionState.APPROVED)
    with pytest.raises(StepRefused, match="just being published"):
        perform(Action.WITHDRAW, entry.live_revision, actor=make_staff(), note="Outdated.")


def test_a_withdrawn_entry_comes_back_with_its_next_published_revision(drain):
    entry = make_entry()
    staff = make_staff()
    perform(Action.WITHDRAW, entry.live_revision, actor=staff, note="Outdated.")
    later = make_revision(entry, state=RevisionState.IN_REVIEW)
    perform(Action.APPROVE, later, actor=staff)
    drain()
    entry.refresh_from_db()
    assert (entry.withdrawn_at, entry.withdrawal_reason) == (None, "")
    assert entry.live_revision == later
