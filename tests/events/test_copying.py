"""A new event from one there was: its plan on other days, and nobody in it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from events.forms.copying import CopyForm
from events.models import Event, Registration, Session, Talk
from events.permissions import is_of_audience
from events.services.copying import copy_event
from tests.factories import (
    make_city,
    make_event,
    make_officer,
    make_session,
    make_staff,
    make_user,
)
from tests.factories.programme import make_edition, make_organisation, make_participation

pytestmark = pytest.mark.django_db

WINTER, SUMMER = date(2021, 2, 16), date(2022, 7, 5)


@pytest.fixture
def lab():
    """A lab of two days, on the second of which a session has a room, a track and blocks."""
    event = make_event(
        slug="first", title="First lab", time_zone="Europe/Athens", place="Town hall", capacity=9,
        starts_on=WINTER, ends_on=WINTER + timedelta(days=1),
        registration_opens_at=datetime(2021, 1, 1, 22, tzinfo=UTC), demonstration=True,
        source="000",
    )  # fmt: skip
    event.organisers.add(make_organisation(slug="hub"))
    event.days.create(date=WINTER, title="Show")
    second = event.days.create(date=WINTER + timedelta(days=1), title="Decide")
    starts = datetime(2021, 2, 17, 7, 30, tzinfo=UTC)
    session = make_session(
        event, day=second, slug="opening", title="Opening", starts_at=starts,
        ends_at=starts + timedelta(hours=1), capacity=4, join_link="https://meet.example.org/",
        takeaways="Much", room=event.rooms.create(name="Room 1"),
        track=event.tracks.create(name="Data"),
    )  # fmt: skip
    session.agenda_items.create(position=0, title="Welcome", minutes=60)
    session.moderators.add(make_user(name="Mo"))
    Talk.objects.create(session=session, title="Talk", city=make_city())
    make_session(event, day=second, title="Gone", is_cancelled=True)
    Registration.objects.create(event=event, user=make_user(), status="confirmed")
    return event


def test_the_plan_is_copied_to_other_days_at_the_same_clock_times(lab):
    new = copy_event(lab, title="Second lab", slug="second", starts_on=SUMMER, edition=None)

    assert (new.status, new.starts_on, new.ends_on) == ("draft", SUMMER, date(2022, 7, 6))
    assert (new.place, new.capacity, new.time_zone) == ("Town hall", 9, "Europe/Athens")
    assert [one.slug for one in new.organisers.all()] == ["hub"]
    days = list(new.days.values_list("date", "title"))
    assert days == [(SUMMER, "Show"), (date(2022, 7, 6), "Decide")]
    session = Session.objects.get(day__event=new)
    # 09:30 in Athens, where summer is three hours before UTC and winter two.
    assert session.starts_at == datetime(2022, 7, 6, 6, 30, tzinfo=UTC)
    assert session.ends_at - session.starts_at == timedelta(hours=1)
    assert new.registration_opens_at == datetime(2022, 5, 20, 21, tzinfo=UTC)
    assert (session.room, session.track) == (new.rooms.get(), new.tracks.get())
    assert [(one.title, one.minutes) for one in session.agenda_items.all()] == [("Welcome", 60)]
    # Who moderated then would read what people think now.
    assert not session.moderators.exists()


def test_what_came_of_it_stays_where_it_was(lab):
    new = copy_event(lab, title="Second lab", slug="second", starts_on=SUMMER, edition=None)

    session = Session.objects.get(day__event=new)
    assert (session.takeaways, session.join_link, session.capacity) == ("", "", 4)
    assert not session.talks.exists()
    assert not new.registrations.exists()
    assert (new.source, new.demonstration) == ("", False)
    lab.refresh_from_db()
    assert (lab.title, lab.starts_on, lab.rooms.count()) == ("First lab", WINTER, 1)
    assert Session.objects.filter(day__event=lab).count() == 2


def test_an_hour_that_the_clocks_leave_out_breaks_no_session(lab):
    session = Session.objects.get(slug="opening")
    # 02:30 to 03:10 in Athens; on 27 March 2022 the clocks go from three to four.
    session.starts_at = datetime(2021, 2, 17, 1, 30, tzinfo=UTC)
    session.ends_at = session.starts_at + timedelta(minutes=40)
    session.save()

    new = copy_event(lab, title="Night", slug="night", starts_on=date(2022, 3, 26), edition=None)

    copied = Session.objects.get(day__event=new)
    assert copied.ends_at > copied.starts_at


def test_in_another_edition_sessions_are_for_those_with_a_role_there(lab, client):
    first, second = make_edition(), make_edition(slug="next", name="Next", short_name="N")
    lab.edition = first
    lab.save()
    group = first.action_groups.create(slug="g", name="G")
    Session.objects.filter(slug="opening").update(audience="core", group=group)
    city = make_participation(edition=second).city
    newcomer = make_officer(city)
    client.force_login(make_staff())
    page = f"/admin/events/event/copy/?event={lab.pk}"
    assert f'value="{first.pk}" selected' in client.get(page).content.decode()
    sent = {"title": "T", "starts_on": "2090-07-05"}

    for slug, edition in (("same", first), ("next", second), ("none", None)):
        client.post(page, sent | {"slug": slug, "edition": edition.pk if edition else ""})

    told = {
        slug: (Event.objects.get(slug=slug).edition, Session.objects.get(day__event__slug=slug))
        for slug in ("same", "next", "none")
    }
    assert {slug: edition for slug, (edition, _session) in told.items()} == {
        "same": first, "next": second, "none": None,
    }  # fmt: skip
    assert {slug: session.group for slug, (_edition, session) in told.items()} == {
        "same": group, "next": None, "none": None,
    }  # fmt: skip
    admitted = {slug for slug, (_e, one) in told.items() if is_of_audience(newcomer, one)}
    assert admitted == {"next", "none"}


def test_staff_copy_an_event_in_the_admin_once(lab, client):
    client.force_login(make_staff())
    page = f"/admin/events/event/copy/?event={lab.pk}"
    assert page in client.get(f"/admin/events/event/{lab.pk}/change/").content.decode()
    sent = {"title": "Second lab", "slug": "second", "starts_on": "2022-07-05"}

    made = client.post(page, sent)
    again = client.post(page, sent)

    new = Event.objects.get(slug="second")
    assert made["Location"] == f"/admin/events/event/{new.pk}/change/"
    assert "has this address already" in again.content.decode()
    assert client.get("/admin/events/event/copy/?event=x").status_code == 404
    assert client.post(page, sent | {"slug": "b", "starts_on": "0001-01-01"}).status_code == 200
    assert Event.objects.count() == 2


def test_an_address_that_is_taken_in_the_same_moment_is_told_in_the_form(lab, client, monkeypatch):
    client.force_login(make_staff())
    monkeypatch.setattr(CopyForm, "clean_slug", lambda form: form.cleaned_data["slug"])
    sent = {"title": "Second lab", "slug": lab.slug, "starts_on": "2022-07-05"}

    page = client.post(f"/admin/events/event/copy/?event={lab.pk}", sent)

    assert "has this address already" in page.content.decode()
    assert Event.objects.count() == 1
