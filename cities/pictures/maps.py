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
class CityMap:
    """Both maps and their points; the inset is left out when every city lies on the large one."""

    id: str
    title: str
    description: str
    width: int
    height: int
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
) -> CityMap:
    """Every place on the large map or in the inset; `groups` are the words of the legend.

    Coordinates are degrees, north and east positive.
    """
    positions = [_position(place) for place in places]
    beyond = sum(1 for place in places if not projection.in_europe(place.longitude, place.latitude))
    labels = _labels(places, positions, has_inset=beyond > 0)
    return CityMap(
        id=id,
        title=title,
        description=_description(len(places), beyond),
        width=projection.WIDTH,
        height=projection.HEIGHT,
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
    )


def _position(place: Place) -> tuple[float, float]:
    if projection.in_europe(place.longitude, place.latitude):
        x, y = projection.europe(place.longitude, place.latitude)
    else:
        x, y = projection.world(place.longitude, place.latitude)
        x, y = x + INSET_X, y + INSET_Y
    return round(x, 1), round(y, 1)


def _labels(
    places: Sequence[Place], positions: Sequence[tuple[float, float]], *, has_inset: bool
) -> list[Label | None]:
    """For each place its name where there is room: right, left, above or below; else none."""
    taken = [(x - DOT, y - DOT, x + DOT, y + DOT) for x, y in positions]
    if has_inset:
        taken.append((0, 0, INSET_X + projection.WORLD_WIDTH, INSET_Y + projection.WORLD_HEIGHT))
    labels: list[Label | None] = []
    for place, (x, y) in zip(places, positions, strict=True):
        found = None
        if place.labelled and projection.in_europe(place.longitude, place.latitude):
            wide = len(place.name) * LETTER
            for dx, dy, anchor in (
                (12, 7, "start"), (-12, 7, "end"), (0, -13, "middle"), (0, 27, "middle"),
            ):  # fmt: skip
                left = x + dx - {"start": 0, "end": wide, "middle": wide / 2}[anchor]
                box = (left, y + dy - LINE + 4, left + wide, y + dy + 4)
                if _free(box, taken):
                    taken.append(box)
                    found = Label(place.name, round(x + dx, 1), round(y + dy, 1), anchor)
                    break
        labels.append(found)
    return labels


def _free(
    box: tuple[float, float, float, float], taken: Sequence[tuple[float, float, float, float]]
) -> bool:
    left, top, right, bottom = box
    if left < 0 or top < 0 or right > projection.WIDTH or bottom > projection.HEIGHT:
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
