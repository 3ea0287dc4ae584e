"""PDF and slides: every fact, tags, titles, alternative texts, the same bytes, no text beyond."""

import io
import time
import zipfile

import pytest
from pptx import Presentation
from pypdf import PdfReader

from initiatives.deliverable import content, pdf, slides
from initiatives.deliverable.slides import measure
from tests import factories
from tests.initiatives.deliverable.conftest import ON, make_outline
from tests.initiatives.deliverable.facts_of_rouen import missing
from tests.initiatives.deliverable.reading import (
    shapes_of,
    squeezed,
    text_of_pdf,
    text_of_slides,
)
from tests.initiatives.deliverable.test_content import fill

pytestmark = pytest.mark.django_db


def alternative_text(shape):
    return shape._element.xpath(".//p:cNvPr")[0].get("descr") or ""


def beyond(deck):
    """What stands beyond the edge of its slide."""
    return [
        (place, shape.name)
        for place, slide in enumerate(deck.slides, start=1)
        for shape in slide.shapes
        if shape.top + shape.height > deck.slide_height
        or shape.left + shape.width > deck.slide_width
    ]


@pytest.fixture
def large(db):
    """A roadmap with many initiatives of every kind."""
    roadmap = factories.make_roadmap(introduction="Words. " * 800)
    fill(roadmap, 4)
    return content.build(roadmap, make_outline(), "programme", on=ON)


def test_every_fact_of_rouen_is_in_the_text_of_both(rouens_content):
    for words in (
        text_of_pdf(pdf.make(rouens_content)),
        text_of_slides(slides.make(rouens_content)),
    ):
        assert missing(words) == []


def test_no_sheet_of_rouens_pdf_holds_a_row_alone(rouens_content):
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf.make(rouens_content))).pages]
    assert [place for place, words in enumerate(pages, start=1) if len(words) < 450] == [1]


def test_the_pdf_is_tagged_and_has_title_language_bookmarks_and_alternative_texts(rouens_content):
    made = pdf.make(rouens_content)
    reader = PdfReader(io.BytesIO(made))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert reader.metadata.title == "Métropole Rouen Normandie, an intelligent city"
    assert "pdfuaid:part" in root["/Metadata"].get_data().decode()
    assert len(reader.outline) > 5
    figures = [one for one in structure(root["/StructTreeRoot"]) if one.get("/S") == "/Figure"]
    assert len(figures) == 5
    assert all(one.get("/Alt") for one in figures)


def structure(node):
    children = node.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        one = child.get_object() if hasattr(child, "get_object") else child
        if isinstance(one, dict):
            yield one
            yield from structure(one)


def test_the_same_content_gives_the_same_bytes(rouens_content, monkeypatch):
    first = pdf.make(rouens_content), slides.make(rouens_content)
    later = time.time() + 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    assert (pdf.make(rouens_content), slides.make(rouens_content)) == first


def test_slides_have_titles_tables_charts_and_alternative_texts(large):
    made = slides.make(large)
    deck = Presentation(io.BytesIO(made))
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, rel=1e-3)
    assert all(slide.shapes.title.text_frame.text for slide in deck.slides)
    graphics = [shape for _slide, shape in shapes_of(made) if shape.has_chart or shape.has_table]
    assert any(shape.has_chart for shape in graphics)
    unnamed = [one for one in graphics if one.has_chart and not alternative_text(one)]
    assert unnamed == []


def test_nothing_on_a_slide_stands_beyond_its_edge(large):
    deck = Presentation(io.BytesIO(slides.make(large)))
    beyond = [
        (place, shape.name)
        for place, slide in enumerate(deck.slides, start=1)
        for shape in slide.shapes
        if shape.top + shape.height > deck.slide_height
        or shape.left + shape.width > deck.slide_width
    ]
    assert beyond == []


def test_a_cell_longer_than_a_slide_goes_on_on_the_next(rouens_content):
    words = [f"word{number}" for number in range(3000)]
    table = {
        "type": "table", "caption": "Long", "columns": ["A", "B"],
        "rows": [["First", " ".join(words)]], "numeric": [], "widths": [1, 1],
    }  # fmt: skip
    chapter = {**rouens_content["chapters"][0], "blocks": [table]}
    made = slides.make({**rouens_content, "chapters": [chapter]})
    assert set(words) <= set(text_of_slides(made).split())
    assert beyond(Presentation(io.BytesIO(made))) == []


def test_slides_of_very_many_initiatives_tell_them_in_a_table():
    roadmap = factories.make_roadmap()
    for number in range(120):
        factories.make_initiative(roadmap, name=f"Initiative {number}x", summary="In short.")
    found = content.build(roadmap, make_outline(kinds=["charters"]), "public", on=ON)
    deck = Presentation(io.BytesIO(slides.make(found)))
    assert len(deck.slides) < 20
    told = text_of_slides(slides.make(found))
    assert all(f"Initiative {number}x" in told for number in range(120))


def test_words_are_measured_no_narrower_than_they_are():
    lines = measure.wrapped("Wort " * 100, 200, 12)
    assert all(measure._wide(line, False) * 12 <= 200 for line in lines)
    assert " ".join(lines).split() == ["Wort"] * 100


@pytest.mark.parametrize("language", ["en", "el", "bg", "mt"])
def test_letters_of_all_scripts_of_the_union_are_in_the_font(rouens_content, language):
    words = "Αθήνα Ђурђевдан София Ħ'Attard ġbejna Łódź Győr Iași Čeština"
    chapter = {**rouens_content["chapters"][0], "blocks": [{"type": "text", "paragraphs": [words]}]}
    made = pdf.make({**rouens_content, "language": language, "chapters": [chapter]})
    assert squeezed(words) in squeezed(text_of_pdf(made))
    assert PdfReader(io.BytesIO(made)).trailer["/Root"]["/Lang"] == language


@pytest.mark.parametrize("rows", [0, 1])
def test_an_empty_roadmap_and_one_initiative_make_documents(rows):
    roadmap = factories.make_roadmap()
    for _row in range(rows):
        factories.make_initiative(roadmap)
    found = content.build(roadmap, make_outline(), "public", on=ON)
    assert pdf.make(found).startswith(b"%PDF-1.7")
    assert zipfile.is_zipfile(io.BytesIO(slides.make(found)))


def test_what_no_font_can_show_is_told_by_name():
    roadmap = factories.make_roadmap(introduction="Done 🚀 and 中 \x01 at 100 %")
    made = pdf.make(content.build(roadmap, make_outline(), "public", on=ON))
    assert "Done [rocket] and" in text_of_pdf(made)
    assert "100 %" in text_of_pdf(made)


def test_words_that_look_like_source_or_markup_are_words():
    nasty = '#panic() $x$ *a* <b>&amp; "quoted" \\ #{1+1} @ref `code` \x01 https://example.org/#a'
    roadmap = factories.make_roadmap(introduction=nasty, needs=nasty * 40)
    factories.make_initiative(roadmap, name='#import "x"', goal=nasty, lead=nasty)
    found = content.build(roadmap, make_outline(), "public", on=ON)
    assert "#panic()" in text_of_pdf(pdf.make(found))
    assert "#panic()" in text_of_slides(slides.make(found))
