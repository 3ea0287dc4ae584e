"""Radar charts: several dimensions of one assessment."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cities.pictures.lines import DASHES, MARKERS
from cities.pictures.scales import Number, shortened, words

FEWEST_AXES = 3


@dataclass(frozen=True)
class RadarSeries:
    """One answer to every dimension, in their order; None where there is none."""

    label: str
    values: Sequence[Number | None]


@dataclass(frozen=True)
class Spoke:
    """A dimension: where its line ends and where its name stands."""

    x: float
    y: float
    label: str
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True)
class RadarShape:
    """The outline of one series with its corners."""

    label: str
    number: int
    marker: str
    dash: str
    path: str
    points: tuple[tuple[float, float, str], ...]


@dataclass(frozen=True)
class Radar:
    """Rings, spokes and shapes round one centre."""

    id: str
    title: str
    description: str
    width: int
    height: int
    centre_x: float
    centre_y: float
    rings: tuple[str, ...]
    spokes: tuple[Spoke, ...]
    series: tuple[RadarShape, ...]
    template: str = "components/pictures/radar.svg.html"


def radar(
    id: str,
    title: str,
    dimensions: Sequence[str],
    series: Sequence[RadarSeries],
    *,
    highest: Number,
) -> Radar:
    """A spoke for each dimension, at least three; values from 0 to `highest`."""
    if len(dimensions) < FEWEST_AXES or float(highest) <= 0:
        raise ValueError("A radar needs three dimensions and a highest value above zero.")
    width, height, radius = 720, 392, 150
    centre = (width / 2, height / 2)

    def at(place: int, share: float) -> tuple[float, float]:
        angle = 2 * math.pi * place / len(dimensions) - math.pi / 2
        reach = radius * min(1.0, max(0.0, share))
        return (
            round(centre[0] + reach * math.cos(angle), 1),
            round(centre[1] + reach * math.sin(angle), 1),
        )

    def outline(points: Sequence[tuple[float, float]]) -> str:
        return "M" + " L".join(f"{x} {y}" for x, y in points) + " Z" if points else ""

    places = range(len(dimensions))
    rings = tuple(outline([at(place, ring / 4) for place in places]) for ring in (1, 2, 3, 4))
    shapes = []
    for number, one in enumerate(series[:5]):
        corners = [
            (*at(place, float(value) / float(highest)), f"{dimensions[place]}: {words(value)}")
            for place, value in enumerate(one.values)
            if value is not None
        ]
        path = outline([(x, y) for x, y, _title in corners])
        shapes.append(
            RadarShape(one.label, number + 1, MARKERS[number], DASHES[number], path, tuple(corners))
        )
    return Radar(
        id=id,
        title=title,
        description=_description(dimensions, series, highest),
        width=width,
        height=height,
        centre_x=centre[0],
        centre_y=centre[1],
        rings=rings,
        spokes=tuple(_spoke(label, at(place, 1), centre) for place, label in enumerate(dimensions)),
        series=tuple(shapes),
    )


def _spoke(label: str, end: tuple[float, float], centre: tuple[float, float]) -> Spoke:
    across, down = end[0] - centre[0], end[1] - centre[1]
    anchor = "middle" if abs(across) < 12 else "start" if across > 0 else "end"
    return Spoke(
        x=end[0],
        y=end[1],
        label=shortened(label, 28),
        label_x=round(end[0] + across * 0.09, 1),
        label_y=round(end[1] + down * 0.11 + 5, 1),
        anchor=anchor,
    )


def _description(dimensions: Sequence[str], series: Sequence[RadarSeries], highest: Number) -> str:
    parts = [_("Scale from 0 to %(highest)s.") % {"highest": words(highest)}]
    for one in series:
        told = ", ".join(
            f"{name} {_('no answer') if value is None else words(value)}"
            for name, value in zip(dimensions, one.values, strict=False)
        )
        parts.append(f"{one.label}: {told}.")
    return " ".join(parts)
