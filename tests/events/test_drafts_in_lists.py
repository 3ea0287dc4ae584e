"""Drafts of agendas stand in no list, figure or chooser, and changes outside of one are told."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db.models import ProtectedError

from cities.models import Mail
from events.models import Event, PlanDraft, Session
from events.periodic import announce_settled
from events.services import agenda_versions, figures, plan_drafts
from tests import factories as make
from tests.factories.labs import make_lab, make_sitting

pytestmark = pytest.mark.django_db
DRAFT = "Draft of the agenda: Lab"


@pytest.fixture
def staff():
    return make.make_staff()


@pytest.fixture
def lab():
    return make_lab(slug="lab", title="Lab")


@pytest.fixture
def session(lab):
    found = make_sitting(lab, 9)
    found.title, found.theme = "Opening", make.make_theme(slug="water")
    found.group = make.make_group()
    found.save()
    return found


@pytest.fixture
def draft(lab, session, staff):
    return plan_drafts.begin(lab, by=staff)


def page(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    "url",
    [
        "/events/", "/events/?q=Draft", "/", "/api/v1/events/", "/events/figures/",
        "/admin/events/event/", "/admin/events/event/?q=Draft",
        "/admin/events/session/?q=Opening", "/admin/events/guest/",
        "/admin/autocomplete/?app_label=events&model_name=guest&field_name=event&term=Draft",
        "/admin/autocomplete/?app_label=events&model_name=guestplace&field_name=session&term=Open",
        "/events/groups/group-0/",
    ],
)  # fmt: skip
def test_a_draft_stands_in_no_list_or_chooser(client, draft, staff, url):
    client.force_login(make.make_superuser())
    html = page(client, url)
    assert DRAFT not in html
    assert draft.copy.slug not in html


def test_the_home_page_counts_a_lab_and_its_draft_once(client, draft, staff):
    client.force_login(staff)
    context = client.get("/").context
    assert [one["value"] for one in context["figures"] if one["label"] == "meetings"] == [1]
    assert len(figures.by_event()) == 1


def test_the_interface_knows_no_draft(client, draft, staff):
    client.force_login(staff)
    assert client.get(f"/api/v1/events/{draft.copy.slug}/").status_code == 404
    assert client.get("/api/v1/events/lab/").status_code == 200


def test_a_draft_says_whose_agenda_it_is(client, draft, staff, session):
    client.force_login(staff)
    html = page(client, draft.copy.get_absolute_url())
    assert "A draft of an agenda" in html
    assert 'href="/events/lab/"' in html
    copy = draft.sessions.get().copy
    html = page(client, f"/admin/events/session/{copy.pk}/change/")
    assert "part of a draft of the agenda of “Lab”" in html


def test_an_event_with_an_open_draft_is_not_deleted(client, draft, lab):
    with pytest.raises(ProtectedError):
        lab.delete()
    client.force_login(make.make_superuser())
    html = page(client, f"/admin/events/event/{lab.pk}/delete/")
    assert "Draft of the agenda (publish it or throw it away first): Lab" in html
    plan_drafts.discard(draft)
    assert not Event.objects.filter(pk=draft.copy_id).exists()
    PlanDraft.objects.all().delete()
    lab.versions.all().delete()
    Session.objects.all().delete()
    lab.delete()
    assert not Event.objects.exists()


# ── changes outside of a draft ──────────────────────────────────────────────────────────────────
def notes_of(answer):
    return [str(one) for one in get_messages(answer.wsgi_request)]


def test_staff_read_before_they_save_that_all_is_public_at_once(client, lab, session, staff):
    client.force_login(staff)
    for url in (f"event/{lab.pk}", f"session/{session.pk}"):
        html = page(client, f"/admin/events/{url}/change/")
        assert "seen by everybody at once" in html
        assert f"/admin/events/event/plan/?event={lab.pk}#draft-heading" in html
    draft = plan_drafts.begin(lab, by=staff)
    html = page(client, f"/admin/events/session/{session.pk}/change/")
    assert f"/admin/events/event/plan/?event={draft.copy_id}" in html
    Event.objects.filter(pk=lab.pk).update(status="draft")
    assert "at once" not in page(client, f"/admin/events/session/{session.pk}/change/")


def moved(session, hours=1):
    session.starts_at += timedelta(hours=hours)
    session.ends_at += timedelta(hours=hours)
    session.save()
    session.day.event.save(update_fields=["changed_at"])


def told():
    return list(Mail.objects.filter(kind="agenda-changed").order_by("pk"))


def test_what_was_changed_directly_is_told_once_an_hour_after_the_last_change(lab, session, drain):
    person = make.make_user()
    session.stars.create(user=person)
    with time_machine.travel(datetime(2090, 5, 1, 9, tzinfo=UTC), tick=False) as clock:
        agenda_versions.keep_version(lab)
        moved(session)
        clock.shift(timedelta(minutes=40))
        moved(session)
        clock.shift(timedelta(minutes=40))
        announce_settled()
        drain()
        assert told() == []
        clock.shift(timedelta(minutes=21))
        for _twice in range(2):
            announce_settled()
            drain()
        (mail,) = told()
        assert mail.recipient == person
        assert "Now Thu 1 Jun, 11:00–12:30; before, Thu 1 Jun, 09:00–10:30" in mail.text
        assert lab.versions.count() == 2


def test_nobody_is_mailed_of_words_of_drafts_or_of_what_is_over(lab, session, staff, drain):
    session.stars.create(user=make.make_user())
    with time_machine.travel(datetime(2090, 5, 1, 9, tzinfo=UTC), tick=False) as clock:
        agenda_versions.keep_version(lab)
        draft = plan_drafts.begin(lab, by=staff)
        moved(draft.sessions.get().copy)
        session.summary = "Other words"
        session.save()
        clock.shift(timedelta(hours=2))
        announce_settled()
        drain()
        moved(session)
        clock.move_to(datetime(2090, 6, 2, 9, tzinfo=UTC))
        announce_settled()
        drain()
    assert told() == []
