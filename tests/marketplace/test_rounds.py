"""Further rounds of review: when one begins, who is asked, who decides, and who reads what."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cities.models import Mail
from marketplace import overview, tasks
from marketplace.models import (
    Assignment,
    Criterion,
    DecidedBy,
    Review,
    ReviewProcess,
    ReviewRound,
    ReviewState,
    RevisionState,
    Rubric,
)
from marketplace.services import (
    Refused,
    assign,
    candidates,
    give_review,
    start_revision,
)
from marketplace.workflow import Action, StepRefused, decide, open_actions, perform
from tests.factories import (
    make_entry,
    make_officer,
    make_process,
    make_review,
    make_reviewer,
    make_round,
    make_staff,
)
from tests.marketplace.at_once import all_at_once

pytestmark = pytest.mark.django_db
A_MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
WORDS = {"version": 1, "scores": {}, "to_city": "Good.", "private_note": ""}


def in_first_round(*, further=1, round_fields=None, **process_fields):
    """A revision in review, in the first round, with `further` rounds after it."""
    process = make_process(**process_fields)
    for position in range(1, further + 1):
        make_round(process, position, **(round_fields or {}))
    return make_entry(state="in_review", process=process).revisions.get()


def given(revision, recommendation="approve", **fields):
    review = make_review(revision, round_number=revision.round_number, **fields)
    return give_review(review, recommendation=recommendation, **WORDS)


# ── when a round begins ──────────────────────────────────────────────────────────────────────────
@time_machine.travel(A_MONDAY, tick=False)
def test_once_the_first_round_agrees_the_next_one_asks_those_it_names_by_its_own_days(drain):
    process = make_process(days_to_review=4)
    # The portal asks whoever was there first, of those who suit alike.
    make_reviewer(), make_reviewer()
    member = make_reviewer()
    board = make_round(process, name="Programme board", days_to_review=2)
    board.people.add(member)
    entry = make_entry(state="draft")
    perform(Action.SUBMIT, entry.revisions.get(), actor=make_officer(entry.city))
    drain()
    first = Review.objects.get()
    assert first.due_on == A_MONDAY.date() + timedelta(days=4)
    give_review(first, recommendation="approve", **WORDS)
    drain()
    second = Review.objects.open().get()
    assert (second.reviewer, second.round, second.round_number) == (member, board, 2)
    assert second.due_on == A_MONDAY.date() + timedelta(days=2)
    assert second.revision.stage_due_on == second.due_on
    asked = Mail.objects.get(kind="marketplace_assigned", recipient=member)
    assert "the round “Programme board”" in asked.text
    decide(Action.APPROVE, second, **WORDS)
    drain()
    entry.refresh_from_db()
    assert entry.live_revision == second.revision


def test_a_round_begins_once_however_often_its_work_is_delivered(drain):
    revision = in_first_round(further=2)
    make_reviewer()
    given(revision)
    drain()
    for _again in range(3):
        tasks.begin_round(revision=revision.pk, number=2)
    revision.refresh_from_db()
    assert revision.round_number == 2
    assert revision.events.filter(action=Action.NEXT_ROUND).count() == 1
    assert Review.objects.open().filter(round_number=2).count() == 1


def test_a_round_that_would_not_approve_is_for_staff_who_are_told_and_may_go_on(drain):
    revision = in_first_round(reviewers=2)
    staff = make_staff()
    given(revision, "approve")
    given(revision, "reject")
    drain()
    revision.refresh_from_db()
    assert revision.round_number == 1
    assert [mail.recipient for mail in Mail.objects.filter(kind="marketplace_waiting")] == [staff]
    assert list(type(revision).objects.waiting_for_a_decision()) == [revision]
    with pytest.raises(StepRefused, match="would not approve"):
        perform(Action.NEXT_ROUND, revision, actor=None)
    perform(Action.NEXT_ROUND, revision, actor=staff)
    assert list(type(revision).objects.waiting_for_a_decision()) == []
    assert list(type(revision).objects.waiting_for_a_reviewer()) == [revision]


def test_staff_need_not_wait_and_what_was_owed_is_ended():
    revision = in_first_round()
    owed = make_review(revision)
    perform(Action.NEXT_ROUND, revision, actor=make_staff())
    owed.refresh_from_db()
    assert owed.state == ReviewState.ENDED
    assert Action.NEXT_ROUND not in open_actions(revision.entry.revisions.get(), make_staff())


def test_where_staff_ask_they_are_told_of_each_round(drain):
    revision = in_first_round(assignment=Assignment.BY_HAND, round_fields={"name": "Board"})
    staff = make_staff()
    given(revision)
    drain()
    told = Mail.objects.get(kind="marketplace_waiting", recipient=staff)
    assert "has come to the round “Board”" in told.text
    assert not Review.objects.open().exists()


@pytest.mark.django_db(transaction=True)
def test_two_reviews_that_are_given_at_once_begin_one_round(drain):
    revision = in_first_round(reviewers=2)
    reviews = [make_review(revision), make_review(revision)]

    def give(review, _number, gate):
        gate.wait()
        return give_review(review, recommendation="approve", **WORDS)

    outcomes = all_at_once(give, reviews)
    assert all(isinstance(outcome, Review) for outcome in outcomes), outcomes
    drain()
    revision.refresh_from_db()
    assert revision.round_number == 2
    assert revision.events.filter(action=Action.NEXT_ROUND).count() == 1


# ── who is asked ─────────────────────────────────────────────────────────────────────────────────
def test_who_was_asked_before_is_asked_again_only_where_the_round_says_so(drain):
    revision = in_first_round()
    review = given(revision)
    make_staff()
    drain()
    assert candidates(revision.entry.revisions.get()) == []
    with pytest.raises(Refused, match="asked already"):
        assign(revision.entry.revisions.get(), review.reviewer)
    ReviewRound.objects.update(asks_again=True)
    again = assign(revision.entry.revisions.get(), review.reviewer)
    assert (again.round_number, again.reviewer) == (2, review.reviewer)
    with pytest.raises(Refused, match="asked already"):
        assign(revision.entry.revisions.get(), review.reviewer)


def test_nobody_but_those_it_names_is_asked_by_hand_but_anybody_for_an_opinion(drain):
    revision = in_first_round(round_fields={"name": "Board"})
    member, stranger = make_reviewer(), make_reviewer()
    ReviewRound.objects.get().people.add(member)
    given(revision)
    drain()
    now = revision.entry.revisions.get()
    with pytest.raises(Refused, match="none of those who are asked in “Board”"):
        assign(now, stranger)
    owed = Review.objects.open().get()
    perform(Action.CONSULT, now, actor=owed.reviewer, reviewer=stranger)


# ── who decides ──────────────────────────────────────────────────────────────────────────────────
def test_a_reviewer_decides_in_the_last_round_only_and_staff_in_any(drain):
    revision = in_first_round()
    review = make_review(revision)
    make_reviewer()
    assert open_actions(revision, review.reviewer) == [Action.CONSULT]
    with pytest.raises(StepRefused, match="Another round of review follows"):
        decide(Action.APPROVE, review, **WORDS)
    assert Action.APPROVE in open_actions(revision, make_staff())
    give_review(review, recommendation="approve", **WORDS)
    drain()
    last = Review.objects.open().get()
    assert Action.APPROVE in open_actions(last.revision, last.reviewer)


def test_what_is_submitted_again_begins_with_the_first_round(drain):
    revision = in_first_round()
    make_reviewer()
    given(revision)
    drain()
    second = Review.objects.open().get()
    decide(Action.SEND_BACK, second, **WORDS)
    officer = make_officer(revision.entry.city)
    draft = start_revision(revision.entry, officer)
    again = perform(Action.SUBMIT, draft, actor=officer).revision
    assert (again.round_number, again.round) == (1, None)


def test_a_revision_keeps_the_rounds_it_was_submitted_under(drain):
    process = make_process(decided_by=DecidedBy.STAFF)
    kept = make_round(process, 1, name="Kept")
    before = make_round(process, 2, name="Ended before")
    now = timezone.now()
    ReviewRound.objects.filter(pk=before.pk).update(ended_at=now - timedelta(days=90))
    revision = make_entry(
        state="in_review", process=process, submitted_at=now - timedelta(days=30)
    ).revisions.get()
    make_round(process, 3, name="Added later", added_at=now)
    ReviewRound.objects.filter(pk=kept.pk).update(ended_at=now)
    assert [each.name for each in ReviewRound.objects.after(revision)] == ["Kept"]


# ── who reads what ───────────────────────────────────────────────────────────────────────────────
def test_a_later_round_reads_what_the_earlier_one_said_but_not_its_own_yet(drain):
    revision = in_first_round(round_fields={"reviewers": 2})
    make_reviewer(), make_reviewer()
    first = given(revision)
    drain()
    one, two = Review.objects.open().order_by("pk")
    give_review(two, recommendation="approve", **WORDS)
    assert set(Review.objects.visible_to(one.reviewer)) == {first, one}
    assert set(Review.objects.visible_to(two.reviewer)) == {first, two}
    # Whoever is through with the first round may read on.
    assert set(Review.objects.visible_to(first.reviewer)) == {first, two}


def test_pages_name_the_round_and_ask_its_own_questions(client, drain):
    board = Rubric.objects.create(kind="solution", name="Board", for_rounds=True)
    Criterion.objects.create(rubric=board, name="Does it serve the programme?")
    general = Rubric.objects.create(kind="solution", name="Everybody")
    Criterion.objects.create(rubric=general, name="Is it true?")
    revision = in_first_round(round_fields={"name": "Programme board", "rubric": board})
    officer, review = make_officer(revision.entry.city), make_review(revision)
    make_reviewer()
    client.force_login(review.reviewer)
    page = client.get(review.get_absolute_url()).content.decode()
    assert "Round 1" in page
    assert "Is it true?" in page
    assert "serve the programme" not in page
    give_review(
        review,
        recommendation="approve",
        **(WORDS | {"scores": {general.criteria.get(): 3}}),
    )
    drain()
    second = Review.objects.open().get()
    client.force_login(second.reviewer)
    page = client.get(second.get_absolute_url()).content.decode()
    assert "Round 2: Programme board" in page
    assert "serve the programme" in page
    assert "Is it true?: 3 of 4" in page
    client.force_login(officer)
    assert "In review: Programme board" in client.get(revision.get_absolute_url()).content.decode()


def test_staff_begin_the_next_round_on_the_page_and_from_the_list(client):
    revision = in_first_round(further=2, round_fields={"name": "Board"})
    staff, review = make_staff(is_superuser=True), make_review(revision)
    client.force_login(staff)
    page = client.get(review.get_absolute_url()).content.decode()
    assert "Begin the next round" in page
    data = {"act": "next_round", "to_city": "", "private_note": "The board meets on Friday."}
    said = client.post(review.get_absolute_url(), data, follow=True).content.decode()
    assert "the round “Board” has begun" in said
    event = revision.events.get(action=Action.NEXT_ROUND)
    assert event.private_note == "The board meets on Friday."
    rows = reverse("admin:marketplace_revision_changelist")
    client.post(rows, {"action": "begin_next_round", "_selected_action": [revision.pk]})
    revision.refresh_from_db()
    assert revision.round_number == 3
    client.post(rows, {"action": "begin_next_round", "_selected_action": [revision.pk]})
    assert "This is the last round of its review." in client.get(rows).content.decode()


def test_the_overview_counts_each_round_and_leads_to_its_rows(client):
    first = in_first_round(round_fields={"name": "Board"})
    make_entry(state="in_review", process=first.process)
    staff = make_staff(is_superuser=True)
    perform(Action.NEXT_ROUND, first, actor=staff)
    stages = {str(each.round or each.state): each for each in overview.stages(staff)}
    assert (stages[RevisionState.IN_REVIEW].number, stages["Board"].number) == (2, 1)
    client.force_login(staff)
    found = client.get(stages["Board"].url).context["cl"].result_list
    assert list(found) == [first]
    page = client.get(reverse("marketplace:review-overview")).content.decode()
    assert "of these, in “Board”" in page
    nonsense = reverse("admin:marketplace_revision_changelist") + "?round=nonsense"
    assert client.get(nonsense).status_code == 200


# ── what staff may change ────────────────────────────────────────────────────────────────────────
def test_a_round_that_was_used_is_ended_and_not_rewritten():
    revision = in_first_round()
    further = ReviewRound.objects.get()
    further.name = "Another name"
    further.clean()
    further.reviewers = 3
    with pytest.raises(ValidationError, match="end it, and add another"):
        further.clean()
    further.reviewers = 1
    further.ended_at = timezone.now()
    further.clean()
    type(revision).objects.update(submitted_at=timezone.now() - timedelta(days=999))
    further.reviewers = 3
    further.clean()


def test_another_kinds_questions_are_refused():
    rubric = Rubric.objects.create(kind="city_profile", name="Profiles", for_rounds=True)
    with pytest.raises(ValidationError, match="another kind of entry"):
        ReviewRound(process=make_process(), position=1, name="Board", rubric=rubric).clean()


@pytest.mark.parametrize(("days", "is_kept"), [(5, True), (6, False)])
def test_staff_add_a_round_within_the_days_that_cities_are_promised(client, days, is_kept):
    process = make_process(days_in_all=20)
    client.force_login(make_staff(is_superuser=True))
    address = reverse("admin:marketplace_reviewprocess_change", args=[process.pk])
    form = client.get(address).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value not in (None, False)}
    data |= {"embargo_until_0": "", "embargo_until_1": ""}
    rows = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 0}
    row = {"position": 1, "name": "Board", "reviewers": 1, "days_to_review": days}
    data |= {f"rounds-{name}": value for name, value in rows.items()}
    data |= {f"rounds-0-{name}": value for name, value in row.items()}
    answer = client.post(address, data)
    assert ReviewRound.objects.exists() == is_kept
    if not is_kept:
        page = answer.content.decode()
        assert "The stages have 21 working days together, and cities are promised 20" in page
    assert ReviewProcess.objects.get().days_in_all == 20
