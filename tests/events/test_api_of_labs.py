"""What programs read of groups, guests, outcomes, commitments and collaborations."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cities.today import today
from events.models import CollaborationAct
from events.services import collaborations
from tests import factories as make

pytestmark = pytest.mark.django_db
DUE = date(2090, 1, 1)


@pytest.fixture
def session():
    return make.make_session(make.make_event(slug="lab"), slug="closing", title="Closing")


def rows(client, path):
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_pages_and_interface_agree_on_a_collaboration_at_each_turn(session, client):
    corfu, cork = make.make_city(slug="corfu"), make.make_city(slug="cork")
    ana, bo = make.make_officer(corfu), make.make_officer(cork)
    step = session.next_steps.create(title="Write", city=corfu, with_city=cork, due_on=DUE)
    client.force_login(ana)

    def told():
        (row,) = rows(client, "commitments/?event=lab")
        return row["collaboration"], [one["is_running"] for one in rows(client, "collaborations/")]

    assert told() == ("", [])
    collaborations.collaborate(step, ana)
    assert told() == ("asked", [])
    collaborations.say_no(step, bo, CollaborationAct.DECLINED, "No budget.")
    assert told() == ("", [])
    assert "No budget" not in str(rows(client, "commitments/"))
    collaborations.collaborate(step, bo)
    collaborations.collaborate(step, ana)
    assert told() == ("running", [True])
    collaborations.say_no(step, bo, CollaborationAct.ENDED, "No budget.")
    # Today is its last day.
    assert told() == ("ended", [True])
    assert rows(client, "collaborations/")[0]["until"] == today().isoformat()


def test_nobody_reads_guests_but_staff_and_no_address_stands_there(session, client):
    guest = session.day.event.guests.create(name="Greta", email="greta@example.org")
    guest.places.create(session=session)
    client.force_login(make.make_user())
    assert rows(client, "guests/") == []
    client.force_login(make.make_staff())
    (told,) = rows(client, "guests/?event=lab&state=invited")
    assert (told["name"], told["places"][0]["session"]["slug"]) == ("Greta", "closing")
    assert "greta@" not in str(told)
    assert rows(client, "guests/?state=accepted") == []


def test_outcomes_are_those_that_a_caller_may_know_of(session, client):
    city = make.make_city(slug="corfu")
    session.outcomes.create(kind="need", city=city, title="For all", is_public=True)
    session.outcomes.create(kind="need", city=city, title="For the lab")
    assert [one["title"] for one in rows(client, "outcomes/?city=corfu")] == ["For all"]
    assert rows(client, "outcomes/?kind=practice") == []
    client.force_login(make.make_officer(city))
    assert len(rows(client, "outcomes/")) == 2


def test_an_action_group_names_each_city_once_and_nobody(client):
    group = make.make_group("Corfu", slug="tag")
    city = group.members.get().city
    group.members.create(city=city, user=make.make_user(name="Ana"))
    group.outputs.create(title="A guide")
    group.outputs.create(title="Inside", is_public=False)
    (told,) = rows(client, "action-groups/")
    assert [one["city"] for one in told["members"]] == [city.slug]
    assert [one["title"] for one in told["outputs"]] == ["A guide"]
    assert "Ana" not in str(told)


def fill(session, number):
    event = session.day.event
    for _at in range(number):
        one, other = make.make_city(), make.make_city()
        group = make.make_group(one.name + "x", "Other " + one.name)
        group.outputs.create(title="A guide")
        session.outcomes.create(kind="need", city=one, title="Need", is_public=True)
        step = session.next_steps.create(title="W", city=one, with_city=other, due_on=DUE)
        collaborations.collaborate(step, make.make_staff())
        guest = event.guests.create(name="G", email=f"{one.slug}@example.org")
        guest.places.create(session=session)
    round = make.make_peer_round(number, event=make.make_lab())
    for at, entry in enumerate(round.entries.all()):
        found = round.groups.create(number=at + 1, session=round.sessions.get())
        found.seats.create(entry=entry, position=1, pitch=5, discussion=20)


@pytest.mark.parametrize(
    "path",
    ["action-groups", "collaborations", "commitments", "guests", "outcomes", "peer-groups"],
)
def test_a_list_takes_as_many_queries_for_four_rows_as_for_one(session, client, path):
    client.force_login(make.make_staff())

    def counted():
        with CaptureQueriesContext(connection) as queries:
            found = rows(client, f"{path}/")
        return len(queries), len(found)

    fill(session, 1)
    counted()
    few, _one = counted()
    fill(session, 3)
    many, found = counted()
    assert (many, found) == (few, 4)
