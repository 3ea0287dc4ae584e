"""At the door beside the usual: old pages, other days and events, places given back."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from events import services
from events.models import EventStatus, Presence, Registration
from events.services import attendance
from events.services.who_came import who_came
from tests.events.test_attendance import (
    FIRST,
    SECOND,
    address,
    comes,
    helper_at,
    messages,
    standing,
)
from tests.factories import make_city, make_event, make_session, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(datetime(2021, 2, 16, 9, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def lab():
    return make_event(
        slug="lab", format="on_site", time_zone="Europe/Athens", starts_on=FIRST, ends_on=SECOND
    )


def test_a_mark_that_was_taken_back_takes_no_newer_one_with_it(lab, client):
    ana, person = comes(lab), helper_at(lab)
    old, _new = attendance.mark(ana, day=FIRST, by=person)
    attendance.undo(old, by=person)
    attendance.mark(ana, day=FIRST, by=person)
    client.force_login(person)

    page = client.post("/events/lab/door/", {"undo": old.pk}, follow=True)

    assert standing() == [("Ana", FIRST, None)]
    assert messages(page) == ["Ana: this mark was taken back already."]


def test_a_server_whose_clock_is_behind_takes_a_mark_back_all_the_same(lab):
    ana, person = comes(lab), make_staff()
    mark, _new = attendance.mark(ana, day=FIRST, by=person)
    with time_machine.travel(datetime(2021, 2, 16, 9, 11, tzinfo=UTC), tick=False):
        assert attendance.undo(mark, by=person)
    mark.refresh_from_db()
    assert mark.undone_at == mark.at


@pytest.mark.parametrize("gone", ["cancelled", "moved", "day"])
def test_an_old_page_of_the_door_marks_nobody_elsewhere(lab, client, gone):
    session, ana = make_session(lab, title="Opening"), comes(lab)
    client.force_login(helper_at(lab))
    door = f"/events/lab/door/?day={FIRST}&session={session.pk}"
    assert client.get(door).status_code == 200
    if gone == "cancelled":
        session.is_cancelled = True
    elif gone == "moved":
        session.day = lab.days.create(date=SECOND)
    else:
        door = f"/events/lab/door/?day={FIRST - timedelta(days=1)}"
    session.save()

    page = client.post(door, {"mark": ana.pk}, follow=True)

    assert standing() == []
    assert "nobody was marked" in messages(page)[0]


def test_a_mark_of_an_earlier_day_names_the_day_it_was_made_on_and_no_hour(lab, client):
    ana, person = comes(lab), helper_at(lab)
    with time_machine.travel(datetime(2021, 2, 17, 7, tzinfo=UTC), tick=False):
        client.force_login(person)
        door = f"/events/lab/door/?day={FIRST}"
        page = client.post(door, {"mark": ana.pk}, follow=True).content.decode()
        assert "Here; marked on 17 Feb" in page
        again = client.post(door, {"mark": ana.pk}, follow=True)
        assert messages(again) == ["Ana is marked already; that was done on 17 February 2021."]
        assert "marked on 17 Feb, 09:00" in client.get(address(ana)).content.decode()
        client.force_login(ana.user)
        own = client.get("/events/lab/present/").content.decode()
        assert "Tuesday, 16 February 2021, marked on 17 February" in own
        client.force_login(make_staff())
        assert "Tue 16 Feb, marked on 17 Feb" in (
            client.get("/events/lab/attendance/").content.decode()
        )
        table = client.get("/events/lab/attendance.csv").content.decode("utf-8-sig")
    assert table.splitlines()[1] == "Ana,,,yes,yes,,"


def test_once_an_event_is_over_no_place_is_given_back(lab, client):
    ana, staff = comes(lab, city=make_city(name="Rouen")), make_staff()
    attendance.mark(ana, day=FIRST, by=staff)
    button = "Give my place back"
    client.force_login(ana.user)
    assert button in client.get("/events/lab/register/").content.decode()
    with time_machine.travel(datetime(2021, 2, 18, 12, tzinfo=UTC), tick=False):
        client.force_login(ana.user)
        assert button not in client.get("/events/lab/register/").content.decode()
        page = client.post("/events/lab/register/", {"give_back": "1"}, follow=True)
        assert "places are not given back any more" in messages(page)[0]
        client.force_login(staff)
        action = {"action": "give_back", "_selected_action": ana.pk}
        page = client.post("/admin/events/registration/", action, follow=True)
        assert "1 stays: its event is over." in messages(page)
    ana.refresh_from_db()
    assert ana.status == "confirmed"


def test_whoever_was_there_counts_with_a_place_given_back_and_demonstrations_stay_marked(lab):
    staff = make_staff()
    lab.demonstration = True
    lab.save()
    cork, rouen = make_city(name="Cork"), make_city(name="Rouen")
    left, unmarked = comes(lab, city=cork), comes(lab, "Eve", make_city(name="Trier"))
    for one in (left, comes(lab, "Ben", rouen)):
        attendance.mark(one, day=FIRST, by=staff)
    for one in (left, unmarked):
        services.cancel(one)
    assert attendance.name_cities_that_came(lab) == 2
    assert set(lab.attendances.values_list("city", "demonstration")) == {
        (cork.pk, True), (rouen.pk, True),
    }  # fmt: skip


def test_whoever_gives_a_place_back_during_a_lab_keeps_attendance_and_certificate(lab, client):
    left, never, wrong = comes(lab), comes(lab, "Nanda"), comes(lab, "Bob")
    for one in (left, wrong):
        attendance.mark(one, day=FIRST, by=make_staff())
    for one in (left, never, wrong):
        services.cancel(one)
    client.force_login(make_staff())
    door = client.get("/events/lab/door/").content.decode()
    assert "Ana" in door
    assert "Nanda" not in door
    client.post("/events/lab/door/", {"undo": Presence.objects.get(registration=wrong).pk})

    with time_machine.travel(datetime(2021, 2, 18, tzinfo=UTC), tick=False):
        found = who_came(lab)
        assert [(one.registration.user.name, one.came) for one in found.people] == [("Ana", True)]
        assert (found.places, found.cities[0].places, found.cities[0].came) == (0, 0, 1)
        client.force_login(make_staff())
        assert "Ana" in client.get("/events/lab/attendance.csv").content.decode()
        page = client.get("/events/lab/attendance/")
        assert "Ana" in page.content.decode()
        assert (page.context["registered"], page.context["came"]) == (0, 1)
        certificate = f"/events/certificates/{left.pk}.pdf"
        for one, status in ((left, 200), (never, 404), (wrong, 404)):
            client.force_login(one.user)
            assert client.get("/events/lab/present/").status_code == status
            assert client.get(f"/events/certificates/{one.pk}.pdf").status_code == status
        client.force_login(left.user)
        assert certificate in client.get("/events/lab/present/").content.decode()
        assert "/events/lab/present/" in client.get("/events/lab/").content.decode()


def test_a_code_ends_a_week_after_its_event(lab):
    code = attendance.code_of(comes(lab))
    for day, is_known in ((24, True), (25, False)):
        with time_machine.travel(datetime(2021, 2, day, 12, tzinfo=UTC), tick=False):
            assert bool(attendance.registration_of(code)) is is_known


@pytest.mark.parametrize("why", ["online", "waiting", "called_off"])
def test_where_nobody_shows_a_code_no_page_speaks_of_one(lab, client, why):
    ana = comes(lab, status="waiting" if why == "waiting" else "confirmed")
    words = "Your code for the door and your days"
    pages = ["/events/lab/", "/events/lab/register/"]
    client.force_login(ana.user)
    shown = [words in client.get(page).content.decode() for page in pages]
    assert shown == [why != "waiting"] * 2
    if why == "online":
        lab.format = "online"
    elif why == "called_off":
        lab.status = EventStatus.CANCELLED
    lab.save()
    for page in pages:
        assert words not in client.get(page).content.decode()
    page = client.get("/events/lab/present/")
    assert page.context["code"] is None
    assert "Your code and your days" not in page.content.decode()


def test_who_moves_up_and_comes_while_figures_are_read_breaks_nothing(lab, monkeypatch):
    ben, staff, asked = comes(lab, "Ben"), make_staff(), []
    Registration.objects.filter(pk=ben.pk).update(status="waiting")
    standing = type(Presence.objects.all()).standing

    def moves_up(marks):
        asked.append(marks)
        if len(asked) == 2:
            # Once who has a place was read, before the marks are.
            Registration.objects.filter(pk=ben.pk).update(status="confirmed")
            ben.presences.create(day=FIRST, by=staff)
        return standing(marks)

    monkeypatch.setattr(type(Presence.objects.all()), "standing", moves_up)
    assert who_came(lab).people == []
    assert [person.came for person in who_came(lab).people] == [True]
