"""Staff seat a city by hand while others hold its session: everybody waits, and nobody is refused.

With PostgreSQL, whoever holds a row that two of them need in turn would be ended by it.
"""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction

from events import services
from events.models import Registration
from events.services import moving, peers
from tests import factories as make
from tests.events.test_told_of_rounds import two_groups

pytestmark = pytest.mark.django_db(transaction=True)
# As long as the other one takes to come to what is held here.
A_WHILE_S = 0.5


def gives_place_back(session, officer):
    services.cancel(Registration.objects.get(user=officer))


def moves_to_another_day(session, officer):
    day = session.day.date + timedelta(days=1)
    starts = session.starts_at + timedelta(days=1)
    moving.move(session, day=day, starts_at=starts, minutes=60, room=None)


@pytest.mark.parametrize("act", [gives_place_back, moves_to_another_day])
def test_a_seat_by_hand_and_a_change_of_its_session_wait_for_each_other(act):
    event = make.make_lab(registration_opens_at="2020-01-01T00:00:00Z")
    event.refresh_from_db()
    event.ends_on += timedelta(days=1)
    event.save()
    round, entries, officers = two_groups(event=event)
    session = round.sessions.get()
    type(session).objects.update(capacity=9, audience="public")
    services.register(event, officers[0], entries[0].city)
    services.sign_up(session, officers[0])
    held, wrong = threading.Event(), []

    def seats():
        try:
            with transaction.atomic():
                peers.move(round, entries[3], 7)
                held.set()
                threading.Event().wait(A_WHILE_S)
        except DatabaseError as error:
            wrong.append(error)
        finally:
            held.set()
            connections.close_all()

    other = threading.Thread(target=seats)
    other.start()
    held.wait(5)
    act(session, officers[0])
    other.join()

    assert not wrong
    assert list(round.groups.filter(number=7).values_list("seats__entry", flat=True)) == [
        entries[3].pk
    ]
    assert connection.is_usable()
