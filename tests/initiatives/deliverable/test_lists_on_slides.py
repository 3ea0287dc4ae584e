"""Lists on slides: no item stands alone, neither as a list of one nor as the last on a slide."""

import pytest
from pptx.oxml.ns import qn

from initiatives.deliverable.slides import deck, theme
from initiatives.deliverable.slides.flow import Flow

CONTENT = {
    "language": "en", "kicker": "City", "subtitle": "Roadmap", "as_of": "As of today",
    "words": {"continued": "continued"},
}  # fmt: skip


@pytest.fixture
def flow():
    made = Flow(theme.blank(), CONTENT)
    made.head("A list")
    return made


def bullets(slide):
    """Whether each paragraph of a slide's body has a sign."""
    paragraphs = [
        one
        for shape in slide.shapes
        if shape.has_text_frame and not shape.is_placeholder and shape.top > 914_400
        for one in shape.text_frame.paragraphs
        if one.text and "·" not in one.text and "‹" not in one.text
    ]
    return [one._p.find(f"{qn('a:pPr')}/{qn('a:buChar')}") is not None for one in paragraphs]


@pytest.mark.parametrize(("number", "signs"), [(1, [False]), (2, [True, True])])
@pytest.mark.parametrize("kind", ["list", "rich_list"])
def test_one_item_is_a_paragraph_and_two_are_a_list(flow, kind, number, signs):
    item = "One thing" if kind == "list" else [{"text": "One thing"}]
    block = {"type": kind, "items": [item] * number, "ordered": False, "caption": ""}
    deck._DRAW[kind](flow, block)
    assert bullets(flow.slide) == signs


@pytest.mark.parametrize("number", range(10, 31))
def test_the_last_item_of_a_long_list_takes_another_along(flow, number):
    block = {"type": "list", "items": ["One thing"] * number, "ordered": False, "caption": ""}
    deck._DRAW["list"](flow, block)
    found = [len(bullets(slide)) for slide in flow.deck.slides]
    assert sum(found) == number
    assert min(found) > 1
