"""What follows from a step: checks, reviewers, publication and mail, each once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cities import effects
from cities.models import Effect, EffectState, Mail
from marketplace import tasks
from marketplace.models import (
    CheckOutcome,
    IndexChange,
    Review,
    ReviewEvent,
    ReviewState,
    RevisionState,
)
from marketplace.periodic import look_for_reviewers, remind_reviewers, tell_overdue
from marketplace.services import decline
from marketplace.workflow import Action, perform
from tests.factories import (
    make_city,
    make_entry,
    make_officer,
    make_review,
    make_reviewer,
    make_staff,
)

pytestmark = pytest.mark.django_db


def submitted(**fields):
    """A revision that its officer has just submitted."""
    revision = make_entry(state="draft", **fields).revisions.get()
    perform(Action.SUBMIT, revision, actor=make_officer(revision.entry.city))
    revision.refresh_from_db()
    return revision


def test_a_submission_is_checked_and_goes_to_a_reviewer_who_is_told_once(drain):
    reviewer = make_reviewer()
    revision = submitted()
    drain()
    revision.refresh_from_db()
    assert revision.state == RevisionState.IN_REVIEW
    assert {check.name for check in revision.checks.all()} == {
        *("complete", "doubles", "images", "language", "links")
    }
    mail = Mail.objects.get(kind="marketplace_assigned")
    assert mail.recipient == reviewer
    assert mail.link == revision.reviews.get().get_absolute_url()
    assert revision.title in mail.subject
    steps = ReviewEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(steps) == [Action.SUBMIT, Action.PASS_CHECKS, Action.ASSIGN]


def test_required_fields_that_are_empty_after_all_send_a_submission_back_by_itself(drain):
    officer_city = make_city()
    officer = make_officer(officer_city)
    revision = make_entry(officer_city, state="submitted", problem="").revisions.get()
    effects.hand_over("marketplace.check", key="check", revision=revision.pk)
    drain()
    revision.refresh_from_db()
    assert revision.state == RevisionState.CHANGES_REQUESTED
    assert "Problem" in Mail.objects.get(recipient=officer).text
    assert revision.checks.get(name="complete").outcome == CheckOutcome.FAILED


def test_likely_doubles_are_named_and_hold_nothing_up(drain):
    make_reviewer()
    words = {"title": "Smart waste bins", "summary": "Sensors tell when a bin is full."}
    live = make_entry(**words)
    make_entry(title="Cycling network", summary="Lanes through the whole town.")
    revision = submitted(title="Smart bins for waste", summary="Sensors tell when bins are full.")
    drain()
    revision.refresh_from_db()
    found = revision.checks.get(name="doubles")
    assert found.outcome == CheckOutcome.ADVICE
    assert str(live) in found.message
    assert "Cycling" not in found.message
    assert revision.state == RevisionState.IN_REVIEW


def test_links_that_cannot_be_opened_are_named(drain):
    revision = submitted(website="https://nowhere", evidence_url="https://example.org/figures")
    drain()
    found = revision.checks.get(name="links")
    assert found.outcome == CheckOutcome.ADVICE
    assert "Website" in found.message
    assert "Where" not in found.message


def test_without_a_free_reviewer_staff_are_told_once_and_it_is_tried_again_later(drain):
    staff = make_staff()
    revision = submitted()
    drain()
    look_for_reviewers()
    look_for_reviewers()
    drain()
    revision.refresh_from_db()
    assert revision.state == RevisionState.CHECKED
    assert Mail.objects.filter(recipient=staff, kind="marketplace_no_reviewer").count() == 1

    make_reviewer()
    loaded = make_entry(state="checked").revisions.get()
    Effect.objects.filter(key__contains=":hour:").delete()
    look_for_reviewers()
    drain()
    revision.refresh_from_db()
    loaded.refresh_from_db()
    assert revision.state == RevisionState.IN_REVIEW
    assert loaded.state == RevisionState.CHECKED, "what was loaded is left to staff"


def test_a_review_given_back_goes_to_somebody_else(drain):
    first, second = make_reviewer(), make_reviewer()
    revision = make_entry(state="in_review").revisions.get()
    review = make_review(revision, first)
    decline(review, reason="I know them well.", conflict=True)
    drain()
    assert Review.objects.open().get().reviewer == second
    assert first.conflicts.get().city == revision.entry.city
    review.refresh_from_db()
    assert (review.state, review.decline_reason) == (ReviewState.DECLINED, "I know them well.")


@pytest.mark.parametrize(
    ("action", "kind"),
    [(Action.APPROVE, "Approved"), (Action.SEND_BACK, "revise"), (Action.REJECT, "Not accepted")],
)
def test_a_decision_is_mailed_to_who_may_submit_and_to_the_author_with_the_words(
    drain, action, kind
):
    city = make_city()
    submitter = make_officer(city)
    author = make_officer(city, {"may_submit": False})
    make_officer(city, {"may_submit": False})
    former = make_officer(city, is_active=False)
    revision = make_entry(city, state="in_review", author=author).revisions.get()
    review = make_review(revision)
    perform(action, revision, actor=review.reviewer, note="Well argued.", private_note="Vain.")
    drain()
    mails = Mail.objects.filter(kind="marketplace_decided")
    assert {mail.recipient for mail in mails} == {submitter, author}
    assert former not in {mail.recipient for mail in mails}
    for mail in mails:
        assert kind in mail.subject
        assert "Well argued." in mail.text
        assert "Vain" not in mail.text
        assert review.reviewer.name not in mail.text


def test_words_in_mails_arrive_as_they_were_written(drain):
    make_reviewer()
    submitted(title="R&D <b>for</b> “all”")
    drain()
    assert "R&D <b>for</b> “all”" in Mail.objects.get(kind="marketplace_assigned").text


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("marketplace.assign", RevisionState.CHECKED),
        ("marketplace.publish", RevisionState.APPROVED),
    ],
)
def test_an_effect_delivered_five_times_happens_once(kind, state):
    make_reviewer()
    revision = make_entry(state=state).revisions.get()
    effect = effects.hand_over(kind, key="once", revision=revision.pk)
    assert [effects.run(effect.pk) for _time in range(5)].count(True) == 1
    work = getattr(tasks, kind.removeprefix("marketplace."))
    for _time in range(5):
        work(revision=revision.pk)
    assert ReviewEvent.objects.count() == 1
    assert Mail.objects.count() == (1 if kind == "marketplace.assign" else 0)
    assert IndexChange.objects.count() == (1 if kind == "marketplace.publish" else 0)
    assert Effect.objects.filter(kind=kind).count() == 1


def test_an_effect_for_a_revision_that_is_gone_is_done():
    effect = effects.hand_over("marketplace.publish", key="gone", revision=12345)
    assert effects.run(effect.pk)
    effect.refresh_from_db()
    assert effect.state == EffectState.DONE


def test_reviewers_are_reminded_once_before_the_day(drain):
    revision = make_entry(state="in_review").revisions.get()
    today = timezone.localdate()
    near = make_review(revision, due_on=today + timedelta(days=2))
    far = make_review(revision, due_on=today + timedelta(days=9))
    Review.objects.update(asked_at=timezone.now() - timedelta(days=10))
    for _time in range(3):
        remind_reviewers()
    mails = Mail.objects.filter(kind="marketplace_reminder")
    assert [mail.recipient for mail in mails] == [near.reviewer]
    assert far.reviewer not in [mail.recipient for mail in mails]


def test_staff_hear_once_a_day_what_is_late(drain):
    staff = make_staff()
    late = make_review(
        make_entry(state="in_review").revisions.get(), due_on=timezone.localdate() - timedelta(3)
    )
    make_review(
        make_entry(state="rejected").revisions.get(), due_on=timezone.localdate() - timedelta(3)
    )
    for _time in range(3):
        tell_overdue()
    mail = Mail.objects.get(kind="marketplace_overdue")
    assert mail.recipient == staff
    assert mail.subject == "1 review is overdue"
    assert late.revision.title in mail.text
