"""The second City Lab, built from its report by the forms of the admin alone.

What the data files say of it is typed in as staff would; programs are then told the same as of
the one that was loaded, but for sources, which only what is loaded has.
"""

import pytest
import yaml

from cities.models import City, Edition, Organisation, Theme
from events.models import Event, EventKind, Session, SessionKind, ThematicActionGroup
from icc_portal.management.commands.load_programme import FOLDER
from tests.factories import make_staff, make_user

pytestmark = pytest.mark.usefixtures("programme")
ADD = "/admin/events/event/add/"
PARTS = {"morning": "1morning", "afternoon": "2afternoon"}
INLINES = ["days", "tracks", "rooms", "sessions", "figures", "attendances", "door_helpers",
           "photos"]  # fmt: skip


@pytest.fixture
def told():
    """What the report says."""
    return yaml.safe_load((FOLDER / "events" / "city-lab-2.yaml").read_text())


@pytest.fixture
def staff(client):
    client.force_login(make_staff())
    return client


def rows(prefix, told):
    """An inline as its page sends it."""
    data = {
        f"{prefix}-TOTAL_FORMS": len(told), f"{prefix}-INITIAL_FORMS": 0,
        f"{prefix}-MIN_NUM_FORMS": 0, f"{prefix}-MAX_NUM_FORMS": 1000,
    }  # fmt: skip
    for number, row in enumerate(told):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def named(model, slug):
    return model.objects.get(slug=slug).pk if slug else ""


def session_row(position, day, session):
    return {
        "day_date": day["date"], "start": "", "end": "", "title": session["title"],
        "kind": named(SessionKind, session["kind"]), "position": position,
        "part_of_day": PARTS.get(session.get("part_of_day"), "3unknown"),
        "parallel": session.get("parallel", ""), "theme": named(Theme, session.get("theme")),
        "group": named(ThematicActionGroup, session.get("group")), "audience": "cities",
        "language": "en", "summary": session.get("summary", ""),
        "takeaways": session.get("takeaways", ""),
    }  # fmt: skip


def event_form(told):
    event = told["event"]
    sessions = [
        session_row(position, day, session)
        for day in told["days"]
        for position, session in enumerate(day["sessions"])
    ]
    plain = ("title", "format", "time_zone", "starts_on", "ends_on", "summary", "description")
    return {
        **{name: event[name] for name in plain}, "slug": "by-hand", "status": "published",
        "dates_note": event["dates_note"], "kind": named(EventKind, event["kind"]),
        "edition": named(Edition, event["edition"]),
        **{name: value for prefix in INLINES for name, value in rows(prefix, []).items()},
        **rows("days", [
            {"date": day["date"], "title": day["title"], "summary": day.get("summary", "")}
            for day in told["days"]
        ]),
        **rows("sessions", sessions),
        **rows("figures", [
            {"label": one["label"], "value": one["value"], "position": at}
            for at, one in enumerate(event["figures"])
        ]),
        **rows("attendances", [
            {"city": named(City, one["city"]), "note": one.get("note", "")}
            for one in event["cities"]
        ]),
    }  # fmt: skip


def page_fields(page):
    """What the page of a session sends when nothing is typed."""
    form = page.context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None or value is False else value for name, value in data.items()}


def fill_session(staff, session, told, **more):
    """Type blocks and talks on the page of a session."""
    address = f"/admin/events/session/{session.pk}/change/"
    talks = [
        {
            "title": talk["title"], "position": at, "city": named(City, talk.get("city")),
            "organisation": named(Organisation, talk.get("organisation")),
            "summary": talk.get("summary", ""), **more.pop("speaker", {}),
        }
        for at, talk in enumerate(told.get("talks", []))
    ]  # fmt: skip
    data = {
        **page_fields(staff.get(address)), **rows("agenda_items", more.pop("blocks", [])),
        **rows("talks", talks), **rows("materials", more.pop("materials", [])), **more,
    }  # fmt: skip
    answer = staff.post(address, data)
    assert answer.status_code == 302, errors(answer)


def errors(answer):
    """What the forms of a page complain about."""
    found = [answer.context["adminform"].form.errors]
    for inline in answer.context["inline_admin_formsets"]:
        found += inline.formset.errors
    return [dict(one) for one in found if one]


def without_sources(told):
    if isinstance(told, dict):
        return {
            name: without_sources(value)
            for name, value in told.items()
            if name not in {"source", "url", "page", "changed_at"}
        }
    return [without_sources(one) for one in told] if isinstance(told, list) else told


def test_all_that_its_report_says_can_be_typed_in(told, staff):
    loaded = staff.get("/api/v1/events/city-lab-2/").json()

    answer = staff.post(ADD, event_form(told))
    assert answer.status_code == 302, errors(answer)
    event = Event.objects.get(slug="by-hand")
    for day in told["days"]:
        for session in day["sessions"]:
            if session.get("talks"):
                row = Session.objects.get(
                    day__event=event, day__date=day["date"], title=session["title"],
                    part_of_day=PARTS.get(session.get("part_of_day"), "3unknown"),
                )  # fmt: skip
                fill_session(staff, row, session)

    by_hand = staff.get("/api/v1/events/by-hand/").json()
    typed, read = without_sources(by_hand), without_sources(loaded)
    # Addresses are made of titles where nobody chooses them.
    for one in (typed, read):
        one.pop("slug")
        for session in one["sessions"]:
            session.pop("slug")
    assert typed == read
    assert len(by_hand["sessions"]) == 24
    assert staff.get("/events/by-hand/").status_code == 200


def test_what_the_report_leaves_out_can_be_typed_in_too(told, staff, client):
    """Speakers and moderators from outside, blocks, materials and a recording."""
    event = Event.objects.get(slug="city-lab-2")
    session = Session.objects.get(day__event=event, slug="opening-plenary")
    session.talks.all().delete()
    moderator = make_user(name="Mona Moderates")

    fill_session(
        staff, session, {"talks": [{"title": "Five minutes"}]},
        day_date="2021-02-16", start="09:30", end="10:00", moderators=[moderator.pk],
        moderators_outside="Olaf Outside, Pia Guest", audience="public",
        recording="video.example.org/1", speaker={"speaker_name": "Nora Newcomer"},
        blocks=[{"title": "Welcome", "position": 0, "minutes": 10},
                {"title": "Cities", "position": 1, "minutes": 20}],
        materials=[{"title": "Slides", "link": "https://files.example.org/s.pdf", "position": 0}],
    )  # fmt: skip

    client.logout()
    page = client.get(session.get_absolute_url()).content.decode()
    for words in ("Mona Moderates, Olaf Outside, Pia Guest", "Nora Newcomer", "Welcome", "09:40",
                  "https://video.example.org/1", "https://files.example.org/s.pdf"):  # fmt: skip
        assert words in page, words
    (same,) = [
        one for one in client.get("/api/v1/events/city-lab-2/").json()["sessions"]
        if one["slug"] == "opening-plenary"
    ]  # fmt: skip
    assert same["recording"] == "https://video.example.org/1"
    assert same["materials"] == [{"title": "Slides", "link": "https://files.example.org/s.pdf"}]
    Session.objects.filter(pk=session.pk).update(audience="core")
    page = client.get(session.get_absolute_url()).content.decode()
    assert "video.example.org" not in page
    assert "Recording and materials are for those of the session" in page
    assert "video.example.org" not in client.get("/api/v1/events/city-lab-2/").content.decode()
