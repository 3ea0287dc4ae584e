"""How much room words take, so that no text runs out of its slide.

Measured with Inter, which is wider than the font of the slides: what fits here fits there.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from PIL import ImageFont

LINE = 1.22
_AT = 100


@cache
def _font(bold: bool) -> ImageFont.FreeTypeFont:
    name = "Inter_600SemiBold.ttf" if bold else "Inter_400Regular.ttf"
    return ImageFont.truetype(Path(settings.BASE_DIR) / "static" / "vendor" / "inter" / name, _AT)


@lru_cache(maxsize=50_000)
def _wide(word: str, bold: bool) -> float:
    return _font(bold).getlength(word) / _AT


def line_count(words: str, width: float, size: float, *, bold: bool = False) -> int:
    """Return on how many lines words stand in a width (both in points)."""
    return len(wrapped(words, width, size, bold=bold))


def wrapped(words: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Return words as the lines that fit a width; a word that is too long is cut."""
    room = max(1.0, width / size)
    lines: list[str] = []
    now, used = "", 0.0
    for word in words.split():
        for piece in _pieces(word, room, bold):
            wide = _wide(piece, bold)
            gap = _wide(" ", bold) if now else 0.0
            if now and used + gap + wide > room:
                lines.append(now)
                now, used = piece, wide
            else:
                now, used = f"{now} {piece}" if now else piece, used + gap + wide
    return [*lines, now] if now or not lines else lines


def _pieces(word: str, room: float, bold: bool) -> list[str]:
    if _wide(word, bold) <= room:
        return [word]
    pieces, now = [], ""
    for letter in word:
        if now and _wide(now + letter, bold) > room:
            pieces.append(now)
            now = ""
        now += letter
    return [*pieces, now]


def height(paragraphs: list[str], width: float, size: float, *, bold: bool = False) -> float:
    """Return how high paragraphs stand, in points."""
    return sum(line_count(one, width, size, bold=bold) for one in paragraphs) * size * LINE


def cut(
    paragraphs: list[str], width: float, size: float, room: float, *, bold: bool = False
) -> tuple[list[str], list[str]]:
    """Return what of some paragraphs fits a height, and the rest; at least one line is taken."""
    most = max(1, int(room / (size * LINE)))
    taken: list[str] = []
    for place, one in enumerate(paragraphs):
        lines = wrapped(one, width, size, bold=bold)
        if len(lines) <= most:
            taken.append(one)
            most -= len(lines)
            continue
        if most > 0:
            taken.append(" ".join(lines[:most]))
            lines = lines[most:]
        return taken, [" ".join(lines), *paragraphs[place + 1 :]]
    return taken, []
