"""What remains of a session: notes, commitments, reminders of them, and collaborations."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cities.models import FormDraft, Mail
from events.models import NextStep, Outcome, Registration
from events.periodic import remind_of_steps
from events.services import attendance, outcomes
from marketplace.models import Revision
from tests.factories import (
    make_city,
    make_event,
    make_group,
    make_officer,
    make_session,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db

DAY = date(2021, 2, 16)
DURING = datetime(2021, 2, 16, 9, 30, tzinfo=UTC)
DUE = date(2021, 3, 16)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(DURING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def session():
    """A session of a lab on site that has begun."""
    event = make_event(slug="lab", format="on_site", starts_on=DAY, ends_on=DAY)
    return make_session(event, slug="closing", title="Closing")


def comes(session, city=None, *, present=True):
    """An officer of a city, marked at the door."""
    city = city or make_city()
    person = make_officer(city)
    place = Registration.objects.create(
        event=session.day.event, user=person, city=city, status="confirmed"
    )
    if present:
        attendance.mark(place, day=DAY, by=make_staff())
    return person


def forms_to(html, action):
    """Return what each form that goes to an address would send."""
    forms = re.findall(f'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', html, re.S)
    field = re.compile('<input type="hidden" name="([^"]+)" value="([^"]*)"')
    return [{name: unescape(value) for name, value in field.findall(form)} for form in forms]


def address(session):
    return f"{session.get_absolute_url()}remains/"


def page(client, url, status=200):
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


# ── the short form ──────────────────────────────────────────────────────────────────────────────
def test_whoever_took_part_notes_lines_and_a_commitment_once(session, client):
    corfu, cork = make_city(name="Corfu"), make_city(name="Cork")
    ana = comes(session, corfu)
    comes(session, cork)
    session.group = make_group()
    session.save()
    client.force_login(ana)
    assert "Note what remains of it" in page(client, session.get_absolute_url())
    assert "Cork" in page(client, address(session))
    typed = {
        "city": corfu.pk, "takeaways": "- Ask for repair\n\n• Invite lawyers", "needs": "Contracts",
        "commitment": "Write a tender", "due_on": "2021-03-16", "owner": ana.pk,
        "with_city": cork.pk, "key": "0c5a4a5e-4f4d-4a6c-9d5e-3c1f0f9f1d12",
    }  # fmt: skip

    for _twice in range(2):
        assert client.post(address(session), typed).status_code == 302

    told = Outcome.objects.order_by("pk").values_list("kind", "title")
    assert list(told) == [
        ("takeaway", "Ask for repair"), ("takeaway", "Invite lawyers"), ("need", "Contracts"),
    ]  # fmt: skip
    step = NextStep.objects.get()
    assert (step.city, step.with_city, step.owner, step.due_on) == (corfu, cork, ana, DUE)
    # What is said in a group's session is the group's as well.
    assert {one.group for one in [*Outcome.objects.all(), step]} == {session.group}
    shown = page(client, address(session))
    for words in ["Ask for repair", "Contracts", "Write a tender", "State it as a need"]:
        assert words in shown


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Write something in one of the boxes first."),
        ({"commitment": "Write"}, "Say by when: a commitment has a day."),
        ({"due_on": "2090-01-01"}, "Say what will be done by then."),
        ({"commitment": "Write", "due_on": "2021-02-15"}, "This day is over"),
        ({"commitment": "Write", "due_on": "30.2."}, "date"),
        ({"takeaways": "x" * 161}, "One line has 161 signs"),
    ],
)
def test_what_cannot_be_kept_is_told_in_words_and_stays(session, client, typed, words):
    ana = comes(session)
    client.force_login(ana)
    city = ana.memberships.get().city_id
    html = client.post(address(session), {"city": city, **typed}).content.decode()
    assert words in html
    assert all(value in html for value in typed.values())
    assert not Outcome.objects.exists()
    assert not NextStep.objects.exists()
    assert FormDraft.objects.get().form == "session-notes"


def test_a_city_makes_no_collaboration_with_itself(session, client):
    ana = comes(session)
    client.force_login(ana)
    city = ana.memberships.get().city_id
    typed = {"city": city, "commitment": "Write", "due_on": "2090-01-01", "with_city": city}
    assert "Name another city" in client.post(address(session), typed).content.decode()


def test_nobody_notes_who_was_not_there_nor_for_another_city(session, client, clock):
    other = make_city()
    absent = comes(session, present=False)
    client.force_login(absent)
    assert "Note something" not in page(client, address(session))
    assert client.post(address(session), {"takeaways": "Words"}).status_code == 403
    client.force_login(make_user())
    page(client, address(session), 404)
    client.force_login(make_staff())
    assert "Nothing is noted yet" in page(client, address(session))

    ana = comes(session)
    with pytest.raises(outcomes.OutcomeRefused):
        outcomes.note(session, other, ana, {})
    client.force_login(ana)
    assert client.post(address(session), {"city": other.pk, "takeaways": "W"}).status_code == 200
    clock.move_to(datetime(2021, 2, 15, 9, tzinfo=UTC))
    with pytest.raises(outcomes.OutcomeRefused):
        outcomes.note(session, ana.memberships.get().city, ana, {"takeaway": ["Early"]})
    assert not Outcome.objects.exists()


def test_those_of_the_lab_read_what_was_noted_and_everybody_what_is_shown(session, client):
    city = make_city()
    session.outcomes.create(kind="takeaway", city=city, title="For all", is_public=True)
    session.outcomes.create(kind="takeaway", city=city, title="For the lab")
    session.next_steps.create(city=city, title="A promise", due_on=DUE)
    url = session.get_absolute_url()
    public = page(client, url)
    assert "For all" in public
    assert "For the lab" not in public
    assert "A promise" not in public
    client.force_login(comes(session, present=False))
    inside = page(client, url)
    assert all(words in inside for words in ["For all", "For the lab", "A promise"])


def test_the_page_takes_as_many_queries_whatever_was_noted(session, client):
    ana = comes(session)
    city = ana.memberships.get().city
    client.force_login(ana)

    def add(number):
        for at in range(number):
            for kind in ("takeaway", "need", "practice"):
                session.outcomes.create(kind=kind, city=make_city(), title=f"{kind} {at}")
                session.outcomes.create(kind=kind, city=city, title=f"Ours {kind} {at}")
            session.next_steps.create(city=make_city(), title="A promise", due_on=DUE)

    def counted(url):
        with CaptureQueriesContext(connection) as queries:
            page(client, url)
        return len(queries)

    add(1)
    few = [counted(address(session)), counted(session.get_absolute_url())]
    add(9)
    assert [counted(address(session)), counted(session.get_absolute_url())] == few


def test_a_need_is_carried_to_the_marketplace_with_its_words(session, client):
    ana = comes(session, make_city(slug="corfu"))
    city = ana.memberships.get().city
    session.outcomes.create(kind="need", city=city, title="Räder & mehr")
    client.force_login(ana)
    start = "/marketplace/demand/state/?"
    asked = page(client, address(session)).split(f'href="{start}')[1].split('"')[0]
    assert 'value="Räder &amp; mehr"' in page(client, start + asked.replace("&amp;", "&"))
    # Of another city's words nothing is begun.
    client.force_login(comes(session))
    assert start not in page(client, address(session))


@pytest.mark.parametrize("kind", ["practice", "takeaway"])
def test_one_click_makes_one_draft_of_an_entry_and_leads_into_it(session, client, kind):
    ana = comes(session)
    city = ana.memberships.get().city
    for title in ("Räder & mehr", "Chairs"):
        session.outcomes.create(kind=kind, city=city, title=title)
    client.force_login(ana)
    forms = forms_to(page(client, address(session)), "/marketplace/offer/")
    assert [sent["title"] for sent in forms] == ["Räder & mehr", "Chairs"]

    # Twice by a double click, and once for the other line of the same page.
    answers = [client.post("/marketplace/offer/", sent) for sent in (forms[0], *forms)]

    drafts = Revision.objects.filter(state="draft", entry__city=city).order_by("pk")
    assert [draft.title for draft in drafts] == ["Räder & mehr", "Chairs"]
    first, second = (f"/marketplace/{draft.entry.slug}/revisions/1/edit/" for draft in drafts)
    assert [answer["Location"] for answer in answers] == [first, first, second]
    assert "Räder &amp; mehr" in client.get(first, follow=True).content.decode()
    # Of another city's words nothing is begun.
    client.force_login(comes(session))
    assert not forms_to(page(client, address(session)), "/marketplace/offer/")


# ── reminders ───────────────────────────────────────────────────────────────────────────────────
def promise(session, **fields):
    return session.next_steps.create(
        **{"title": "Write a tender", "city": make_city(), "due_on": DUE, **fields}
    )


def on(clock, day):
    clock.move_to(datetime(day.year, day.month, day.day, 9, tzinfo=UTC))
    for _again in range(2):
        remind_of_steps()
    return list(Mail.objects.filter(kind="step-due").order_by("pk"))


def test_a_commitment_is_reminded_of_once_before_and_once_after_its_day(session, clock):
    step = promise(session, owner=make_user(name="Ana"))
    assert on(clock, DUE - timedelta(days=8)) == []
    assert len(on(clock, DUE - timedelta(days=7))) == 1
    assert len(on(clock, DUE)) == 1
    mails = on(clock, DUE + timedelta(days=1))
    assert len(mails) == 2
    assert "by 16 March 2021" in mails[0].text
    assert "was to be done by 16 March 2021" in mails[1].text
    assert step.get_absolute_url() in mails[1].text
    assert {mail.recipient for mail in mails} == {step.owner}
    assert len(on(clock, DUE + timedelta(days=20))) == 2


def test_nobody_is_reminded_of_what_is_done_given_up_invented_or_written_today(session, clock):
    owner = make_user()
    promise(session, owner=owner, done_on=DAY)
    promise(session, owner=owner, given_up_on=DAY)
    promise(session, owner=owner, demonstration=True)
    promise(session, owner=owner, due_on=DUE - timedelta(days=100))
    assert on(clock, DUE + timedelta(days=1)) == []
    promise(session, owner=owner, due_on=DUE + timedelta(days=3))
    assert on(clock, DUE + timedelta(days=1)) == []
    assert len(on(clock, DUE + timedelta(days=2))) == 1


def test_a_day_that_was_moved_is_reminded_of_anew(session, clock):
    step = promise(session, owner=make_user())
    assert len(on(clock, DUE)) == 1
    NextStep.objects.filter(pk=step.pk).update(due_on=DUE + timedelta(days=20))
    assert len(on(clock, DUE + timedelta(days=1))) == 1
    assert len(on(clock, DUE + timedelta(days=14))) == 2


@pytest.mark.parametrize("owner", [None, False])
def test_without_an_owner_who_can_sign_in_the_citys_team_is_reminded(session, clock, owner):
    city = make_city()
    first, second = make_officer(city), make_officer(city)
    gone = None if owner is None else make_user(is_active=False)
    promise(session, city=city, owner=gone)
    assert {mail.recipient for mail in on(clock, DUE)} == {first, second}


def test_one_press_says_that_it_is_done_and_leaves_the_desk_and_the_clock_quiet(
    session, client, clock
):
    ana = comes(session)
    step = promise(session, owner=ana)
    client.force_login(ana)
    assert "Write a tender" in page(client, "/desk/")
    for _twice in range(2):
        client.post(step.get_absolute_url(), {"done": "1"})
    step.refresh_from_db()
    assert (step.done_on, step.version) == (DAY, 2)
    assert "Write a tender" not in page(client, "/desk/")
    assert on(clock, DUE + timedelta(days=1)) == []
