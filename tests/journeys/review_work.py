"""What cities and reviewers do over and over: revise an entry, work off a queue of reviews."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import Browser

from tests.journeys.conftest import open_window
from tests.journeys.portal import Portal
from tests.journeys.visitor import Visitor

# What is added to a summary, so that there is something to review.
LOOKED_OVER = " Looked over."
LONGEST_SUMMARY = 300
A_REVIEW = re.compile(r"/review/\d+/")


@dataclass
class Office:
    """Everybody's windows: each person signs in once, and has one with scripts and one without."""

    browser: Browser
    portal: Portal
    windows: dict[tuple[str, bool], Visitor] = field(default_factory=dict)
    cookies: dict[str, dict] = field(default_factory=dict)
    # What axe found, by kind of page and whether scripts ran; it looks at each once.
    found: dict[tuple[str, bool], list[str]] = field(default_factory=dict)

    def window(self, who: str, *, scripts: bool) -> Visitor:
        """Return somebody's window; whoever has no address stays a stranger."""
        key = who, scripts
        if key not in self.windows:
            options = {"java_script_enabled": scripts}
            if who in self.cookies:
                options["storage_state"] = self.cookies[who]
            self.windows[key] = open_window(self.browser, self.portal, **options)
            if "@" in who and who not in self.cookies:
                self.windows[key].sign_in(who)
                self.cookies[who] = self.windows[key].context.storage_state()
        return self.windows[key]

    def look(self, who: str, kind: str, *, scripts: bool) -> None:
        """Have axe look at the page somebody sees, the first time one of its kind is met."""
        if (kind, scripts) in self.found:
            return
        visitor = self.window(who, scripts=scripts)
        # Right after a click the page may still be an empty one.
        visitor.page.get_by_role("heading", level=1).first.wait_for()
        visitor.page.wait_for_load_state()
        wrong = visitor.axe() if scripts else self._axe_without_scripts(visitor)
        self.found[kind, scripts] = [f"{kind}: {each}" for each in wrong]

    def _axe_without_scripts(self, visitor: Visitor) -> list[str]:
        """Have axe look at a page as it is without scripts: in a window that takes only axe's."""
        shown = re.sub(r"</?noscript>", "", visitor.page.content())
        bare = self.window("a window for axe", scripts=True)
        bare.page.route(
            self.portal.address + "/**",
            lambda route: (
                route.fulfill(body=shown, content_type="text/html; charset=utf-8")
                if route.request.is_navigation_request()
                else route.fulfill(body="", content_type="text/javascript")
                if route.request.resource_type == "script"
                else route.fallback()
            ),
        )
        bare.page.goto(visitor.page.url)
        wrong = bare.axe()
        bare.page.unroute_all()
        return wrong

    def close(self) -> list[str]:
        """Close all windows; return what happened in them that must not."""
        wrong = []
        for visitor in self.windows.values():
            visitor.context.close()
            wrong += visitor.outside + visitor.complaints
        return wrong


def revise(office: Office, officer: str, slug: str, *, scripts: bool) -> None:
    """Start the next revision of what is public, change a few words, and hand it in."""
    visitor = office.window(officer, scripts=scripts)
    visitor.open(f"/marketplace/{slug}/")
    visitor.follow("Revise or withdraw this entry")
    visitor.page.wait_for_url("**/revisions/*/")
    office.look(officer, "where it stands", scripts=scripts)
    visitor.press("Revise")
    visitor.page.wait_for_url("**/edit/*/")
    # Where something needed is empty, the form begins there.
    problem = visitor.page.get_by_label("Problem")
    if problem.count():
        problem.fill(problem.input_value() or "Nobody had asked the people who live there.")
    else:
        summary = visitor.page.get_by_label("Summary in one or two sentences")
        words = summary.input_value()
        summary.fill(words[: LONGEST_SUMMARY - len(LOOKED_OVER)] + LOOKED_OVER)
    office.look(officer, "step of the form", scripts=scripts)
    visitor.page.get_by_role("button", name=re.compile("Check and submit")).click()
    visitor.page.wait_for_url("**/edit/check/")
    office.look(officer, "check and submit", scripts=scripts)
    visitor.press("Submit for review")
    visitor.page.get_by_role("list", name="The way of this revision").wait_for()


def hand_out(office: Office, staff: str, *, scripts: bool) -> None:
    """Tick all that waits for a reviewer, and have whoever is free asked."""
    visitor = office.window(staff, scripts=scripts)
    visitor.open("/admin/marketplace/revision/?state=waiting")
    office.look(staff, "queue of staff", scripts=scripts)
    boxes = visitor.page.get_by_role("checkbox", name=re.compile("^Select this"))
    if boxes.count():
        for box in boxes.all():
            box.check()
        visitor.page.get_by_label("Action:").select_option(label="Ask whoever is free")
        visitor.page.get_by_role("button", name="Go").click()


def queue_length(office: Office, reviewer: str) -> int:
    """Read off the desk how much somebody has to review."""
    visitor = office.window(reviewer, scripts=False)
    visitor.open("/review/")
    heading = visitor.page.locator("#queue-heading").inner_text()
    return int(re.match(r"\d+", heading)[0])


def work_off_the_queue(
    office: Office, reviewer: str, *, scripts: bool, most: int = 1000
) -> list[str]:
    """Score and approve one review after the other, as the page leads on; return their titles."""
    visitor = office.window(reviewer, scripts=scripts)
    page = visitor.page
    visitor.open("/review/")
    office.look(reviewer, "review desk", scripts=scripts)
    first = page.locator("#results .work-list a").first
    if most and first.count():
        first.click()
        page.wait_for_url(A_REVIEW)
    done: list[str] = []
    while A_REVIEW.search(page.url) and len(done) < most:
        office.look(reviewer, "review", scripts=scripts)
        done.append(page.get_by_role("heading", level=1).inner_text())
        scores = page.get_by_role("group", name="Scores")
        for question in scores.get_by_role("group").all():
            question.get_by_role("radio").last.check()
        before = page.url
        visitor.press("Approve")
        page.wait_for_url(lambda url, before=before: url != before)
    return done
