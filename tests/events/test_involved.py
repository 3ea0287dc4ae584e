"""Who has a part in an event without a registration of their own learns what becomes of it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from cities.models import Mail
from events import services
from events.models import EventStatus, PeerGroup
from events.services import meetings, peers
from tests import factories as make
from tests.events.test_told_of_rounds import told_since, two_groups

pytestmark = pytest.mark.django_db
LINK = "https://meet.example.org/group"


@pytest.fixture
def lab():
    """A lab for which nobody registered: two groups with guides, a talk, a speaker, a moderator."""
    round, entries, officers = two_groups()
    mentor = make.make_city()
    person = make.make_user()
    for number, fields in ((1, {"user": person}), (2, {"city": mentor})):
        guide = round.guides.create(**fields)
        round.groups.filter(number=number).update(guide=guide, link=LINK)
    peers.publish(round)
    talks = make.make_meeting_round(1, event=round.event, published=True)
    expert = make.make_meeting_expert(talks, talks.slots.get())
    # The city sits in a group as well: its officer is told once.
    asker = make.make_asker(talks, expert, city=entries[0].city)
    talk = make.make_meeting(asker, expert, talks.slots.get())
    session = round.sessions.get()
    speaker, moderator = make.make_user(), make.make_user()
    session.talks.create(speaker=speaker)
    session.moderators.add(moderator)
    involved = [*officers, person, make.make_officer(mentor), expert.user, speaker, moderator]
    return round.event, talk, officers, {one.pk for one in involved}


def mails_so_far(drain):
    drain()
    return list(Mail.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("change", ["called off", "moved"])
def test_everybody_with_a_part_is_told_once_of_what_becomes_of_the_event(lab, change, drain):
    event, _talk, _officers, involved = lab
    hidden = make.make_meeting_round(1, event=event)
    stranger = make.make_meeting_expert(hidden, hidden.slots.get())
    make.make_meeting(make.make_asker(hidden), stranger, hidden.slots.get())
    before = mails_so_far(drain)

    if change == "called off":
        assert services.change_status(event, EventStatus.CANCELLED)
        words = "talks, groups and sessions"
    else:
        days = (event.starts_on, event.ends_on)
        event.ends_on = "2090-06-03"
        event.save()
        event.refresh_from_db()
        assert services.tell_of_change(event, status_before=event.status, days_before=days)
        words = "in which you have a part"
    drain()

    assert told_since(before) == sorted(involved)
    new = Mail.objects.exclude(pk__in=before)
    assert len(set(new.values_list("key", flat=True))) == 1
    for mail in new:
        assert words in mail.text
        assert "egistration" not in mail.text


@pytest.mark.parametrize("off", ["session", "event"])
def test_pages_of_what_is_off_say_so_and_hold_no_link(client, lab, off):
    event, talk, officers, _involved = lab
    talk.expert.offers.update(link=LINK)
    group = PeerGroup.objects.get(number=1)
    mine = reverse("events:my-meetings", kwargs={"slug": event.slug})
    agenda = reverse("events:own-agenda", kwargs={"slug": event.slug})
    pages = [group.get_absolute_url(), mine, agenda]
    # Desks have no event that was called off.
    pages += [talk.get_absolute_url()] if off == "event" else ["/desk/"]
    client.force_login(officers[0])
    for page in pages:
        text = client.get(page).content.decode()
        assert "Called off" not in text
        assert "was called off" not in text
    assert LINK in client.get(group.get_absolute_url()).content.decode()

    if off == "session":
        group.round.sessions.update(is_cancelled=True)
    else:
        event.status = EventStatus.CANCELLED
        event.save()

    for page in pages:
        text = client.get(page).content.decode()
        assert "Cancelled" in text or "called off" in text, page
        assert LINK not in text
        assert "I will come" not in text


def test_a_talk_at_an_event_that_was_called_off_is_not_accepted(client, lab):
    event, talk, officers, _involved = lab
    event.status = EventStatus.CANCELLED
    event.save()
    client.force_login(officers[0])

    page = client.post(talk.get_absolute_url(), {"accept": "1"}, follow=True)

    assert "event was called off" in page.content.decode()
    talk.refresh_from_db()
    assert talk.city_answer == "open"
    with pytest.raises(meetings.MeetingRefused):
        meetings.accept(talk, for_expert=True)
