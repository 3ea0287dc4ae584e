"""Groups that were called off: nobody met in them, and they keep nobody from anything."""

from __future__ import annotations

import pytest
from django.utils import timezone

from events import services
from events.models import EventStatus, RoundState
from events.services import meeting_hours, peer_problems, peers
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("why", ["event", "session"])
def test_groups_that_were_called_off_did_not_meet(why):
    one = make.make_peer_round(3, event=make.make_lab(status="published", slug="first"))
    cities = [entry.city for entry in one.entries.all()]
    for entry in one.entries.all():
        peers.move(one, entry, 1)
    one.state, one.published_at = RoundState.PUBLISHED, timezone.now()
    one.save()
    two = make.make_peer_round(cities, event=make.make_lab(status="published", slug="second"))
    keys = [city.pk for city in cities]
    assert len(peer_problems.who_met(two, keys)) == 3
    assert len(peer_problems.last_turns(two, keys)) == 3

    if why == "event":
        services.change_status(one.event, EventStatus.CANCELLED)
    else:
        one.sessions.update(is_cancelled=True)

    assert peer_problems.who_met(two, keys) == {}
    assert peer_problems.last_turns(two, keys) == {}


def test_a_city_whose_group_was_cancelled_is_free_for_talks():
    peer_round = make.make_peer_round(3)
    session = peer_round.sessions.get()
    entry = peer_round.entries.first()
    peers.move(peer_round, entry, 1)
    peer_round.state, peer_round.published_at = RoundState.PUBLISHED, timezone.now()
    peer_round.save()
    round = make.make_meeting_round(1, event=peer_round.event)
    slot = round.slots.get()
    slot.starts_at, slot.ends_at = session.starts_at, session.ends_at
    slot.save()
    city = entry.city_id
    assert meeting_hours.busy_slots(round, [slot])[city] == {slot.pk}

    session.is_cancelled = True
    session.save()

    assert meeting_hours.busy_slots(round, [slot])[city] == set()
