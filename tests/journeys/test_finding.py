"""Narrowing results, and the way back through them."""

import re

from playwright.sync_api import expect


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
