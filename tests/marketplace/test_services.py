import pytest

from marketplace.models import EntryKind, FormerAddress, Goal, RevisionState
from marketplace.services import Refused, new_entry, start_revision
from tests.factories import (
    make_city,
    make_entry,
    make_officer,
    make_organisation,
    make_theme,
)

pytestmark = pytest.mark.django_db


def test_a_new_entry_begins_with_a_draft_and_an_address_of_its_own():
    city = make_city()
    officer = make_officer(city)
    first = new_entry(EntryKind.SOLUTION, city, officer, "Smart bins")
    second = new_entry(EntryKind.SOLUTION, city, officer, "Smart bins!")
    assert (first.number, first.state, first.author) == (1, RevisionState.DRAFT, officer)
    assert (first.entry.slug, second.entry.slug) == ("smart-bins", "smart-bins-2")


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Offer", "offer-2"), ("Έξυπνοι κάδοι", "solution-chania"), ("old", "old-2")],
)
def test_addresses_keep_clear_of_pages_former_addresses_and_letters_they_cannot_hold(title, slug):
    FormerAddress.objects.create(slug="old", entry=make_entry())
    city = make_city(slug="chania")
    assert new_entry(EntryKind.SOLUTION, city, make_officer(city), title).entry.slug == slug


def test_a_city_has_one_profile_at_its_own_name():
    city = make_city(slug="rouen")
    officer = make_officer(city)
    assert new_entry(EntryKind.CITY_PROFILE, city, officer, "Rouen").entry.slug == "rouen"
    with pytest.raises(Refused, match="has a profile already"):
        new_entry(EntryKind.CITY_PROFILE, city, officer, "Rouen again")


def test_a_new_revision_starts_with_the_words_and_links_of_the_latest():
    goal = Goal.objects.create(number=11, name="Cities")
    entry = make_entry(state=RevisionState.CHANGES_REQUESTED, themes=[make_theme()])
    latest = entry.revisions.get()
    latest.goals.add(goal)
    latest.partners.add(make_organisation())
    officer = make_officer(entry.city)
    draft = start_revision(entry, officer)
    assert (draft.number, draft.state, draft.based_on) == (2, RevisionState.DRAFT, latest)
    assert (draft.author, draft.submitted_at, draft.version) == (officer, None, 1)
    for name in ("title", "summary", "problem", "approach", "maturity"):
        assert getattr(draft, name) == getattr(latest, name)
    for name in ("themes", "goals", "partners"):
        assert list(getattr(draft, name).all()) == list(getattr(latest, name).all())


@pytest.mark.parametrize("state", ["draft", "submitted", "checked", "in_review", "approved"])
def test_an_entry_has_one_open_revision_at_most_and_the_refusal_says_where_it_stands(state):
    entry = make_entry(state=state)
    with pytest.raises(Refused, match="Revision 1 is open"):
        start_revision(entry, make_officer(entry.city))


@pytest.mark.parametrize(
    "state", ["published", "rejected", "changes_requested", "withdrawn", "superseded"]
)
def test_a_revision_that_came_to_its_end_can_be_followed_by_another(state):
    entry = make_entry(state=state)
    assert start_revision(entry, make_officer(entry.city)).number == 2


def test_a_later_revision_leaves_the_earlier_one_as_it_was():
    entry = make_entry()
    live = entry.live_revision
    draft = start_revision(entry, make_officer(entry.city))
    draft.title = "Another title"
    draft.save()
    live.refresh_from_db()
    assert live.title != "Another title"
