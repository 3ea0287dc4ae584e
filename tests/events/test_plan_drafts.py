"""Staff plan in a draft that nobody sees, publish it at once, and those concerned are told once."""

from datetime import UTC, datetime, timedelta

import pytest

from cities.models import Mail
from events import services
from events.models import (
    AgendaVersion,
    Event,
    EventStatus,
    PlanDraft,
    Registration,
    Session,
    SessionStar,
    SignUp,
    Talk,
)
from events.services import agenda_versions, plan_drafts
from events.services.plan_drafts import PlanRefused
from tests import factories as make
from tests.factories import make_event
from tests.factories.labs import DAY, make_lab
from tests.factories.programme import make_session

pytestmark = pytest.mark.django_db


def at(event, hour, minutes=60, **fields):
    starts = datetime(DAY.year, DAY.month, DAY.day, hour, tzinfo=UTC)
    return make_session(
        event, starts_at=starts, ends_at=starts + timedelta(minutes=minutes), **fields
    )


@pytest.fixture
def staff():
    return make.make_staff()


@pytest.fixture
def lab():
    return make_lab(slug="lab", title="Lab", ends_on=DAY + timedelta(days=1))


@pytest.fixture
def opening(lab):
    """A session with all that a plan says of one."""
    session = at(
        lab, 9, title="Opening", slug="opening", capacity=5, audience="public",
        room=lab.rooms.create(name="Hall"), track=lab.tracks.create(name="Data"),
        join_link="https://meet.example.org/",
    )  # fmt: skip
    block = session.agenda_items.create(position=0, title="Welcome", minutes=60)
    Talk.objects.create(session=session, item=block, title="Maps", city=make.make_city())
    session.moderators.add(make.make_user(name="Mo"))
    return session


def copy_of(draft, session):
    return draft.sessions.get(session=session).copy


def agenda_mails():
    return list(Mail.objects.filter(kind="agenda-changed").order_by("pk"))


def test_a_draft_is_a_whole_copy_and_the_public_sees_nothing_of_what_changes_in_it(
    lab, opening, staff, client
):
    draft = plan_drafts.begin(lab, by=staff)

    copy = copy_of(draft, opening)
    assert (copy.title, copy.room.name, copy.track.name) == ("Opening", "Hall", "Data")
    assert copy.join_link == opening.join_link
    assert copy.talks.get().item == copy.agenda_items.get()
    assert [one.name for one in copy.moderators.all()] == ["Mo"]
    assert plan_drafts.planned(draft, UTC) == []
    copy.title = "Half of it"
    copy.save()
    assert b"Half of it" not in client.get("/events/lab/agenda/").content
    assert client.get(draft.copy.get_absolute_url()).status_code == 404
    # Twice is once.
    assert plan_drafts.begin(lab, by=staff) == draft


def test_publishing_writes_what_was_planned_and_nothing_else(lab, opening, staff, drain):
    other = at(lab, 11, title="Data", slug="data")
    gone = at(lab, 13, title="Gone", slug="gone")
    draft = plan_drafts.begin(lab, by=staff)
    copy = copy_of(draft, opening)
    copy.starts_at += timedelta(hours=2)
    copy.ends_at += timedelta(hours=2)
    copy.room = draft.copy.rooms.create(name="Attic", capacity=9)
    copy.save()
    copy.agenda_items.all().delete()
    copy.agenda_items.create(position=0, title="Talk", minutes=60)
    hall = draft.copy.rooms.get(name="Hall")
    hall.name = "Great hall"
    hall.save()
    copy_of(draft, gone).delete()
    new = make_session(draft.copy, title="Late", slug="late", starts_at=None, ends_at=None)
    # Meanwhile somebody mends a word in the agenda itself, and takes an address.
    at(lab, 15, title="Later", slug="late")
    Session.objects.filter(pk=opening.pk).update(summary="Mended")

    version = plan_drafts.publish(draft, by=staff, note="A new room")

    opening.refresh_from_db()
    assert (opening.starts_at.hour, opening.room.name, opening.summary) == (11, "Attic", "Mended")
    # Its room was renamed before it left it: a version each.
    assert (opening.slug, opening.sequence) == ("opening", 2)
    assert [one.title for one in opening.agenda_items.all()] == ["Talk"]
    assert sorted(lab.rooms.values_list("name", flat=True)) == ["Attic", "Great hall"]
    gone.refresh_from_db()
    assert gone.is_cancelled
    other.refresh_from_db()
    assert other.sequence == 0
    late = Session.objects.get(day__event=lab, title="Late")
    assert late.slug == "late-2"
    assert not Session.objects.filter(pk=new.pk).exists()
    assert not PlanDraft.objects.exists()
    assert list(Event.objects.all()) == [lab]
    assert (version.number, version.note, version.published_by) == (3, "A new room", staff)


