"""The public list of events, their agendas, sessions and groups."""

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cities.models import Source
from cities.templatetags.portal_tags import range_words
from events import services
from events.models import (
    EventDay,
    EventFigure,
    EventStatus,
    GroupMember,
    Talk,
    ThematicActionGroup,
)
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


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def words_of(html):
    """The words of a page, as a reader sees them."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_draft_is_known_to_staff_alone(client):
    event = make_event(
        status=EventStatus.DRAFT, registration_opens_at=datetime(2020, 1, 1, tzinfo=UTC)
    )
    session = make_session(event)
    addresses = [
        event.get_absolute_url(), session.get_absolute_url(), f"/events/{event.slug}.ics",
        f"/events/{event.slug}/2021-02-16.ics", f"/events/{event.slug}/register/",
        f"{session.get_absolute_url()[:-1]}.ics",
    ]  # fmt: skip

    for person in [None, make_user()]:
        if person:
            client.force_login(person)
        assert {client.get(address).status_code for address in addresses} == {404}
        assert event.title not in page(client, "/events/")
    client.force_login(make_staff())
    assert {client.get(address).status_code for address in addresses} == {200}
    assert event.title in page(client, "/events/")


def test_coming_events_stand_nearest_first_and_past_ones_latest_first(client):
    for year, title in [(2020, "Old"), (2091, "Far"), (2090, "Near"), (2022, "Recent")]:
        make_event(title=title, starts_on=date(year, 5, 1), ends_on=date(year, 5, 2))

    context = client.get("/events/").context

    assert [event.title for event in context["coming"]] == ["Near", "Far"]
    assert [event.title for event in context["past"]] == ["Recent", "Old"]
    assert [event.title for event in client.get("/events/?when=past").context["past"]] == [
        "Recent",
        "Old",
    ]
    assert not client.get("/events/?when=past").context["coming"]


def test_events_are_narrowed_by_the_theme_of_their_sessions(client):
    theme, event = make_theme(), make_event(edition=make_edition(), title="With theme")
    make_session(event, theme=theme)
    make_event(title="Without")

    context = client.get(f"/events/?theme={theme.slug}&edition=first").context

    assert [event.title for event in context["past"]] == ["With theme"]
    assert "is not known here" in page(client, "/events/?kind=party")


@pytest.mark.parametrize(
    ("zone", "moment", "told"),
    [
        ("Europe/Lisbon", (2021, 3, 27, 9), "09:00 – 10:00 WET"),
        ("Europe/Lisbon", (2021, 3, 28, 9), "10:00 – 11:00 WEST"),
        ("Europe/Athens", (2021, 10, 30, 9), "12:00 – 13:00 EEST"),
        ("Europe/Athens", (2021, 10, 31, 9), "11:00 – 12:00 EET"),
        ("America/Toronto", (2021, 3, 13, 14), "09:00 – 10:00 EST"),
        ("America/Toronto", (2021, 3, 14, 14), "10:00 – 11:00 EDT"),
        ("America/Phoenix", (2021, 7, 1, 16), "09:00 – 10:00 MST"),
        ("America/Bogota", (2021, 7, 1, 14), "09:00 – 10:00 UTC-05:00"),
    ],
)
def test_times_are_those_of_the_events_zone_on_that_day(client, zone, moment, told):
    day = date(*moment[:3])
    event = make_event(time_zone=zone, starts_on=day, ends_on=day)
    start = datetime(*moment, tzinfo=UTC)
    session = make_session(event, starts_at=start, ends_at=start.replace(hour=moment[3] + 1))

    for address in [event.get_absolute_url(), session.get_absolute_url()]:
        assert told in words_of(page(client, address)).replace("–", " – ").replace("  ", " ")


def test_a_reader_in_another_zone_sees_their_own_time_too(client):
    event = make_event(time_zone="Europe/Brussels")
    make_session(event)  # 9 to 10 UTC, 10 to 11 in Brussels
    client.force_login(make_user(time_zone="America/Bogota"))

    words = words_of(page(client, event.get_absolute_url()))

    assert "04:00–05:00 UTC-05:00 (your time)" in words
    client.force_login(make_user(time_zone="Europe/Paris"))
    assert "(your time)" not in words_of(page(client, event.get_absolute_url()))


def test_the_clock_runs_through_the_blocks_until_one_has_no_minutes(client):
    session = make_session()  # begins at 10:00 in Brussels
    for position, minutes in enumerate([15, 50, None, 5]):
        session.agenda_items.create(position=position, title=f"Block {position}", minutes=minutes)

    words = words_of(page(client, session.get_absolute_url()))

    assert "10:00 Block 0 (15 minutes) 10:15 Block 1 (50 minutes) 11:05 Block 2 Block 3" in words


def test_the_clock_runs_right_through_the_night_in_which_clocks_change():
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    from events.agenda import entry_of  # noqa: PLC0415

    # 01:30 in Brussels; at 02:00 clocks jump to 03:00.
    event = make_event(time_zone="Europe/Brussels")
    session = make_session(
        event,
        starts_at=datetime(2021, 3, 28, 0, 30, tzinfo=UTC),
        ends_at=datetime(2021, 3, 28, 2, 0, tzinfo=UTC),
    )
    session.agenda_items.create(position=0, title="Before", minutes=45)

    entry = entry_of(session, event, ZoneInfo("Europe/London"))

    assert f"{entry.items[0].starts:%H:%M}-{entry.items[0].ends:%H:%M}" == "01:30-03:15"


def test_the_day_runs_in_order_with_untimed_sessions_by_part_of_day(client):
    event = make_event()
    make_session(event, title="Afternoon", starts_at=None, ends_at=None, part_of_day="2afternoon")
    make_session(event, title="Morning", starts_at=None, ends_at=None, part_of_day="1morning")
    make_session(event, title="Timed", parallel="rooms")
    make_session(event, title="Beside", parallel="rooms")

    slots = client.get(event.get_absolute_url()).context["days"][0].slots

    assert [[entry.session.title for entry in slot.entries] for slot in slots] == [
        ["Timed", "Beside"],
        ["Morning"],
        ["Afternoon"],
    ]


def test_one_day_is_shown_when_asked_for_and_an_unknown_one_is_named(client):
    event = make_event(ends_on=date(2021, 2, 17))
    make_session(event, title="First day")
    second = EventDay.objects.create(event=event, date=date(2021, 2, 17))
    make_session(event, day=second, title="Second day")

    only = page(client, f"{event.get_absolute_url()}?day=2021-02-17")
    other = page(client, f"{event.get_absolute_url()}?day=2021-02-30")

    assert "Second day" in only
    assert "First day" not in only
    assert "no such day" in other
    assert "First day" in other


def test_what_is_cancelled_stays_visible_as_cancelled(client):
    event = make_event(status=EventStatus.CANCELLED)
    make_session(event, title="Called off", is_cancelled=True)

    assert "Called off" in page(client, event.get_absolute_url())
    assert "was called off" in page(client, event.get_absolute_url())
    assert event.title in page(client, "/events/")


def test_figures_stand_in_their_order_and_an_event_without_any_has_no_such_part(client):
    event = make_event()
    assert "In figures" not in page(client, event.get_absolute_url())
    for position, label in [(2, "Later figure"), (1, "First figure")]:
        EventFigure.objects.create(event=event, label=label, value="9+", position=position)

    words = words_of(page(client, event.get_absolute_url()))

    assert "In figures" in words
    assert 0 < words.index("First figure") < words.index("Later figure")


def test_search_engines_are_told_in_a_text_that_cannot_end_its_element(client):
    event = make_event(title="</script><b>Lab", time_zone="Europe/Lisbon")

    html = page(client, event.get_absolute_url())

    told = json.loads(re.search(r'ld\+json">(.*?)</script>', html)[1])
    assert told["name"] == event.title
    assert told["startDate"] == "2021-02-16"


def test_an_action_group_shows_its_members_and_meetings(client):
    group = ThematicActionGroup.objects.create(
        edition=make_edition(), slug="circular", name="Circular"
    )
    group.priorities.create(title="Skills")
    GroupMember.objects.create(group=group, city=make_city(name="Corfu"), practice="Collects.")
    make_session(make_event(), group=group, title="Kick-off")
    make_session(make_event(status=EventStatus.DRAFT), group=group, title="Secret")

    html = page(client, group.get_absolute_url())

    for words in ["Corfu", "Collects.", "<li>Skills</li>", "Kick-off"]:
        assert words in html
    assert "Secret" not in html
    assert "Circular" in page(client, "/events/groups/")


@pytest.mark.parametrize("address", ["/events/", "/events/groups/"])
def test_visitors_get_no_cookie(client, address):
    make_event()
    assert not client.get(address).cookies


def test_an_agenda_of_sixty_sessions_takes_eight_queries(client):
    def add(number):
        for _number in range(number):
            session = make_session(event, theme=theme, group=group)
            item = session.agenda_items.create(title="Block", minutes=10)
            city = make_city()
            session.talks.create(title="Talk", item=item, city=city, speaker=person)
            session.talks.create(title="Talk", organisation=hub)
            event.attendances.create(city=city)
            EventFigure.objects.create(event=event, label=f"{city}", value="1")
            event.organisers.add(make_organisation())
            GroupMember.objects.create(group=group, city=city)
            make_event()

    Source.objects.create(key="report", title="Report of the lab", url="https://example.org/")
    event = make_event(
        source="report", city=make_city(), edition=make_edition(), ends_on=date(2021, 2, 17)
    )
    EventDay.objects.create(event=event, date=event.ends_on)
    theme, person, hub = make_theme(), make_user(), make_organisation()
    group = ThematicActionGroup.objects.create(edition=make_edition(), slug="group", name="Group")
    addresses = [
        event.get_absolute_url(), "/events/", "/events/groups/", group.get_absolute_url(),
        f"/events/{event.slug}.ics",
    ]  # fmt: skip

    def counted():
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        return found

    add(3)
    few = counted()
    add(57)

    assert counted() == few
    shown = page(client, event.get_absolute_url())
    assert "Report of the lab" in shown
    assert len(re.findall(r"<h2[^>]*>In figures", shown)) == 1
    assert shown.count("Block") >= 60
    assert max(few) <= 8


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (date(2021, 2, 16), date(2021, 2, 16), ("16 February 2021", "")),
        (date(2021, 2, 16), date(2021, 2, 19), ("16", "–19 February 2021")),
        (date(2021, 2, 26), date(2021, 3, 2), ("26 February", " – 2 March 2021")),
        (date(2021, 12, 30), date(2022, 1, 2), ("30 December 2021", " – 2 January 2022")),
    ],
)
def test_a_stretch_of_days_says_once_what_its_ends_share(first, last, told):
    assert range_words(first, last) == told


def test_a_past_session_is_kept_in_a_calendar_quietly_and_leads_to_its_neighbours(client):
    event = make_event(starts_on=date(2021, 2, 16), ends_on=date(2021, 2, 16))
    first, second, third = (make_session(event, title=f"Part {n}", position=n) for n in range(3))
    page = client.get(second.get_absolute_url()).content.decode()
    assert "Add to a calendar" in page
    assert "ds-button" not in page.split("Add to a calendar")[0].rpartition("<a")[2]
    assert first.get_absolute_url() in page
    assert third.get_absolute_url() in page
    assert "Add all sessions" not in client.get(event.get_absolute_url()).content.decode()


def test_what_a_city_will_say_is_not_told_as_said(client):
    city = make_city()
    for title, year in [("Said", 2021), ("To be said", 2090)]:
        event = make_event(starts_on=date(year, 2, 16), ends_on=date(year, 2, 16))
        Talk.objects.create(session=make_session(event), title=title, city=city)
    page = client.get(city.get_absolute_url()).content.decode()
    will, did = page.index("Where the city will speak"), page.index("Where the city spoke")
    assert will < page.index("To be said") < did < page.index(">Said<")


def test_the_form_for_a_place_says_when_where_and_how_many_seats_are_left(client):
    event = make_event(
        starts_on=date(2090, 2, 16), ends_on=date(2090, 2, 17), capacity=2, place="Town hall",
        registration_opens_at=timezone.now() - timedelta(days=1),
    )  # fmt: skip
    services.register(event, make_user())
    client.force_login(make_user())
    page = client.get(f"{event.get_absolute_url()}register/").content.decode()
    for words in ("Town hall", "February 2090", event.time_zone, "1 of 2 are free"):
        assert words in page
