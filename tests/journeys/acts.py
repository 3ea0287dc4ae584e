"""What is done on a page before it is looked at."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from openpyxl import load_workbook

from tests.journeys.visitor import Visitor

Act = Callable[[Visitor], object]


def pressing(button: str, **typed: str) -> Act:
    """Fill in fields by their labels, then press a button: for a form with errors."""

    def act(visitor: Visitor) -> None:
        for label, words in typed.items():
            visitor.main.get_by_label(re.compile(f"^{label}", re.I)).first.fill(words)
        visitor.press(button)
        visitor.page.get_by_role("alert").first.wait_for()

    return act


def rank_twice(visitor: Visitor) -> None:
    """Give the same rank to two priorities of an action group."""
    boxes = visitor.main.get_by_role("combobox")
    for at in range(2):
        boxes.nth(at).select_option("1")
    visitor.press("Save the order")
    visitor.page.get_by_role("alert").first.wait_for()


def sign_in_wrongly(visitor: Visitor) -> None:
    """Try to sign in with a wrong password."""
    visitor.main.get_by_label(re.compile("e-?mail", re.I)).fill("nobody@example.org")
    visitor.main.get_by_label(re.compile("^password", re.I)).fill("wrong")
    visitor.main.get_by_role("button", name=re.compile("sign in", re.I)).click()
    visitor.page.get_by_role("alert").first.wait_for()


def open_everything(visitor: Visitor) -> None:
    """Unfold what is folded, such as the tables beside pictures."""
    visitor.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def check_and_open(visitor: Visitor) -> None:
    """Look a roadmap through before its hand-in, and unfold all that was found."""
    visitor.main.get_by_role("button", name=re.compile("^Check ")).click()
    visitor.page.get_by_role("heading", name="To be mended").wait_for()
    open_everything(visitor)


def save_a_search(visitor: Visitor) -> None:
    """Have a search write to an address without an account, up to what comes next."""
    visitor.main.get_by_label(re.compile("^E-mail address")).fill("reader@example.org")
    visitor.press("Write to me")
    visitor.page.get_by_role("heading", name="Look at your mail").wait_for()


# Turns that end by themselves, before another page needs them.
TAKE_ALL_TURNS = """
from cities import limits
for address in ("127.0.0.1", "::1"):
    while not limits.take("entry-table", limits.network(address), most=60, seconds=20):
        pass
"""


def take_a_table_too_often(visitor: Visitor) -> None:
    """Ask for the marketplace as a file, after many others did from the same network."""
    visitor.portal.shell(TAKE_ALL_TURNS)
    answer = visitor.answer("/marketplace/table.csv")
    assert answer is not None
    assert answer.status == 429


SUBMITTED_FOR_NOW = """
from django.utils import timezone
from marketplace.models import Revision
drafts = Revision.objects.filter(entry__slug="school-routes", number=1)
drafts.update(state="{}", submitted_at={})
"""


def save_a_draft_too_late(visitor: Visitor) -> None:
    """Save a draft that somebody else has just submitted; for others it is a draft again."""
    visitor.portal.shell(SUBMITTED_FOR_NOW.format("submitted", "timezone.now()"))
    visitor.press("Save draft")
    visitor.page.get_by_role("alert").first.wait_for()
    visitor.portal.shell(SUBMITTED_FOR_NOW.format("draft", None))


def hand_over(visitor: Visitor) -> None:
    """Ask another city to take an entry over, or see what was asked before."""
    field = visitor.main.get_by_label(re.compile("^To which city"))
    if field.count():
        field.select_option(label="Métropole Rouen Normandie")
        visitor.main.get_by_label(re.compile("^Why")).fill("Rouen runs it by now.")
        visitor.press("Ask the other city")
    visitor.page.get_by_role("button", name="Stop asking").wait_for()


def bring_a_publiccode(visitor: Visitor) -> None:
    """Give the text of a file with a fault, up to what was understood of it."""
    text = 'publiccodeYmlVersion: "0.4"\nname: Rain Watch\nurl: nowhere\ndevelopmentStatus: beta\n'
    visitor.main.get_by_label(re.compile("^Or its text")).fill(text)
    visitor.press("Show what it says")
    visitor.page.get_by_role("heading", name="What was understood").wait_for()


def bring_a_table(visitor: Visitor) -> None:
    """Bring a table with a row to take and one to mend, up to its preview."""
    text = "title,maturity\nRain gauges in streets,pilot\nBike counters,enormous\n"
    visitor.main.get_by_label(re.compile("^Table")).set_input_files(
        {"name": "entries.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    visitor.press("Show what it would do")
    visitor.page.get_by_role("heading", name="Nothing is written yet").wait_for()


def bring_a_workbook(visitor: Visitor) -> None:
    """Take the charters along, change one, and bring them back up to the differences."""
    taken = visitor.main.get_by_role("link", name="Download the workbook").get_attribute("href")
    book = load_workbook(
        io.BytesIO(visitor.page.request.get(visitor.portal.address + taken).body())
    )
    sheet = book["initiatives"]
    columns = [cell.value for cell in sheet[1]]
    sheet.cell(3, columns.index("lead") + 1).value = "The mayor's office"
    held = io.BytesIO()
    book.save(held)
    visitor.main.get_by_label(re.compile("^The file")).set_input_files(
        {"name": "charters.xlsx", "mimeType": "application/zip", "buffer": held.getvalue()}
    )
    visitor.press("Show the differences")
    visitor.page.get_by_role("heading", name="What the file changes").wait_for()