def test_those_concerned_are_told_once_and_others_not_at_all(lab, opening, staff, drain):
    everybody = at(lab, 11, title="Data", audience="public")
    waits, starred, comes, stranger = (make.make_user() for _number in range(4))
    SignUp.objects.create(session=opening, user=waits, status="waiting")
    SessionStar.objects.create(session=opening, user=starred)
    Registration.objects.create(event=lab, user=comes, status="confirmed")
    draft = plan_drafts.begin(lab, by=staff)
    for session in (copy_of(draft, opening), copy_of(draft, everybody)):
        session.starts_at += timedelta(hours=3)
        session.ends_at += timedelta(hours=3)
        session.save()
    Talk.objects.filter(session=copy_of(draft, opening)).update(title="Other words")

    version = plan_drafts.publish(draft, by=staff)
    drain()
    drain()

    told = {mail.recipient: mail.text for mail in agenda_mails()}
    moderator = opening.moderators.get()
    assert set(told) == {waits, starred, comes, moderator}
    assert stranger not in told
    assert "Opening" in told[waits]
    assert "Data" not in told[waits]
    assert "Data" in told[comes]
    assert "Opening" not in told[comes]
    assert "12:00–13:00" in told[waits]
    version.refresh_from_db()
    assert version.told_at is not None
    assert agenda_versions.tell(version) == 0
    assert len(agenda_mails()) == 4


def test_what_nobody_must_know_is_not_told(lab, opening, staff, drain):
    SessionStar.objects.create(session=opening, user=make.make_user())
    draft = plan_drafts.begin(lab, by=staff)
    Session.objects.filter(pk=copy_of(draft, opening).pk).update(summary="More words")

    version = plan_drafts.publish(draft, by=staff)
    drain()

    assert version.number == 2
    assert agenda_mails() == []


def test_a_version_that_was_hidden_before_it_was_told_is_told_when_shown_again(
    lab, opening, staff, drain
):
    SessionStar.objects.create(session=opening, user=make.make_user())
    draft = plan_drafts.begin(lab, by=staff)
    Session.objects.filter(pk=copy_of(draft, opening).pk).update(is_cancelled=True)
    plan_drafts.publish(draft, by=staff)
    lab.refresh_from_db()
    services.change_status(lab, EventStatus.DRAFT)
    drain()
    assert agenda_mails() == []

    services.change_status(lab, EventStatus.PUBLISHED)
    drain()

    # The moderator and who starred it.
    assert ["Cancelled" in mail.text for mail in agenda_mails()] == [True, True]


def test_a_change_of_the_agenda_itself_is_announced_with_a_press(lab, opening, staff, drain):
    SessionStar.objects.create(session=opening, user=make.make_user())
    agenda_versions.keep_version(lab)
    opening.room = lab.rooms.create(name="Attic")
    opening.save()
    assert [one.words for one in agenda_versions.unannounced(lab)] == [
        ["Room: Attic instead of Hall"]
    ]

    assert agenda_versions.announce(lab, by=staff).number == 2
    assert agenda_versions.announce(lab, by=staff) is None
    drain()

    # The moderator and who starred it.
    assert len(agenda_mails()) == 2


