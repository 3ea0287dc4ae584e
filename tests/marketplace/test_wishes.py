"""After submission: the page says where it stands, and how to change something after all."""

import pytest

from cities.models import Mail
from marketplace import services, workflow
from marketplace.models import ChangeWish, RevisionState
from tests.factories import make_entry, make_officer, make_review, make_staff
from tests.marketplace.offers import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def revision(city):
    return make_entry(city, state="in_review").revisions.get()


def text(answer):
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("state", ["submitted", "checked", "in_review"])
def test_instead_of_its_form_a_submission_shows_its_state_and_two_ways_to_change_it(
    client, officer, city, state
):
    revision = make_entry(city, state=state).revisions.get()
    shown = client.get(at("revision-step", revision, step="text"), follow=True)
    page = text(shown)
    assert shown.redirect_chain[-1][0] == at("revision-detail", revision)
    assert "its words no longer change" in page
    assert str(RevisionState(state).label) in page
    assert "Something to change?" in page
    assert at("revision-wish", revision) in page
    assert at("revision-withdraw", revision) in page
    assert at("revision-edit", revision) not in page


def test_a_wish_reaches_the_reviewer_who_sends_the_submission_back(client, officer, revision):
    review = make_review(revision)
    answer = client.post(at("revision-wish", revision), {"words": "It is 1,210, not 121."})
    assert answer["Location"] == at("revision-detail", revision)
    assert "It is 1,210, not 121." in text(client.get(at("revision-detail", revision)))
    mail = Mail.objects.get(kind="marketplace_wish")
    assert (mail.recipient, "1,210" in mail.text) == (review.reviewer, True)
    revision.refresh_from_db()
    assert revision.state == RevisionState.IN_REVIEW

    client.force_login(review.reviewer)
    page = text(client.get(review.get_absolute_url()))
    assert "the city asked for a change" in page
    assert "It is 1,210, not 121." in page
    workflow.perform(
        workflow.Action.SEND_BACK, revision, actor=review.reviewer, note="Here you are."
    )
    revision.refresh_from_db()
    assert revision.state == RevisionState.CHANGES_REQUESTED


def test_where_nobody_was_asked_yet_staff_without_a_conflict_are_told(officer, city):
    staff = make_staff()
    # Whoever is of the city has a conflict of interest, also as staff.
    make_officer(city, is_staff=True)
    revision = make_entry(city, state="checked").revisions.get()
    services.wish_for_change(revision, officer, "Please.")
    assert [mail.recipient for mail in Mail.objects.filter(kind="marketplace_wish")] == [staff]


def test_the_same_wish_twice_is_one_and_there_is_an_end_to_wishes(client, officer, revision):
    make_review(revision)
    for words in ("One", "One", "Two", "Three", "Four", "Five"):
        client.post(at("revision-wish", revision), {"words": words})
    refused = client.post(at("revision-wish", revision), {"words": "Six"})
    assert refused.status_code == 409
    assert "Six" in text(refused)
    assert ChangeWish.objects.count() == Mail.objects.filter(kind="marketplace_wish").count() == 5


def test_a_wish_that_comes_too_late_keeps_its_words_and_says_why(client, officer, revision):
    workflow.perform(workflow.Action.WITHDRAW, revision, actor=officer)
    late = client.post(at("revision-wish", revision), {"words": "One more thing"})
    assert late.status_code == 409
    assert "no longer under review" in text(late)
    assert "One more thing" in text(late)
    assert not ChangeWish.objects.exists()
    assert client.get(at("revision-wish", revision))["Location"] == at("revision-detail", revision)


def test_who_only_reads_for_the_city_wishes_for_nothing(client, city, revision):
    client.force_login(make_officer(city, role={"may_edit": False, "may_submit": False}))
    assert at("revision-wish", revision) not in text(client.get(at("revision-detail", revision)))
    assert client.post(at("revision-wish", revision), {"words": "x"}).status_code == 403


def test_the_desk_leads_to_what_is_under_review_below_what_waits_for_the_city(
    client, officer, city, revision
):
    draft = make_entry(city, state="draft", title="A draft").revisions.get()
    page = text(client.get("/desk/"))
    places = [page.index(f'href="{row.get_absolute_url()}"') for row in (draft, revision)]
    assert places == sorted(places)
    assert "See where it stands" in page
