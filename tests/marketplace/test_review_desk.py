"""The review desk over HTTP: who sees it, what it shows, and that nothing typed is lost."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from marketplace.models import (
    Criterion,
    Review,
    ReviewEvent,
    ReviewState,
    RevisionState,
    Rubric,
)
from marketplace.workflow import Action, perform
from tests.factories import (
    make_city,
    make_entry,
    make_officer,
    make_review,
    make_reviewer,
    make_revision,
    make_staff,
    make_theme,
    make_user,
)

pytestmark = pytest.mark.django_db
DESK = "/review/"


@pytest.fixture
def review():
    revision = make_entry(state="in_review", title="Smart bins").revisions.get()
    return make_review(revision, private_note="Seen before.")


@pytest.fixture
def rubric():
    made = Rubric.objects.create(kind="solution", name="Solution")
    for position, name in enumerate(["Evidence", "Clarity"]):
        Criterion.objects.create(
            rubric=made, name=name, position=position, words="Nothing\nLittle\nMuch\nAll"
        )
    return made


def signed_in(client, user):
    client.force_login(user)
    return client


def send(client, review, act, **words):
    data = {"version": review.version, "to_city": "", "private_note": "", "act": act, **words}
    return client.post(review.get_absolute_url(), data)


def scores(rubric, value=3):
    return {f"score_{each.pk}": value for each in rubric.criteria.all()}


def test_visitors_sign_in_first_and_others_have_no_review_desk(client, review):
    assert client.get(DESK).status_code == 302
    assert client.get(review.get_absolute_url()).status_code == 302
    for person in (make_user(), make_officer(review.revision.entry.city)):
        signed_in(client, person)
        assert client.get(DESK).status_code == 403
        assert client.get(review.get_absolute_url()).status_code == 404
        assert send(client, review, "approve").status_code == 404


def test_a_review_is_its_reviewers_and_staffs(client, review):
    assert signed_in(client, make_reviewer()).get(review.get_absolute_url()).status_code == 404
    assert signed_in(client, make_staff()).get(review.get_absolute_url()).status_code == 200
    assert signed_in(client, review.reviewer).get(review.get_absolute_url()).status_code == 200
    decline = reverse("marketplace:review-decline", args=[review.pk])
    assert client.get(decline).status_code == 200
    assert signed_in(client, make_staff()).get(decline).status_code == 403


def test_the_queue_is_sorted_by_due_date_and_marks_what_is_late(client):
    reviewer = make_reviewer()
    today = timezone.localdate()
    for title, days in [("Third", 9), ("First", -2), ("Second", 1)]:
        revision = make_entry(state="in_review", title=title).revisions.get()
        make_review(revision, reviewer, due_on=today + timedelta(days=days))
    make_review(make_entry(state="in_review", title="Another's").revisions.get())
    answer = signed_in(client, reviewer).get(DESK)
    assert [row.title for row in answer.context["rows"]] == [*("First", "Second", "Third")]
    assert answer.context["counts"] == {"open": 3, "late": 1}
    late = client.get(DESK, {"late": "yes"})
    assert [row.title for row in late.context["rows"]] == ["First"]


def test_staff_see_everybodys_queue_but_nothing_of_their_own_city(client):
    city = make_city()
    staff = make_staff()
    membership = make_officer(city).memberships.get()
    membership.user = staff
    membership.save()
    shown = make_review(make_entry(state="in_review").revisions.get())
    hidden = make_review(make_entry(city, state="in_review").revisions.get())
    answer = signed_in(client, staff).get(DESK)
    assert [row.url for row in answer.context["rows"]] == [shown.get_absolute_url()]
    assert answer.context["counts"]["open"] == 1
    assert client.get(hidden.get_absolute_url()).status_code == 404


def test_filters_stand_in_the_address_and_unknown_values_are_left_out(client):
    reviewer = make_reviewer()
    theme = make_theme()
    make_review(make_entry(state="in_review", themes=[theme]).revisions.get(), reviewer)
    make_review(make_entry(state="in_review", kind="city_profile").revisions.get(), reviewer)
    signed_in(client, reviewer)
    count = {
        query: len(client.get(DESK + query).context["rows"])
        for query in ("", "?kind=solution", f"?theme={theme.slug}", "?kind=nonsense&page=1")
    }
    assert list(count.values()) == [2, 1, 1, 2]
    assert client.get(DESK, {"page": "99"}).status_code == 404


def test_the_queue_takes_as_many_queries_for_thirty_rows_as_for_three(
    client, django_assert_max_num_queries
):
    reviewer = make_reviewer()
    theme = make_theme()
    signed_in(client, reviewer)
    taken = []
    for number in (3, 27):
        for _each in range(number):
            make_review(make_entry(state="in_review", themes=[theme]).revisions.get(), reviewer)
        client.get(DESK)
        with django_assert_max_num_queries(12) as queries:
            client.get(DESK)
        taken.append(len(queries))
    assert taken[0] == taken[1]


def test_a_review_takes_as_many_queries_with_a_long_history_as_with_a_short_one(
    client, django_assert_max_num_queries
):
    taken = []
    for length in (1, 6):
        reviewer = make_reviewer()
        signed_in(client, reviewer)
        entry = make_entry(state="changes_requested")
        for _time in range(length):
            earlier = make_revision(entry, state="changes_requested")
            given = make_review(earlier, state=ReviewState.GIVEN, given_at=timezone.now())
            ReviewEvent.objects.create(
                revision=earlier,
                action=Action.SEND_BACK,
                before="in_review",
                after="changes_requested",
                actor=given.reviewer,
                at=timezone.now(),
            )
        address = make_review(make_revision(entry, state="in_review"), reviewer).get_absolute_url()
        client.get(address)
        with django_assert_max_num_queries(40) as queries:
            assert len(client.get(address).context["history"]) == length
        taken.append(len(queries))
    assert taken[0] == taken[1]


def test_a_draft_of_a_review_is_kept_without_a_decision(client, review, rubric):
    signed_in(client, review.reviewer)
    evidence = rubric.criteria.first()
    answer = send(client, review, "save", to_city="So far,", **{f"score_{evidence.pk}": 2})
    assert answer.status_code == 302
    review.refresh_from_db()
    assert (review.state, review.to_city, review.version) == (ReviewState.STARTED, "So far,", 2)
    assert review.scores.get().value == 2
    page = client.get(review.get_absolute_url())
    assert page.context["form"]["to_city"].value() == "So far,"
    assert page.context["form"][f"score_{evidence.pk}"].value() == 2


def test_autosave_answers_in_json_and_refuses_an_older_window(client, review):
    signed_in(client, review.reviewer)
    as_json = {"headers": {"Accept": "application/json"}}
    data = {"version": 1, "to_city": "First", "private_note": ""}
    answer = client.post(review.get_absolute_url(), data, **as_json)
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    answer = client.post(review.get_absolute_url(), {**data, "to_city": "Older"}, **as_json)
    assert answer.status_code == 409
    assert "another window" in answer.json()["message"]
    review.refresh_from_db()
    assert review.to_city == "First"


def test_what_an_older_window_typed_is_shown_and_can_be_saved_in_the_second_attempt(client, review):
    signed_in(client, review.reviewer)
    send(client, review, "save", to_city="Of the other window")
    answer = send(client, review, "save", to_city="Of this window")
    assert answer.status_code == 409
    assert b"Of this window" in answer.content
    review.refresh_from_db()
    assert answer.context["form"]["version"].value() == str(review.version)
    assert send(client, review, "save", to_city="Of this window").status_code == 302


def test_a_decision_needs_every_score_and_a_refusal_needs_words(client, review, rubric):
    signed_in(client, review.reviewer)
    answer = send(client, review, "approve", to_city="Fine.")
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == list(scores(rubric))
    assert b"Fine." in answer.content
    answer = send(client, review, "reject", **scores(rubric))
    assert list(answer.context["form"].errors) == ["to_city"]
    review.revision.refresh_from_db()
    assert review.revision.state == RevisionState.IN_REVIEW


def test_asking_for_changes_needs_no_scores(client, review, rubric):
    signed_in(client, review.reviewer)
    assert send(client, review, "send_back", to_city="Say what it cost.").status_code == 302
    review.refresh_from_db()
    assert review.state == ReviewState.GIVEN
    assert review.revision.state == RevisionState.CHANGES_REQUESTED


def test_a_score_that_is_not_on_the_scale_is_refused(client, review, rubric):
    signed_in(client, review.reviewer)
    assert send(client, review, "save", **scores(rubric, value=9)).status_code == 400
    assert not review.scores.exists()


def test_approving_gives_the_review_and_leads_to_the_next_one_in_the_same_filter(
    client, review, rubric, drain
):
    reviewer = review.reviewer
    make_review(
        make_entry(state="in_review", kind="city_profile").revisions.get(),
        reviewer,
        due_on=review.due_on,
    )
    following = make_review(
        make_entry(state="in_review").revisions.get(),
        reviewer,
        due_on=review.due_on + timedelta(days=1),
    )
    signed_in(client, reviewer)
    address = f"{review.get_absolute_url()}?kind=solution"
    data = {"version": 1, "to_city": "Good.", "private_note": "", "act": "approve"}
    answer = client.post(address, {**data, **scores(rubric)})
    assert answer.url == f"{following.get_absolute_url()}?kind=solution"
    drain()
    review.refresh_from_db()
    assert review.state == ReviewState.GIVEN
    assert review.scores.count() == 2
    assert review.revision.state == RevisionState.PUBLISHED
    assert review.revision.entry.live_revision == review.revision


def test_who_decides_second_learns_who_was_first_and_keeps_every_word(client, review, rubric):
    other = make_review(review.revision)
    perform(Action.APPROVE, review.revision, actor=other.reviewer)
    signed_in(client, review.reviewer)
    answer = send(client, review, "reject", to_city="My long words.", **scores(rubric))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert f"{other.reviewer.name} was first" in page
    assert "My long words." in page
    assert ReviewEvent.objects.count() == 1


def test_staff_decide_without_scores(client, review, rubric):
    staff = make_staff()
    answer = send(signed_in(client, staff), review, "approve", to_city="Fine.")
    assert answer.status_code == 302
    review.refresh_from_db()
    assert review.revision.state == RevisionState.APPROVED
    assert review.state == ReviewState.ENDED
    assert ReviewEvent.objects.get().actor == staff


def test_a_colleagues_review_is_read_only_once_the_own_one_is_given(client, review):
    colleague = make_review(
        review.revision,
        state=ReviewState.GIVEN,
        given_at=timezone.now(),
        private_note="Between us.",
    )
    signed_in(client, review.reviewer)
    assert client.get(colleague.get_absolute_url()).status_code == 404
    assert b"Between us." not in client.get(review.get_absolute_url()).content
    Review.objects.filter(pk=review.pk).update(state=ReviewState.GIVEN, given_at=timezone.now())
    assert b"Between us." in client.get(review.get_absolute_url()).content
    assert send(client, colleague, "approve").status_code == 403


def test_the_revision_is_shown_against_the_earlier_one_that_was_asked_for(client):
    entry = make_entry(state="changes_requested", approach="Bins with bells.")
    make_revision(entry, state="changes_requested", approach="Bins with sensors.")
    last = make_revision(entry, state="in_review", approach="Bins with cheap sensors.")
    review = make_review(last)
    signed_in(client, review.reviewer)
    page = client.get(review.get_absolute_url())
    assert page.context["against"].number == 2
    assert "cheap " in page.content.decode()
    page = client.get(review.get_absolute_url(), {"against": "1", "view": "beside"})
    assert page.context["against"].number == 1
    assert "Bins with bells." in page.content.decode()
    assert client.get(review.get_absolute_url(), {"against": "x"}).status_code == 200


def test_a_review_is_given_back_with_a_reason(client, review):
    address = reverse("marketplace:review-decline", args=[review.pk])
    signed_in(client, review.reviewer)
    assert client.post(address, {"reason": ""}).status_code == 400
    answer = client.post(address, {"reason": "On leave.", "conflict": "on"})
    assert answer.url == DESK
    review.refresh_from_db()
    assert (review.state, review.decline_reason) == (ReviewState.DECLINED, "On leave.")
    assert client.post(address, {"reason": "Again."}).status_code in {404, 409}


def test_what_is_typed_when_the_session_has_ended_comes_back_after_signing_in(client, review):
    answer = send(client, review, "approve", to_city="Forty lines of thought.")
    assert answer.status_code == 302
    back = answer.url.split("next=")[1].replace("%2F", "/").replace("%3F", "?").replace("%3D", "=")
    page = signed_in(client, review.reviewer).get(back)
    assert "Forty lines of thought." in page.content.decode()


def test_the_history_names_people_to_reviewers_and_nobody_to_the_city(client, review):
    perform(
        Action.REJECT,
        review.revision,
        actor=review.reviewer,
        note="No figures.",
        private_note="A pity.",
    )
    page = signed_in(client, make_staff()).get(review.get_absolute_url()).content.decode()
    assert "No figures." in page
    assert "A pity." in page
    assert review.reviewer.name in page


def test_the_words_of_the_rubric_stand_at_the_scores(client, review, rubric):
    page = signed_in(client, review.reviewer).get(review.get_absolute_url()).content.decode()
    for criterion in rubric.criteria.all():
        offered = re.findall(
            rf'<label[^>]*for="id_score_{criterion.pk}_\d"[^>]*>(.*?)</label>', page, re.DOTALL
        )
        words = [" ".join(strip_tags(each).split()) for each in offered]
        assert words == ["1 – Nothing", "2 – Little", "3 – Much", "4 – All"]


# ── the counts beside the filters ────────────────────────────────────────────────────────────────
def offered(client, query):
    """What each filter offers at an address, with how many and what is ticked."""
    groups = signed_in(client, make_staff()).get(f"{DESK}?scope=all&{query}").context["groups"]
    return [
        {each["value"]: each["count"] for each in group["options"]}
        | {f"{each['value']} ticked": True for each in group["options"] if each["selected"]}
        for group in groups
    ]


def test_each_filter_of_the_queue_counts_within_the_others(client):
    bikes, air = make_theme(slug="bikes"), make_theme(slug="air")
    late = timezone.localdate() - timedelta(days=1)

    def owed(kind, *themes, **fields):
        entry = make_entry(state="in_review", kind=kind, themes=themes)
        make_review(entry.revisions.get(), **fields)

    owed("solution", bikes, air)
    owed("solution", bikes, due_on=late)
    owed("city_profile", air)
    owed("city_profile", due_on=late)

    everything = [{"city_profile": 2, "solution": 2}, {"air": 2, "bikes": 2}]
    assert offered(client, "") == everything
    kind, theme = offered(client, "kind=solution")
    assert kind == {"city_profile": 2, "solution": 2, "solution ticked": True}
    assert theme == {"air": 1, "bikes": 2}
    kind, theme = offered(client, "theme=air&theme=bikes")
    assert kind == {"city_profile": 1, "solution": 2}
    assert (theme["air"], theme["bikes"]) == (2, 2)
    # What is ticked stays there, so that it can be taken away.
    kind, theme = offered(client, "kind=city_profile&theme=bikes")
    assert kind == {"city_profile": 0, "solution": 2, "city_profile ticked": True}
    assert theme == {"air": 1, "bikes": 0, "bikes ticked": True}
    assert offered(client, "late=yes") == [{"city_profile": 1, "solution": 1}, {"bikes": 1}]