def test_nothing_is_published_where_it_would_be_wrong(lab, opening, staff):
    draft = plan_drafts.begin(lab, by=staff)
    beyond = draft.copy.days.create(date=DAY + timedelta(days=9))
    Session.objects.filter(pk=copy_of(draft, opening).pk).update(day=beyond)
    with pytest.raises(PlanRefused, match="Opening"):
        plan_drafts.publish(draft, by=staff)
    Session.objects.filter(day=beyond).update(day=draft.copy.days.first())
    Event.objects.filter(pk=lab.pk).update(status="cancelled")
    with pytest.raises(PlanRefused, match="hidden"):
        plan_drafts.publish(draft, by=staff)
    with pytest.raises(PlanRefused, match="Nobody sees"):
        plan_drafts.begin(make_lab(status="draft"), by=staff)

    plan_drafts.discard(draft)
    with pytest.raises(PlanRefused, match="already"):
        plan_drafts.publish(draft, by=staff)
    assert list(Event.objects.filter(title__contains="Draft")) == []


def test_sessions_changed_on_both_sides_are_named(lab, opening, staff):
    draft = plan_drafts.begin(lab, by=staff)
    Session.objects.filter(pk=copy_of(draft, opening).pk).update(title="Mine")
    assert plan_drafts.clashes(draft) == []
    Session.objects.filter(pk=opening.pk).update(title="Theirs")

    assert plan_drafts.clashes(draft) == ["Theirs"]


def test_earlier_versions_can_be_read_with_what_changed(lab, opening, staff, client):
    draft = plan_drafts.begin(lab, by=staff)
    Session.objects.filter(pk=copy_of(draft, opening).pk).update(title="Welcome")
    plan_drafts.publish(draft, by=staff, note="A friendlier name")

    page = client.get("/events/lab/agenda/versions/").content.decode()
    first = client.get("/events/lab/agenda/versions/1/").content.decode()

    assert "A friendlier name" in page
    assert "Called “Opening” before" in page
    assert "Opening" in first
    assert "This is not the agenda any more" in first
    assert "Mo" not in str(AgendaVersion.objects.get(number=1).plan)
    assert client.get("/events/lab/agenda/versions/9/").status_code == 404
    assert "Version 2: what changed" in client.get("/events/lab/agenda/").content.decode()


def test_the_old_address_of_a_session_that_went_to_another_day_leads_to_it(lab, opening, client):
    opening.day = lab.days.create(date=DAY + timedelta(days=1))
    opening.save()

    response = client.get(f"/events/lab/{DAY}/opening/")

    assert response.url == opening.get_absolute_url()


def test_staff_draft_publish_and_throw_away_on_one_page(lab, opening, staff, client):
    client.force_login(staff)
    here = f"/admin/events/event/plan/?event={lab.pk}"
    assert "Plan in a draft" in client.get(here).content.decode()

    page = client.post(here, {"act": "begin"}, follow=True)
    draft = PlanDraft.objects.get()
    assert page.redirect_chain[-1][0].endswith(f"?event={draft.copy_id}")
    Session.objects.filter(pk=copy_of(draft, opening).pk).update(title="Welcome")
    there = f"/admin/events/event/plan/?event={draft.copy_id}"
    assert "This draft changes 1 session" in client.get(there).content.decode()
    assert "go on with the draft" in client.get(here).content.decode()
    # A draft of an agenda is published here alone, never as an event of its own.
    client.post(
        "/admin/events/event/",
        {"action": "publish", "_selected_action": [draft.copy_id]},
    )
    draft.copy.refresh_from_db()
    assert draft.copy.status == "draft"

    page = client.post(there, {"act": "publish", "note": "New"}, follow=True).content.decode()

    assert "Published as version 2" in page
    opening.refresh_from_db()
    assert opening.title == "Welcome"
    # The draft's page is gone; an old one of it publishes nothing twice.
    assert client.post(there, {"act": "publish"}).status_code == 404

    client.post(here, {"act": "begin"})
    draft = PlanDraft.objects.get()
    client.post(f"/admin/events/event/plan/?event={draft.copy_id}", {"act": "discard"})
    assert not PlanDraft.objects.exists()
    assert Event.objects.count() == 1


def test_an_agenda_without_versions_says_that_nothing_was_changed(client):
    event = make_event(status="published")
    page = client.get(f"/events/{event.slug}/agenda/versions/")
    assert page.status_code == 200
    assert "Nothing was changed yet" in page.content.decode()
