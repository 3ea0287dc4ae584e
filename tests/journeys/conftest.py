"""A portal started as its users start it, and a browser that notices what must not happen."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
AXE = (ROOT / "tests" / "vendor" / "axe.min.js").read_text()
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# Without these, Chromium looks for its maker's hosts at every start.
CALM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LONGEST_START_S = 120
PASSWORD = "demo-icc-portal"


def pytest_collection_modifyitems(items):
    """Everything here drives a browser."""
    for item in items:
        if "/journeys/" in item.path.as_posix():
            item.add_marker(pytest.mark.journey)


@dataclass
class Portal:
    """A running portal: its address, and the folder with its data."""

    address: str
    folder: Path


@pytest.fixture(scope="session")
def portal(tmp_path_factory) -> Iterator[Portal]:
    """The portal with its demonstration programme, started by its one command."""
    folder = tmp_path_factory.mktemp("portal")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://localhost:{port}"
    environment = {
        **os.environ,
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "BASE_URL": address,
        "DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "icc_portal.settings",
        "SECRET_KEY": "only-for-the-journeys-of-the-test-suite-and-nothing-else-at-all",
    }
    log = (folder / "up.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "up"],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        wait_until_ready(address, process, folder)
        yield Portal(address, folder)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        log.close()


def wait_until_ready(address: str, process: subprocess.Popen, folder: Path) -> None:
    """Wait for the first good answer of /health/ready."""
    until = time.monotonic() + LONGEST_START_S
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/health/ready", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.3)
    pytest.fail("The portal did not start:\n" + (folder / "up.log").read_text()[-4000:])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CALM)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """A browser window, and what was noticed in it."""

    page: Page
    portal: Portal
    outside: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a page of the portal."""
        self.page.goto(self.portal.address + path)
        return self.page

    def sign_in(self, email: str) -> Page:
        """Sign in as a demonstration account and arrive at the desk."""
        self.open("/accounts/login/")
        self.page.get_by_label(re.compile("e-?mail", re.I)).fill(email)
        self.page.get_by_label(re.compile("^password", re.I)).fill(PASSWORD)
        self.page.get_by_role("main").get_by_role(
            "button", name=re.compile("sign in", re.I)
        ).click()
        self.page.wait_for_url("**/desk/")
        return self.page

    def axe(self) -> list[str]:
        """Return what axe finds wrong with the page as it stands, a line each."""
        self.page.evaluate(AXE)
        found = self.page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS
        )
        return [
            f"{self.page.url}: {violation['id']}: {node['html'][:160]}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    def notice_request(self, request: Request) -> None:
        """Note what goes to other hosts."""
        scheme = urlsplit(request.url).scheme
        if scheme in {"http", "https"} and not request.url.startswith(self.portal.address):
            self.outside.append(request.url)


@pytest.fixture
def visit(browser: Browser, portal: Portal) -> Iterator:
    """A function that opens a window; at the end nothing forbidden may have happened in any."""
    opened: list[tuple[Visitor, BrowserContext]] = []

    def open_window(*, javascript: bool = True, width: int = 1280, dark: bool = False) -> Visitor:
        context = browser.new_context(
            java_script_enabled=javascript,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            timezone_id="Europe/Paris",
            # axe needs to run in the page; the policy's own reports are still noticed.
            bypass_csp=False,
        )
        context.set_default_timeout(15_000)
        visitor = Visitor(context.new_page(), portal)
        visitor.page.on("request", visitor.notice_request)
        visitor.page.on(
            "console",
            lambda message: (
                visitor.refused.append(message.text)
                if "Content Security Policy" in message.text
                else None
            ),
        )
        visitor.page.on("pageerror", lambda error: visitor.failed.append(str(error)))
        opened.append((visitor, context))
        return visitor

    yield open_window
    for visitor, context in opened:
        context.close()
        assert visitor.outside == []
        assert visitor.refused == []
        assert visitor.failed == []
