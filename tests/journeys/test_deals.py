"""A city writes a Local Green Deal with signatories and actions, with scripts and without."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.test_writing import NEW, Writer


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("width", [1280, 360])
def test_a_deal_is_written_shown_to_the_public_and_brought_back(visit, portal, javascript, width):
    slug = f"dealhaven-{int(javascript)}-{width}"
    roadmap = portal.shell(NEW.format(slug=slug))
    visitor = visit(javascript=javascript, width=width)
    visitor.sign_in(f"{slug}@example.org")
    writer = Writer(visitor, roadmap, javascript=javascript)

    def look(name):
        writer.look()
        assert visitor.overflow_px() == 0
        if javascript:
            visitor.keep_picture(f"{name}-{width}")

    # A title is enough to begin.
    writer.open("deals")
    look("deals-empty")
    writer.rows("Deals", "Deal", [{"Title": "Harbour deal"}])
    look("deals")
    visitor.follow(re.compile("Write “Harbour deal”"))

    # A date without its year keeps everything and says what is missing.
    writer.fill("When it runs", "01/09")
    writer.fill("Aim", "Clean quays and quiet nights.")
    visitor.press("Save")
    expect(visitor.main).to_contain_text("The year is missing")
    look("deal-with-error")
    writer.fill("When it runs", "2024 to 2027")
    visitor.main.get_by_label("Stage").select_option(label="Signed")
    writer.save()
    writer.rows("Signatories", "Signatory", [
        {"Name": "Quay and Sons", "What it pledges": "Shore power", "Signed on": "8/2/2024"},
        {"Name": "Port bakers", "What it pledges": "Electric vans"},
    ])  # fmt: skip
    writer.rows("Actions", "Action", [
        {"Action": "Sockets at berth 4", "Who is responsible": "Quay and Sons", "Due": "Q3 2025",
         "Status": "Under way"},
        {"Action": "Six vans", "Somebody else responsible": "The council", "Due": "2026"},
    ])  # fmt: skip
    look("deal-written")

    # It is shown to the public when somebody says so.
    visitor.follow("See the page of this deal")
    expect(visitor.main).to_contain_text("the public does not")
    look("deal-page")
    address = visitor.page.url.removeprefix(portal.address)
    anybody = visit(javascript=javascript, width=width)
    assert anybody.answer(address).status == 404
    visitor.press("Show it to the public")
    visitor.open(f"/initiatives/roadmaps/{roadmap}/")
    visitor.press("Publish the roadmap")
    anybody.open(f"/initiatives/roadmaps/{roadmap}/")
    expect(anybody.main).to_contain_text("2 signatories, 1 signed")
    anybody.follow("Harbour deal")
    expect(anybody.main).to_contain_text("Sockets at berth 4")

    # What is taken away comes back with one press.
    writer.open("deals")
    visitor.main.get_by_role("checkbox", name=re.compile("^(Delete|Take away)")).first.check()
    visitor.press("Save")
    visitor.main.get_by_role("button", name=re.compile("^Bring back")).first.click()
    assert anybody.answer(address).status == 200
    expect(anybody.main).to_contain_text("Electric vans")
