"""Remarks on passages, opinions of colleagues, and reviews on which others decide."""

import pytest
from django.urls import reverse

from marketplace import services
from marketplace.models import (
    AskedFor,
    DecidedBy,
    Remark,
    Review,
    ReviewState,
    RevisionState,
)
from marketplace.services import Refused
from marketplace.workflow import Action, decide, perform
from tests.factories import (
    make_city,
    make_entry,
    make_officer,
    make_review,
    make_reviewer,
    make_staff,
)
from tests.marketplace.rounds import WORDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def review():
    """A review that is owed, of a solution with a problem told in words."""
    entry = make_entry(make_city(), state=RevisionState.IN_REVIEW)
    revision = entry.revisions.get()
    revision.problem = "One in four young trees died."
    revision.save()
    return make_review(revision, make_reviewer())


def page(name, review, *more):
    return reverse(f"marketplace:{name}", args=[review.pk, *more])


def test_a_remark_quotes_a_passage_and_stands_beside_it(client, review):
    client.force_login(review.reviewer)
    sent = {"field": "problem", "passage": "four young trees", "words": "Where?", "to_city": "on"}
    answer = client.post(page("review-remark", review), {**sent, "key": "a" * 32})

    assert answer["Location"] == f"{review.get_absolute_url()}#part-problem"
    shown = client.get(review.get_absolute_url()).content.decode()
    assert "<q>four young trees</q>" in shown
    assert "Where?" in shown


def test_the_address_of_the_form_names_part_and_passage(client, review):
    client.force_login(review.reviewer)
    asked = {"part": "problem", "passage": "four young trees"}
    form = client.get(page("review-remark", review), asked).context["form"]
    assert (form["field"].value(), form["passage"].value()) == ("problem", "four young trees")
    odd = {"part": "nothing", "passage": "\0" + "x" * 9_000}
    shown = client.get(page("review-remark", review), odd)
    assert shown.status_code == 200
    assert shown.context["form"]["passage"].value() == "x" * 500


def test_a_remark_sent_twice_is_one(client, review):
    client.force_login(review.reviewer)
    key = client.get(page("review-remark", review)).context["key"]
    for _ in range(2):
        client.post(
            page("review-remark", review), {"field": "problem", "words": "Where?", "key": key}
        )
    assert Remark.objects.count() == 1


def test_words_that_do_not_stand_there_come_back_with_what_was_typed(client, review):
    client.force_login(review.reviewer)
    sent = {"field": "problem", "passage": "five trees", "words": "Where exactly?"}
    answer = client.post(page("review-remark", review), sent)
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "do not stand in this part" in shown
    assert "Where exactly?" in shown


def test_the_city_reads_what_is_for_it_with_the_decision_and_not_before(client, review):
    services.remark(review, field="problem", passage="", words="Name the place.", to_city=True)
    services.remark(review, field="problem", passage="", words="A bit thin.", to_city=False)
    client.force_login(make_officer(review.revision.entry.city))
    where = review.revision.get_absolute_url()
    assert "Name the place." not in client.get(where).content.decode()

    decide(Action.SEND_BACK, review, **WORDS | {"to_city": "See the remarks."})
    shown = client.get(where).content.decode()
    assert "Name the place." in shown
    assert "A bit thin." not in shown


def test_other_reviewers_read_remarks_once_they_gave_their_own(client, review):
    services.remark(review, field="problem", passage="", words="Name the place.", to_city=True)
    Review.objects.filter(pk=review.pk).update(
        state=ReviewState.GIVEN, given_at="2026-01-01T00:00Z"
    )
    other = make_review(review.revision, make_reviewer())
    client.force_login(other.reviewer)
    assert "Name the place." not in client.get(other.get_absolute_url()).content.decode()


def test_a_remark_is_taken_back_by_its_writer_until_the_review_is_given(client, review):
    kept = services.remark(review, field="problem", passage="", words="Where?", to_city=True)
    client.force_login(make_reviewer())
    assert client.post(page("remark-delete", review, kept.pk)).status_code == 404
    client.force_login(review.reviewer)
    client.post(page("remark-delete", review, kept.pk))
    assert not Remark.objects.exists()

    late = services.remark(review, field="problem", passage="", words="Where?", to_city=True)
    perform(Action.SEND_BACK, review.revision, actor=review.reviewer, note="Tell where.")
    with pytest.raises(Refused):
        services.take_back(late)
    with pytest.raises(Refused):
        services.remark(review, field="problem", passage="", words="More", to_city=True)


def test_a_colleague_is_asked_for_an_opinion_gives_it_and_does_not_decide(client, review):
    colleague = make_reviewer(name="Colleague")
    client.force_login(review.reviewer)
    answer = client.post(
        page("review-consult", review), {"reviewer": colleague.pk, "note": "Are the trees real?"}
    )
    assert answer.status_code == 302
    opinion = Review.objects.get(reviewer=colleague)
    assert opinion.asked_for == AskedFor.OPINION

    client.force_login(colleague)
    shown = client.get(opinion.get_absolute_url()).content.decode()
    assert 'name="act" value="give"' in shown
    assert 'name="act" value="approve"' not in shown
    sent = {"act": "give", "version": opinion.version, "to_city": "", "private_note": "They are."}
    refused = client.post(opinion.get_absolute_url(), sent)
    assert refused.status_code == 400
    assert "Say what you would decide." in refused.content.decode()
    client.post(opinion.get_absolute_url(), {**sent, "recommendation": "approve"})
    opinion.refresh_from_db()
    assert (opinion.state, opinion.recommendation) == (ReviewState.GIVEN, "approve")
    review.revision.refresh_from_db()
    assert review.revision.state == RevisionState.IN_REVIEW


def test_where_staff_decide_a_reviewer_gives_and_staff_see_it(client, review):
    process = services.process_for(review.revision)
    process.decided_by = DecidedBy.STAFF
    process.kind = review.revision.entry.kind
    process.name = "By staff"
    process.save()
    review.revision.process = process
    review.revision.save()
    client.force_login(review.reviewer)
    sent = {"act": "approve", "version": review.version, "to_city": "", "private_note": ""}
    assert client.post(review.get_absolute_url(), sent).status_code == 409
    client.post(review.get_absolute_url(), {**sent, "act": "give", "recommendation": "reject"})
    review.refresh_from_db()
    assert review.recommendation == "reject"

    client.force_login(make_staff())
    assert "Would decide: Reject" in client.get(review.get_absolute_url()).content.decode()


def test_a_likely_double_is_opened_side_by_side(client, review):
    revision = review.revision
    revision.title, revision.summary = "A register of street trees", "Every tree has a page."
    revision.save()
    twin = make_entry(title="A register of street trees", summary="Every tree has its page.")
    client.force_login(review.reviewer)

    assert f"double={twin.slug}" in client.get(review.get_absolute_url()).content.decode()
    beside = client.get(f"{review.get_absolute_url()}?double={twin.slug}").content.decode()
    assert "Side by side with" in beside
    assert "Every tree has its page." in beside
