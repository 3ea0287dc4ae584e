"""Two entries become one: everything that hangs on the other moves, and its address leads on."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from marketplace import moves, services
from marketplace.history import timeline
from marketplace.models import (
    OPEN_STATES,
    Confirmation,
    Deployment,
    Entry,
    EntryKind,
    FormerAddress,
    IndexChange,
    Merge,
    RevisionState,
    SavedSearch,
    ShortlistItem,
    ToldEntry,
)
from marketplace.moves.merging import MOVED, STAYS
from marketplace.search import answers
from marketplace.search.questions import Question
from tests.factories import (
    make_city,
    make_entry,
    make_officer,
    make_revision,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return make_staff()


@pytest.fixture
def kept():
    return make_entry(title="Rain gauges")


@pytest.fixture
def merged():
    return make_entry(title="Rain gauge network")


def test_every_row_that_points_to_an_entry_is_decided_on():
    names = {relation.get_accessor_name() for relation in Entry._meta.related_objects}
    assert names == MOVED.keys() | STAYS


def test_what_hangs_on_the_other_entry_moves_and_nothing_stands_twice(kept, merged, staff):
    both, one = make_user(), make_user()
    for user, entry in ((both, kept), (both, merged), (one, merged)):
        ShortlistItem.objects.create(user=user, entry=entry)
    search = SavedSearch.objects.create(user=one, name="Rain")
    ToldEntry.objects.create(search=search, entry=merged)
    shared, third = make_city(), make_city()
    for city, entry in ((shared, kept), (shared, merged), (third, merged)):
        Deployment.objects.create(
            entry=entry, city=city, confirmation=Confirmation.CONFIRMED,
            answered_at=entry.created_at,
        )  # fmt: skip
    FormerAddress.objects.create(slug="rain", entry=merged)
    preview = moves.preview(kept, merged)
    assert (preview.moved["shortlisted"], preview.on_both["shortlisted"]) == (1, 1)
    record = moves.merge(kept, merged, actor=staff, reason="The same thing.")
    kept.refresh_from_db()
    merged.refresh_from_db()
    assert record.moved == preview.moved
    assert set(kept.shortlisted.values_list("user", flat=True)) == {both.pk, one.pk}
    assert merged.shortlisted.count() == 0
    assert kept.told_by.get().search == search
    assert set(kept.deployments.values_list("city", flat=True)) == {shared.pk, third.pk}
    assert merged.deployments.get().city == shared
    assert (kept.confirmed_reuse, merged.merged_into) == (2, kept)


ROWS = {
    "interested": {"status": "interested", "has_run": False},
    "adapting": {"status": "adapting", "has_run": False},
    "stopped": {"status": "stopped"},
    "waiting": {"status": "live"},
    "pilot": {"status": "piloting", "confirmation": "confirmed"},
    "confirmed": {"status": "live", "confirmation": "confirmed"},
    "doubted": {"status": "live", "confirmation": "doubted", "doubt": "Not ours."},
}


def _row(entry, city, which):
    row = Deployment.objects.create(
        entry=entry, city=city, answered_at=entry.created_at, note=which, **ROWS[which]
    )
    row.steps.create(action="want", after=row.status, on=entry.created_at.date(), note=which)
    row.values.create(label="Floods", moment="after", kind="text", text="9", as_reported=which)
    return row


@pytest.mark.parametrize(
    ("here", "there", "holds"),
    [
        ("interested", "confirmed", "confirmed"),
        ("confirmed", "interested", "confirmed"),
        ("waiting", "pilot", "pilot"),
        ("pilot", "confirmed", "confirmed"),
        ("doubted", "waiting", "waiting"),
        ("adapting", "interested", "adapting"),
        ("adapting", "stopped", "adapting"),
        ("adapting", "waiting", "waiting"),
    ],
)
def test_of_a_city_on_both_entries_the_row_that_is_further_holds(
    kept, merged, staff, here, there, holds
):
    city = make_city()
    for entry, which in ((kept, here), (merged, there)):
        _row(entry, city, which)
    preview = moves.preview(kept, merged)
    assert [(one.city, one.holds.note) for one in preview.contests] == [(city, holds)]
    record = moves.merge(kept, merged, actor=staff, reason="The same thing.")
    assert record.moved == preview.moved
    kept.refresh_from_db()
    row, other = kept.deployments.get(), merged.deployments.get()
    history = there if holds == here else here
    # Each took its steps and values along.
    for one, which in ((row, holds), (other, history)):
        assert (one.note, one.steps.get().note, one.values.get().as_reported) == (which,) * 3
    assert kept.confirmed_reuse == (holds in {"confirmed", "pilot"})


def test_of_two_rows_that_are_as_far_the_newer_holds(kept, merged, staff):
    first, second = make_city(), make_city()
    for city, entries in ((first, (kept, merged)), (second, (merged, kept))):
        for entry in entries:
            _row(entry, city, "confirmed")
    newer = {merged.deployments.get(city=first).pk, kept.deployments.get(city=second).pk}
    assert moves.merge(kept, merged, actor=staff, reason="x").moved["deployments"] == 1
    assert {row.pk for row in kept.deployments.all()} == newer


def test_staff_see_beforehand_which_row_of_the_ledger_holds(client, kept, merged, staff):
    city = make_city(name="Rouen")
    _row(kept, city, "interested")
    _row(merged, city, "confirmed")
    client.force_login(staff)
    page = client.get(f"{reverse('admin:marketplace_entry_merge')}?ids={kept.pk},{merged.pk}")
    words = (
        "Rouen is in the ledger for both. What holds: In use (Confirmed by the owner). "
        "Kept as history: Interested (Not confirmed yet)."
    )
    assert page.content.decode().count(words) == 2


def test_its_address_and_those_before_it_lead_to_the_entry_that_stays(client, kept, merged, staff):
    FormerAddress.objects.create(slug="rain", entry=merged)
    moves.merge(kept, merged, actor=staff, reason="The same thing.")
    for slug in (merged.slug, "rain"):
        answer = client.get(reverse("marketplace:entry-detail", args=[slug]))
        assert (answer.status_code, answer.url) == (301, kept.get_absolute_url())
    # Merged on, both lead to the last one.
    last = make_entry(title="Rain gauges of the region")
    kept.refresh_from_db()
    moves.merge(last, kept, actor=staff, reason="Wider.")
    for slug in (merged.slug, "rain", kept.slug):
        answer = client.get(reverse("marketplace:entry-detail", args=[slug]))
        assert answer.url == last.get_absolute_url()
    assert client.get(last.get_absolute_url()).status_code == 200


def test_it_leaves_the_marketplace_its_search_and_what_can_be_revised(kept, merged, staff):
    before = IndexChange.objects.count()
    moves.merge(kept, merged, actor=staff, reason="The same thing.")
    merged.refresh_from_db()
    assert set(Entry.objects.live()) == {kept}
    assert {change.entry_id for change in IndexChange.objects.all()[before:]} == {
        kept.pk,
        merged.pk,
    }
    assert merged.pk not in answers.answer(Question(text="network")).entry_ids
    with pytest.raises(services.Refused, match="went into"):
        services.start_revision(merged, make_officer(merged.city))
    happened = [line.what for line in timeline(merged.revisions.get())]
    assert "“Rain gauge network” went into “Rain gauges”" in happened


@pytest.mark.parametrize("state", OPEN_STATES)
@pytest.mark.parametrize("which", ["kept", "merged"])
def test_nothing_is_merged_while_a_revision_is_open(kept, merged, staff, state, which):
    make_revision({"kept": kept, "merged": merged}[which], state=state)
    if (which, state) == ("kept", RevisionState.DRAFT):
        moves.merge(kept, merged, actor=staff, reason="x")
        return
    assert moves.preview(kept, merged).hindrance
    with pytest.raises(services.Refused, match="is open"):
        moves.merge(kept, merged, actor=staff, reason="x")
    assert not Merge.objects.exists()


def test_what_cannot_be_merged_is_refused_in_words(kept, merged, staff):
    draft = make_entry(state=RevisionState.DRAFT)
    profile = make_entry(kind=EntryKind.CITY_PROFILE)
    for stays, goes in ((kept, kept), (kept, profile), (profile, kept), (kept, draft),
                        (draft, kept)):  # fmt: skip
        with pytest.raises(services.Refused):
            moves.merge(stays, goes, actor=staff, reason="x")
    with pytest.raises(PermissionDenied):
        moves.merge(kept, merged, actor=make_officer(kept.city), reason="x")


def test_a_merge_that_fails_halfway_changes_nothing(kept, merged, staff, monkeypatch):
    ShortlistItem.objects.create(user=make_user(), entry=merged)
    monkeypatch.setattr(
        Merge.objects, "create", lambda **_fields: (_ for _ in ()).throw(OSError("full"))
    )
    with pytest.raises(OSError, match="full"):
        moves.merge(kept, merged, actor=staff, reason="x")
    merged.refresh_from_db()
    assert (merged.merged_into, merged.withdrawn_at) == (None, None)
    assert merged.shortlisted.count() == 1


def test_staff_see_what_would_move_either_way_and_merge(client, kept, merged, staff):
    ShortlistItem.objects.create(user=make_user(), entry=merged)
    client.force_login(staff)
    listed = reverse("admin:marketplace_entry_changelist")
    ticked = {"action": "merge_duplicates", "_selected_action": [kept.pk, merged.pk]}
    page = client.post(listed, ticked, follow=True)
    assert "If “Rain gauges” stays" in page.content.decode()
    assert "places on shortlists: 1" in page.content.decode()
    url = page.redirect_chain[-1][0]
    client.post(url, {"kept": kept.pk, "reason": "The same thing."})
    merged.refresh_from_db()
    assert merged.merged_into == kept
    assert client.get(reverse("admin:marketplace_merge_changelist")).status_code == 200
    again = client.post(url, {"kept": kept.pk, "reason": "Once more."})
    assert "already" in again.content.decode()
