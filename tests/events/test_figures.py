"""The programme's figures of events: each number is the sum of rows that are shown."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cities.models import Pairing
from events.models import Registration
from tests.factories import make_city, make_event, make_session, make_user

pytestmark = pytest.mark.django_db


def comes(event, *people):
    for person in people:
        Registration.objects.create(event=event, user=person, status="confirmed")


def joined(session, one, other):
    pairing, _new = Pairing.objects.get_or_create(
        kind="joint", first_city=one, second_city=other, defaults={"purpose": "Buy together"}
    )
    session.next_steps.create(
        city=one, with_city=other, title="Buy", due_on=date(2090, 1, 1), pairing=pairing
    )


def figures_of(client):
    answer = client.get("/events/figures/")
    assert answer.status_code == 200
    rows = {row[0]["text"]: [cell["text"] for cell in row[2:6]] for row in answer.context["rows"]}
    return answer.context["totals"], rows, answer.content.decode()


def test_numbers_are_the_sums_of_their_rows_and_count_each_once(client):
    corfu, cork = make_city(name="Corfu"), make_city(name="Cork")
    ana, bo = make_user(), make_user()
    first, second = make_event(title="First"), make_event(title="Second")
    for event in (first, second):
        event.attendances.create(city=corfu)
        comes(event, ana)
    second.attendances.create(city=cork)
    comes(second, bo)
    Registration.objects.create(event=second, user=make_user(), status="waiting")
    session = make_session(second)
    for _twice in range(2):
        joined(session, corfu, cork)
    first.figures.create(label="participants", value="350+")

    totals, rows, html = figures_of(client)

    assert (totals.events, totals.cities, totals.people, totals.collaborations) == (2, 2, 2, 1)
    assert rows == {"First": ["1", "1", "", ""], "Second": ["2", "2", "2", "1"]}
    assert "participants: 350+" in html


def test_what_is_a_draft_or_called_off_counts_nowhere(client):
    for status in ("draft", "cancelled"):
        event = make_event(title="Hidden", status=status)
        event.attendances.create(city=make_city())
        comes(event, make_user())
        joined(make_session(event), make_city(), make_city())

    totals, rows, html = figures_of(client)

    assert (totals.events, totals.cities, totals.people, totals.collaborations) == (0, 0, 0, 0)
    assert rows == {}
    assert "Hidden" not in html


def test_the_page_takes_as_many_queries_for_thirty_events_as_for_three(client):
    def add(number):
        for _number in range(number):
            event = make_event()
            event.attendances.create(city=make_city())
            event.figures.create(label="cities", value="9")
            comes(event, make_user())
            joined(make_session(event), make_city(), make_city())

    def counted(url):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    urls = ["/events/figures/", "/cities/collaborations/"]
    add(3)
    few = [counted(url) for url in urls]
    add(27)
    assert [counted(url) for url in urls] == few
    assert max(few) <= 8


def test_collaborations_are_listed_kind_by_kind_with_those_that_ended(client):
    corfu, cork = make_city(name="Corfu"), make_city(name="Cork")
    Pairing.objects.create(kind="joint", first_city=corfu, second_city=cork, purpose="Buy together")
    Pairing.objects.create(
        kind="mentor", first_city=cork, second_city=corfu, until=date(2020, 1, 2),
        since=date(2020, 1, 1),
    )  # fmt: skip

    answer = client.get("/cities/collaborations/")

    assert (answer.context["total"], answer.context["running"]) == (2, 1)
    words = re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())
    words = re.sub(r"\s+", " ", words)
    assert "Corfu and Cork Buy together" in words
    assert "Cork mentors Corfu" in words
    assert "1 January 2020 – 2 January 2020" in words


def test_the_home_page_counts_people_and_collaborations_once_there_are_any(client):
    def told():
        return {one["label"]: one for one in client.get("/").context["figures"]}

    assert not {"people at meetings", "pairings of cities"} & set(told())
    event = make_event()
    comes(event, make_user(demonstration=True), make_user())
    joined(make_session(event), make_city(), make_city())
    found = told()
    assert (found["people at meetings"]["value"], found["pairings of cities"]["value"]) == (2, 1)
    assert found["people at meetings"]["note"] == "1 is an example"
    for one in ("people at meetings", "pairings of cities"):
        assert client.get(found[one]["url"]).status_code == 200
