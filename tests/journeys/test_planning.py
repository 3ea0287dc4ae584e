"""Staff in the admin: groups and talks by the solver, pinned, published; a day moved in a grid."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.labs import A_LAB

# A search takes its time on a machine that does other things as well.
SOLVED_MS = 60_000
WHO_COMES = ("rouen", "cork", "terrassa", "jyvaskyla", "ioannina", "leuven", "heidelberg", "sofia")
CITIES_IN_A_ROUND = f"""
from events.services import register
round = PeerRound.objects.create(event=lab, title="Peer review of plans")
round.sessions.add(session("Peer review", 10, minutes=90))
for name in {WHO_COMES}:
    register(lab, person(name), city=city(name))
print(round.pk)
"""
WISHES_IN_A_ROUND = """
from events.services import register
for name in ("rouen", "cork", "terrassa"):
    register(lab, person(name), city=city(name))
round = MeetingRound.objects.create(event=lab, title="Clinic of experts")
slots(round, 14, 3)
for name in ("expert", "mentor"):
    expert = round.experts.create(user=person(name), kind="lead")
    for slot in round.slots.all():
        expert.offers.create(slot=slot)
for name in ("rouen", "cork"):
    asker = round.askers.create(city=city(name))
    for rank, expert in enumerate(round.experts.order_by("user__name"), start=1):
        asker.wishes.create(expert=expert, rank=rank, question="Who pays the upkeep?")
print(round.pk)
"""
ONE_MORE_WISH = """
from events.models import MeetingRound
from cities.models import City
round = MeetingRound.objects.get(event__slug="{slug}")
asker = round.askers.create(city=City.objects.get(slug="terrassa"))
asker.wishes.create(expert=round.experts.get(user__name="Joost Verhaegde"), rank=1, question="How?")
"""
A_DAY = """
from events.models import Room
for name in ("Hall", "Library"):
    Room.objects.create(event=lab, name=name)
