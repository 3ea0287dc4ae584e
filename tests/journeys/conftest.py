"""A portal started as its users start it, and a browser that notices what must not happen."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.portal import Portal, running_portal
from tests.journeys.visitor import Visitor

BROWSERS = 2
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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Everything here drives a browser; where two do, each keeps to the files it began."""
    journeys = [item for item in items if "/journeys/" in item.path.as_posix()]
    for number, item in enumerate(journeys):
        item.add_marker(pytest.mark.journey)
        # The looks at pages take as long as all the rest, and each stands for itself.
        is_look = item.path.name == "test_every_page.py"
        group = f"pages-{number % BROWSERS}" if is_look else item.path.name
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def portal(tmp_path_factory) -> Iterator[Portal]:
    """The portal with its demonstration programme; at the end its log tells of no refusal."""
    with running_portal(tmp_path_factory.mktemp("portal")) as portal:
        yield portal
        assert "Content policy violated" not in portal.log()
        assert "Internal Server Error" not in portal.log()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CALM)
        yield browser
        browser.close()


def open_window(browser: Browser, portal: Portal, **options) -> Visitor:
    """Open a window of its own: no cookies of others, an English reader in Paris."""
    context = browser.new_context(
        **{
            "viewport": {"width": 1280, "height": 900},
            "locale": "en-GB",
            "timezone_id": "Europe/Paris",
            # No waiting for what glides into place.
            "reduced_motion": "reduce",
            **options,
        }
    )
    return Visitor(context, portal)


@pytest.fixture
def visit(browser: Browser, portal: Portal) -> Iterator:
    """A function that opens a window; at the end nothing forbidden may have happened in any."""
    opened: list[Visitor] = []

    def open_another(*, javascript: bool = True, width: int = 1280) -> Visitor:
        visitor = open_window(
            browser,
            portal,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 900},
        )
        opened.append(visitor)
        return visitor

    yield open_another
    for visitor in opened:
        visitor.context.close()
        assert visitor.outside == []
        assert visitor.complaints == []
