"""Staff screens of events: a City Lab on one page, and what calendars learn of changes."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import services
from events.models import Event, EventKind, Registration, Session, SessionKind
from tests.factories import (
    make_edition,
    make_event,
    make_session,
    make_staff,
    make_theme,
    make_user,
)

pytestmark = pytest.mark.django_db
ADD = "/admin/events/event/add/"


@pytest.fixture
def staff(client):
    client.force_login(make_staff())
    return client


def management(prefix, total, initial=0):
    return {
        f"{prefix}-TOTAL_FORMS": total,
        f"{prefix}-INITIAL_FORMS": initial,
        f"{prefix}-MIN_NUM_FORMS": 0,
        f"{prefix}-MAX_NUM_FORMS": 1000,
    }


def session_fields(number, **fields):
    kind, _created = SessionKind.objects.get_or_create(slug="plenary", defaults={"name": "Plenary"})
    fields = {
        "day_date": "2027-03-27", "start": "09:00", "end": "10:30", "title": "Opening",
        "kind": kind.pk, "part_of_day": "3unknown", "position": 0, "audience": "cities",
        "language": "en", **fields,
    }  # fmt: skip
    return {f"sessions-{number}-{name}": value for name, value in fields.items()}


def lab_fields(sessions=(), days=(), **fields):
    kind, _created = EventKind.objects.get_or_create(
        slug="city-lab", defaults={"name": "City Lab", "name_plural": "City Labs"}
    )
    data = {
        "title": "Sixth City Lab", "slug": "city-lab-6", "kind": kind.pk, "status": "published",
        "starts_on": "2027-03-27", "ends_on": "2027-03-28", "time_zone": "Europe/Athens",
        "format": "online", **management("days", len(days)),
        **management("sessions", len(sessions)), **management("figures", 0),
        **management("attendances", 0), **management("door_helpers", 0),
        **management("photos", 0),
         **management("tracks", 0), **management("rooms", 0),
        **fields,
    }  # fmt: skip
    for number, (day, title) in enumerate(days):
        data |= {f"days-{number}-date": day, f"days-{number}-title": title}
    for number, session in enumerate(sessions):
        data |= session_fields(number, **session)
    return data


def errors_on(response):
    """What the admin's forms complain about, by inline or field."""
    assert response.status_code == 200, response.content
    found = dict(response.context["adminform"].form.errors)
    for inline in response.context["inline_admin_formsets"]:
        for form in inline.formset.forms:
            found |= form.errors
    return {name: str(words) for name, words in found.items()}


def test_a_lab_with_two_days_and_sessions_is_made_on_one_page(staff, client):
    assert staff.get(ADD).status_code == 200
    data = lab_fields(
        days=[("2027-03-27", "Strategy"), ("2027-03-28", "Practice")],
        sessions=[
            {},
            {"title": "Mentor lounge", "day_date": "2027-03-28"},
            {"title": "Opening", "start": "", "end": "", "part_of_day": "2afternoon"},
        ],
    )

    response = staff.post(ADD, data)

    assert response.status_code == 302, errors_on(response)
    client.logout()
    page = client.get("/events/city-lab-6/").content.decode()
    for words in ["Strategy", "Practice", "Opening", "Mentor lounge"]:
        assert words in page
    event = Event.objects.get()
    assert event.days.count() == 2
    # The night between the two days is the one in which clocks change in Athens.
    assert list(Session.objects.in_order().values_list("slug", "starts_at")) == [
        ("opening", datetime(2027, 3, 27, 7, tzinfo=UTC)),
        ("opening-2", None),
        ("mentor-lounge", datetime(2027, 3, 28, 6, tzinfo=UTC)),
    ]


def test_a_room_or_track_that_a_session_names_is_made_once(staff):
    data = lab_fields(
        sessions=[
            {"room_name": "Hall", "track_name": "Skills"},
            {"room_name": "hall ", "title": "Workshop", "start": "11:00", "end": "12:00"},
            {"room_name": "Library", "title": "Talks", "start": "11:00", "end": "12:00"},
        ]
    )
    data |= management("rooms", 1) | {
        "rooms-0-name": "Library",
        "rooms-0-capacity": 40,
        "rooms-0-position": 1,
    }

    response = staff.post(ADD, data)

    assert response.status_code == 302, errors_on(response)
    event = Event.objects.get()
    assert [(room.name, room.capacity) for room in event.rooms.order_by("pk")] == [
        ("Library", 40),
        ("Hall", None),
    ]
    named = Session.objects.order_by("pk").values_list("title", "room__name", "track__name")
    assert list(named) == [
        ("Opening", "Hall", "Skills"),
        ("Workshop", "Hall", None),
        ("Talks", "Library", None),
    ]


def test_a_day_nobody_listed_is_made_for_its_session(staff):
    staff.post(ADD, lab_fields(sessions=[{"day_date": "2027-03-28"}]))

    assert list(Event.objects.get().days.values_list("date", flat=True)) == [date(2027, 3, 28)]


