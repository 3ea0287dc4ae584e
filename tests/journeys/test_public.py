"""A stranger finds a solution, its city, an initiative and a meeting; nothing is noted down."""

import re

import pytest
from icalendar import Calendar
from playwright.sync_api import expect


def facet_count(box) -> int:
    """Return how many results a filter's box promises."""
    return int(re.search(r"Results: (\d+)", box.aria_snapshot()).group(1))


@pytest.mark.parametrize(
    ("javascript", "typed"),
    [(True, "opne data"), (False, "open dta")],
    ids=["with scripts", "without scripts"],
)
def test_a_stranger_goes_from_a_search_with_a_typo_to_a_calendar(visit, javascript, typed):
    visitor = visit(javascript=javascript)
    page = visitor.open("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cities that change together")

    # To the marketplace, and to what is meant in spite of the typo.
    page.get_by_role("banner").get_by_role("link", name="Marketplace").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Marketplace")
    page.get_by_label("What are you looking for?").fill(typed)
    visitor.press("Search")
    results = page.get_by_role("region", name="Results")
    expect(results.get_by_role("article").first).to_contain_text("Open Data Terrassa")

    # A filter keeps what it promises.
    solutions = page.get_by_role("checkbox", name=re.compile(r"^Solution Results:"))
    promised = facet_count(solutions)
    assert promised > 1
    solutions.check()
    if not javascript:
        page.get_by_role("button", name="Apply filters").click()
    expect(results.get_by_text(f"{promised} entries")).to_be_visible()
    expect(results.get_by_role("article")).to_have_count(promised)
    expect(results.get_by_text(re.compile("^City profile"))).to_have_count(0)
    assert "kind=solution" in page.url

    # The solution, its city, and what the city does.
    results.get_by_role("link", name="Open Data Terrassa", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Open Data Terrassa")
    told = page.get_by_role("region", name="Results", exact=True)
    expect(told).to_contain_text("136 datasets")
    visitor.follow("More about Terrassa")
    expect(page.get_by_role("heading", level=1)).to_have_text("Terrassa")
    visitor.follow("A data office for the whole city")
    expect(page.get_by_role("heading", level=1)).to_have_text("A data office for the whole city")

    # Its KPI as a picture and as a table.
    kpi = page.get_by_role("article", name="Datasets renewed on time")
    expect(kpi.get_by_role("img", name=re.compile("6 values, 31 .* 118"))).to_be_visible()
    kpi.get_by_text(re.compile("same as a table")).click()
    rows = kpi.get_by_role("table").get_by_role("row")
    expect(rows.filter(has_text="31 March 2021")).to_contain_text("31")
    expect(rows.filter(has_text="30 June 2022").first).to_contain_text("118")

    # The agenda of a meeting, and one of its sessions for one's own calendar.
    page.get_by_role("banner").get_by_role("link", name="Events").click()
    visitor.follow("2nd City Lab")
    friday = page.get_by_role("region", name=re.compile("19 February 2021"))
    friday.get_by_role("link", name="Access to Finance", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Access to Finance")
    with page.expect_download() as download:
        visitor.follow("Add to a calendar")
    entry = Calendar.from_ical(download.value.path().read_bytes()).events[0]
    assert "Access to Finance" in str(entry["SUMMARY"])
    assert str(entry.decoded("DTSTART")).startswith("2021-02-19")

    assert visitor.context.cookies() == []
