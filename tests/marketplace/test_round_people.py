"""Further rounds of review: who is asked, who decides, and who reads what."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cities.models import Mail, User
from marketplace import overview
from marketplace.asking import ask_instead
from marketplace.models import (
    Criterion,
    DecidedBy,
    Review,
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
from tests.marketplace.rounds import WORDS, given, in_first_round

pytestmark = pytest.mark.django_db


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
