"""Further rounds of review: when one begins, who is asked, who decides, and who reads what."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cities.models import Mail, User
from marketplace import overview, tasks
from marketplace.asking import ask_instead
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
from marketplace.periodic import look_for_reviewers
from marketplace.services import (
    Refused,
    assign,
    candidates,
    decline,
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
    ReviewRound.objects.update(only_named=True)
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


def test_a_review_that_is_asked_for_once_more_in_between_is_waited_for(drain):
    revision = in_first_round()
    staff = make_staff()
    given(revision)
    more = make_review(revision)
    drain()
    revision.refresh_from_db()
    assert revision.round_number == 1
    give_review(more, recommendation="approve", **WORDS)
    drain()
    revision.refresh_from_db()
    assert revision.round_number == 2
    assert not Mail.objects.filter(kind="marketplace_waiting", recipient=staff).exists()


def gives_it_back(revision, more, process):
    decline(more, reason="No time.")


def fewer_are_asked_for(revision, more, process):
    Review.objects.filter(pk=more.pk).delete()
    ReviewProcess.objects.update(reviewers=1)
    look_for_reviewers()


@pytest.mark.parametrize("happens", [gives_it_back, fewer_are_asked_for])
def test_a_round_that_is_in_without_another_review_goes_on_as_well(drain, happens):
    revision = in_first_round(reviewers=2 if happens is fewer_are_asked_for else 1)
    more = make_review(revision)
    given(revision)
    drain()
    assert not revision.events.filter(action=Action.NEXT_ROUND).exists()
    happens(revision, more, revision.process)
    drain()
    assert revision.events.filter(action=Action.NEXT_ROUND).count() == 1


def test_where_the_round_to_come_is_ended_in_between_staff_are_told(drain):
    revision = in_first_round()
    staff = make_staff()
    given(revision)
    ReviewRound.objects.update(ended_at=revision.submitted_at)
    drain()
    told = Mail.objects.get(kind="marketplace_waiting", recipient=staff)
    assert "the reviews of" in told.text


def test_staff_are_told_that_not_all_would_approve_and_find_every_button(client, drain):
    revision = in_first_round(round_fields={"name": "Board"})
    staff = make_staff(is_superuser=True)
    review = given(revision, "send_back")
    told = Mail.objects.get(kind="marketplace_waiting", recipient=staff)
    assert "not all of them would approve. The round “Board” is to come" in told.text
    assert review.get_absolute_url() in told.text
    client.force_login(staff)
    page = client.get(review.get_absolute_url()).content.decode()
    for act in ("approve", "send_back", "reject", "next_round"):
        assert f'value="{act}"' in page


def test_words_for_the_city_wait_for_the_decision(client):
    revision = in_first_round()
    review = make_review(revision)
    client.force_login(make_staff(is_superuser=True))
    data = {"act": "next_round", "to_city": "Too dear for us.", "private_note": ""}
    page = client.post(review.get_absolute_url(), data).content.decode()
    assert "keep it for then, or as a private note" in page
    assert "Too dear for us." in page
    assert not revision.events.exists()


def test_who_owes_a_review_as_a_round_begins_is_told_and_second_opinions_stay():
    revision = in_first_round()
    owed, opinion = make_review(revision), make_review(revision, asked_for="opinion")
    perform(Action.NEXT_ROUND, revision, actor=make_staff())
    told = Mail.objects.get(kind="marketplace_reassigned")
    assert told.recipient == owed.reviewer
    assert "the next round of review" in told.text
    opinion.refresh_from_db()
    assert opinion.state == ReviewState.ASKED
    give_review(opinion, recommendation="reject", **WORDS)


def test_a_review_that_comes_after_its_round_decides_nothing_and_keeps_its_scores(client):
    rubric = Rubric.objects.create(kind="solution", name="Board", for_rounds=True)
    Criterion.objects.create(rubric=rubric, name="Does it serve the programme?")
    general = Rubric.objects.create(kind="solution", name="Everybody")
    question = Criterion.objects.create(rubric=general, name="Is it true?")
    revision = in_first_round(round_fields={"rubric": rubric, "asks_again": True, "name": "Board"})
    late = make_review(revision)
    perform(Action.NEXT_ROUND, revision, actor=make_staff())
    now = revision.entry.revisions.get()
    second = make_review(now, late.reviewer, round_number=2, round=now.round)
    with pytest.raises(StepRefused, match="The round “Board” of its review has begun"):
        decide(Action.APPROVE, late, **WORDS)
    second.refresh_from_db()
    assert second.state == ReviewState.ASKED
    client.force_login(late.reviewer)
    data = {"act": "give", "version": 1, "to_city": "Fine.", "recommendation": "approve"}
    data |= {"private_note": "", f"score_{question.pk}": 3}
    page = client.post(late.get_absolute_url(), data).content.decode()
    assert "The round “Board” of its review has begun" in page
    assert "Is it true?" in page
    assert "serve the programme" not in page
    assert re.search(r'value="3"[^>]*checked', page)


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
    ReviewRound.objects.update(only_named=True)
    given(revision)
    drain()
    now = revision.entry.revisions.get()
    with pytest.raises(Refused, match="none of those who are asked in “Board”"):
        assign(now, stranger)
    owed = Review.objects.open().get()
    perform(Action.CONSULT, now, actor=owed.reviewer, reviewer=stranger)


def test_who_gave_an_opinion_or_gave_a_review_back_can_be_asked_in_the_next_round(drain):
    revision = in_first_round()
    member = make_review(revision, asked_for="opinion", state=ReviewState.ENDED).reviewer
    busy = make_review(revision, state=ReviewState.DECLINED).reviewer
    given(revision)
    drain()
    asked = {each.person for each in candidates(revision.entry.revisions.get())}
    asked |= set(Review.objects.open().values_list("reviewer", flat=True))
    assert asked == {member.pk, busy.pk}


def test_nobody_left_of_those_named_does_not_open_the_round_to_all(drain):
    revision = in_first_round()
    make_reviewer()
    ReviewRound.objects.update(only_named=True)
    given(revision)
    drain()
    assert not Review.objects.open().exists()
    assert (
        Mail.objects.filter(kind="marketplace_no_reviewer").count()
        == User.objects.filter(is_staff=True).count()
    )


def test_what_was_given_back_in_an_earlier_round_is_not_asked_for_again(drain):
    revision = in_first_round()
    back = make_review(revision, state=ReviewState.DECLINED)
    given(revision)
    staff = make_staff()
    ReviewRound.objects.update(only_named=True)
    drain()
    assert type(revision).objects.waiting_for_a_reviewer().exists()
    [asked] = ask_instead([Review.objects.get(pk=back.pk)], actor=staff, reviewer=make_reviewer())
    assert "closed" in asked.refusal


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
    # Whoever is through with the first round may yet be asked in this one.
    assert set(Review.objects.visible_to(first.reviewer)) == {first}
    perform(Action.REJECT, one.revision, actor=make_staff(), note="Not yet.")
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
    assert "of these, in “Board” (Process of solution)" in page
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


def test_for_whom_questions_are_stays_once_reviews_rest_on_them():
    rubric = Rubric.objects.create(kind="solution", name="Board", for_rounds=True)
    make_round(make_process(), rubric=rubric)
    rubric.for_rounds = False
    with pytest.raises(ValidationError, match="make another rubric"):
        rubric.clean()


def save_rounds(client, process, rows, **changed):
    """Send the admin page of a process with these further rounds."""
    client.force_login(make_staff(is_superuser=True))
    address = reverse("admin:marketplace_reviewprocess_change", args=[process.pk])
    form = client.get(address).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value not in (None, False)}
    data |= {"embargo_until_0": "", "embargo_until_1": "", **changed}
    known = sum("id" in row for row in rows)
    data |= {"rounds-TOTAL_FORMS": len(rows), "rounds-INITIAL_FORMS": known}
    for number, row in enumerate(rows):
        whole = {"position": 1, "name": "Board", "reviewers": 1, "days_to_review": 1} | row
        data |= {f"rounds-{number}-{name}": value for name, value in whole.items()}
    return client.post(address, data)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"days_to_review": 6}], "have 21 working days together, and cities are promised 20"),
        ([{}, {"name": "Council"}], "Two rounds are at place 1"),
        ([{"only_named": "on"}], "Name at least one person"),
        ([{"reviewers": 10}], "less than or equal to 9"),
    ],
)
def test_a_round_that_cannot_be_is_refused_with_words(client, rows, words):
    process = make_process(days_in_all=20)
    page = save_rounds(client, process, rows)
    assert words in page.content.decode()
    assert not ReviewRound.objects.exists()


def test_staff_add_rounds_swap_them_and_end_one_for_good(client):
    process = make_process(days_in_all=20)
    board, council = {"name": "Board"}, {"name": "Council", "position": 2}
    assert save_rounds(client, process, [board, council]).status_code == 302
    first, second = ReviewRound.objects.all()
    board |= {"id": first.pk, "process": process.pk, "position": 2}
    council |= {"id": second.pk, "process": process.pk, "position": 1}
    assert save_rounds(client, process, [council, board]).status_code == 302
    assert [each.name for each in ReviewRound.objects.all()] == ["Council", "Board"]
    assert save_rounds(client, process, [council | {"is_ended": "on"}, board]).status_code == 302
    ended = ReviewRound.objects.get(name="Council").ended_at
    assert ended is not None
    save_rounds(client, process, [council, board])
    assert ReviewRound.objects.get(name="Council").ended_at == ended
