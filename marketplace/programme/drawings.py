"""Pictures and documents for invented entries, made by code: nobody's photograph, nobody's text."""

from __future__ import annotations

import io
from collections.abc import Callable

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

SIZE = (960, 540)
SKY, GROUND, DARK = "#dcebec", "#c9b98f", "#0b5c63"
ROOF, SUN, LEAF, WALL = "#9c4a2f", "#e0a526", "#3f7d4e", "#f5f1e6"


def picture(name: str) -> ContentFile[bytes]:
    """Return the drawing of this name as a PNG file."""
    image = Image.new("RGB", SIZE, SKY)
    DRAWINGS[name](ImageDraw.Draw(image))
    made = io.BytesIO()
    image.save(made, "PNG")
    return ContentFile(made.getvalue(), name=f"{name}.png")


def _street(draw: ImageDraw.ImageDraw) -> None:
    _houses(draw, 5)
    draw.rectangle((0, 430, 960, 540), fill="#8a8f94")
    draw.rectangle((690, 170, 704, 440), fill=DARK)
    draw.rectangle((650, 190, 780, 270), fill=DARK)
    for line in range(4):
        draw.rectangle((662, 202 + line * 16, 750 - line * 12, 210 + line * 16), fill=WALL)
    draw.rounded_rectangle((120, 320, 430, 450), 20, fill=SUN)
    for place in (170, 360):
        draw.ellipse((place, 430, place + 46, 476), fill="#2b2b2b")
    for place in range(140, 400, 66):
        draw.rectangle((place, 340, place + 48, 384), fill=SKY)


def _roofs(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse((740, 40, 860, 160), fill=SUN)
    _houses(draw, 7)
    for place in (150, 420, 690):
        draw.rectangle((place, 196, place + 34, 222), fill=DARK)
        draw.line((place + 17, 196, place + 17, 160), fill=DARK, width=4)


def _trees(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((0, 430, 960, 540), fill=GROUND)
    for number, height in enumerate((150, 220, 180, 260, 130, 240, 200)):
        middle = 80 + number * 132
        draw.rectangle((middle - 8, 430 - height // 2, middle + 8, 440), fill="#6d4c34")
        draw.ellipse((middle - 55, 400 - height, middle + 55, 510 - height), fill=LEAF)


def _chart(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((0, 0, *SIZE), fill="#ffffff")
    draw.line((80, 60, 80, 470, 900, 470), fill="#888888", width=4)
    values = (30, 28, 31, 27, 26, 24, 25, 21, 20, 18, 17, 15)
    points = [(110 + number * 70, 470 - value * 11) for number, value in enumerate(values)]
    draw.line(points, fill=DARK, width=8, joint="curve")
    for x, y in points:
        draw.ellipse((x - 9, y - 9, x + 9, y + 9), fill=DARK)


def _houses(draw: ImageDraw.ImageDraw, number: int) -> None:
    width = 960 // number
    for place in range(number):
        left, top = place * width, 240 + (place * 37) % 60
        draw.rectangle((left, top, left + width - 10, 540), fill=WALL)
        draw.polygon([(left, top), (left + width // 2, top - 70), (left + width - 10, top)], ROOF)
        draw.rectangle((left + 26, top + 40, left + 62, top + 90), fill=SKY)


DRAWINGS: dict[str, Callable[[ImageDraw.ImageDraw], None]] = {
    "street": _street,
    "roofs": _roofs,
    "trees": _trees,
    "chart": _chart,
}


def document(name: str, title: str, lines: list[str]) -> ContentFile[bytes]:
    """Return a PDF of one page with a title and some lines."""
    shown = [f"/F1 20 Tf 60 770 Td ({_escaped(title)}) Tj"]
    shown += [f"/F1 12 Tf 0 -28 Td ({_escaped(line)}) Tj" for line in lines]
    text = f"BT {' '.join(shown)} ET".encode("latin-1", "replace")
    parts = [
        b"<</Type/Catalog/Pages 2 0 R/Lang(en)>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    body, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n" % (len(parts) + 1, len(body))
    return ContentFile(body + table + end + b"%%EOF\n", name=name)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
