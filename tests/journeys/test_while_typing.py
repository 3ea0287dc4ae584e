"""What happens while somebody types: a draft is saved by itself, a search offers titles."""

import re

from playwright.sync_api import expect

SAVED = re.compile(r"[Ss]aved")
TRIES_AGAIN_MS = 60_000


def test_a_draft_is_saved_by_itself_and_once_more_when_the_connection_is_back(visit):
    visitor = visit()
    page = visitor.sign_in("rouen@example.org")
    visitor.open("/marketplace/offer/")
    page.get_by_label(re.compile("^Title")).fill("Typed without a button")
    visitor.press("Start writing")
    visitor.press("Save and go on")
    status = page.locator("[data-autosave-status]")

    page.get_by_label("Problem").press_sequentially("Nobody knew.")
    expect(status).to_contain_text(SAVED)
    page.reload()
    expect(page.get_by_label("Problem")).to_have_value("Nobody knew.")

    # Without a connection the page says so, keeps what was typed, and tries again by itself.
    visitor.context.set_offline(True)
    # Opened anew, a field has its cursor at the beginning.
    page.get_by_label("Problem").press("Control+End")
    page.get_by_label("Problem").press_sequentially(" Nobody asked.")
    expect(status).to_contain_text("no connection")
    expect(page.get_by_label("Problem")).to_have_value("Nobody knew. Nobody asked.")
    visitor.context.set_offline(False)
    expect(status).not_to_contain_text("no connection", timeout=TRIES_AGAIN_MS)
    expect(status).to_contain_text(SAVED)
    page.reload()
    expect(page.get_by_label("Problem")).to_have_value("Nobody knew. Nobody asked.")
    # The browser's own words for the attempt without a connection, and no other.
    assert visitor.complaints
    assert all("ERR_INTERNET_DISCONNECTED" in words for words in visitor.complaints)
    visitor.complaints.clear()


def test_titles_are_offered_while_somebody_types_and_one_of_them_finds_its_entry(visit):
    visitor = visit()
    page = visitor.open("/marketplace/")
    field = page.get_by_label("What are you looking for?")
    offered = page.locator("#suggested-titles option")

    field.press_sequentially("a regis")
    expect(offered.first).to_be_attached()
    titles = offered.evaluate_all("options => options.map(option => option.value)")
    title = next(one for one in titles if one.startswith("A register of trees"))
    assert len(titles) == len(set(titles)) <= 6

    # What the browser does with the one that is chosen; then the list is for what is typed now.
    field.fill(title)
    field.press("Enter")
    results = page.get_by_role("region", name="Results")
    expect(results.get_by_role("article").first).to_contain_text("A register of trees")
    field.fill("zzzz qqqq")
    expect(offered).to_have_count(0)
