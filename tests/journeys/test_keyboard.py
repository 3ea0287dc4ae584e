"""The main way through the portal without a mouse: each step is reached and seen by keys alone."""

import re

from playwright.sync_api import Page, expect

MOST_STEPS = 60

# What has the focus: its name, and whether a ring or anything else shows it.
FOCUSED = """() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  return {
    name: (one.getAttribute('aria-label') || (one.labels && one.labels[0]?.innerText)
           || one.innerText || one.value || '').trim().replace(/\\s+/g, ' '),
    top: box.top + scrollY,
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    ringed: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0)
            || style.boxShadow !== 'none',
  };
}"""


def tab_to(page: Page, name: str) -> list[dict]:
    """Press the tab key until something of this name has the focus; return all that had it."""
    passed = []
    for _step in range(MOST_STEPS):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        passed.append(focused)
        assert focused["ringed"], f"nothing shows that {focused['name']!r} has the focus"
        assert focused["seen"], f"{focused['name']!r} has the focus out of sight"
        if re.match(name, focused["name"]):
            return passed
    raise AssertionError(f"{name!r} is not among {[one['name'] for one in passed]}")


def test_a_stranger_finds_a_solution_by_keyboard(visit):
    visitor = visit()
    page = visitor.open("/marketplace/")

    # The first key offers to skip what every page begins with.
    assert [one["name"] for one in tab_to(page, "Skip to main content")] == ["Skip to main content"]
    page.keyboard.press("Enter")
    passed = tab_to(page, "What are you looking for")
    assert not any(one["name"] == "Cities" and one["top"] < 100 for one in passed)
    page.keyboard.type("open data")
    page.keyboard.press("Enter")
    found = visitor.main.get_by_role("link", name="Open Data Terrassa", exact=True)
    expect(found).to_be_visible()

    # A filter is ticked with the space bar; the focus stays where the person is.
    results = page.get_by_role("region", name="Results")
    before = results.get_by_role("article").count()
    tab_to(page, "Solution")
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile("kind=solution"))
    expect(results.get_by_role("article").filter(has_text="City profile")).to_have_count(0)
    assert results.get_by_role("article").count() < before
    assert re.match("Solution", page.evaluate(FOCUSED)["name"])

    # On to the results, in the order in which they are read.
    passed = tab_to(page, "Open Data Terrassa")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Open Data Terrassa")


def test_the_menu_of_a_narrow_screen_opens_and_closes_by_keyboard(visit):
    visitor = visit(width=360)
    page = visitor.open("/")
    menu = page.get_by_role("banner").get_by_role("link", name="Events")
    expect(menu).to_be_hidden()
    tab_to(page, "Menu")
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    passed = tab_to(page, "Events")
    tops = [one["top"] for one in passed]
    assert tops == sorted(tops), "the focus jumps up the screen"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Events")


def test_an_officer_signs_in_and_mends_a_form_by_keyboard(visit):
    visitor = visit()
    page = visitor.open("/accounts/login/?next=/initiatives/rouen-open-data/milestones/add/")
    tab_to(page, "Email")
    page.keyboard.type("rouen@example.org")
    tab_to(page, "Password")
    page.keyboard.type("demo-icc-portal")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("A new milestone")

    # A refused form puts the reader at the list of faults, and each fault leads to its field.
    tab_to(page, "When")
    page.keyboard.type("soon")
    tab_to(page, "Save the milestone")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    tab_to(page, "When:")
    page.keyboard.press("Enter")
    expect(page.get_by_label("When")).to_be_focused()
