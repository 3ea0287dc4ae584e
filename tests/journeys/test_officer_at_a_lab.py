"""An officer at a lab: brings colleagues, chooses sessions, wishes, and keeps what remains."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.journeys.labs import A_LAB, LATER

SLUG = "lab-of-an-officer"
WITH_GROUPS_AND_EXPERTS = """
from events.services import peers, register, sign_up
session("Opening", 9)
full = session("Data clinic", 10, capacity=1, audience="public")
register(lab, person("terrassa"), city=city("terrassa"))
sign_up(full, person("terrassa"))
round = MeetingRound.objects.create(event=lab, title="Clinic of experts")
slots(round, 14, 2)
for name in ("expert", "mentor"):
    round.experts.create(user=person(name), about="Upkeep of open systems")
round.askers.create(city=city("rouen"))
"""
THEIR_GROUP = """
from events.models import Event, PeerRound, Session
from events.services import group_turns, peers
from cities.models import City
lab = Event.objects.get(slug="lab-of-an-officer")
round = PeerRound.objects.create(event=lab, title="Peer review")
session = Session.objects.get(day__event=lab, slug="opening")
round.sessions.add(session)
group = round.groups.create(number=1, session=session, label="Blue table")
for at, slug in enumerate(("cork", "rouen", "terrassa"), start=1):
    entry = round.entries.create(city=City.objects.get(slug=slug))
    group.seats.create(entry=entry, position=at)
group_turns.set_turns(round)
peers.publish(round, despite=True)
"""
A_PLACE_FREES = """
from events.models import SignUp
from events.services import leave
leave(SignUp.objects.get(
    session__slug="data-clinic", session__day__event__slug="lab-of-an-officer",
    user__email="terrassa@example.org",
))
"""
GROUP = re.compile(r"(/events/peer-groups/\d+/)")


def test_an_officer_brings_colleagues_and_prepares_the_day_of_a_lab(visit, portal):
    portal.shell(A_LAB.format(slug=SLUG, title="Lab of an officer") + WITH_GROUPS_AND_EXPERTS)
    officer = visit()
    page = officer.sign_in("rouen@example.org")

    # Two steps: who acts for one city alone begins with the people of its team.
    officer.open(f"/events/{SLUG}/register/")
    officer.follow("Register colleagues of your city")
    expect(page.get_by_role("heading", name=re.compile("^Who comes for"))).to_be_visible()
    for name in ("Claire Aubrun", "Mathis Vautrel"):
        page.get_by_label(re.compile(name)).check()
    officer.press("Register them")
    expect(page.get_by_text("2 people are registered.")).to_be_visible()
    portal.wait_for_mail(To="rouen2@example.org", Subject="Lab of an officer")

    # Stars and a full session, whose queue they join.
    officer.open(f"/events/{SLUG}/agenda/")
    star = officer.main.get_by_role("button", name=re.compile("In my agenda: ?Opening"))
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    officer.follow("Data clinic")
    expect(officer.main).to_contain_text("0 of 1 places are free.")
    officer.press("Wait for a place")
    expect(officer.main).to_contain_text("You are on the waiting list", ignore_case=True)
    assert officer.axe() == []
    full = page.url.removeprefix(portal.address)

    # Experts in their order, each with a question; without one nothing is saved.
    officer.open(f"/events/{SLUG}/mine/")
    officer.follow(re.compile("^Experts that"))
    wish = page.get_by_label("Wish 1: expert")
    wish.select_option(label="Joost Verhaegde: Upkeep of open systems")
    page.get_by_label("Wish 2: expert").select_option(
        label="Inês Valadarim: Upkeep of open systems"
    )
    page.get_by_label("Wish 2: your question").fill("What did Porto pay?")
    officer.press("Save")
    expect(page.get_by_role("alert")).to_contain_text("Write your question")
    page.get_by_label("Wish 1: your question").fill("Who pays the upkeep?")
    officer.press("Save")
    expect(page.get_by_text("Your wishes are saved.")).to_be_visible()

    # Somebody gives a place back: it is theirs at once, and a mail says so.
    portal.shell(A_PLACE_FREES)
    portal.wait_for_mail(To="rouen@example.org", Subject="Data clinic")
    officer.open(full)
    expect(page.get_by_role("button", name="Give my place back")).to_be_visible()

    portal.shell(THEIR_GROUP)
    mail = portal.wait_for_mail(To="rouen@example.org", Subject="Groupe 1")
    officer.open(GROUP.search(mail.get_content())[1])
    expect(officer.main).to_contain_text("Blue table")
    expect(officer.main).to_contain_text("Cork")
    officer.open(f"/events/{SLUG}/agenda/mine/")
    for words in ("Opening", "Group 1", "Blue table"):
        expect(officer.main).to_contain_text(words)
    assert officer.axe() == []
    officer.keep_picture("own-agenda-of-an-officer")


def test_an_officer_says_what_it_was_like_and_keeps_what_remains(visit, portal):
    slug = "lab-that-was"
    portal.shell(
        A_LAB.format(slug=slug, title="Lab that was")
        + "from events.services import register\nsession('Opening', 9)\n"
        + "register(lab, person('rouen'), city=city('rouen'))\n"
        + LATER.format(slug=slug, days=15)
    )
    officer = visit(width=360)
    page = officer.sign_in("rouen@example.org")
    officer.open(f"/events/{slug}/agenda/")
    officer.follow("Opening")
    session = page.url.removeprefix(portal.address)
    officer.follow("Say what you thought of it")
    page.get_by_label("4 – good").check()
    page.get_by_label(re.compile("^What was useful")).fill("The clinic of experts.")
    officer.press("Send my answer")
    expect(page.get_by_text("Thank you for your answer.")).to_be_visible()

    officer.follow("Note what remains of it")
    page.get_by_label(re.compile("^What we take away")).fill("Tenders can ask for repair\n")
    page.get_by_label(re.compile("^What we will do")).fill("Count our chairs")
    day = datetime.now(UTC).date() + timedelta(days=30)
    page.get_by_label(re.compile("^By")).fill(day.isoformat())
    officer.press("Keep it")
    expect(page.get_by_text("2 lines are kept.")).to_be_visible()
    expect(page.get_by_role("link", name="Count our chairs")).to_be_visible()
    assert officer.axe() == []
    assert officer.overflow_px() <= 0
    kept = page.url.removeprefix(portal.address)
    # One click makes a draft of an entry from a line, and leads into it.
    page.get_by_role("button", name=re.compile("^Draft an entry.*Tenders can ask")).click()
    expect(page.get_by_label(re.compile("^Title"))).to_have_value("Tenders can ask for repair")
    officer.open(kept)

    # What was promised stands on the desk until it is done.
    officer.follow("Count our chairs")
    expect(page.get_by_role("heading", level=1)).to_have_text("Count our chairs")
    officer.open(session)
    expect(page.get_by_role("link", name="Say what you thought of it")).to_be_visible()
