"""One bar cut into shares: how many are in which state."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cities.pictures.scales import words


@dataclass(frozen=True)
class Share:
    """How many have one state."""

    label: str
    count: int


@dataclass(frozen=True)
class DrawnShare:
    """A piece of the bar; number chooses colour and pattern alike."""

    x: float
    width: float
    number: int
    label: str
    count: str
    percent: int
    fits: bool


@dataclass(frozen=True)
class StackedBar:
    """The pieces in order, and the whole in words."""

    id: str
    title: str
    description: str
    width: int
    height: int
    shares: tuple[DrawnShare, ...]
    total: str
    template: str = "components/pictures/stacked_bar.svg.html"


def stacked_bar(id: str, title: str, shares: Sequence[Share]) -> StackedBar:
    """A bar whose pieces are as wide as their counts; up to five states, none negative."""
    width, gap = 640, 2
    some = [share for share in shares if share.count > 0]
    total = sum(share.count for share in some)
    room = width - gap * max(0, len(some) - 1)
    drawn, x = [], 0.0
    for number, share in enumerate(shares, start=1):
        wide = round(room * share.count / total, 1) if total and share.count > 0 else 0.0
        drawn.append(
            DrawnShare(
                x=round(x, 1),
                width=wide,
                number=(number - 1) % 5 + 1,
                label=share.label,
                count=words(share.count),
                percent=round(100 * share.count / total) if total else 0,
                fits=wide >= 34,
            )
        )
        x += wide + gap if wide else 0
    told = ", ".join(f"{share.label}: {words(share.count)}" for share in shares)
    return StackedBar(
        id=id,
        title=title,
        description=f"{told}." if total else _("No values yet."),
        width=width,
        height=36,
        shares=tuple(drawn),
        total=words(total),
    )
