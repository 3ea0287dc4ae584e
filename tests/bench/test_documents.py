"""How long a long deliverable takes in the worker: 80 pages of PDF within five seconds."""

import io
import time
from datetime import date

import pytest
from pypdf import PdfReader

from initiatives.deliverable import pdf

pytestmark = pytest.mark.bench
LONGEST_S, PAGES = 5.0, 80
ON = date(2022, 9, 30)


def a_chapter(number):
    rows = [[f"Row {place}", "Some words that fill a cell " * 3, "2022"] for place in range(45)]
    return {
        "id": f"chapter-{number}", "kind": "text", "heading": f"Chapter {number}", "when": "",
        "intro": ["Words before it."], "internal": False, "number": number, "level": 1,
        "blocks": [
            {"type": "text", "paragraphs": ["A paragraph of quite ordinary words. " * 30] * 6},
            {"type": "table", "caption": "A table", "columns": ["A", "B", "C"], "rows": rows,
             "numeric": [2], "widths": [1, 3, 1]},
        ],
    }  # fmt: skip


def test_eighty_pages_are_set_within_five_seconds(record):
    content = {
        "format": 1, "language": "en", "audience": "public", "on": ON.isoformat(),
        "title": "A long one", "kicker": "City", "subtitle": "Deliverable", "edition": "Edition",
        "dates": "2020 – 2022", "as_of": "As of 30 September 2022", "notice": "",
        "words": {"contents": "Contents", "page": "Page", "of": "of", "internal": "Internal"},
        "chapters": [a_chapter(number) for number in range(1, 33)],
    }  # fmt: skip
    began = time.process_time()
    made = pdf.make(content)
    spent = time.process_time() - began
    record("PDF of 80 pages, seconds of the processor", spent, f"at most {LONGEST_S}", "s")
    assert len(PdfReader(io.BytesIO(made)).pages) >= PAGES
    assert spent <= LONGEST_S, f"{spent:.1f} s"