hall = lab.rooms.get(name="Hall")
session("Welcome", 9, room=hall)
session("Data clinic", 10, room=hall)
print(lab.pk)
"""


def last_line(text):
    return text.strip().splitlines()[-1]


def wait_for_the_solver(staff, button):
    """Ask for a plan; see how far it is until the page shows by itself that it is there."""
    page = staff.page
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_text("It is being worked out.")).to_be_visible()
    run = page.locator("#run")
    if run.get_attribute("data-run") is not None:
        # It is drawn as far as it is, and the person is told in words.
        expect(run.get_by_role("status")).to_contain_text("%")
    expect(run.get_by_text(re.compile("^Last time: Done"))).to_be_visible(timeout=SOLVED_MS)


def members(page):
    """Return the cities of each group."""
    return {
        group.locator("legend").inner_text(): sorted(
            re.findall(r"Keep (.+?) here", " ".join(group.locator("label").all_inner_texts()))
        )
        for group in page.locator(".plan-card").all()
    }


def test_groups_are_solved_pinned_solved_again_with_least_change_and_published(visit, portal):
    lab = A_LAB.format(slug="lab-of-groups", title="Lab of groups")
    key = last_line(portal.shell(lab + CITIES_IN_A_ROUND))
    staff = visit()
    page = staff.sign_in("staff@example.org")
    staff.open(f"/admin/events/peerround/plan/?round={key}")
    page.get_by_role("button", name="Add who comes to the event").click()
    expect(page.get_by_role("link", name=f"{len(WHO_COMES)} cities")).to_be_visible()
    wait_for_the_solver(staff, "Work it out")
    before = members(page)
    assert sorted(city for group in before.values() for city in group)
    assert {len(group) for group in before.values()} <= {2, 3, 4}
    expect(page.locator(".plan-card").first).to_contain_text("Why")
    assert staff.axe() == []

    # One is moved by hand and kept there; the next plan moves as few others as it can.
    first, second = list(before)[:2]
    moved = before[first][0]
    page.get_by_label("City:", exact=True).select_option(label=moved)
    page.get_by_label("Goes to:", exact=True).select_option(label=second)
    page.get_by_role("button", name="Move", exact=True).click()
    page.get_by_label(f"Keep {moved} here").check()
    page.get_by_role("button", name="Save what is kept, and the breakouts").click()
    expect(page.get_by_label(f"Keep {moved} here")).to_be_checked()
    wait_for_the_solver(staff, "Work out again with least change")
    after = members(page)
    assert moved in after[second]
    others = [group for group in before if group not in (first, second)]
    assert [after[group] for group in others] == [before[group] for group in others]

    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published", exact=False).first).to_be_visible()
    portal.wait_for_mail(To="cork@example.org", Subject="of the peer review at Lab of groups")
    staff.keep_picture("groups-published")


def test_talks_are_solved_pinned_solved_again_and_published(visit, portal):
    slug = "lab-of-talks"
    lab = A_LAB.format(slug=slug, title="Lab of talks")
    key = last_line(portal.shell(lab + WISHES_IN_A_ROUND))
    staff = visit()
    page = staff.sign_in("staff@example.org")
    staff.open(f"/admin/events/meetinground/plan/?round={key}")
    wait_for_the_solver(staff, "Work it out")
    expect(staff.page.get_by_text("2 of 2 cities with a wish have a talk")).to_be_visible()
    talks = page.get_by_role("region", name=re.compile("^Talks by expert"))
    pinned = talks.get_by_role("checkbox").first
    words = pinned.locator("xpath=..").inner_text()
    pinned.check()
    page.get_by_role("button", name="Save what stays").click()
    expect(talks.get_by_role("checkbox", checked=True)).to_have_count(1)

    # A third city wishes: it gets a talk, and what was kept stays where it was.
    portal.shell(ONE_MORE_WISH.format(slug=slug))
    page.reload()
    wait_for_the_solver(staff, "Work out again with least change")
    expect(staff.page.get_by_text("3 of 3 cities with a wish have a talk")).to_be_visible()
    kept = talks.get_by_role("checkbox", checked=True)
    expect(kept).to_have_count(1)
    assert kept.locator("xpath=..").inner_text() == words
    expect(page.get_by_text(re.compile(r"talks? (ends?|moves?)"))).to_have_count(0)
    assert staff.axe() == []

    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Both sides of every talk are told by mail.")).to_be_visible()
    portal.wait_for_mail(To="terrassa@example.org", Subject="A talk of")
    portal.wait_for_mail(To="expert@example.org", Subject="Terrassa")


@pytest.mark.parametrize("way", ["mouse", "keys", "without-scripts"])
def test_a_session_is_moved_by_dragging_and_as_well_without(visit, portal, way):
    slug = f"lab-moved-by-{way}"
    lab = A_LAB.format(slug=slug, title="Lab of a day")
    key = last_line(portal.shell(lab + A_DAY))
    staff = visit(javascript=way != "without-scripts")
    page = staff.sign_in("staff@example.org")
    day = date.today() + timedelta(days=14)
    staff.open(f"/admin/events/event/plan/?event={key}&day={day}")
    library = next(
        column
        for column, cell in enumerate(page.locator("[data-grid] thead th").all())
        if cell.inner_text().startswith("Library")
    )
    card = page.locator(".plan-session", has_text="Data clinic")
    if way == "mouse":
        room = page.locator(f"[data-grid] thead th:nth-child({library + 1})").inner_text()
        assert room
        free = page.locator("[data-grid] td[data-start='11:30']").nth(library - 1)
        card.drag_to(free)
    else:
        # Reached, filled in and sent by keys alone; the form has the session as it stands.
        link = card.get_by_role("link", name="Move Data clinic")
        link.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**session=*")
        form = page.locator("form[data-move]")
        expect(form.get_by_label("Session")).to_have_value(re.compile(r"\d+"))
        start = form.get_by_label(re.compile("^(Start|Begins|From|Starts)"))
        expect(start).to_have_value(re.compile("^10:00"))
        start.fill("11:30")
        form.get_by_label("Room").focus()
        page.keyboard.type("Library")
        form.get_by_role("button", name="Move").focus()
        page.keyboard.press("Enter")
    expect(page.get_by_text("“Data clinic” moved to 11:30.")).to_be_visible()
    cell = page.locator("[data-grid] td", has=page.locator(".plan-session", has_text="Data clinic"))
    expect(cell).to_have_attribute("data-start", "11:30")
    expect(card).to_contain_text("11:30–12:30")
    moved = "from events.models import Session; "
    moved += f"print(Session.objects.get(day__event={key}, slug='data-clinic').room)"
    assert last_line(portal.shell(moved)) == "Library"
    if way == "keys":
        assert staff.axe() == []
