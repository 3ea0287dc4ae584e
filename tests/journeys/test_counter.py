"""The counter below a long field says what the server will, and nothing that is pasted is lost."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.test_writing import NEW

MOST = 4000
# Three people joined to a family are five characters; an accent of its own is one more.
SIGNS = ["😀", "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}", "e\u0301", "line\n"]


@pytest.mark.parametrize("sign", SIGNS, ids=["emoji", "family", "accent", "lines"])
def test_the_counter_and_the_server_agree_on_a_text_at_its_limit_and_one_beyond(
    visit, portal, sign
):
    slug = f"counthaven-{SIGNS.index(sign)}"
    roadmap = portal.shell(NEW.format(slug=slug))
    visitor = visit()
    visitor.sign_in(f"{slug}@example.org")
    page = visitor.open(f"/initiatives/roadmaps/{roadmap}/write/lessons/comments/")
    field = page.get_by_label(re.compile("^Your comment"))
    counter = page.locator("[data-counter]").first
    expect(counter).to_have_text("0 of 4,000 characters")

    pasted = (sign * MOST)[: MOST - 1] + "x"
    field.fill(f"  {pasted}y\n ")
    expect(counter).to_have_text("4,001 of 4,000 characters")
    expect(counter).to_have_attribute("role", "status")
    assert visitor.axe() == []
    visitor.press("Say it")
    expect(visitor.main).to_contain_text(f"at most {MOST} characters (it has {MOST + 1})")
    assert field.input_value().strip() == f"{pasted}y"

    field.fill(pasted)
    expect(counter).to_have_text("4,000 of 4,000 characters")
    visitor.press("Say it")
    expect(visitor.main).to_contain_text("Your comment is there.")