@pytest.mark.parametrize(
    ("session", "field", "words"),
    [
        ({"day_date": "2027-03-29"}, "day_date", "The event lasts from"),
        ({"end": ""}, "end", "Give both times"),
        ({"end": "09:00"}, "end", "must be after the start"),
        ({"day_date": "2027-03-28", "start": "03:30", "end": "05:00"}, "start", "Clocks jump"),
    ],
)
def test_a_session_that_cannot_be_is_refused_with_the_reason(staff, session, field, words):
    response = staff.post(ADD, lab_fields(sessions=[session]))

    assert words in errors_on(response)[field]
    assert not Event.objects.exists()


def test_a_time_zone_nobody_knows_is_refused(staff):
    response = staff.post(ADD, lab_fields(time_zone="Europe/Atlantis", sessions=[{}]))

    assert "is no time zone" in errors_on(response)["time_zone"]


def edit(event, session, **changes):
    start = session.starts_at.astimezone(session.zone)
    shown = {
        "id": session.pk, "day_date": session.day.date, "start": f"{start:%H:%M}",
        "end": f"{session.ends_at.astimezone(session.zone):%H:%M}", "title": session.title,
        "kind": session.kind_id, **changes,
    }  # fmt: skip
    return lab_fields(
        sessions=[shown], title=event.title, slug=event.slug, starts_on=event.starts_on,
        ends_on=event.ends_on, time_zone=event.time_zone, **management("sessions", 1, 1),
        **{"days-TOTAL_FORMS": 1, "days-INITIAL_FORMS": 1, "days-0-id": session.day_id,
           "days-0-event": event.pk, "days-0-date": session.day.date},
    )  # fmt: skip


def test_only_what_calendars_show_counts_as_a_new_version(staff):
    session = make_session(make_event(time_zone="Europe/Lisbon"))
    event, address = session.day.event, f"/admin/events/event/{session.day.event.pk}/change/"

    for changes, version in [({}, 0), ({"audience": "public"}, 0), ({"start": "08:30"}, 1)]:
        response = staff.post(address, edit(event, session, **changes))
        assert response.status_code == 302, errors_on(response)
        session.refresh_from_db()
        assert session.sequence == version
    assert session.starts_at == datetime(2021, 2, 16, 8, 30, tzinfo=UTC)
    event.refresh_from_db()
    assert event.sequence == 0
    staff.post(address, edit(event, session) | {"title": "Renamed"})
    event.refresh_from_db()
    assert event.sequence == 1


def test_a_stale_page_of_an_event_is_refused_once_with_everything_typed(staff):
    session = make_session(make_event(time_zone="Europe/Lisbon"))
    event, address = session.day.event, f"/admin/events/event/{session.day.event.pk}/change/"
    opened = staff.get(address).context["adminform"].form
    mine = edit(event, session, title="My session") | {
        "title": "My title", "seen_at": opened["seen_at"].value()
    }  # fmt: skip
    Event.objects.get(pk=event.pk).save()

    refused = staff.post(address, mine)

    [words] = refused.context["adminform"].form.non_field_errors()
    assert "Somebody saved this event at" in words
    assert "differ from what is saved in: Title" in words
    page = refused.content.decode()
    for typed in ('value="My title"', 'value="My session"'):
        assert typed in page
    event.refresh_from_db()
    assert event.title != "My title"
    again = mine | {"seen_at": refused.context["adminform"].form["seen_at"].value()}
    assert f'name="seen_at" value="{again["seen_at"]}"' in page
    assert staff.post(address, again).status_code == 302
    event.refresh_from_db()
    assert event.title == "My title"


def session_page(session, **changes):
    shown = {"day_date": "2021-02-16", "start": "10:00", "end": "11:00", "title": session.title}
    fields = session_fields(0, **shown | changes)
    return {
        **{name.removeprefix("sessions-0-"): value for name, value in fields.items()},
        **management("agenda_items", 0), **management("talks", 0), **management("materials", 0),
    }  # fmt: skip


def test_a_session_saved_on_one_page_makes_the_other_page_stale(staff):
    session = make_session(make_event(time_zone="Europe/Lisbon"))
    event = session.day.event
    pages = [
        f"/admin/events/event/{event.pk}/change/",
        f"/admin/events/session/{session.pk}/change/",
    ]
    seen = [staff.get(page).context["adminform"].form["seen_at"].value() for page in pages]

    first = staff.post(pages[1], session_page(session, title="First") | {"seen_at": seen[1]})
    assert first.status_code == 302, errors_on(first)
    for page, data, stamp in [
        (pages[0], edit(event, session, title="Late"), seen[0]),
        (pages[1], session_page(session, title="Late"), seen[1]),
    ]:
        assert "Somebody saved" in errors_on(staff.post(page, data | {"seen_at": stamp}))["__all__"]
    session.refresh_from_db()
    assert session.title == "First"


