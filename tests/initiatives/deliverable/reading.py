"""The words of documents that were made, to see what they tell."""

import io
import re

from pptx import Presentation
from pypdf import PdfReader

# What a document may put into words so that they break well, and where lines end.
BREAKS = re.compile("[\\s\u200b\u00ad\u2010-]+")


def squeezed(words):
    return BREAKS.sub("", words)


def text_of_pdf(data):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def shapes_of(data):
    for slide in Presentation(io.BytesIO(data)).slides:
        for shape in slide.shapes:
            yield slide, shape


def text_of_slides(data):
    told = []
    for _slide, shape in shapes_of(data):
        if shape.has_text_frame:
            told.append(shape.text_frame.text)
        if shape.has_table:
            told += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(told)
