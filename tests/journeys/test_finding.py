"""Somebody finds what fits their city, compares it, and hands the list on."""

import re

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_stranger_finds_what_fits_compares_it_and_hands_the_list_on(visit, javascript):
    visitor = visit(javascript=javascript)
    page = visitor.open("/marketplace/")
    results = page.get_by_role("region", name="Results")

    # In spite of a typo, then by a filter.
    page.get_by_label("What are you looking for?").fill("resdents")
    visitor.press("Search")
    expect(results.get_by_role("link", name="residents", exact=True)).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("^Solution Results:")).check()
    if not javascript:
        page.get_by_role("button", name="Apply filters").click()
    expect(page.get_by_role("list", name="Filters in force")).to_contain_text("Solution")

    # For a city like Rouen, within its budget: with the reasons in words.
    page.get_by_text("What fits a city like yours?").click()
    page.get_by_label("A city of the portal").fill("rouen")
    page.get_by_label("Budget in euro").fill("60 000")
    page.get_by_role("button", name="Show what fits best").click()
    trees = results.get_by_role("article").filter(has_text="A register of trees")
    expect(trees).to_contain_text("In common: On a river")
    expect(trees).to_contain_text("Within your budget: under €50,000.")
    expect(page.get_by_role("list", name="Filters in force")).to_contain_text("Solution")
    assert "q=resdents" in page.url

    # Two are chosen, on two pages of results.
    results.get_by_role("link", name=re.compile("^Choose ?: A register of trees")).click()
    expect(results.get_by_role("heading", name="1 chosen")).to_be_visible()
    page.get_by_label("What are you looking for?").fill("street lighting")
    visitor.press("Search")
    results.get_by_role("link", name=re.compile("^Choose ?: Street lighting bought")).click()
    expect(results.get_by_role("heading", name="2 chosen")).to_be_visible()

    # Side by side, then as a list whose address is all there is to it.
    results.get_by_role("link", name="Compare", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare entries")
    costs = page.get_by_role("row").filter(has_text="Cost to introduce")
    expect(costs).to_contain_text("differs")
    expect(costs.get_by_role("cell")).to_have_count(2)
    visitor.follow("Show only what differs")
    expect(page.get_by_role("row").filter(has_text="Kind")).to_have_count(0)
    visitor.follow("Open as a shortlist")
    address = page.url
    assert visitor.context.cookies() == []

    colleague = visit(javascript=javascript)
    colleague.page.goto(address)
    expect(colleague.main.get_by_role("heading", level=2)).to_have_count(2)
    colleague.main.get_by_role("link", name=re.compile("^Take away ?: Street lighting")).click()
    expect(colleague.main.get_by_role("heading", level=2)).to_have_count(1)
    assert colleague.context.cookies() == []


def test_back_leads_through_what_was_narrowed_and_what_was_folded_stays_so(visit):
    visitor = visit()
    page = visitor.open("/marketplace/?q=data")
    results = page.get_by_role("region", name="Results")
    before = results.get_by_text(re.compile("^[0-9]+ entries$")).inner_text()

    # A group that was unfolded stays so, and the box that was ticked keeps the focus.
    page.locator(".facet-group > summary", has_text="Licence").click()
    box = page.get_by_role("checkbox", name=re.compile("^Open source Results:"))
    box.check()
    expect(page.get_by_role("list", name="Filters in force")).to_contain_text("Open source")
    expect(box).to_be_focused()
    page.get_by_role("checkbox", name=re.compile("^Scaled up Results:")).check()
    expect(page.get_by_role("list", name="Filters in force")).to_contain_text("Scaled up")

    page.go_back()
    expect(page.get_by_role("list", name="Filters in force")).not_to_contain_text("Scaled up")
    expect(page.get_by_role("list", name="Filters in force")).to_contain_text("Open source")
    page.go_back()
    expect(results.get_by_text(before, exact=True)).to_be_visible()
    expect(page.get_by_label("What are you looking for?")).to_have_value("data")
    page.go_forward()
    expect(page.get_by_role("list", name="Filters in force")).to_contain_text("Open source")


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_telephone_shows_results_before_forty_boxes(visit, javascript):
    visitor = visit(javascript=javascript, width=360)
    page = visitor.open("/marketplace/?q=data")

    first = page.get_by_role("region", name="Results").get_by_role("article").first
    assert first.bounding_box()["y"] < 900
    expect(page.get_by_role("checkbox").first).to_be_hidden()
    page.get_by_text("Narrow down").click()
    box = page.get_by_role("checkbox", name=re.compile("^Solution Results:"))
    box.check()
    if javascript:
        # The drawer stays open for the next box.
        expect(page.get_by_role("list", name="Filters in force")).to_contain_text("Solution")
        expect(box).to_be_visible()