def test_more_seats_in_the_admin_move_people_up(staff):
    event = make_event(
        starts_on=date(2090, 1, 1), ends_on=date(2090, 1, 1), capacity=1,
        registration_opens_at=datetime(2020, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    for _number in range(2):
        services.register(event, make_user())
    data = lab_fields(
        title=event.title, slug=event.slug, starts_on=event.starts_on, ends_on=event.ends_on,
        time_zone=event.time_zone, capacity=2, registration_opens_at_0="2020-01-01",
        registration_opens_at_1="00:00",
    )  # fmt: skip

    response = staff.post(f"/admin/events/event/{event.pk}/change/", data)

    assert response.status_code == 302, errors_on(response)
    assert set(event.registrations.values_list("status", flat=True)) == {"confirmed"}


def test_an_event_is_called_off_and_a_place_given_back_from_the_list(staff):
    event = make_event(
        starts_on=date(2090, 1, 1), ends_on=date(2090, 1, 1),
        registration_opens_at=datetime(2020, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    registration = services.register(event, make_user())

    staff.post("/admin/events/registration/", {
        "action": "give_back", "_selected_action": registration.pk,
    })  # fmt: skip
    staff.post("/admin/events/event/", {"action": "call_off", "_selected_action": event.pk})

    registration.refresh_from_db()
    event.refresh_from_db()
    assert (registration.status, event.status, event.sequence) == ("cancelled", "cancelled", 1)


def test_blocks_that_do_not_fill_their_session_are_named(staff):
    session = make_session()
    item = session.agenda_items.create(title="Only block", minutes=40)
    data = {
        name.partition("-0-")[2] or name: value
        for name, value in session_fields(
            0, day_date="2021-02-16", start="10:00", end="11:00", title=session.title
        ).items()
    }
    data |= management("agenda_items", 1, 1) | management("talks", 0)
    data |= management("materials", 0) | {
        "agenda_items-0-id": item.pk, "agenda_items-0-session": session.pk,
        "agenda_items-0-position": 0, "agenda_items-0-title": item.title,
        "agenda_items-0-minutes": 45,
    }  # fmt: skip

    page = staff.post(f"/admin/events/session/{session.pk}/change/", data, follow=True)

    assert "leave 15 minutes of the session open" in page.content.decode()


def test_staff_screens_take_as_many_queries_for_thirty_rows_as_for_three(staff):
    event, theme = make_event(), make_theme()
    addresses = [
        "/admin/events/event/", "/admin/events/session/", f"/admin/events/event/{event.pk}/change/",
    ]  # fmt: skip

    def counted():
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert staff.get(address).status_code == 200
            found.append(len(queries))
        return found

    for _number in range(3):
        make_session(event, theme=theme)
        make_event(edition=make_edition())
    few = counted()
    for _number in range(27):
        make_session(event, theme=theme)
        make_event(edition=make_edition())

    assert counted() == few


def test_feedback_does_not_end_before_the_event_begins(staff):
    found = errors_on(staff.post(ADD, lab_fields(feedback_until="2027-03-26")))
    assert "before the first day" in found["feedback_until"]
    assert not Event.objects.exists()


@pytest.mark.parametrize("row", ["sessions", "days"])
@pytest.mark.parametrize("of", ["mark", "answer"])
def test_a_session_in_which_people_were_is_not_deleted_with_what_they_said(staff, row, of):
    session = make_session(make_event(time_zone="Europe/Lisbon"), title="Opening")
    event, person = session.day.event, make_user()
    if of == "mark":
        came = Registration.objects.create(event=event, user=person, status="confirmed")
        came.presences.create(day=session.day.date, session=session)
    else:
        session.feedback.create(user=person, rating=3)
    sent = edit(event, session) | {f"{row}-0-DELETE": "on"}

    response = staff.post(f"/admin/events/event/{event.pk}/change/", sent)

    assert response.status_code == 200
    if row == "sessions":
        named = {"mark": "presences", "answer": "feedback on sessions"}[of]
        assert f"“Opening” ({named}). Cancel them instead" in response.content.decode()
    assert Session.objects.filter(pk=session.pk).exists()
    assert (
        staff.post(f"/admin/events/session/{session.pk}/delete/", {"post": "yes"}).status_code
        == 200
    )
    assert Session.objects.filter(pk=session.pk).exists()


@pytest.mark.parametrize(("number", "status"), [(4, 302), (5, 200)])
def test_once_results_are_told_no_more_answers_are_taken(staff, number, status):
    session = make_session(make_event(time_zone="Europe/Lisbon"))
    event = session.day.event
    for _person in range(number):
        session.feedback.create(user=make_user(), rating=3)
    sent = edit(event, session) | {"feedback_until": "2099-01-01"}

    response = staff.post(f"/admin/events/event/{event.pk}/change/", sent)

    assert response.status_code == status
    if status == 200:
        assert "shown already" in errors_on(response)["feedback_until"]
