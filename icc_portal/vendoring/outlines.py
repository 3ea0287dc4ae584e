"""From Natural Earth outlines (TopoJSON) to the small SVG paths that the map of cities draws.

TopoJSON keeps each border once, as an arc; arcs are placed and simplified before rings are put
together from them, so that neighbours still fit. Rings are then cut to the frame.
"""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from cities.pictures import projection

Point = tuple[float, float]
Place = Callable[[float, float], Point]
# How far a simplified line may stray, and the smallest island kept, in units of the picture.
EUROPE_STRAYS, EUROPE_SMALLEST = 0.9, 7.0
WORLD_STRAYS, WORLD_SMALLEST = 0.55, 1.6
# Antarctica's number; the small map ends north of it.
LEFT_OUT = {"010"}


def outlines(countries: dict[str, Any], land: dict[str, Any]) -> dict[str, str]:
    """Two paths: `europe` from the countries at 1:50m, `world` from the land at 1:110m."""
    return {"europe": _europe(countries), "world": _world(land)}


def _europe(topology: dict[str, Any]) -> str:
    arcs = [
        simplified([projection.europe(*point) for point in arc], EUROPE_STRAYS)
        for arc in decoded(topology)
    ]
    frame = (-6.0, -6.0, projection.WIDTH + 6.0, projection.HEIGHT + 6.0)
    rings = (
        clipped(ring, frame)
        for shape in topology["objects"]["countries"]["geometries"]
        for ring in _rings(shape, arcs)
    )
    return "".join(path(ring, 0) for ring in rings if area(ring) >= EUROPE_SMALLEST)


def _world(topology: dict[str, Any]) -> str:
    arcs = decoded(topology)
    box = (-180.0, projection.WORLD_SOUTH, 180.0, projection.WORLD_NORTH)
    found = []
    for shape in topology["objects"]["land"]["geometries"]:
        for ring in _rings(shape, arcs):
            # A ring that crosses the antimeridian is unrolled and seen three times, a turn apart.
            unrolled = unroll(ring)
            for turn in (-360, 0, 360):
                part = clipped([(x + turn, y) for x, y in unrolled], box)
                placed = [projection.world(*point) for point in part]
                if area(placed) >= WORLD_SMALLEST:
                    found.append(path(simplified(placed, WORLD_STRAYS), 1))
    return "".join(found)


def decoded(topology: dict[str, Any]) -> list[list[Point]]:
    """The arcs in degrees: TopoJSON writes whole steps from point to point."""
    (scale_x, scale_y) = topology["transform"]["scale"]
    (start_x, start_y) = topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + start_x, y * scale_y + start_y))
        arcs.append(points)
    return arcs


def _rings(shape: dict[str, Any], arcs: list[list[Point]]) -> Iterable[list[Point]]:
    """The rings of a polygon, several polygons or a collection of them."""
    if shape.get("id") in LEFT_OUT:
        return
    if shape["type"] == "GeometryCollection":
        for part in shape["geometries"]:
            yield from _rings(part, arcs)
        return
    polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
    for polygon in polygons:
        for ring in polygon:
            points: list[Point] = []
            for number in ring:
                # A negative number is an arc walked backwards (TopoJSON writes ~n).
                arc = arcs[number] if number >= 0 else arcs[~number][::-1]
                points.extend(arc[1:] if points else arc)
            yield points


def unroll(ring: list[Point]) -> list[Point]:
    """Longitudes without the leap from 180 to -180."""
    turned, before = 0.0, ring[0][0]
    points = []
    for x, y in ring:
        if x - before > 180:
            turned -= 360
        elif x - before < -180:
            turned += 360
        before = x
        points.append((x + turned, y))
    return points


def simplified(points: list[Point], strays: float) -> list[Point]:
    """Douglas and Peucker's thinning: what is left is nowhere further than `strays` away."""
    kept = {0, len(points) - 1}
    waiting = [(0, len(points) - 1)]
    while waiting:
        first, last = waiting.pop()
        furthest, distance = first, strays
        for place in range(first + 1, last):
            away = _distance(points[place], points[first], points[last])
            if away > distance:
                furthest, distance = place, away
        if furthest != first:
            kept.add(furthest)
            waiting += [(first, furthest), (furthest, last)]
    return [points[place] for place in sorted(kept)]


def _distance(point: Point, start: Point, end: Point) -> float:
    across, down = end[0] - start[0], end[1] - start[1]
    length = across * across + down * down
    share = 0.0
    if length:
        share = ((point[0] - start[0]) * across + (point[1] - start[1]) * down) / length
        share = min(1.0, max(0.0, share))
    away_x = point[0] - start[0] - share * across
    away_y = point[1] - start[1] - share * down
    return float((away_x * away_x + away_y * away_y) ** 0.5)


def clipped(ring: list[Point], box: tuple[float, float, float, float]) -> list[Point]:
    """The part of a ring inside a box (Sutherland and Hodgman)."""
    left, top, right, bottom = box
    sides = ((0, left, True), (0, right, False), (1, top, True), (1, bottom, False))
    for axis, limit, keep_above in sides:
        if not ring:
            return []
        ring = _cut(ring, axis, limit, keep_above=keep_above)
    return ring


def _cut(ring: list[Point], axis: int, limit: float, *, keep_above: bool) -> list[Point]:
    def inside(point: Point) -> bool:
        return point[axis] >= limit if keep_above else point[axis] <= limit

    kept: list[Point] = []
    before = ring[-1]
    for point in ring:
        if inside(point) != inside(before):
            share = (limit - before[axis]) / (point[axis] - before[axis])
            kept.append(
                (
                    before[0] + share * (point[0] - before[0]),
                    before[1] + share * (point[1] - before[1]),
                )
            )
        if inside(point):
            kept.append(point)
        before = point
    return kept


def area(ring: list[Point]) -> float:
    """What a ring encloses."""
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def path(ring: list[Point], digits: int) -> str:
    """A ring as SVG: a start and relative steps, rounded so that errors do not add up."""
    factor = 10**digits
    whole = [(round(x * factor), round(y * factor)) for x, y in ring]

    def number(value: int) -> str:
        return f"{value / factor:g}"

    text = f"M{number(whole[0][0])} {number(whole[0][1])}"
    steps = []
    for (x, y), (next_x, next_y) in pairwise(whole):
        if (x, y) != (next_x, next_y):
            across, down = number(next_x - x), number(next_y - y)
            steps.append(f"{across}{down}" if down.startswith("-") else f"{across} {down}")
    return f"{text}l{' '.join(steps)}z" if len(steps) > 1 else ""
