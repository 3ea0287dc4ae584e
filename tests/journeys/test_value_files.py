"""An officer shows what was reported by a picture and a document, with scripts and without."""

import re

import pytest
from playwright.sync_api import expect

from tests.uploads import a_pdf, a_picture

KPI = "Number of workshops organised"


def chosen(file):
    return {"name": file.name, "mimeType": "application/octet-stream", "buffer": file.read()}


@pytest.mark.parametrize(("javascript", "width", "value"), [(True, 1280, "11"), (False, 360, "13")])
def test_an_officer_adds_files_to_a_value(visit, javascript, width, value):
    visitor = visit(javascript=javascript, width=width)
    page = visitor.sign_in("rouen@example.org")
    visitor.open("/initiatives/rouen-open-data/")
    visitor.follow(KPI)
    visitor.follow("Report a value")
    page.get_by_label(re.compile("^Value as you report it")).fill(value)
    visitor.press("Save the value")
    visitor.follow(re.compile(f"^Files that show it “{value}”"))

    field = page.get_by_label("Pictures and documents")
    field.set_input_files(
        [chosen(a_picture(f"counter-{value}.png", size=(int(value) * 20, 150))), chosen(a_pdf())]
    )
    if javascript:
        expect(page.get_by_text("Kept.", exact=True)).to_have_count(2)
        visitor.press("Show them and say what they are")
    else:
        visitor.press("Add the chosen files")
    picture = page.get_by_role("group", name=f"counter-{value}.png")
    shown = picture.get_by_role("img", name=f"counter-{value}.png")
    expect(shown).to_be_visible()
    if javascript:
        visitor.wait_until(lambda: shown.evaluate("one => one.naturalWidth") == int(value) * 20)
    visitor.keep_picture(f"value-files-{width}")
    picture.get_by_label("What the picture shows").fill("The counter at the door")
    if javascript:
        assert visitor.axe() == []
    assert visitor.overflow_px() == 0
    visitor.press("Save")

    row = page.get_by_role("row", name=re.compile(f"^{value} "))
    expect(row.get_by_role("link", name="report.pdf")).to_be_visible()
    expect(row.get_by_role("link", name="The counter at the door")).to_be_visible()
    visitor.keep_picture(f"value-files-shown-{width}")
    if javascript:
        assert visitor.axe() == []
    assert visitor.overflow_px() == 0
