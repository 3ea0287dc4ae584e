"""The map of cities: Europe, and a small map of the world for what lies beyond."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import ngettext

from cities.pictures import projection
from cities.pictures.lines import MARKERS

OUTLINES = Path(__file__).parent / "outlines.json"
INSET_X, INSET_Y = 8, 8
LETTER, LINE = 11.5, 22
DOT = 7
# What is shown round a few places: never less than this much of Europe, in units of the map.
LEAST_WIDTH, MARGIN = 420, 90
MOST_NAMES = 8
# Wider than high, as the columns of pages are.
SHAPE = 0.56


@dataclass(frozen=True)
class Place:
    """A city on the map. `group` counts from 1 and chooses colour and marker alike.

    Places with `labelled` carry their name where it collides with nothing.
    """

    name: str
    latitude: float
    longitude: float
    url: str = ""
    title: str = ""
    group: int = 1
    labelled: bool = False


@dataclass(frozen=True)
class Label:
    """A name beside its point."""

    text: str
    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class DrawnPlace:
    """A point in its place, in units of the whole picture."""

    x: float
    y: float
    title: str
    url: str
    group: int
    marker: str
    label: Label | None


@dataclass(frozen=True)
class View:
    """The part of the map that is shown, and how much its points and words are made smaller."""

    left: float
    top: float
    width: float
    height: float
    scale: float

    @property
    def font_size(self) -> float:
        """How large names are written, in units of the map."""
        return round(20 * self.scale, 1)


WHOLE = View(0, 0, projection.WIDTH, projection.HEIGHT, 1)


@dataclass(frozen=True)
class CityMap:
    """Both maps and their points; the inset is left out when every city lies on the large one.

    `names` are the few labelled places, to be told in words where labels are too small to read.
    """

    id: str
    title: str
    description: str
    view: View
    land: str
    inset_land: str
    inset_x: int
    inset_y: int
    inset_width: int
    inset_height: int
    places: tuple[DrawnPlace, ...]
    has_inset: bool
    legend: tuple[tuple[str, int, str], ...]
    has_links: bool
    names: tuple[str, ...] = ()
    template: str = "components/pictures/city_map.svg.html"


@cache
def _outlines() -> dict[str, str]:
    """The paths that `manage.py vendor` made of Natural Earth's outlines."""
    return json.loads(OUTLINES.read_text(encoding="utf-8"))["paths"]  # type: ignore[no-any-return]


def city_map(
    id: str,
    title: str,
    places: Sequence[Place],
    *,
    groups: Sequence[str] = (),
    enlarged: float = 1,
) -> CityMap:
    """Every place on the large map or in the inset; `groups` are the words of the legend.

    Coordinates are degrees, north and east positive. A few places that lie together are shown with
    what is round them. `enlarged` is for maps in narrow columns: points and words grow by it.
    """
    positions = [_position(place) for place in places]
    beyond = sum(1 for place in places if not projection.in_europe(place.longitude, place.latitude))
    view = WHOLE if beyond else _view_of(positions, enlarged)
    labels = _labels(places, positions, view, has_inset=beyond > 0)
    labelled = [place.name for place in places if place.labelled]
    return CityMap(
        id=id,
        title=title,
        description=_description(len(places), beyond),
        view=view,
        land=_outlines()["europe"],
        inset_land=_outlines()["world"],
        inset_x=INSET_X,
        inset_y=INSET_Y,
        inset_width=projection.WORLD_WIDTH,
        inset_height=projection.WORLD_HEIGHT,
        places=tuple(
            DrawnPlace(
                x=x,
                y=y,
                title=place.title or place.name,
                url=place.url,
                group=(place.group - 1) % 5 + 1,
                marker=MARKERS[(place.group - 1) % 5],
                label=label,
            )
            for place, (x, y), label in zip(places, positions, labels, strict=True)
        ),
        has_inset=beyond > 0,
        legend=tuple(
            (words, number % 5 + 1, MARKERS[number % 5]) for number, words in enumerate(groups)
        ),
        has_links=any(place.url for place in places),
        names=tuple(labelled) if len(labelled) <= MOST_NAMES else (),
    )


def _view_of(positions: Sequence[tuple[float, float]], enlarged: float) -> View:
    """The part of Europe round these points, or all of it when they lie far apart."""
    if not positions:
        return WHOLE
    across, down = zip(*positions, strict=True)
    width = max(
        max(across) - min(across) + 2 * MARGIN,
        (max(down) - min(down) + 2 * MARGIN) / SHAPE,
        LEAST_WIDTH,
    )
    height = width * SHAPE
    if width >= projection.WIDTH * 0.9 or height >= projection.HEIGHT:
        return WHOLE
    left = (max(across) + min(across) - width) / 2
    top = (max(down) + min(down) - height) / 2
    return View(
        left=round(min(max(left, 0), projection.WIDTH - width), 1),
        top=round(min(max(top, 0), projection.HEIGHT - height), 1),
        width=round(width, 1),
        height=round(height, 1),
        scale=round(width / projection.WIDTH * enlarged, 3),
    )


def _position(place: Place) -> tuple[float, float]:
    if projection.in_europe(place.longitude, place.latitude):
        x, y = projection.europe(place.longitude, place.latitude)
    else:
        x, y = projection.world(place.longitude, place.latitude)
        x, y = x + INSET_X, y + INSET_Y
    return round(x, 1), round(y, 1)


def _labels(
    places: Sequence[Place],
    positions: Sequence[tuple[float, float]],
    view: View,
    *,
    has_inset: bool,
) -> list[Label | None]:
    """For each place its name where there is room: right, left, above or below; else none."""
    unit = view.scale
    dot = DOT * unit
    taken = [(x - dot, y - dot, x + dot, y + dot) for x, y in positions]
    if has_inset:
        taken.append((0, 0, INSET_X + projection.WORLD_WIDTH, INSET_Y + projection.WORLD_HEIGHT))
    labels: list[Label | None] = []
    for place, (x, y) in zip(places, positions, strict=True):
        found = None
        if place.labelled and projection.in_europe(place.longitude, place.latitude):
            wide = len(place.name) * LETTER * unit
            for dx, dy, anchor in (
                (12, 7, "start"), (-12, 7, "end"), (0, -13, "middle"), (0, 27, "middle"),
            ):  # fmt: skip
                at, below = x + dx * unit, y + dy * unit
                left = at - {"start": 0, "end": wide, "middle": wide / 2}[anchor]
                box = (left, below - (LINE - 4) * unit, left + wide, below + 4 * unit)
                if _free(box, taken, view):
                    taken.append(box)
                    found = Label(place.name, round(at, 1), round(below, 1), anchor)
                    break
        labels.append(found)
    return labels


def _free(
    box: tuple[float, float, float, float],
    taken: Sequence[tuple[float, float, float, float]],
    view: View,
) -> bool:
    left, top, right, bottom = box
    if left < view.left or right > view.left + view.width:
        return False
    if top < view.top or bottom > view.top + view.height:
        return False
    return all(
        right <= other[0] or left >= other[2] or bottom <= other[1] or top >= other[3]
        for other in taken
    )


def _description(count: int, beyond: int) -> str:
    told = ngettext("One city.", "%(count)d cities.", count) % {"count": count}
    if not beyond:
        return told
    more = ngettext(
        "One lies beyond Europe, on the small map.",
        "%(count)d lie beyond Europe, on the small map.",
        beyond,
    )
    return f"{told} {more % {'count': beyond}}"
