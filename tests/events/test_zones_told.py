"""Moments on pages of an event are told on its clocks, with the zone's name; a draft follows it."""

import re
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from events import notifications
from events.models import AgendaVersion, Guest
from events.services import guests, plan_drafts
from tests import factories as make
from tests.events.test_clocks_in_admin import typed
from tests.factories.labs import make_asker, make_lab, make_meeting_round, make_sitting

pytestmark = pytest.mark.django_db

# In Brussels, where the portal's own clocks are, it is five in the morning of the next day.
LATE = datetime(2090, 5, 1, 3, 59, tzinfo=UTC)
TOLD = "30 April 2090, 23:59 (America/Toronto)"


def words_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def page_of_guest(event):
    guest = Guest.objects.create(event=event, name="G", email="g@example.org", answer_until=LATE)
    guest.places.create(session=make_sitting(event))
    guests.invite(guest, by=make.make_staff())
    guest.refresh_from_db()
    return reverse("events:guest", args=[notifications.token_of_guest(guest)])


def page_of_wishes(event):
    asker = make_asker(make_meeting_round(1, event=event, wishes_until=LATE))
    page_of_wishes.reader = make.make_officer(asker.city)
    return reverse("events:meeting-wishes", args=[asker.pk])


def page_of_version(event):
    plan = {"days": [], "sessions": []}
    event.versions.create(number=1, plan=plan, published_at=LATE)
    return AgendaVersion.objects.get().get_absolute_url()


def page_of_versions(event):
    page_of_version(event)
    return reverse("events:agenda-versions", kwargs={"slug": event.slug})


@pytest.mark.parametrize("page", [page_of_guest, page_of_wishes, page_of_version, page_of_versions])
def test_a_moment_is_told_on_the_events_clocks_with_their_name(client, page):
    address = page(make_lab(time_zone="America/Toronto"))
    if page is page_of_wishes:
        client.force_login(page.reader)

    words = words_of(client.get(address))

    if page is page_of_version:
        assert f"{TOLD.partition(' (')[0]}. Times are those of America/Toronto." in words
    else:
        assert TOLD in words


def test_an_open_draft_follows_the_days_and_the_zone_of_its_event(client):
    event = make_lab(slug="lab")
    other = plan_drafts.begin(make_lab(slug="other"), by=make.make_staff())
    make_sitting(event)
    draft = plan_drafts.begin(event, by=make.make_staff())
    client.force_login(make.make_superuser())

    answer = typed(client, event, time_zone="America/Toronto", ends_on="2090-06-03")

    assert answer.status_code == 302, answer.context["errors"]
    draft.copy.refresh_from_db()
    assert (draft.copy.time_zone, draft.copy.ends_on) == ("America/Toronto", date(2090, 6, 3))
    assert draft.copy.status == "draft"
    other.copy.refresh_from_db()
    assert other.copy.time_zone == "UTC"
