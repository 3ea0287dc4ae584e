"""Every kind of page at two widths: it answers, all can use it, and it tells nobody else."""

import json
import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve

from tests.journeys.conftest import open_window
from tests.journeys.found import FIND
from tests.journeys.kinds import ANYBODY, DOOR, Kind
from tests.journeys.pages import IN_THE_DARK, KINDS
from tests.journeys.visitor import Visitor

WIDE, NARROW, WIDEST = 1280, 360, 1600
ON_PAPER = ["home", "solution", "compare", "initiative-unfolded", "event", "city"]
MOST_LINKS_OF_A_KIND = 3
# Also those in pictures, which keep theirs differently.
ADDRESSES = """all => all.map(one => one.getAttribute('href'))
  .filter(href => !/^[#?]/.test(href)).map(href => new URL(href, location).href)"""
# What a script opens at once where there is room.
OPENED_WHERE_WIDE = "details.filter-drawer"
# One line of words needs no more height than two.
TALL = """[...document.querySelectorAll('input[type=text], input[type=url], input[type=email]')]
  .map(one => [one.name, Math.round(one.getBoundingClientRect().height)])
  .filter(([, height]) => height > 80).map(([name, height]) => `${height} px high: ${name}`)"""
# Words that only a program would say.
PROGRAM_WORDS = re.compile(r"\{\{|\{%|\{#|%\(|<lazy|<function|object \(\d+\)")


@pytest.fixture(scope="module")
def found(portal) -> dict[str, str]:
    """Keys of rows of the demonstration, by what they are."""
    return json.loads(portal.shell(FIND))


@pytest.fixture(scope="module")
def window(browser, portal):
    """A function that returns somebody's window; each signs in once."""
    opened: dict[tuple, Visitor] = {}
    signed_in: dict[str, dict] = {}

    def of(who: str, *, dark: bool = False) -> Visitor:
        key = who, dark
        if key not in opened:
            options = {"color_scheme": "dark"} if dark else {}
            if "@" in who and who not in signed_in:
                visitor = open_window(browser, portal)
                visitor.sign_in(who)
                signed_in[who] = visitor.context.storage_state()
                visitor.context.close()
            if who in signed_in:
                options["storage_state"] = signed_in[who]
            opened[key] = open_window(browser, portal, **options)
        opened[key].resize(WIDE)
        return opened[key]

    yield of
    for visitor in opened.values():
        visitor.context.close()


def faults(visitor: Visitor, kind: Kind, found: dict[str, str]) -> dict[int, list[str]]:
    """Open a page and return everything that is wrong with it, by width.

    It is opened once and made narrow: its server has nothing new to say, nor have most scripts.
    """
    visitor.complaints.clear()
    visitor.outside.clear()
    answer = visitor.answer(kind.path.format(**found))
    page = visitor.page
    wrong = []
    if answer.status != kind.status:
        wrong.append(f"answered {answer.status}, not {kind.status}")
    if kind.act:
        kind.act(visitor)
    if (headings := page.get_by_role("heading", level=1).count()) != 1:
        wrong.append(f"{headings} main headings")
    wrong += [f"says “{word}”" for word in PROGRAM_WORDS.findall(visitor.main.inner_text())]
    if kind.who == ANYBODY and ("set-cookie" in answer.headers or visitor.context.cookies()):
        wrong.append("sets a cookie")
    seen = {}
    for width in (WIDE, NARROW):
        visitor.resize(width)
        if width == NARROW and page.locator(OPENED_WHERE_WIDE).count() and not kind.act:
            page.reload()
        seen[width] = looks(visitor)
        visitor.keep_picture(f"{kind.name}-{width}")
    seen[WIDE] += wrong + visitor.complaints + visitor.outside
    return seen


def looks(visitor: Visitor) -> list[str]:
    """Return what is wrong with a page at the width it has."""
    wrong = visitor.axe()
    if (more := visitor.overflow_px()) > 0:
        wrong.append(f"{more} px wider than the window")
    return wrong + [f"a line to write on is {tall}" for tall in visitor.page.evaluate(TALL)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_page_can_be_used_by_everybody_on_every_screen(window, found, kind):
    visitor = window(kind.who)
    wrong = faults(visitor, kind, found)
    if kind.who == DOOR:
        visitor.context.clear_cookies()
    assert not any(wrong.values()), wrong


@pytest.mark.parametrize("kind", IN_THE_DARK, ids=lambda kind: kind.name)
def test_a_page_can_be_read_in_the_dark(window, found, kind):
    visitor = window(kind.who, dark=True)
    wrong = faults(visitor, kind, found)
    background = visitor.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(int(part) for part in re.findall(r"\d+", background)[:3]) < 3 * 64, background
    assert not any(wrong.values()), wrong


def test_no_public_page_breaks_out_of_a_very_wide_window(window, found):
    visitor = window(ANYBODY)
    visitor.resize(WIDEST)
    wrong = {}
    for kind in (kind for kind in KINDS if kind.who == ANYBODY):
        visitor.answer(kind.path.format(**found))
        if (more := visitor.overflow_px()) > 0:
            wrong[kind.name] = more
        visitor.keep_picture(f"{kind.name}-{WIDEST}")
    assert wrong == {}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.name in ON_PAPER])
def test_on_paper_a_page_is_its_words_and_pictures(window, found, kind):
    visitor = window(ANYBODY)
    visitor.open(kind.path.format(**found))
    visitor.page.emulate_media(media="print")
    try:
        visitor.keep_picture(f"{kind.name}-print")
        assert visitor.main.is_visible()
        assert visitor.page.get_by_role("navigation").filter(visible=True).count() == 0
        assert visitor.page.get_by_role("button").filter(visible=True).count() == 0
    finally:
        visitor.page.emulate_media(media="screen")


def test_links_of_public_pages_lead_somewhere(window, found, portal):
    visitor = window(ANYBODY)
    links = set()
    for kind in (kind for kind in KINDS if kind.who == ANYBODY):
        visitor.open(kind.path.format(**found))
        links |= set(visitor.page.locator("a[href]").evaluate_all(ADDRESSES))
    dead, tried = [], Counter()
    for link in sorted(links):
        parts = urlsplit(link)
        if f"{parts.scheme}://{parts.netloc}" != portal.address:
            continue
        # A few of each kind say enough: they come from the same lines of a template.
        try:
            view = resolve(parts.path).view_name
        except Resolver404:
            view = parts.path
        tried[view] += 1
        if tried[view] > MOST_LINKS_OF_A_KIND:
            continue
        answer = visitor.context.request.get(link)
        if not answer.ok:
            dead.append(f"{answer.status} {link}")
    assert len(tried) > 20
    assert dead == []


def test_the_look_at_pages_sees_planted_faults(window, found):
    visitor = window(ANYBODY)
    visitor.resize(NARROW)
    visitor.open("/about/")
    visitor.page.evaluate(
        """() => {
             const field = document.createElement('input');
             field.style.width = '900px';
             document.querySelector('main').append(field);
           }"""
    )
    assert any("label" in fault for fault in visitor.axe())
    assert visitor.overflow_px() > 0
