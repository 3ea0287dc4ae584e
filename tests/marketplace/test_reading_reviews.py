"""What reviewers read of the revisions of an entry: up to the last that they were asked for."""

import pytest
from django.utils import timezone

from marketplace.models import Review, ReviewEvent, ReviewState, Revision
from tests.factories import make_entry, make_review, make_reviewer, make_revision, make_staff

pytestmark = pytest.mark.django_db


def given(revision, reviewer=None, **fields):
    now = timezone.now()
    return make_review(revision, reviewer, state=ReviewState.GIVEN, given_at=now, **fields)


@pytest.fixture
def earlier():
    """A revision that somebody reviewed, and that was sent back."""
    return make_entry(state="changes_requested").revisions.get()


@pytest.fixture
def mine(earlier):
    """The review they gave of it."""
    return given(earlier)


@pytest.mark.parametrize("state", ["checked", "in_review", "changes_requested", "rejected"])
def test_who_reviewed_once_reads_nothing_of_what_is_handed_in_later(client, earlier, mine, state):
    later = make_revision(earlier.entry, state=state)
    theirs = given(later, private_note="canary-note")
    ReviewEvent.objects.create(
        revision=later,
        action="reject",
        before="in_review",
        after="rejected",
        actor=theirs.reviewer,
        private_note="canary-event",
        at=timezone.now(),
    )
    person = mine.reviewer
    client.force_login(person)
    assert list(Revision.objects.visible_to(person)) == [earlier]
    assert list(Review.objects.visible_to(person)) == [mine]
    assert client.get(theirs.get_absolute_url()).status_code == 404
    page = client.get(mine.get_absolute_url()).content.decode()
    assert "canary" not in page
    client.force_login(make_staff())
    assert "canary-event" in client.get(mine.get_absolute_url()).content.decode()


def test_who_is_asked_for_the_later_one_reads_all_that_came_before(client, earlier, mine):
    later = make_revision(earlier.entry, state="in_review")
    newcomer = make_reviewer()
    asked = make_review(later, newcomer)
    draft_of_another = make_revision(make_entry(), state="in_review")
    assert set(Revision.objects.visible_to(newcomer)) - {draft_of_another.entry.live_revision} == {
        earlier,
        later,
    }
    assert set(Review.objects.visible_to(newcomer)) == {mine, asked}


def test_a_review_that_was_given_back_opens_nothing(earlier, mine):
    later = make_revision(earlier.entry, state="in_review")
    make_review(later, mine.reviewer, state=ReviewState.DECLINED)
    assert list(Revision.objects.visible_to(mine.reviewer)) == [earlier]
