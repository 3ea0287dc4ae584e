"""What reads alike and is not published yet: who is told of it, and who never learns of it."""

import pytest
from django.urls import reverse

from marketplace import checks, doubles
from marketplace.models import ConflictOfInterest
from tests.factories import (
    make_city,
    make_entry,
    make_officer,
    make_process,
    make_review,
    make_reviewer,
    make_revision,
    make_staff,
)

pytestmark = pytest.mark.django_db
BINS = {"title": "Smart waste bins", "summary": "Sensors tell when a bin is full."}
ALIKE = {"title": "Smart bins for waste", "summary": "Sensors tell when bins are full."}
STATES = ["submitted", "checked", "in_review", "approved"]


def text(response):
    return response.content.decode()


def submitted(city=None, words=ALIKE, state="in_review", **fields):
    """A revision of a new entry."""
    return make_entry(city, state=state, **words, **fields).revisions.get()


@pytest.fixture
def revision(db):
    """What is reviewed."""
    return submitted(make_city(name="Xanthi"), BINS)


@pytest.fixture
def other(db):
    """What another city handed in, and reads like it."""
    return submitted(make_city(name="Zwolle"))


@pytest.fixture
def reviewer(revision, other):
    """Somebody who was asked to review both."""
    person = make_reviewer()
    make_review(revision, person)
    make_review(other, person)
    return person


def page_of(client, person, revision):
    """The page on which somebody reviews a revision."""
    client.force_login(person)
    return text(client.get(revision.reviews.first().get_absolute_url()))


def beside(client, revision, other):
    """The same page, the other revision beside it."""
    key = f"{other.entry.slug}:{other.number}"
    return text(client.get(f"{revision.reviews.first().get_absolute_url()}?double={key}"))


def test_a_reviewer_of_both_sees_them_side_by_side(client, revision, other, reviewer):
    page = page_of(client, reviewer, revision)
    assert f"double={other.entry.slug}:1" in page
    assert "Smart bins for waste" in page
    assert "Zwolle, under review as well" in page
    assert "Sensors tell when bins are full." in beside(client, revision, other)


@pytest.mark.parametrize("state", STATES)
def test_staff_see_what_is_anywhere_under_review(client, revision, state):
    make_review(revision)
    submitted(state=state)
    assert "Smart bins for waste" in page_of(client, make_staff(), revision)


@pytest.mark.parametrize("state", ["draft", "changes_requested", "rejected", "withdrawn"])
def test_nobody_on_the_desk_sees_what_is_not_under_review(client, revision, state):
    make_review(revision)
    other = submitted(state=state)
    staff = make_staff()
    assert "Smart bins for waste" not in page_of(client, staff, revision)
    assert "Smart bins for waste" not in beside(client, revision, other)


def test_a_reviewer_who_was_asked_for_one_alone_learns_nothing_of_the_other(
    client, revision, other
):
    person = make_reviewer()
    make_review(revision, person)
    make_review(other)
    page = page_of(client, person, revision)
    assert "Smart bins for waste" not in page
    assert "Zwolle" not in page
    page = beside(client, revision, other)
    assert "bins are full" not in page
    assert "Zwolle" not in page


@pytest.mark.parametrize("who", ["reviewer", "staff"])
def test_a_conflict_of_interest_hides_it(client, revision, other, reviewer, who):
    person = reviewer if who == "reviewer" else make_staff()
    assert "Smart bins for waste" in page_of(client, person, revision)
    ConflictOfInterest.objects.create(user=person, city=other.entry.city)
    assert "Smart bins for waste" not in page_of(client, person, revision)
    assert "bins are full" not in beside(client, revision, other)


def test_a_conflict_by_country_hides_it_where_the_process_says_so(client, revision, other):
    person = make_staff()
    make_officer(make_city(country="NL")).memberships.update(user=person)
    make_review(revision)
    other.entry.city.country = "NL"
    other.entry.city.save()
    assert "Smart bins for waste" in page_of(client, person, revision)
    other.process = make_process(same_country_conflict=True)
    other.save()
    assert "Smart bins for waste" not in page_of(client, person, revision)


@pytest.mark.parametrize("number", ["", "x", "²", "9" * 40, "-1", "1:1", "\0"])
def test_what_is_no_number_of_a_revision_shows_the_entry_alone(
    client, revision, other, reviewer, number
):
    client.force_login(reviewer)
    url = revision.reviews.first().get_absolute_url()
    response = client.get(url, {"double": f"{other.entry.slug}:{number}"})
    assert response.status_code == 200
    assert "Side by side with" not in text(response)


def check_page(client, person, draft):
    """The last look before a draft is submitted."""
    client.force_login(person)
    url = reverse("marketplace:revision-check", args=[draft.entry.slug, draft.number])
    return text(client.get(url))


@pytest.mark.parametrize("state", ["draft", "submitted", "in_review", "changes_requested"])
def test_officers_see_what_their_own_city_has_on_its_way(client, state):
    city = make_city()
    draft = submitted(city, BINS, "draft")
    own = submitted(city, state=state)
    page = check_page(client, make_officer(city), draft)
    assert "Your own city has this on its way already" in page
    assert f'href="{own.get_absolute_url()}"' in page


@pytest.mark.parametrize("state", ["draft", *STATES])
def test_officers_learn_nothing_of_what_other_cities_have(client, state):
    draft = submitted(make_city(), BINS, "draft")
    submitted(make_city(name="Zwolle"), state=state)
    officer = make_officer(draft.entry.city)
    page = check_page(client, officer, draft)
    for words in ("Smart bins for waste", "Zwolle", "on its way already"):
        assert words not in page
    # Nor of what another city of theirs has: this is about one city's desk.
    elsewhere = make_city()
    make_officer(elsewhere).memberships.update(user=officer)
    submitted(elsewhere, state=state)
    assert "Smart bins for waste" not in check_page(client, officer, draft)


def test_of_an_entry_that_came_back_the_latest_words_count(client):
    city = make_city()
    draft = submitted(city, BINS, "draft")
    back = submitted(city, state="changes_requested")
    make_revision(back.entry, state="draft", title="Cycling", summary="Lanes for bikes.")
    assert "on its way already" not in check_page(client, make_officer(city), draft)


def test_the_report_of_the_checks_names_published_entries_alone(revision, other, reviewer):
    published = make_entry(**ALIKE)
    submitted(revision.entry.city, state="draft")
    checks.run(revision)
    found = revision.checks.get(name="doubles")
    assert found.details == [{"entry": published.slug, "likeness": found.details[0]["likeness"]}]
    assert found.message.count("Smart bins for waste") == 1
    # The same is sought for the reviewer, and written down nowhere.
    assert [each.revision for each in doubles.under_review(revision, reviewer)] == [other]
