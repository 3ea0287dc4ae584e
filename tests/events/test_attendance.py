"""Who is there: marked in a list or by a code, taken back, counted."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import services
from events.exchange.codes import code_for
from events.models import EventStatus, Presence, Registration
from events.services import attendance
from tests.events.test_signups import at_once
from tests.factories import make_city, make_event, make_session, make_staff, make_user

pytestmark = pytest.mark.django_db

FIRST = date(2021, 2, 16)
SECOND = FIRST + timedelta(days=1)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(datetime(2021, 2, 16, 9, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def lab():
    return make_event(
        slug="lab", format="on_site", time_zone="Europe/Athens", starts_on=FIRST, ends_on=SECOND
    )


def comes(event, name="Ana", city=None, status="confirmed"):
    return Registration.objects.create(
        event=event, user=make_user(name=name), city=city, status=status
    )


def helper_at(event):
    person = make_user(name="Helper")
    event.door_helpers.create(user=person)
    return person


def address(registration):
    return f"/events/check-in/{attendance.code_of(registration)}/"


def standing():
    marks = Presence.objects.standing().order_by("pk")
    return [(one.registration.user.name, one.day, one.session_id) for one in marks]


def messages(response):
    return [str(one) for one in response.context["messages"]]


def test_a_helper_marks_somebody_in_the_list_and_takes_it_back(lab, client):
    ana, person = comes(lab), helper_at(lab)
    client.force_login(person)

    page = client.post("/events/lab/door/", {"mark": ana.pk}, follow=True)

    assert standing() == [("Ana", FIRST, None)]
    assert messages(page) == ["Ana is marked as present."]
    assert "1 of 1 is here" in page.content.decode()
    # In the event's zone.
    assert "Here since 11:12" in page.content.decode()

    mark = Presence.objects.get()
    page = client.post("/events/lab/door/", {"undo": mark.pk}, follow=True)

    assert standing() == []
    mark.refresh_from_db()
    assert (mark.by, mark.undone_by) == (person, person)
    assert "0 of 1 are here" in page.content.decode()


def test_looking_at_a_code_changes_nothing_and_one_press_marks(lab, client):
    ana = comes(lab, city=make_city(name="Rouen"))
    client.force_login(helper_at(lab))

    page = client.get(address(ana)).content.decode()
    assert "Rouen" in page
    assert standing() == []

    page = client.post(address(ana), follow=True)
    assert messages(page) == ["Ana is marked as present."]
    assert "Is here today" in page.content.decode()
    assert Presence.objects.get().by_code

    page = client.post(address(ana), follow=True)
    assert messages(page) == ["Ana is marked already, since 11:12."]
    assert standing() == [("Ana", FIRST, None)]


def test_a_code_is_drawn_on_the_page_of_its_person_and_leads_them_there(lab, client):
    ana = comes(lab)
    client.force_login(ana.user)

    page = client.get("/events/lab/present/").content.decode()

    drawn = code_for(f"http://testserver{address(ana)}")
    assert f'd="{drawn.path}"' in page
    assert client.get(address(ana))["Location"] == "/events/lab/present/"
    assert client.post(address(ana)).status_code == 404
    assert standing() == []


def test_a_renewed_code_ends_the_one_before(lab, client):
    ana = comes(lab)
    old = address(ana)
    client.force_login(ana.user)
    client.post("/events/lab/present/")
    ana.refresh_from_db()
    client.force_login(helper_at(lab))

    assert client.post(old).status_code == 404
    assert "This code has ended" in client.get(old).content.decode()
    assert client.get(address(ana)).status_code == 200


def test_a_code_ends_with_the_place_and_one_that_was_written_by_somebody_opens_nothing(lab, client):
    ana = comes(lab)
    old = address(ana)
    services.cancel(ana)
    client.force_login(make_staff())
    forged = f"/events/check-in/{ana.pk}-1~{'A' * 43}/"
    assert [client.post(one).status_code for one in (old, forged)] == [404, 404]


@pytest.mark.parametrize("who", ["stranger", "other_helper", "late_helper", "hidden"])
def test_nobody_else_keeps_the_door(lab, client, who):
    ana = comes(lab)
    person = {
        "stranger": make_user,
        "other_helper": lambda: helper_at(make_event(starts_on=FIRST, ends_on=FIRST)),
    }.get(who, lambda: helper_at(lab))()
    if who == "late_helper":
        lab.ends_on = FIRST - timedelta(days=1)
        lab.starts_on = lab.ends_on
    if who == "hidden":
        lab.status = EventStatus.DRAFT
    lab.save()
    client.force_login(person)
    for page in ("/events/lab/door/", address(ana), "/events/lab/attendance/"):
        assert client.get(page).status_code == 404, page
    assert client.post("/events/lab/door/", {"mark": ana.pk}).status_code == 404
    assert client.post(address(ana)).status_code == 404
    assert standing() == []
    # Who keeps another door is told why, and not whose code it is.
    page = client.get(address(ana)).content.decode()
    assert ("This code is for another event" in page) is (who == "other_helper")
    assert "Ana" not in page


@pytest.mark.parametrize(
    ("status", "day", "said"),
    [
        ("waiting", FIRST, "waiting list"),
        ("cancelled", FIRST, "gave their place back"),
        ("confirmed", SECOND, "has not come yet"),
        ("confirmed", FIRST - timedelta(days=1), "has no day"),
    ],
)
def test_who_cannot_be_there_is_not_marked(lab, status, day, said):
    ana = comes(lab, status="confirmed")
    if status == "cancelled":
        services.cancel(ana)
    else:
        Registration.objects.update(status=status)
    with pytest.raises(attendance.PresenceRefused, match=said):
        attendance.mark(ana, day=day, by=make_staff())
    assert standing() == []


def test_whoever_is_in_a_session_is_there_that_day_and_a_day_taken_back_takes_its_sessions(
    lab, client
):
    session = make_session(lab, title="Opening")
    ana = comes(lab)
    client.force_login(helper_at(lab))
    door = f"/events/lab/door/?day={FIRST}&session={session.pk}"

    client.post(door, {"mark": ana.pk})
    assert standing() == [("Ana", FIRST, None), ("Ana", FIRST, session.pk)]

    client.post(door, {"undo": Presence.objects.get(session=session).pk})
    assert standing() == [("Ana", FIRST, None)]

    client.post(door, {"mark": ana.pk})
    client.post("/events/lab/door/", {"undo": Presence.objects.standing().get(session=None).pk})
    assert standing() == []
    # What was taken back is kept.
    assert Presence.objects.count() == 3


def test_a_door_is_remembered_from_one_code_to_the_next(lab, client):
    session = make_session(lab, title="Opening")
    ana, ben = comes(lab), comes(lab, "Ben")
    client.force_login(helper_at(lab))
    client.post(address(ana), {"session": session.pk})

    page = client.get(address(ben)).content.decode()

    assert re.search(rf'<option value="{session.pk}" selected>', page)


def test_two_who_scan_one_code_at_once_mark_once(transactional_db, lab):
    ana, staff = comes(lab), make_staff()
    at_once([lambda: attendance.mark(ana, day=FIRST, by=staff)] * 16)
    assert standing() == [("Ana", FIRST, None)]


def test_the_list_is_narrowed_by_name_city_and_who_is_missing(lab, client):
    comes(lab, "José Álvarez", make_city(name="Cáceres"))
    here = comes(lab, "Ben", make_city(name="Cork"))
    comes(lab, "Waiting", status="waiting")
    attendance.mark(here, day=FIRST, by=make_staff())
    client.force_login(helper_at(lab))

    def names(query):
        page = client.get(f"/events/lab/door/?{query}").content.decode()
        return re.findall(r"<strong>([^<]*)</strong>", page)

    assert names("q=jose") == ["José Álvarez"]
    assert names("q=caceres") == ["José Álvarez"]
    assert names("who=missing") == ["José Álvarez"]
    assert names("who=here") == ["Ben"]
    assert names("q=zzz") == []
    assert names("day=nonsense&session=x&who=y") == ["Ben", "José Álvarez"]


def test_the_door_takes_as_many_statements_for_thirty_people_as_for_three(lab, client):
    staff = make_staff()
    client.force_login(staff)
    for page, most in (("/events/lab/door/", 10), ("/events/lab/attendance/", 8)):
        counts = []
        for more in (3, 27):
            for number in range(more):
                person = comes(lab, f"Person {number}", make_city())
                attendance.mark(person, day=FIRST, by=staff)
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1] <= most, page


def test_staff_see_who_of_which_city_came_and_take_it_along(lab, client):
    rouen, cork = make_city(name="Rouen", country="FR"), make_city(name="Cork", country="IE")
    session = make_session(lab, title="=Opening")
    ana, ben = comes(lab, "Ana", rouen), comes(lab, "Ben", rouen)
    comes(lab, "Cas", cork)
    comes(lab, "Dan")
    staff = make_staff()
    attendance.mark(ana, day=FIRST, session=session, by=staff)
    attendance.undo(attendance.mark(ben, day=FIRST, by=staff)[0], by=staff)
    with time_machine.travel(datetime(2021, 2, 17, 7, tzinfo=UTC), tick=False):
        client.force_login(staff)
        attendance.mark(ana, day=SECOND, by=staff)
        page = client.get("/events/lab/attendance/")
        table = client.get("/events/lab/attendance.csv").content.decode("utf-8-sig")

    figures = [page.context[name] for name in ("registered", "came", "cities_n")]
    assert figures == [4, 1, 1]
    cells = [[cell if isinstance(cell, str) else cell["text"] for cell in row]
             for row in page.context["rows"]]  # fmt: skip
    assert cells == [
        ["Cork", "1", "0", "0", "0"],
        ["Rouen", "2", "1", "1", "1"],
        ["No city", "1", "0", "0", "0"],
    ]
    assert list(csv.reader(io.StringIO(table))) == [
        ["name", "city", "country", "came", "2021-02-16", "2021-02-17", "sessions"],
        ["Cas", "Cork", "IE", "no", "", "", ""],
        ["Ana", "Rouen", "FR", "yes", "11:12", "09:00", "'=Opening"],
        ["Ben", "Rouen", "FR", "no", "", "", ""],
        ["Dan", "", "", "no", "", "", ""],
    ]


def test_staff_name_the_cities_that_came_on_the_events_page(lab, client):
    rouen, staff = make_city(name="Rouen"), make_staff()
    attendance.mark(comes(lab, city=rouen), day=FIRST, by=staff)
    comes(lab, city=make_city(name="Cork"))
    client.force_login(staff)
    for told in ("1 more city is named", "0 more cities are named"):
        page = client.post("/events/lab/attendance/", follow=True)
        assert told in messages(page)[0]
    assert [one.city for one in lab.attendances.all()] == [rouen]


def test_a_lab_has_all_its_days_and_a_season_those_that_are_named(lab):
    lab.days.create(date=SECOND)
    assert attendance.lab_days(lab) == [FIRST, SECOND]
    lab.ends_on = FIRST + timedelta(days=60)
    assert attendance.lab_days(lab) == [SECOND]
    lab.days.all().delete()
    assert len(attendance.lab_days(lab)) == 31
