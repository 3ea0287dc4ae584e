import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cities.models import Goal
from marketplace.models import (
    Criterion,
    Entry,
    EntryKind,
    FormerAddress,
    RevisionState,
    Rubric,
)
from marketplace.services import (
    Refused,
    make_live,
    new_entry,
    start_revision,
    take_from_public,
    write_review,
)
from tests.factories import (
    make_city,
    make_entry,
    make_officer,
    make_organisation,
    make_review,
    make_revision,
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


def test_only_a_published_revision_of_an_entry_is_made_live():
    entry = make_entry()
    live = entry.live_revision
    with pytest.raises(Refused, match="Only a published revision"):
        make_live(make_revision(entry, state=RevisionState.APPROVED))
    entry.refresh_from_db()
    assert entry.live_revision == live


def test_an_entry_that_was_never_published_is_not_withdrawn():
    entry = make_entry(state=RevisionState.DRAFT)
    with pytest.raises(Refused, match="never published"):
        take_from_public(entry, "Outdated.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(withdrawn_at=timezone.now())


def test_the_database_keeps_one_published_revision_per_entry():
    entry = make_entry()
    make_revision(entry, state=RevisionState.SUPERSEDED)
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.revisions.update(state=RevisionState.PUBLISHED)


@pytest.mark.parametrize("value", [0, 5])
def test_a_score_off_its_scale_is_refused_and_nothing_is_saved(value):
    review = make_review(make_entry(state=RevisionState.IN_REVIEW).revisions.get())
    rubric = Rubric.objects.create(kind=EntryKind.SOLUTION, name="Solution")
    criterion = Criterion.objects.create(rubric=rubric, name="Evidence", highest=4)
    written = {"version": 1, "to_city": "Good.", "private_note": ""}
    with pytest.raises(Refused, match="“Evidence” is scored from 1 to 4"):
        write_review(review, scores={criterion: value}, **written)
    review.refresh_from_db()
    assert (review.version, review.to_city) == (1, "")
    write_review(review, scores={criterion: 4}, **written)
    assert review.scores.get().value == 4
