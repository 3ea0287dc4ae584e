"""A poll in a room: a moderator opens a question, two people answer, and the screen moves."""

import re

import pytest
from playwright.sync_api import expect

# Asked again by themselves: the page of a voice each 5 seconds, the screen each 2.
SOON_MS = 20_000


def open_poll(moderator, title="Where do we stand?"):
    """Follow the way from the session's page to the poll that is prepared there."""
    moderator.open("/events/demonstration-city-lab/agenda/")
    moderator.follow("Opening")
    moderator.follow(re.compile("Polls for the room"))
    return moderator.follow(title)


def prepare(moderator, title):
    """Prepare a poll of one question, and start it; return its code."""
    moderator.open("/events/demonstration-city-lab/agenda/")
    moderator.follow("Opening")
    moderator.follow(re.compile("Polls for the room"))
    moderator.follow("A new poll")
    page = moderator.page
    page.get_by_label(re.compile("^Title")).fill(title)
    moderator.press("Go on to the questions")
    moderator.follow("Add a question")
    page.get_by_label(re.compile("^Question")).fill("What would you lend?")
    page.get_by_label("Choices", exact=True).fill("Tools\nBicycles")
    moderator.press("Add the question")
    moderator.press("Start the poll")
    return page.locator(".live-join .live-code").inner_text().replace(" ", "")


def join(visitor, code):
    """Type the code and come in."""
    visitor.open("/live/")
    visitor.page.get_by_label("Code of the room").fill(code.lower())
    visitor.press("Go on")
    visitor.press("Take part")


def test_a_room_answers_and_the_screen_moves_by_itself(visit):
    moderator, screen, first, second = visit(), visit(), visit(width=360), visit(width=360)
    moderator.sign_in("mentor@example.org")
    page = open_poll(moderator)
    moderator.press("Start the poll")
    code = page.locator(".live-join .live-code").inner_text().replace(" ", "")
    screen.open(f"/live/{code}/screen/")
    for person in (first, second):
        join(person, code)
        expect(person.main).to_contain_text("The first question comes up here")
        assert person.context.cookies() == []

    page.get_by_role("button", name=re.compile("^Open ?: What slows")).click()

    for person, choice in ((first, "Money"), (second, "Rules for tenders")):
        # The question comes up without anybody touching the telephone.
        person.page.get_by_label(choice).check(timeout=SOON_MS)
        person.press("Send my answer")
        expect(person.main).to_contain_text("Your answer is in")
    expect(screen.main).to_contain_text("2 answers", timeout=SOON_MS)
    expect(screen.main.get_by_role("row", name=re.compile("Money"))).to_contain_text("50%")

    # One changes their mind, then the question closes while the other is about to.
    second.page.get_by_label("Money").check()
    second.press("Change my answer")
    expect(screen.main.get_by_role("row", name=re.compile("Money"))).to_contain_text(
        "100%", timeout=SOON_MS
    )
    first.page.get_by_label("Data that nobody shares").check()
    page.get_by_role("button", name=re.compile("^Close ?: What slows")).click()
    expect(first.main).to_contain_text("it did not count", timeout=SOON_MS)
    expect(first.main).to_contain_text("You had answered: “Data that nobody shares”")
    expect(screen.main.get_by_role("row", name=re.compile("Money"))).to_contain_text("100%")

    # Own words wait for the moderator, whose page shows them by itself.
    page.get_by_role("button", name=re.compile("^Open ?: In a word")).click()
    first.page.get_by_label(re.compile("^In a word")).fill("Repair cafés", timeout=SOON_MS)
    first.press("Send my answer")
    expect(screen.main).to_contain_text("The moderator looks at the answers first", timeout=SOON_MS)
    page.get_by_role("button", name=re.compile("^Show ?: Repair cafés")).click(timeout=SOON_MS)
    expect(screen.main.get_by_role("row", name=re.compile("Repair cafés"))).to_be_visible(
        timeout=SOON_MS
    )
    for window in (moderator, screen, first):
        assert window.axe() == []
        assert window.overflow_px() <= 0

    page.get_by_text("End the poll").click()
    moderator.press("End it now")
    expect(second.main).to_contain_text("This poll has ended", timeout=SOON_MS)
    moderator.press("Share results on the session's page")
    stranger = visit()
    stranger.open("/events/demonstration-city-lab/agenda/")
    stranger.follow("Opening")
    expect(stranger.main).to_contain_text("What the room said: Where do we stand?")


@pytest.mark.parametrize("width", [1280, 360])
def test_the_same_goes_without_scripts(visit, width):
    moderator = visit(javascript=False, width=width)
    screen, first, second = (visit(javascript=False, width=width) for _each in range(3))
    moderator.sign_in("staff@example.org")
    code = prepare(moderator, f"Lending at {width}")
    for person in (first, second):
        join(person, code)
    moderator.main.get_by_role("button", name=re.compile("^Open ?: What would")).click()
    for person, choice in ((first, "Tools"), (second, "Bicycles")):
        person.follow("Look again")
        person.page.get_by_label(choice).check()
        person.press("Send my answer")
        expect(person.main).to_contain_text("Your answer is in")
    screen.open(f"/live/{code}/screen/")
    expect(screen.main).to_contain_text("2 answers")
    screen.follow("Look again every 10 seconds")
    assert screen.page.locator("meta[http-equiv=refresh]").count() == 1
    first.page.get_by_label("Bicycles").check()
    moderator.main.get_by_role("button", name=re.compile("^Close ?: What would")).click()
    first.press("Change my answer")
    expect(first.main).to_contain_text("it did not count")
    expect(first.main).to_contain_text("You answered: “Tools”")
