"""Every mail about events, drawn for somebody who reads French: no English is left in it."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import translation

from cities import mails
from cities.models import Mail
from events import notifications
from events.models import CollaborationAct, Guest, Meeting, MeetingEnd, Talk
from events.services import agenda_versions, collaborations, guests
from tests import factories as make
from tests.factories.labs import (
    make_asker,
    make_lab,
    make_meeting,
    make_meeting_expert,
    make_meeting_round,
    make_peer_round,
    make_sitting,
)

pytestmark = pytest.mark.django_db

# What English says in nearly every sentence and French never does.
ENGLISH = re.compile(
    r"\b(the|and|of|you|your|is|are|was|with|at|to|by|it|this|that|not|now|dear|where|"
    r"until|tue|wed|thu|fri|sat|sun|june|minutes of|group|room|for)\b",
    re.IGNORECASE,
)
TEMPLATES = sorted(path.name for path in (settings.BASE_DIR / "templates/emails").glob("events_*"))


@pytest.fixture
def drawn(monkeypatch):
    """The names of templates that were drawn, with the words of each."""
    found = {}
    real = mails.writing.render

    def render(template, language, link, **context):
        assert language == "fr"
        words = real(template, language, link, **context)
        found.setdefault(template.removeprefix("emails/"), []).append(words)
        return words

    monkeypatch.setattr(mails.writing, "render", render)
    monkeypatch.setattr(notifications.guests, "render", render)
    return found


@pytest.fixture
def lab():
    return make_lab(slug="labo", title="Labo", place="Corfou", capacity=9)


def officer(city, **fields):
    return make.make_officer(city, name=f"Ana {city.name}", language="fr", **fields)


def tell_of_places(lab):
    person = make.make_user(name="Ana", language="fr")
    place = lab.registrations.create(user=person, status="confirmed")
    session = make_sitting(lab, 16)
    type(session).objects.filter(pk=session.pk).update(title="Atelier")
    session.refresh_from_db()
    for status in ("confirmed", "waiting", "cancelled"):
        place.status = status
        notifications.tell_where_it_stands(place)
    sign_up = session.sign_ups.create(user=person, status="confirmed")
    notifications.tell_place_in_session(sign_up, session)
    # Who is involved without a registration reads words of their own.
    session.moderators.add(make.make_user(name="Bea", language="fr"))
    type(lab).objects.update(format="hybrid")
    lab.refresh_from_db()
    for told in (notifications.CALLED_OFF, notifications.DATES, notifications.ELSEWHERE):
        notifications.tell_registered(lab, told, 1)
    notifications.tell_registered(lab, notifications.DATES, 2, was_emptied=True)


def tell_of_agendas(lab):
    speaker = make.make_user(name="Bo", language="fr")
    session, gone, late = (make_sitting(lab, hour, 30) for hour in (9, 11, 12))
    for one, title in ((session, "Ouverture"), (gone, "Pause"), (late, "Clôture")):
        type(one).objects.filter(pk=one.pk).update(title=title)
        one.refresh_from_db()
        Talk.objects.create(session=one, title="Exposé", speaker=speaker)
    agenda_versions.keep_version(lab)
    session.starts_at += timedelta(minutes=15)
    session.room = lab.rooms.create(name="Salle 1")
    session.audience, session.capacity, session.language = "core", 12, "fr"
    session.title = "Accueil"
    session.save()
    gone.is_cancelled = True
    gone.save()
    late.starts_at = late.ends_at = None
    late.room = lab.rooms.create(name="Salle 2")
    late.save()
    agenda_versions.tell(agenda_versions.keep_version(lab))


def tell_of_groups(lab):
    round = make_peer_round([make.make_city(name=name) for name in ("Corfou", "Lyon", "Graz")],
                            event=lab)  # fmt: skip
    type(lab).objects.filter(pk=lab.pk).update(status="published")
    round.event.refresh_from_db()
    entries = list(round.entries.all())
    for entry in entries:
        officer(entry.city)
    expert = make.make_user(name="Cleo", language="fr")
    guide = round.guides.create(user=expert)
    session = round.sessions.get()
    type(session).objects.filter(pk=session.pk).update(title="Pairs")
    later = make_sitting(lab, 14)
    round.sessions.add(later)
    one, two = (
        round.groups.create(number=number, session=where)
        for number, where in ((1, session), (2, later))
    )
    one.guide = guide
    one.save()
    for position, entry in enumerate(entries, start=1):
        one.seats.create(entry=entry, position=position, pitch=10, discussion=20)
    two.guide = guide
    two.save()
    notifications.tell_groups(round)
    # The expert sits with one group less, and a city has no place any more.
    two.guide = None
    two.save()
    one.seats.get(entry=entries[0]).delete()
    notifications.tell_groups(round)
    one.guide = None
    one.save()
    notifications.tell_groups(round)


def tell_of_talks(lab):
    round = make_meeting_round(published=True, event=lab)
    expert = make_meeting_expert(round, *round.slots.all(),
                                 user=make.make_user(name="Cleo", language="fr"))  # fmt: skip
    asker = make_asker(round, expert, city=make.make_city(name="Brest"))
    asker.wishes.update(question="Comment ?")
    officer(asker.city)
    for cause, slot in zip(("", *MeetingEnd), round.slots.all(), strict=False):
        talk = make_meeting(asker, expert, slot) if not Meeting.objects.exists() else None
        talk = talk or Meeting.objects.get()
        if cause:
            talk.cancelled_at, talk.cause = datetime(2090, 1, 1, tzinfo=UTC), cause
            talk.save()
            Mail.objects.filter(key__startswith=f"meeting:{talk.pk}:off").delete()
        notifications.tell_meeting(talk)


def tell_of_commitments(lab):
    one, other = make.make_city(name="Nantes"), make.make_city(name="Gand")
    ana, bo, staff = officer(one), officer(other), make.make_staff(language="fr")
    session = make_sitting(lab, 17)
    type(session).objects.filter(pk=session.pk).update(title="Bilan")
    session.refresh_from_db()
    step = session.next_steps.create(
        title="Rédiger un appel", city=one, with_city=other, owner=ana, due_on=date(2090, 6, 30)
    )
    for when in (notifications.BEFORE, notifications.AFTER):
        notifications.remind(step, when)
    collaborations.collaborate(step, ana)
    collaborations.say_no(step, ana, CollaborationAct.TAKEN_BACK, "")
    collaborations.collaborate(step, ana)
    collaborations.say_no(step, bo, CollaborationAct.DECLINED, "Pas de budget.")
    collaborations.collaborate(step, bo)
    collaborations.collaborate(step, ana)
    collaborations.say_no(step, bo, CollaborationAct.ENDED, "Pas de budget.")
    collaborations.collaborate(step, staff)
    collaborations.say_no(step, staff, CollaborationAct.ENDED, "Pas de budget.")


def tell_guests(lab):
    staff = make.make_staff(language="fr")
    guest = Guest.objects.create(
        event=lab, name="Greta", email="greta@example.org", language="fr", message="Venez !"
    )
    session = make_sitting(lab, 18)
    type(session).objects.filter(pk=session.pk).update(title="Visite")
    guest.places.create(session=session)
    guests.invite(guest, by=staff)
    guests.accept(guest, [session.pk])
    notifications.tell_registered(lab, notifications.DATES, 2)
    guests.withdraw(guest)


PARTS = [
    tell_of_places, tell_of_agendas, tell_of_groups, tell_of_talks, tell_of_commitments,
    tell_guests,
]  # fmt: skip


def test_every_mail_about_events_is_drawn_in_french_without_english(lab, drawn):
    # Whoever causes a mail, or the worker and the clock, speak English here.
    with translation.override("en"), time_machine.travel(datetime(2090, 5, 1, 9, tzinfo=UTC)):
        for tell in PARTS:
            tell(lab)

    assert sorted(drawn) == TEMPLATES
    left = [
        (template, found[0], words["subject"], words["text"])
        for template, all_words in drawn.items()
        for words in all_words
        if (found := ENGLISH.search(without_addresses(words)))
    ]
    assert left == []
    assert Mail.objects.count() > len(TEMPLATES)


def without_addresses(words):
    """What is to be read: without links, the portal's name, time zones and signature."""
    text = f"{words['subject']}\n{words['text']}"
    text = re.sub(r"https?://\S+|/events/\S+|\[[^\]]*\]", "", text)
    return text.replace(settings.PORTAL_NAME, "")
