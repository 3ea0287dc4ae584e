"""Milestones from a calendar file: chosen day by day, whatever a calendar may hold."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cities.tables.limits import Unreadable
from initiatives.exchange import calendars
from initiatives.models import Milestone
from tests import factories

PARIS = ZoneInfo("Europe/Paris")


def calendar(*events, before=""):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tests//EN", *before.splitlines()]
    for number, event in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{number}@example.org", *event.splitlines(), "END:VEVENT"]
    return ("\r\n".join([*lines, "END:VCALENDAR"]) + "\r\n").encode()


def days(*events, zone=PARIS, **more):
    return [(one.day, one.title) for one in calendars.read(calendar(*events, **more), zone).days]


def test_days_come_in_their_order_with_their_names():
    later = "DTSTART;VALUE=DATE:20220301\nSUMMARY:Opening\nDESCRIPTION:With the mayor"
    found = calendars.read(
        calendar(later, "DTSTART;VALUE=DATE:20210601\nSUMMARY:A\\, b\x07 c"), PARIS
    )
    assert [(one.day, one.title, one.description) for one in found.days] == [
        (date(2021, 6, 1), "A, b c", ""),
        (date(2022, 3, 1), "Opening", "With the mayor"),
    ]


def test_a_time_is_the_day_it_has_in_the_zone_that_was_chosen():
    late = "DTSTART:20210331T223000Z\nSUMMARY:Late"
    assert days(late) == [(date(2021, 4, 1), "Late")]
    assert days(late, zone=ZoneInfo("America/Toronto")) == [(date(2021, 3, 31), "Late")]
    named = "DTSTART;TZID=America/Bogota:20210331T200000\nSUMMARY:Named"
    # No VTIMEZONE stands in the file: the name is known all the same.
    assert days(named) == [(date(2021, 4, 1), "Named")]


@pytest.mark.parametrize(
    "start", ["DTSTART:20210331T233000", "DTSTART;TZID=Nowhere/Land:20210331T233000"]
)
def test_a_time_without_a_zone_that_is_known_is_read_as_it_stands_and_counted(start):
    found = calendars.read(calendar(f"{start}\nSUMMARY:Floating"), PARIS)
    assert [one.day for one in found.days] == [date(2021, 3, 31)]
    assert found.without_zone == 1


def test_what_recurs_for_ever_is_shown_for_two_years():
    monthly = "DTSTART;VALUE=DATE:20210115\nRRULE:FREQ=MONTHLY\nSUMMARY:Board"
    found = days(monthly)
    assert found[0] == (date(2021, 1, 15), "Board")
    assert len(found) == 24
    assert max(found)[0] <= date(2023, 1, 15)


def test_exceptions_and_moved_days_of_what_recurs_are_kept():
    rule = "DTSTART;VALUE=DATE:20210104\nRRULE:FREQ=WEEKLY;COUNT=4\nSUMMARY:Week"
    data = calendar(
        f"{rule}\nEXDATE;VALUE=DATE:20210111",
        "RECURRENCE-ID;VALUE=DATE:20210118\nDTSTART;VALUE=DATE:20210120\nSUMMARY:Moved",
    ).replace(b"UID:1@", b"UID:0@")
    found = calendars.read(data, PARIS).days
    assert [(one.day.day, one.title) for one in found] == [(4, "Week"), (20, "Moved"), (25, "Week")]


@pytest.mark.parametrize(
    "rule",
    ["FREQ=SECONDLY", "FREQ=minutely", "FREQ=HOURLY;COUNT=3", "FREQ=DAILY;BYSECOND=1,2,3"],
)
def test_what_comes_more_than_once_a_day_is_left_out_at_once(rule):
    found = calendars.read(calendar(f"DTSTART:20210101T000000Z\nRRULE:{rule}\nSUMMARY:Tick"), PARIS)
    assert (found.days, found.too_often) == ([], 1)


def test_cancelled_and_illegible_events_are_left_out():
    found = calendars.read(
        calendar(
            "DTSTART;VALUE=DATE:20210101\nSTATUS:CANCELLED\nSUMMARY:Off",
            "SUMMARY:When?",
            "DTSTART;VALUE=DATE:20219999\nSUMMARY:Broken",
            "DTSTART;VALUE=DATE:20210102",
        ),
        PARIS,
    )
    assert [(one.day, one.title) for one in found.days] == [(date(2021, 1, 2), "Without a name")]
    assert found.undated == 2


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART;VALUE=DATE:20210101\nRRULE:FREQ=DAILY;INTERVAL=0",
        "DTSTART;VALUE=DATE:20210101\nRRULE:FREQ=DAILY;INTERVAL=-1",
        "DTSTART;VALUE=DATE:00010101",
        "DTSTART:99991231T235959Z",
        "DTSTART:00010101T000000Z\nRRULE:FREQ=WEEKLY",
        "DTSTART;VALUE=DATE:99990101\nRRULE:FREQ=YEARLY",
    ],
)
def test_rules_that_stand_still_and_days_at_the_ends_of_time_are_left_out(event):
    found = calendars.read(calendar(f"{event}\nSUMMARY:Odd"), ZoneInfo("Pacific/Kiritimati"))
    assert (found.days, found.undated) == ([], 1)


def test_rules_that_no_day_follows_hold_nobody_up(monkeypatch):
    monkeypatch.setattr(calendars, "LONGEST_READING_S", 0)
    never = "DTSTART;VALUE=DATE:20210101\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\nSUMMARY:Never"
    found = calendars.read(calendar(never, never), PARIS)
    assert (found.days, found.unread) == ([], 2)


def test_a_long_description_is_cut_to_what_its_form_takes():
    told = calendar(f"DTSTART;VALUE=DATE:20210101\nSUMMARY:A\nDESCRIPTION:{'x' * 5000}")
    [day] = calendars.read(told, PARIS).days
    assert len(day.description) == calendars.LONGEST_DESCRIPTION
    assert day.description.endswith("x…")


def test_very_many_days_are_cut():
    daily = "DTSTART;VALUE=DATE:20210101\nRRULE:FREQ=DAILY\nSUMMARY:Day {}"
    found = calendars.read(calendar(*(daily.format(number) for number in range(9))), PARIS)
    assert len(found.days) == calendars.MOST_EVENTS
    assert found.left_out == calendars.MOST_READ - calendars.MOST_EVENTS


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n", b"\xff\xfe\x00", b"x" * (2 << 20),
     b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:A\r\nEND:VCARD\r\n"],
)  # fmt: skip
def test_what_is_no_calendar_is_refused_in_words(data):
    with pytest.raises(Unreadable):
        calendars.read(data, PARIS)


# ── the pages ───────────────────────────────────────────────────────────────────────────────────
def bring(client, initiative, data, **more):
    url = reverse("initiatives:milestones-from-calendar", args=[initiative.slug])
    sent = {"zone": "Europe/Paris", "file": SimpleUploadedFile("days.ics", data), **more}
    return client.post(url, sent)


def taken(page, **changed):
    rows = page.context["days"]
    data = {"days-TOTAL_FORMS": len(rows), "days-INITIAL_FORMS": len(rows)}
    for form in rows:
        data |= {form.add_prefix(name): form.initial[name] for name in ("title", "when")}
        data |= {form.add_prefix("description"): form.initial["description"]}
        data |= {form.add_prefix("take"): "on"} if form.initial["take"] else {}
    return data | {"key": page.context["key"]} | changed


@pytest.mark.django_db
def test_chosen_days_become_milestones_once(client, officer, initiative):
    factories.make_milestone(
        initiative,
        title="Opening", precision="day", starts_on=date(2022, 3, 1), ends_on=date(2022, 3, 1),
    )  # fmt: skip
    page = bring(
        client,
        initiative,
        calendar(
            "DTSTART;VALUE=DATE:20220301\nSUMMARY:Opening",
            "DTSTART:20220401T100000\nSUMMARY:Counted\nDESCRIPTION:All of it",
            "DTSTART;VALUE=DATE:20220501\nSUMMARY:Third",
        ),
    )
    assert [form.initial["take"] for form in page.context["days"]] == [False, True, True]
    assert "1 time names no time zone" in page.content.decode()
    chosen = taken(page, **{"days-2-take": "", "days-1-when": "April 2022"})
    for _each in range(2):
        answer = client.post(page.request["PATH_INFO"], chosen)
        assert answer.status_code == 302
    added = Milestone.objects.exclude(title="Opening").get()
    assert (added.title, added.precision, added.description) == ("Counted", "month", "All of it")
    assert (added.plan_starts_on, added.position) == (date(2022, 4, 1), 2)


@pytest.mark.django_db
def test_a_date_that_is_none_is_asked_for_and_the_rest_stays(client, officer, initiative):
    page = bring(client, initiative, calendar("DTSTART;VALUE=DATE:20220301\nSUMMARY:Opening"))
    again = client.post(
        page.request["PATH_INFO"], taken(page, **{"days-0-when": "31/02/2022", "days-0-title": "O"})
    )
    text = again.content.decode()
    assert 'value="31/02/2022"' in text
    assert 'value="O"' in text
    assert not Milestone.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("data", [b"no calendar", calendar(), calendar("SUMMARY:When?")])
def test_a_file_without_days_is_refused_beside_its_field(client, officer, initiative, data):
    page = bring(client, initiative, data)
    assert page.context["form"].errors["file"]
    assert not Milestone.objects.exists()
