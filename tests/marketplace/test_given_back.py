"""Who is told that a review, or a second opinion, was given back."""

import pytest

from cities.models import Mail
from marketplace.models import Assignment, ConflictOfInterest, Review
from marketplace.services import decline
from marketplace.workflow import Action, perform
from tests.factories import make_entry, make_process, make_review, make_reviewer, make_staff

pytestmark = pytest.mark.django_db


def in_review(**process):
    return make_entry(state="in_review", process=make_process(**process)).revisions.get()


@pytest.mark.parametrize("assignment", Assignment)
def test_where_staff_ask_by_hand_they_learn_that_a_review_was_given_back(assignment):
    revision = in_review(assignment=assignment)
    staff, bound = make_staff(), make_staff()
    ConflictOfInterest.objects.create(user=bound, city=revision.entry.city)
    review = make_review(revision)
    decline(review, reason="No time before May.")
    told = Mail.objects.filter(kind="marketplace_waiting")
    if assignment == Assignment.AUTOMATIC:
        assert not told.exists()
    else:
        assert told.get().recipient == staff
        assert "No time before May." in told.get().text
        assert f"{review.reviewer} gave the review" in told.get().text


@pytest.mark.parametrize("by_staff", [True, False])
def test_whoever_asked_for_a_second_opinion_learns_that_it_was_given_back(by_staff):
    revision = in_review()
    own = make_review(revision)
    asker = make_staff() if by_staff else own.reviewer
    expert, earlier = make_reviewer(), make_reviewer()
    perform(Action.CONSULT, revision, actor=make_staff(), reviewer=earlier)
    perform(Action.CONSULT, revision, actor=asker, reviewer=expert, private_note="Look.")
    decline(Review.objects.get(reviewer=expert), reason="Not my field.")
    told = Mail.objects.get(kind="marketplace_opinion")
    assert told.recipient == asker
    assert "Not my field." in told.text
    assert told.link == ("/review/" if by_staff else own.get_absolute_url())


def test_whoever_came_into_conflict_since_is_not_told_of_it():
    revision = in_review()
    own, expert = make_review(revision), make_reviewer()
    perform(Action.CONSULT, revision, actor=own.reviewer, reviewer=expert)
    ConflictOfInterest.objects.create(user=own.reviewer, city=revision.entry.city)
    decline(Review.objects.get(reviewer=expert), reason="Not my field.")
    assert not Mail.objects.filter(kind="marketplace_opinion").exists()
