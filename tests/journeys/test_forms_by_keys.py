"""Forms of a city's team and of its yearly check-in by keys alone, with scripts and without."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.test_keyboard import tab_to
from tests.journeys.test_writing import NEW
from tests.uploads import a_picture

ASKED = """
from initiatives import check_ins
from initiatives.check_ins import asking
from initiatives.models import Roadmap
from cities.models import Mail
roadmap = Roadmap.objects.filter(initiatives__slug="rouen-open-data").distinct().get()
asked = check_ins.ask(roadmap, {year})
mail = Mail.objects.filter(key__endswith=f":{{asked.pk}}", kind="initiatives_check_in").first()
words = asking.text_with_link(mail).split()
link = next(word for word in words if "/check-in/" in word)
print("/initiatives/" + link.partition("/initiatives/")[2])
"""
BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])


def press(page, name):
    """Go to a button or a link by the tab key, press Enter, and arrive at the next page."""
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def type_into(page, name, words):
    """Go to a field by the tab key, and type."""
    tab_to(page, name)
    page.keyboard.type(words)


@pytest.fixture
def open_page(visit, portal):
    """A function that opens a page, in a window whose pages are looked at by axe where it can."""

    def opened(path, *, javascript, email=""):
        visitor = visit(javascript=javascript)
        if email:
            visitor.sign_in(email)
        visitor.open(path)
        return visitor, visitor.page

    return opened


def look(visitor, javascript):
    """See that the page fits, and that axe finds nothing."""
    assert visitor.overflow_px() == 0
    if javascript:
        assert visitor.axe() == []


@pytest.fixture
def new_city(portal):
    """A function that makes a city with an empty roadmap: its officer's address and the roadmap."""

    def made(slug):
        return f"{slug}@example.org", portal.shell(NEW.format(slug=slug))

    return made


@BOTH
def test_a_check_in_is_answered_from_its_mail(open_page, portal, javascript):
    path = portal.shell(ASKED.format(year=2040 + javascript))
    visitor, page = open_page(path, javascript=javascript)
    look(visitor, javascript)
    # Within a group of answers the arrows choose.
    tab_to(page, "Still on the way|Done|Stopped")
    page.keyboard.press("ArrowDown")
    type_into(page, "A word on it", "The market hall is open")
    press(page, "Confirm these answers$")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    look(visitor, javascript)


@BOTH
def test_a_deal_is_begun_and_written(open_page, new_city, javascript):
    email, roadmap = new_city(f"keyhaven-{int(javascript)}")
    path = f"/initiatives/roadmaps/{roadmap}/write/deals/"
    visitor, page = open_page(path, javascript=javascript, email=email)
    type_into(page, "Title", "Harbour deal")
    press(page, "Save$")
    press(page, "Write “Harbour deal”")
    expect(page.get_by_label(re.compile("^Aim"))).to_be_visible()
    look(visitor, javascript)
    type_into(page, "When it runs", "01/09")
    type_into(page, "Aim", "Clean quays and quiet nights.")
    press(page, "Save$")
    expect(visitor.main).to_contain_text("The year is missing")
    look(visitor, javascript)
    field = page.get_by_label(re.compile("^When it runs"))
    tab_to(page, "When it runs")
    if page.evaluate("document.activeElement.tagName") == "A":
        # The list of faults leads to its field.
        page.keyboard.press("Enter")
    expect(field).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("2024 to 2027")
    type_into(page, "Name", "Quay and Sons")
    press(page, "Save$")
    expect(page.get_by_role("status").first).to_contain_text("is saved at")
    expect(visitor.main.get_by_label(re.compile("^Name")).first).to_have_value("Quay and Sons")
    look(visitor, javascript)


@BOTH
def test_a_comment_is_said_taken_back_and_put_back(open_page, new_city, javascript):
    email, roadmap = new_city(f"talkhaven-{int(javascript)}")
    path = f"/initiatives/roadmaps/{roadmap}/write/lessons/comments/"
    visitor, page = open_page(path, javascript=javascript, email=email)
    type_into(page, "Your comment", "Is the second lesson ours?")
    press(page, "Say it$")
    expect(visitor.main.get_by_text("Is the second lesson ours?").first).to_be_visible()
    look(visitor, javascript)
    press(page, "Take it back")
    expect(visitor.main).to_contain_text("took a comment back")
    look(visitor, javascript)
    press(page, "Put it back")
    expect(visitor.main).not_to_contain_text("took a comment back")
    press(page, "Settled")
    expect(page.get_by_role("heading", name="Settled")).to_be_visible()


@BOTH
def test_a_file_is_added_to_a_value(open_page, javascript):
    value = "17" if javascript else "19"
    visitor, page = open_page(
        "/initiatives/rouen-open-data/", javascript=javascript, email="rouen@example.org"
    )
    # Said well before: the browser is told to hand over its dialogue without being waited for.
    page.on("filechooser", lambda chooser: None)
    # A key that is pressed on the way to a page is pressed on neither.
    with page.expect_navigation():
        visitor.follow("Number of workshops organised")
    press(page, "Report a value$")
    type_into(page, "Value as you report it", value)
    press(page, "Save the value$")
    press(page, f"Files that show it “{value}”")
    expect(page.get_by_label("Pictures and documents")).to_be_visible()
    look(visitor, javascript)
    file = a_picture(f"door-{value}.png", size=(int(value) * 20, 150))
    tab_to(page, "Pictures and documents")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(
        {"name": file.name, "mimeType": "image/png", "buffer": file.read()},
    )
    if javascript:
        expect(page.get_by_text("Kept.", exact=True)).to_be_visible()
    press(page, "Show them and say what they are" if javascript else "Add the chosen files")
    type_into(page, "What the picture shows", "The counter at the door")
    look(visitor, javascript)
    press(page, "Save$")
    row = page.get_by_role("row", name=re.compile(f"^{value} "))
    expect(row.get_by_role("link", name="The counter at the door")).to_be_visible()
