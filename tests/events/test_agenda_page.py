"""An agenda to search: narrowed, now and next, and not sent again while nothing changed."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import EventDay, Room, Session, SessionKind, Talk, ThematicActionGroup, Track
from events.views import agenda
from tests.factories import (
    make_city,
    make_edition,
    make_event,
    make_organisation,
    make_session,
    make_staff,
    make_theme,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab():
    """Two days: an opening, then a workshop with everything that a session can point to."""
    event = make_event(slug="lab", ends_on=date(2021, 2, 17), edition=make_edition())
    make_session(event, slug="opening", title="Opening")
    workshop = make_session(
        event,
        slug="workshop",
        title="Façades",
        summary="Green walls.",
        day=EventDay.objects.create(event=event, date=date(2021, 2, 17), title="Practice"),
        kind=SessionKind.objects.create(slug="workshop", name="Workshop"),
        starts_at=datetime(2021, 2, 17, 9, tzinfo=UTC),
        ends_at=datetime(2021, 2, 17, 10, tzinfo=UTC),
        track=Track.objects.create(event=event, name="Clean air"),
        room=Room.objects.create(event=event, name="Hall"),
        theme=make_theme(slug="air", short_name="Air"),
        group=ThematicActionGroup.objects.create(
            slug="walls", name="Walls", edition=make_edition()
        ),
        audience="public",
        language="fr",
    )
    Talk.objects.create(
        session=workshop,
        title="Ivy",
        speaker=make_user(name="Ana Silva"),
        organisation=make_organisation(name="Hub"),
        city=make_city(name="Porto"),
    )
    return event


def shown(client, query=""):
    context = client.get(f"/events/lab/agenda/{query}").context
    titles = [row.title for row in context["filter"].found()]
    assert context["total"] == len(titles)
    return titles


@pytest.mark.parametrize(
    "query",
    [
        "?day=2021-02-17", "?track=clean-air", "?kind=workshop", "?theme=air", "?language=fr",
        "?audience=public", "?q=facades", "?q=GREEN walls", "?q=ana", "?q=porto hub", "?q=hall",
    ],
)  # fmt: skip
def test_an_agenda_is_narrowed(lab, client, query):
    assert shown(client) == ["Opening", "Façades"]
    assert shown(client, query) == ["Façades"]
    part = client.get(f"/events/lab/agenda/{query}", headers={"HX-Request": "true"}).content
    assert b"Fa\xc3\xa7ades" in part
    assert b"Opening" not in part
    assert b"<html" not in part


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?track=party", "“party” is not known here"),
        ("?day=2021-02-20", "The event has no such day"),
        ("?day=%00", "The event has no such day"),
        ("?q=zebra", "No session fits all of this"),
        ("?language=fr&kind=plenary", "No session fits all of this"),
    ],
)
def test_what_cannot_be_found_is_told(lab, client, query, told):
    response = client.get(f"/events/lab/agenda/{query}")

    assert response.status_code == 200
    assert told in response.content.decode()


def test_what_most_sessions_share_is_told_once(lab, client):
    for _each in range(2):
        make_session(lab)

    html = client.get("/events/lab/agenda/").content.decode()

    assert "for Cities of the programme and in English, unless a session says otherwise" in html
    assert html.count("<span>Open to everybody</span>") == 1
    assert html.count("<span>French</span>") == 1
    assert "<span>English</span>" not in html


def test_a_reader_elsewhere_sees_both_times_and_a_visitor_gets_them_by_script(lab, client):
    html = client.get("/events/lab/agenda/").content.decode()
    assert html.count("data-times") == 2
    assert '<time datetime="2021-02-16T10:00:00+01:00">10:00</time>' in html
    client.force_login(make_user(time_zone="America/Toronto"))

    html = client.get("/events/lab/agenda/").content.decode()

    assert "04:00–05:00 EST (your time)" in html
    assert " data-times" not in html


@pytest.mark.parametrize(
    ("zone", "own"),
    [("Asia/Tokyo", "18:00–19:00 JST"), ("Pacific/Kiritimati", "23:00–Wed 00:00")],
)
def test_the_readers_time_names_the_weekday_where_it_is_another(lab, client, zone, own):
    client.force_login(make_user(time_zone=zone))

    assert own.split("–")[0] in client.get("/events/lab/agenda/").content.decode()


@pytest.mark.parametrize(
    ("moment", "now", "later"),
    [
        ("2021-02-15 08:00", [], []),
        ("2021-02-16 08:59", [], ["Opening"]),
        ("2021-02-16 09:00", ["Opening"], []),
        ("2021-02-16 09:59", ["Opening"], ["Façades"]),
        ("2021-02-17 09:30", ["Façades"], []),
        ("2021-02-17 10:00", [], []),
    ],
)
def test_now_and_next(lab, client, moment, now, later):
    with time_machine.travel(datetime.fromisoformat(f"{moment}+00:00"), tick=False):
        context = client.get("/events/lab/agenda/").context

    assert [one["title"] for one in context["running"]] == now
    assert [one["title"] for one in context["coming"]] == later


def test_what_is_cancelled_is_shown_as_such_and_is_neither_now_nor_next(lab, client):
    Session.objects.filter(slug="opening").update(is_cancelled=True)

    with time_machine.travel(datetime(2021, 2, 16, 9, 30, tzinfo=UTC), tick=False):
        response = client.get("/events/lab/agenda/")

    assert not response.context["running"]
    assert "Cancelled</span>" in response.content.decode()


def rename(model, **fields):
    """A change to a row that sessions point to."""
    return lambda: model.objects.update(**fields)


CHANGES = {
    "event": lambda: Session.objects.first().day.event.__class__.objects.update(title="Other"),
    "event called off": lambda: EventDay.objects.first().event.__class__.objects.update(
        status="cancelled"
    ),
    "day": lambda: EventDay.objects.filter(title="Practice").update(title="Theory"),
    "empty day": lambda: EventDay.objects.create(
        event=EventDay.objects.first().event, date=date(2021, 2, 18)
    ),
    "title": rename(Session, title="Other"),
    "text": rename(Session, summary="Other"),
    "cancelled": rename(Session, is_cancelled=True),
    "audience": rename(Session, audience="core"),
    "language": rename(Session, language="el"),
    "track taken away": rename(Session, track=None),
    "name of a track": rename(Track, name="Other"),
    "name of a room": rename(Room, name="Other"),
    "name of a kind": lambda: SessionKind.objects.filter(slug="workshop").update(name="Other"),
    "name of a theme": lambda: Session.objects.get(slug="workshop").theme.__class__.objects.update(
        short_name="Other"
    ),
    "name of a group": rename(ThematicActionGroup, name="Other"),
    "hour": lambda: Session.objects.filter(slug="opening").update(
        ends_at=datetime(2021, 2, 16, 9, 30, tzinfo=UTC)
    ),
    "session added": lambda: make_session(EventDay.objects.first().event),
    "session removed": lambda: Session.objects.filter(slug="opening").delete(),
    "speaker": lambda: Talk.objects.get().speaker.__class__.objects.update(name="Other"),
    "speaker from outside": rename(Talk, speaker=None, speaker_name="Other"),
    "name of a city": lambda: Talk.objects.get().city.__class__.objects.update(name="Other"),
    "name of an organisation": lambda: Talk.objects.get().organisation.__class__.objects.update(
        name="Other"
    ),
    "talk removed": lambda: Talk.objects.all().delete(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_agenda_is_sent_again_only_after_a_change(lab, client, change):
    first = client.get("/events/lab/agenda/")
    known = {"If-None-Match": first["ETag"]}
    same = client.get("/events/lab/agenda/", headers=known)
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])

    CHANGES[change]()

    changed = client.get("/events/lab/agenda/", headers=known)
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    assert changed.content != first.content


def test_an_agenda_is_sent_again_when_time_moves_on_in_another_language_or_to_members(lab, client):
    with time_machine.travel(datetime(2021, 2, 16, 8, tzinfo=UTC), tick=False):
        known = {"If-None-Match": client.get("/events/lab/agenda/")["ETag"]}
    with time_machine.travel(datetime(2021, 2, 16, 9, tzinfo=UTC), tick=False):
        assert client.get("/events/lab/agenda/", headers=known).status_code == 200
    client.force_login(make_staff())
    response = client.get("/events/lab/agenda/", headers=known)
    assert response.status_code == 200
    assert "ETag" not in response
    assert "no-store" in response["Cache-Control"]


def test_an_agenda_takes_as_many_queries_for_thirty_sessions_as_for_three(lab, client):
    counts = []
    for more in (1, 27):
        for number in range(more):
            session = make_session(lab, title=f"Extra {number}")
            Talk.objects.create(session=session, title="Talk", city=make_city())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(shown(client)) > more
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 8


def test_of_a_long_event_one_day_is_shown_and_a_search_goes_through_all(lab, client, monkeypatch):
    monkeypatch.setattr(agenda, "MOST_AT_ONCE", 1)

    assert shown(client) == ["Opening"]
    assert shown(client, "?q=facades") == ["Façades"]
    page = client.get("/events/lab/agenda/?day=all")
    assert page.context["left_out"] == 1
    assert "The first 1 are shown" in page.content.decode()
    with time_machine.travel(datetime(2021, 2, 17, 9, 30, tzinfo=UTC), tick=False):
        assert shown(client) == ["Façades"]


def test_the_page_of_a_long_event_names_its_days(lab, client, monkeypatch):
    monkeypatch.setattr("events.views.events.MOST_SESSIONS", 1)

    html = client.get("/events/lab/").content.decode()

    assert "/events/lab/agenda/?day=2021-02-17" in html
    assert "Façades" not in html


def test_clocks_that_change_between_two_days_change_their_zone(client):
    first = date(2021, 3, 13)
    event = make_event(
        slug="lab", time_zone="America/Toronto", starts_on=first, ends_on=first + timedelta(days=1)
    )
    for number in (0, 1):
        day = EventDay.objects.create(event=event, date=first + timedelta(days=number))
        starts = datetime(2021, 3, 13 + number, 14, tzinfo=UTC)
        make_session(event, day=day, starts_at=starts, ends_at=starts + timedelta(hours=1))

    html = client.get("/events/lab/agenda/").content.decode()

    assert 'datetime="2021-03-13T09:00:00-05:00">09:00' in html
    assert 'datetime="2021-03-14T10:00:00-04:00">10:00' in html
    assert html.index("EST") < html.index("EDT")
