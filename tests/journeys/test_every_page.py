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
# All else that axe looks for is the same in the dark.
COLOURS = ["color-contrast", "link-in-text-block"]
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


def faults(
    visitor: Visitor, kind: Kind, found: dict[str, str], rules: list[str] | None = None
) -> dict[int, list[str]]:
    """Open a page and return everything that is wrong with it, by width; `rules` are axe's.

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
    if kind.who == ANYBODY:
        wrong += breaks_out_when_very_wide(visitor, kind)
    seen = {}
    for width in (WIDE, NARROW):
        visitor.resize(width)
        if width == NARROW and page.locator(OPENED_WHERE_WIDE).count() and not kind.act:
            page.reload()
        seen[width] = looks(visitor, rules)
        visitor.keep_picture(f"{kind.name}-{width}")
    seen[WIDE] += wrong + visitor.complaints + visitor.outside
    return seen


def looks(visitor: Visitor, rules: list[str] | None = None) -> list[str]:
    """Return what is wrong with a page at the width it has."""
    wrong = visitor.axe(rules)
    if (more := visitor.overflow_px()) > 0:
        wrong.append(f"{more} px wider than the window")
    return wrong + [f"a line to write on is {tall}" for tall in visitor.page.evaluate(TALL)]


def breaks_out_when_very_wide(visitor: Visitor, kind: Kind) -> list[str]:
    """Return whether a page as it stands is wider than a very wide window."""
    visitor.resize(WIDEST)
    visitor.keep_picture(f"{kind.name}-{WIDEST}")
    more = visitor.overflow_px()
    visitor.resize(WIDE)
    return [f"{more} px wider than a very wide window"] if more > 0 else []


def dead_links(visitor: Visitor, tried: Counter) -> list[str]:
    """Follow the links of a page into the portal; return those that lead nowhere.

    A few of each kind say enough, as `tried` counts: they come from the same lines of a template.
    """
    dead = []
    for link in sorted(set(visitor.page.locator("a[href]").evaluate_all(ADDRESSES))):
        parts = urlsplit(link)
        if f"{parts.scheme}://{parts.netloc}" != visitor.portal.address:
            continue
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
    # Some of them are forms, which give a stranger a cookie.
    visitor.context.clear_cookies()
    return dead


@pytest.fixture(scope="module")
def tried() -> Counter:
    """How often links of each kind were followed."""
    return Counter()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_page_can_be_used_by_everybody_on_every_screen(window, found, kind, tried):
    visitor = window(kind.who)
    wrong = faults(visitor, kind, found)
    if kind.who == ANYBODY:
        wrong["links"] = dead_links(visitor, tried)
    if kind.who == DOOR:
        visitor.context.clear_cookies()
    assert not any(wrong.values()), wrong


@pytest.mark.parametrize("kind", IN_THE_DARK, ids=lambda kind: kind.name)
def test_a_page_can_be_read_in_the_dark(window, found, kind):
    visitor = window(kind.who, dark=True)
    wrong = faults(visitor, kind, found, COLOURS)
    background = visitor.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(int(part) for part in re.findall(r"\d+", background)[:3]) < 3 * 64, background
    assert not any(wrong.values()), wrong


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


def test_the_look_at_pages_sees_planted_faults(window, found):
    visitor = window(ANYBODY)
    visitor.resize(NARROW)
    visitor.open("/about/")
    visitor.page.evaluate(
        """() => {
             const field = document.createElement('input');
             field.style.width = '1700px';
             const link = document.createElement('a');
             link.href = '/nothing-here/';
             document.querySelector('main').append(field, link);
           }"""
    )
    assert any("label" in fault for fault in visitor.axe())
    assert visitor.overflow_px() > 0
    assert breaks_out_when_very_wide(visitor, KINDS[0])
    tried = Counter()
    assert dead_links(visitor, tried) == [f"404 {visitor.portal.address}/nothing-here/"]
    assert len(tried) > 10
