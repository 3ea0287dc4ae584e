"""A revision goes from a city to a reviewer, back, and to the public; the worker hands it on."""

import re
import time

from playwright.sync_api import expect

from tests.journeys.portal import Portal
from tests.journeys.visitor import Visitor

PUBLIC = "/marketplace/open-data-terrassa/"
LONGEST_TO_PUBLIC_S = 5.0
# A word that no other entry holds.
NEW_WORDS = "Now 152 datasets, and a quokkathon with pupils each spring."


def path_in(mail, portal: Portal) -> str:
    """Return the address of the portal's page that a mail leads to."""
    return re.search(re.escape(portal.address) + r"(/\S+)", mail.get_content()).group(1)


def hand_in(officer: Visitor) -> None:
    """Leave a step for the last one, and submit there."""
    officer.page.get_by_role("button", name=re.compile("Check and submit")).click()
    officer.press("Submit for review")


def test_a_revision_is_sent_back_revised_approved_and_found(visit, portal, record_property):
    title = "Please review: Open Data Terrassa"

    # The city revises what the public sees, and submits it.
    officer = visit()
    officer.sign_in("terrassa@example.org")
    officer.open(PUBLIC)
    officer.follow("Revise or withdraw this entry")
    officer.press("Revise")
    officer.page.get_by_label("Problem").fill("Data of the city lay in drawers.")
    officer.press("Save and go on")
    officer.page.get_by_label("Results", exact=True).fill("152 datasets.")
    hand_in(officer)
    expect(officer.page.get_by_role("list", name="The way of this revision")).to_be_visible()

    # The mail says who is asked, and leads to the entry beside its previous version.
    mail = portal.wait_for_mail(Subject=title)
    asked = str(mail["To"])
    assert asked in {f"reviewer{number}@example.org" for number in (1, 2, 3)}
    reviewer = visit()
    reviewer.sign_in(asked)
    reviewer.open("/review/")
    reviewer.follow("Open Data Terrassa")
    assert reviewer.page.url.startswith(portal.address + path_in(mail, portal))
    page = reviewer.page
    changed = page.get_by_role("region", name="What changed since revision 1")
    expect(changed.get_by_role("deletion").filter(has_text="136")).to_be_visible()
    expect(changed.get_by_role("insertion").filter(has_text="152").first).to_be_visible()
    reviewer.follow("Side by side")
    expect(changed.get_by_text("136 datasets and 58 maps.")).to_be_visible()
    expect(changed.get_by_text("152 datasets.", exact=True)).to_be_visible()

    # Score, comment, send back.
    page.get_by_role("group", name="Clarity").get_by_role("radio", name=re.compile("^3")).check()
    page.get_by_label("Comment to the city").fill("Tell what the pupils do with it.")
    reviewer.press("Ask for changes")
    expect(page.get_by_role("status").first).to_be_visible()

    # The city reads why, revises and resubmits; until then the public sees the old words.
    answer = portal.wait_for_mail(To="terrassa@example.org", Subject="Open Data Terrassa")
    officer.open(path_in(answer, portal))
    expect(officer.page.get_by_role("blockquote")).to_contain_text("what the pupils do")
    officer.press("Revise")
    officer.page.get_by_role("button", name=re.compile("What came of it")).click()
    officer.page.get_by_label("Results", exact=True).fill(NEW_WORDS)
    hand_in(officer)
    stranger = visit()
    stranger.open(PUBLIC)
    expect(stranger.main).to_contain_text("136 datasets")

    # The same reviewer is asked again, scores everything and approves.
    second = portal.wait_for_mail(number=2, Subject=title)
    assert str(second["To"]) == asked
    reviewer.open(path_in(second, portal))
    for question in ("Evidence", "Use to other cities", "Ease of reuse", "Clarity"):
        page.get_by_role("group", name=question).get_by_role("radio", name=re.compile("^4")).check()
    began = time.monotonic()
    reviewer.press("Approve")

    # Public, and found by its new words, within seconds.
    def is_found() -> bool:
        stranger.open("/marketplace/?q=quokkathon")
        found = stranger.main.get_by_role("link", name="Open Data Terrassa", exact=True)
        return found.count() == 1

    stranger.wait_until(is_found)
    took = time.monotonic() - began
    assert took <= LONGEST_TO_PUBLIC_S, f"{took:.1f} s from approval to the search"
    stranger.main.get_by_role("link", name="Open Data Terrassa", exact=True).click()
    expect(stranger.main).to_contain_text(NEW_WORDS)
    record_property("seconds_from_approval_to_search", round(took, 1))
