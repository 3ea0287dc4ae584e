"""QR codes, which the camera of a telephone reads.

The library works out the squares. Its own drawing has a fixed size in millimetres and no words for
those who cannot see it, so the page draws them, a run of dark ones at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

# The white edge that a camera needs to find the code, in squares.
EDGE = 4


@dataclass(frozen=True)
class Code:
    """A code as a picture: so many squares wide, and the path of the dark ones."""

    width: int
    path: str


def code_for(text: str) -> Code:
    """Return the code that says a text; a seventh of it may be dirty or creased."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=EDGE)
    code.add_data(text)
    code.make()
    squares = code.get_matrix()
    path = [
        f"M{start} {top}h{length}v1h-{length}z"
        for top, row in enumerate(squares)
        for start, length in _runs(row)
    ]
    return Code(len(squares), "".join(path))


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Return where dark squares begin that touch one another, and how many they are."""
    runs: list[tuple[int, int]] = []
    for place, is_dark in enumerate(row):
        if not is_dark:
            continue
        if runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((place, 1))
    return runs
