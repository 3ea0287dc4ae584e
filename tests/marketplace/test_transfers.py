"""Entries that go to another city: both agree, or staff say so; history, mail and search follow."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from cities.models import Mail
from marketplace import moves, services
from marketplace.history import timeline
from marketplace.models import (
    UNDER_REVIEW,
    Confirmation,
    Deployment,
    EntryKind,
    IndexChange,
    Transfer,
    TransferState,
)
from tests.factories import (
    make_city,
    make_entry,
    make_officer,
    make_revision,
    make_staff,
    make_superuser,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return make_city(name="Here")


@pytest.fixture
def there():
    return make_city(name="There")


@pytest.fixture
def entry(here):
    return make_entry(here, title="Rain gauges")


def offered(entry, there):
    """A transfer that waits for the other city, with somebody of either."""
    asker, taker = make_officer(entry.city), make_officer(there)
    return moves.ask(entry, there, actor=asker, note="You run it."), asker, taker


def test_an_entry_goes_when_the_other_city_takes_it(entry, here, there):
    transfer, asker, taker = offered(entry, there)
    entry.refresh_from_db()
    assert entry.city == here
    before = IndexChange.objects.filter(entry=entry).count()
    moves.answer(transfer, actor=taker, accept=True, note="Gladly.")
    entry.refresh_from_db()
    transfer.refresh_from_db()
    assert (entry.city, transfer.state) == (there, TransferState.DONE)
    assert IndexChange.objects.filter(entry=entry).count() > before
    told = dict(Mail.objects.values_list("recipient__email", "subject"))
    assert told[taker.email] == "Will you take it over? Rain gauges"
    assert told[asker.email] == "New owner: Rain gauges"
    [line] = timeline(entry.revisions.get())
    assert line.what == "Transfer from Here to There: Transferred"
    assert line.note == "You run it.\nGladly."


def test_it_stays_when_the_other_city_does_not_want_it(entry, here, there):
    transfer, asker, taker = offered(entry, there)
    moves.answer(transfer, actor=taker, accept=False, note="No staff.")
    entry.refresh_from_db()
    assert entry.city == here
    assert "No staff." in Mail.objects.get(recipient=asker).text
    with pytest.raises(services.Refused):
        moves.answer(transfer, actor=taker, accept=True)


def test_who_asked_can_stop_asking(entry, there):
    transfer, asker, taker = offered(entry, there)
    moves.take_back(transfer, actor=asker)
    with pytest.raises(services.Refused):
        moves.answer(transfer, actor=taker, accept=True)


def test_only_submitters_of_the_right_city_ask_and_answer(entry, here, there):
    writer = make_officer(here, role={"may_submit": False})
    for stranger in (writer, make_officer(there), make_staff()):
        with pytest.raises(PermissionDenied):
            moves.ask(entry, there, actor=stranger, note="x")
    transfer, asker, _taker = offered(entry, there)
    for stranger in (asker, make_officer(there, role={"may_submit": False}), make_superuser()):
        with pytest.raises(PermissionDenied):
            moves.answer(transfer, actor=stranger, accept=True)
    with pytest.raises(PermissionDenied):
        moves.move_now(entry, there, actor=asker, reason="x")


@pytest.mark.parametrize("state", UNDER_REVIEW)
def test_nothing_goes_while_it_is_reviewed(entry, here, there, state):
    transfer, _asker, taker = offered(entry, there)
    make_revision(entry, state=state)
    for act in (
        lambda: moves.answer(transfer, actor=taker, accept=True),
        lambda: moves.move_now(entry, there, actor=make_staff(), reason="x"),
    ):
        with pytest.raises(services.Refused, match="under review"):
            act()
    entry.refresh_from_db()
    assert entry.city == here


def test_profiles_stay_and_an_entry_goes_to_one_city_at_a_time(entry, here, there):
    officer = make_officer(here)
    profile = make_entry(here, kind=EntryKind.CITY_PROFILE)
    with pytest.raises(services.Refused, match="profile"):
        moves.ask(profile, there, actor=officer, note="x")
    with pytest.raises(services.Refused, match="already"):
        moves.ask(entry, here, actor=officer, note="x")
    offered(entry, there)
    with pytest.raises(services.Refused, match="offered"):
        moves.ask(entry, make_city(), actor=officer, note="x")


def test_what_counts_as_reuse_changes_with_the_owner(entry, here, there):
    for city in (here, there):
        Deployment.objects.create(
            entry=entry, city=city, confirmation=Confirmation.CONFIRMED,
            answered_at=entry.created_at,
        )  # fmt: skip
    third = Deployment.objects.create(
        entry=entry, city=make_city(), confirmation=Confirmation.CONFIRMED,
        answered_at=entry.created_at,
    )  # fmt: skip
    moves.move_now(entry, there, actor=make_staff(), reason="Asked by telephone.")
    entry.refresh_from_db()
    assert entry.confirmed_reuse == 2
    assert third.entry_id == entry.pk


def test_staff_move_at_once_and_what_was_asked_is_taken_back(client, entry, there):
    transfer, _asker, _taker = offered(entry, there)
    third = make_city(name="Third")
    client.force_login(make_staff())
    url = f"{reverse('admin:marketplace_entry_hand_over')}?ids={entry.pk}"
    assert client.get(url).status_code == 200
    assert client.post(url, {"to_city": third.pk, "note": ""}).status_code == 200
    client.post(url, {"to_city": third.pk, "note": "They wrote to us."})
    entry.refresh_from_db()
    transfer.refresh_from_db()
    assert (entry.city, transfer.state) == (third, TransferState.TAKEN_BACK)
    assert Transfer.objects.filter(state=TransferState.DONE, note="They wrote to us.").exists()


def test_pages_ask_once_and_answer(client, entry, here, there):
    asker, taker = make_officer(here), make_officer(there)
    client.force_login(asker)
    url = reverse("marketplace:transfer-ask", args=[entry.slug])
    standing = client.get(entry.revisions.get().get_absolute_url())
    assert url in standing.content.decode()
    form = {"to_city": there.pk, "note": "You run it.", "key": client.get(url).context["key"]}
    pages = [client.post(url, form) for _time in range(2)]
    assert pages[0].url == pages[1].url
    transfer = Transfer.objects.get()
    client.force_login(taker)
    assert "Offered to your city" in client.get("/desk/").content.decode()
    client.post(transfer.get_absolute_url(), {"act": "accept", "note": "Yes."})
    entry.refresh_from_db()
    assert entry.city == there
    late = client.post(transfer.get_absolute_url(), {"act": "refuse"})
    assert late.status_code == 409
    assert "answered already" in late.content.decode()
