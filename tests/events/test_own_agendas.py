"""One's own agenda: starred or in the address, and read by one's calendar."""

import re
from datetime import timedelta

import icalendar
import pytest
from django.utils import timezone

from events import services
from events.models import (
    CalendarAddress,
    EventStatus,
    RoundState,
    Session,
    SessionStar,
    SignUp,
)
from tests.factories import make_event, make_officer, make_session, make_user
from tests.factories.labs import (
    make_asker,
    make_meeting,
    make_meeting_expert,
    make_meeting_round,
    make_peer_round,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab():
    event = make_event(slug="lab")
    for title in ("Opening", "Workshop", "Closing"):
        make_session(event, title=title)
    return event


def session(title):
    return Session.objects.get(title=title)


def star(client, title, **fields):
    return client.post("/events/lab/agenda/star/", {"star": session(title).pk, **fields})


def titles(client, query=""):
    html = client.get(f"/events/lab/agenda/mine/{query}").content.decode()
    return re.findall(r'<h4 id="s\d+"><a [^>]*>([^<]*)', html)


def calendar(client, token):
    response = client.get(f"/events/calendar/{token}.ics")
    assert response.status_code == 200
    found = icalendar.Calendar.from_ical(response.content)
    assert not found.errors
    return list(found.walk("VEVENT"))


def test_a_member_stars_sessions_and_takes_stars_away(lab, client):
    client.force_login(make_user())
    before = client.get("/events/lab/agenda/").content.decode()
    assert before.count('aria-pressed="false"') == 3

    response = star(client, "Workshop", next="/events/lab/agenda/?day=2021-02-16")

    assert response["Location"] == f"/events/lab/agenda/?day=2021-02-16#s{session('Workshop').pk}"
    assert client.get("/events/lab/agenda/").content.decode().count('aria-pressed="true"') == 1
    assert titles(client) == ["Workshop"]
    star(client, "Workshop")
    assert titles(client) == []
    assert not SessionStar.objects.exists()


@pytest.mark.parametrize("key", ["", "x", "0", "99999999999999999999", "\0", "9" * 4301])
def test_a_star_for_no_session_is_not_found(lab, client, key):
    client.force_login(make_user())

    assert client.post("/events/lab/agenda/star/", {"star": key}).status_code in {400, 404}
    assert not SessionStar.objects.exists()


def test_a_star_leads_back_to_our_own_pages_only(lab, client):
    client.force_login(make_user())

    response = star(client, "Workshop", next="https://elsewhere.example/")

    assert response["Location"].startswith("/events/lab/agenda/#s")


def test_a_visitor_keeps_an_agenda_in_the_address(lab, client):
    html = client.get("/events/lab/agenda/").content.decode()
    assert html.count('type="checkbox" name="s"') == 3
    first, last = session("Opening").pk, session("Closing").pk

    assert titles(client, f"?s={first}&s={last}&s=x&s=99999") == ["Opening", "Closing"]
    assert titles(client, f"?s={first}&s={'9' * 4301}") == ["Opening"]
    assert titles(client) == []
    other = make_session(make_event(), title="Elsewhere")
    assert titles(client, f"?s={other.pk}") == []


def test_sessions_in_which_one_has_a_place_or_waits_are_ones_own_without_a_star(lab, client):
    user = make_user()
    for title, status in (("Opening", "waiting"), ("Closing", "confirmed")):
        SignUp.objects.create(session=session(title), user=user, status=status)
    gone = {"status": "cancelled", "cancelled_at": timezone.now()}
    SignUp.objects.create(session=session("Workshop"), user=user, **gone)
    client.force_login(user)

    assert titles(client) == ["Opening", "Closing"]
    html = client.get("/events/lab/agenda/mine/").content.decode()
    assert html.index("You are on the waiting list") < html.index("You have a place")
    assert 'aria-pressed="true"' not in html
    client.force_login(make_user())
    assert titles(client) == []


def test_nobody_sees_what_somebody_else_starred(lab, client):
    services.star(make_user(), session("Workshop"))
    client.force_login(make_user())

    assert titles(client) == []
    assert 'aria-pressed="true"' not in client.get("/events/lab/agenda/").content.decode()


def test_an_address_is_shown_once_renewed_and_ended(lab, client):
    user = make_user()
    client.force_login(user)
    assert "You have no address yet" in client.get("/events/calendar-address/").content.decode()

    def made():
        html = client.post("/events/calendar-address/").content.decode()
        return re.search(r"/events/calendar/([\w-]{40,})\.ics", html)[1]

    first = made()
    assert first not in client.get("/events/calendar-address/").content.decode()
    assert first not in CalendarAddress.objects.get().token_hash
    client.logout()
    assert calendar(client, first) == []
    client.force_login(user)
    second = made()
    client.logout()
    assert client.get(f"/events/calendar/{first}.ics").status_code == 404
    assert client.get(f"/events/calendar/{second}.ics").status_code == 200
    client.force_login(user)
    client.post("/events/calendar-address/", {"end": "1"})
    assert client.get(f"/events/calendar/{second}.ics").status_code == 404


def test_the_address_of_somebody_who_left_opens_nothing(client):
    user = make_user()
    token = services.new_address(user)
    user.is_active = False
    user.save()

    assert client.get(f"/events/calendar/{token}.ics").status_code == 404


def test_a_calendar_has_starred_sessions_of_all_events_and_shows_cancelled_ones_as_such(
    lab, client
):
    user = make_user()
    token = services.new_address(user)
    hidden = make_session(make_event(status=EventStatus.DRAFT), title="Hidden")
    for one in (session("Opening"), make_session(make_event(), title="Far"), hidden):
        services.star(user, one)
    Session.objects.filter(title="Opening").update(is_cancelled=True)

    found = {
        str(entry["SUMMARY"]).split(" (")[0]: str(entry["STATUS"])
        for entry in calendar(client, token)
    }

    assert found == {"Opening": "CANCELLED", "Far": "CONFIRMED"}


def test_a_calendar_has_own_groups_and_talks_once_they_are_published(client):
    round = make_peer_round(3)
    city = round.entries.first().city
    officer = make_officer(city)
    token = services.new_address(officer)
    group = round.groups.create(number=1, session=round.sessions.get(), label="Breakout 1")
    group.seats.create(entry=round.entries.first(), position=1)
    talks = make_meeting_round(2, event=round.event, published=True)
    slot, other = talks.slots.all()
    expert = make_meeting_expert(talks, slot, other)
    expert.offers.update(room="Library", link="https://meet.example.org/1")
    asker = make_asker(talks, expert, city=city)
    talk = make_meeting(asker, expert, slot)
    assert [str(entry["UID"]).split("@")[0] for entry in calendar(client, token)] == [
        f"one-to-one-{talk.pk}"
    ]

    round.state, round.published_at = RoundState.PUBLISHED, talks.published_at
    round.save()
    group_entry, talk_entry = calendar(client, token)

    assert str(group_entry["UID"]).startswith(f"peer-group-{group.pk}@")
    assert group_entry["LOCATION"] == "Breakout 1"
    assert group_entry["DTSTART"].dt == group.session.starts_at
    assert city.name in group_entry["DESCRIPTION"]
    assert talk_entry["LOCATION"] == "Library"
    assert "https://meet.example.org/1" in talk_entry["DESCRIPTION"]
    assert (talk_entry["DTSTART"].dt, talk_entry["STATUS"]) == (slot.starts_at, "CONFIRMED")
    expert_token = services.new_address(expert.user)
    assert len(calendar(client, expert_token)) == 1
    assert calendar(client, services.new_address(make_user())) == []

    talk.cancelled_at = talks.published_at + timedelta(hours=1)
    talk.version += 1
    talk.save()
    _group, cancelled = calendar(client, token)
    assert cancelled["STATUS"] == "CANCELLED"
    assert cancelled["UID"] == talk_entry["UID"]
    assert cancelled["SEQUENCE"] > talk_entry["SEQUENCE"]


def test_an_unchanged_calendar_is_not_sent_again(lab, client):
    user = make_user()
    token = services.new_address(user)
    services.star(user, session("Opening"))
    first = client.get(f"/events/calendar/{token}.ics")
    known = {"If-None-Match": first["ETag"]}
    assert "private" in first["Cache-Control"]

    assert client.get(f"/events/calendar/{token}.ics", headers=known).status_code == 304
    services.star(user, session("Closing"))
    assert client.get(f"/events/calendar/{token}.ics", headers=known).status_code == 200
