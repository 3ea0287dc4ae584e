"""Reviewing by single keys, and remarking on words by selecting them."""

import re

from playwright.sync_api import expect

from tests.uploads import a_pdf

SELECT = """() => {
  const text = document.querySelector('#part-summary [data-passages]');
  const range = document.createRange();
  range.selectNodeContents(text);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  return text.innerText;
}"""
HAS_FOCUS = "document.activeElement.innerText"


def test_a_reviewer_turns_keys_on_and_walks_through_the_queue(visit):
    visitor = visit()
    visitor.sign_in("reviewer2@example.org")
    page = visitor.open("/review/")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement === document.body"), "keys are on unasked"

    visitor.follow("Keyboard shortcuts")
    visitor.press("Turn them on")
    rows = page.get_by_role("region", name=re.compile("review")).get_by_role("listitem")
    titles = rows.get_by_role("link").all_inner_texts()
    page.keyboard.press("j")
    assert page.evaluate(HAS_FOCUS) == titles[0]
    page.keyboard.press("j")
    assert page.evaluate(HAS_FOCUS) == titles[1]
    page.keyboard.press("k")
    assert page.evaluate(HAS_FOCUS) == titles[0]
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    assert visitor.axe() == []
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.evaluate(HAS_FOCUS) == titles[0], "a key reached the page behind the list"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(titles[0])

    # Single keys are letters where somebody writes.
    page.keyboard.press("j")
    assert page.evaluate(HAS_FOCUS) == "Title"
    page.keyboard.press("f")
    assert page.evaluate(HAS_FOCUS) == "Your review"
    page.get_by_label("Private note").fill("")
    page.get_by_label("Private note").press_sequentially("just known fun")
    expect(page.get_by_label("Private note")).to_have_value("just known fun")

    # What is selected becomes the passage of a remark.
    words = page.evaluate(SELECT)
    expect(page.get_by_role("link", name="Remark on this passage")).to_be_visible()
    assert visitor.axe() == []
    page.once("dialog", lambda asked: asked.accept())
    page.get_by_role("link", name="Remark on this passage").click()
    expect(page.get_by_label("Passage")).to_have_value(words)
    page.get_by_label("Your remark").fill("Say for whom.")
    visitor.press("Keep the remark")
    expect(page.locator("#part-summary")).to_contain_text("Say for whom.")

    visitor.open("/review/keys/")
    visitor.press("Turn them off")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement === document.body")


def test_a_file_whose_connection_was_lost_is_sent_again_by_itself(visit):
    visitor = visit()
    visitor.sign_in("terrassa@example.org")
    page = visitor.open("/marketplace/school-routes/revisions/1/edit/files/")
    lost = []

    def lose_the_second(route):
        if b"second.pdf" in (route.request.post_data_buffer or b"") and not lost:
            lost.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/upload/", lose_the_second)
    files = [
        {
            "name": name,
            "mimeType": "application/pdf",
            "buffer": a_pdf(more=f"% {name}\n".encode()).read(),
        }
        for name in ("first.pdf", "second.pdf")
    ]
    page.get_by_label("Pictures and documents").set_input_files(files)
    expect(page.get_by_text("first.pdf Kept.")).to_be_visible()
    expect(page.get_by_text("second.pdf did not arrive")).to_be_visible()
    assert visitor.axe() == []
    visitor.complaints.clear()
    page.get_by_role("button", name="Send second.pdf again").click()
    expect(page.get_by_text("second.pdf Kept.")).to_be_visible()
    visitor.press("Show them and say what they are")
    for name in ("first.pdf", "second.pdf"):
        expect(page.get_by_role("group", name=name)).to_have_count(1)
