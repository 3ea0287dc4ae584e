"""A person at a browser window, and what the window notices that must not happen."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response

from tests.journeys.portal import ROOT, Portal

AXE = (ROOT / "tests" / "vendor" / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PASSWORD = "demo-icc-portal"
SCREENSHOTS = os.environ.get("SCREENSHOTS", "")
LONGEST_STEP_MS = 15_000


@dataclass
class Visitor:
    """A window of a browser, and what was noticed in it."""

    context: BrowserContext
    portal: Portal
    page: Page = field(init=False)
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    pages: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(LONGEST_STEP_MS)
        self.page = self.context.new_page()
        self.page.on("request", self.notice_request)
        self.page.on("console", self.notice_words)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))

    def open(self, path: str) -> Page:
        """Go to a page of the portal."""
        self.answer(path)
        return self.page

    def answer(self, path: str) -> Response | None:
        """Go to a page of the portal and return its answer."""
        return self.page.goto(self.portal.address + path)

    def sign_in(self, email: str) -> Page:
        """Sign in as a demonstration account and arrive at the desk."""
        self.open("/accounts/login/")
        self.page.get_by_label(re.compile("e-?mail", re.I)).fill(email)
        self.page.get_by_label(re.compile("^password", re.I)).fill(PASSWORD)
        self.main.get_by_role("button", name=re.compile("sign in", re.I)).click()
        self.page.wait_for_url("**/desk/")
        return self.page

    @property
    def main(self) -> Locator:
        """The page without its header and footer."""
        return self.page.get_by_role("main")

    def follow(self, name: str | re.Pattern[str]) -> Page:
        """Follow the first link of the page's content with this name."""
        exact = isinstance(name, str)
        self.main.get_by_role("link", name=name, exact=exact).first.click()
        return self.page

    def press(self, name: str) -> Page:
        """Press the button of the page's content with this name."""
        self.main.get_by_role("button", name=name, exact=True).click()
        return self.page

    def wait_until(self, happened: Callable[[], bool], seconds: float = 30) -> float:
        """Ask until it has happened; return how many seconds that took."""
        began = time.monotonic()
        while not happened():
            waited = time.monotonic() - began
            assert waited < seconds, f"not within {seconds} s at {self.page.url}"
            self.page.wait_for_timeout(200)
        return time.monotonic() - began

    def axe(self, rules: list[str] | None = None) -> list[str]:
        """Return what axe finds wrong with the page as it stands, a line each; by `rules` alone."""
        if not self.page.evaluate("typeof axe !== 'undefined'"):
            self.page.evaluate(AXE)
        # Preloading styles again is for a rule that is not among ours, and the policy forbids it.
        found = self.page.evaluate(
            """runOnly => axe.run(document, {
                 runOnly,
                 resultTypes: ['violations'],
                 preload: false,
               })""",
            {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS},
        )
        return [
            f"{violation['id']}: {node['html'][:200]}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    def overflow_px(self) -> int:
        """Return by how much the page is wider than the window."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )

    def resize(self, width: int) -> None:
        """Make the window so many pixels wide, as who turns a telephone does."""
        self.page.set_viewport_size({"width": width, "height": 900})

    def keep_picture(self, name: str) -> None:
        """Save the page as it looks, where SCREENSHOTS names a folder."""
        if SCREENSHOTS:
            path = Path(SCREENSHOTS) / f"{name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=path, full_page=True)

    def notice_request(self, request: Request) -> None:
        """Note what goes to other hosts."""
        if request.is_navigation_request():
            self.pages.add(request.url)
        scheme = urlsplit(request.url).scheme
        if scheme in {"http", "https"} and not request.url.startswith(self.portal.address):
            self.outside.append(request.url)

    def notice_words(self, message: ConsoleMessage) -> None:
        """Note what the browser complains of: refused content, lost files, faults in scripts."""
        # To the browser an answer such as 404 is an error; the tests look at a page's themselves.
        at = message.location["url"]
        is_fault = message.type in {"error", "warning"} and at not in self.pages
        if is_fault or "Content Security Policy" in message.text:
            self.complaints.append(f"{message.text} {at}")
