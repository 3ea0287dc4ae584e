"""A session in which groups meet is moved or cancelled, or others sit there: told once."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest
import time_machine

from cities.models import Mail
from events import services
from events.models import PeerGroup, PeerSeat
from events.services import agenda_versions, moving, peers, plan_drafts
from tests import factories as make
from tests.events.test_told_of_rounds import told_since, two_groups
from tests.factories.labs import DAY
from tests.typed import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return make.make_superuser()


@pytest.fixture
def lab(drain):
    """Two published groups with guides in a session from 10 to 11:30, and who is to be told."""
    round, _entries, officers = two_groups()
    person, mentor = make.make_user(), make.make_city()
    officers += [person, make.make_officer(mentor)]
    for number, fields in ((1, {"user": person}), (2, {"city": mentor})):
        round.groups.filter(number=number).update(guide=round.guides.create(**fields))
    peers.publish(round)
    drain()
    return round, round.sessions.get(), officers


def in_draft(lab, staff, change):
    draft = plan_drafts.begin(lab[0].event, by=staff)
    copy = draft.sessions.get(session=lab[1]).copy
    change(copy)
    copy.save()
    plan_drafts.publish(draft, by=staff)


def moved(session):
    session.ends_at += timedelta(minutes=30)


def cancelled(session):
    session.is_cancelled = True


@pytest.mark.parametrize("change", [moved, cancelled])
@pytest.mark.parametrize("way", ["directly", "in a draft"])
def test_members_and_guides_are_told_once_of_their_session(lab, staff, way, change, drain):
    round, session, people = lab
    before = list(Mail.objects.values_list("pk", flat=True))

    if way == "directly":
        change(session)
        session.save()
        agenda_versions.announce(round.event, by=staff)
    else:
        in_draft(lab, staff, change)
    drain()
    peers.publish(round)
    drain()

    assert told_since(before) == sorted(one.pk for one in people)
    new = Mail.objects.exclude(pk__in=before)
    words = "Cancelled" if change is cancelled else "12"
    assert all(mail.kind == "agenda-changed" and words in mail.text for mail in new)


def test_what_members_were_told_before_the_beginning_was_the_agendas_is_not_told_again(lab, drain):
    round, session, _people = lab
    round.refresh_from_db()
    kept = round.told
    for group in round.groups.all():
        cities = [seat.entry.city_id for seat in group.seats.all()]
        told = [group.session_id, session.starts_at, group.guide_id, group.label, group.link]
        known = sha256(repr([*told, cities]).encode()).hexdigest()[:16]
        kept["groups"][str(group.pk)][0] = known
    round.save()
    before = list(Mail.objects.values_list("pk", flat=True))

    peers.publish(round)
    drain()

    assert told_since(before) == []


# ── turns ────────────────────────────────────────────────────────────────────────────────────────
def turns(number=1):
    seats = PeerSeat.objects.filter(group__number=number).order_by("position")
    return list(seats.values_list("position", "begins", "pitch", "discussion"))


def by_draft(lab, staff, client):
    def shorter(session):
        session.ends_at -= timedelta(minutes=40)

    in_draft(lab, staff, shorter)


def by_grid(lab, staff, client):
    moving.move(lab[1], day=DAY, starts_at=lab[1].starts_at, minutes=50, room=None)


def save_page(client, address, **changes):
    form = f"{address.split('/')[3]}_form"
    data = fields_of(client.get(address).content.decode(), form) | changes
    response = client.post(address, data)
    assert response.status_code == 302, response.context["errors"]


def by_page_of_session(lab, staff, client):
    save_page(client, f"/admin/events/session/{lab[1].pk}/change/", end="10:50")


def by_page_of_event(lab, staff, client):
    address = f"/admin/events/event/{lab[0].event_id}/change/"
    save_page(client, address, **{"sessions-0-end": "10:50"})


def by_its_own_minutes(lab, staff, client):
    address = f"/admin/events/peerround/{lab[0].pk}/change/"
    save_page(client, address, discussion_least=15, discussion_most=15)


def by_publishing(lab, staff, client):
    type(lab[1]).objects.update(ends_at=lab[1].starts_at + timedelta(minutes=50))
    peers.publish(lab[0])


@pytest.mark.parametrize(
    "way",
    [by_draft, by_grid, by_page_of_session, by_page_of_event, by_its_own_minutes, by_publishing],
)
def test_turns_suit_the_hours_wherever_they_are_changed(lab, staff, client, way):
    assert turns() == [(1, 0, 10, 25), (2, 35, 10, 25)]
    client.force_login(staff)

    way(lab, staff, client)

    assert turns() == [(1, 0, 5, 20), (2, 25, 5, 20)] or way is by_its_own_minutes
    assert way is not by_its_own_minutes or turns() == [(1, 0, 10, 15), (2, 25, 10, 15)]


@pytest.mark.parametrize("at", ["its page", "the list"])
def test_who_is_left_when_a_city_is_taken_out_has_the_whole_time(lab, staff, client, at):
    round, _session, _people = lab
    group = round.groups.get(number=1)
    first = group.seats.order_by("position").first()
    client.force_login(staff)

    if at == "its page":
        client.post(f"/admin/events/roundcity/{first.entry_id}/delete/", {"post": "yes"})
    else:
        data = {"action": "delete_selected", "_selected_action": first.entry_id, "post": "yes"}
        client.post("/admin/events/roundcity/", data)

    assert turns() == [(1, 0, 10, 25)]
    version = group.sequence
    group.refresh_from_db()
    assert group.sequence == version + 1


# ── cities that come no more ─────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("state", ["published", "proposed"])
def test_a_city_all_of_whose_people_gave_their_places_back_leaves_its_group(
    staff, client, drain, state
):
    event = make.make_lab(registration_opens_at="2020-01-01T00:00:00Z")
    event.refresh_from_db()
    round, entries, officers = two_groups(event=event)
    mentor = make.make_city()
    helper = make.make_officer(mentor)
    guide = round.guides.create(city=mentor)
    round.groups.filter(number=2).update(guide=guide, guide_is_pinned=True)
    PeerSeat.objects.filter(entry=entries[0]).update(is_pinned=True)
    second = make.make_officer(entries[0].city)
    cities = [*(entry.city for entry in entries), entries[0].city, mentor]
    people = [*officers, second, helper]
    places = [services.register(event, *who) for who in zip(people, cities, strict=True)]
    if state == "published":
        peers.publish(round)
    drain()
    before = list(Mail.objects.filter(kind="peer-group").values_list("pk", flat=True))

    services.cancel(places[0])
    assert PeerSeat.objects.filter(entry=entries[0]).exists()
    for place in (places[4], places[5]):
        services.cancel(place)
    drain()

    assert not PeerSeat.objects.filter(entry=entries[0]).exists()
    assert not PeerGroup.objects.filter(guide__isnull=False).exists()
    assert turns() == [(1, 0, 10, 25)]
    told = Mail.objects.filter(kind="peer-group").exclude(pk__in=before)
    heard = {officers[0], second, helper, *officers[1:]} if state == "published" else set()
    assert {mail.recipient for mail in told} == heard
    client.force_login(staff)
    page = client.get(f"/admin/events/peerround/plan/?round={round.pk}").content.decode()
    words = page.partition("Comes no more")[2].partition("</p>")[0]
    assert entries[0].city.name in words
    assert entries[1].city.name not in words
    assert "Without a group" not in page


def test_a_group_that_met_keeps_its_turns_when_a_city_leaves_the_lab():
    event = make.make_lab(
        registration_opens_at="2020-01-01T00:00:00Z", ends_on=DAY + timedelta(days=1)
    )
    event.refresh_from_db()
    round, entries, officers = two_groups(event=event)
    peers.publish(round, despite=True)
    first = PeerSeat.objects.get(group__number=1, position=1)
    person = officers[entries.index(first.entry)]
    place = services.register(event, person, first.entry.city)
    before = turns()

    with time_machine.travel(round.sessions.get().ends_at, tick=False):
        services.cancel(place)

    assert turns() == before == [(1, 0, 10, 25), (2, 35, 10, 25)]


def test_a_group_whose_last_city_comes_no_more_is_none_and_its_expert_is_told(drain):
    event = make.make_lab(registration_opens_at="2020-01-01T00:00:00Z")
    event.refresh_from_db()
    round, entries, officers = two_groups(event=event)
    expert = make.make_user()
    round.groups.filter(number=1).update(guide=round.guides.create(user=expert))
    peers.move(round, entries[1], 2)
    peers.publish(round, despite=True)
    place = services.register(event, officers[0], entries[0].city)
    drain()
    before = list(Mail.objects.values_list("pk", flat=True))

    services.cancel(place)
    drain()

    assert [group.number for group in round.groups.all()] == [2]
    told = Mail.objects.exclude(pk__in=before).filter(kind="peer-group")
    assert {mail.recipient for mail in told} == {officers[0], expert}
    assert all(mail.subject.startswith("No group") for mail in told)


def test_a_seat_that_is_left_of_a_city_that_comes_no_more_is_planned_with_nowhere(drain, staff):
    event = make.make_lab(registration_opens_at="2020-01-01T00:00:00Z")
    event.refresh_from_db()
    round, entries, officers = two_groups(event=event)
    place = services.register(event, officers[0], entries[0].city)
    # As rows stood before cities that leave left their groups.
    type(place).objects.update(status="cancelled", cancelled_at=place.queued_at)
    gathered = peers.gather(round, keeps=True)

    assert entries[0].city_id not in gathered.problem.by_key
    assert [one.city for one in gathered.withdrawn] == [entries[0].city]
    peers.publish(round, despite=True)

    assert not PeerSeat.objects.filter(entry=entries[0]).exists()
