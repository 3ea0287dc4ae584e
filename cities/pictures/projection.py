"""From longitude and latitude to the units of the map: Europe, and the world for what lies beyond.

Europe is drawn in the Lambert azimuthal equal-area projection centred on 52° N 10° E, as European
statistics are; the world in the Equal Earth projection (Šavrič, Patterson and Jenny, 2018).
"""

from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0
# The frame round 52° N 10° E, in kilometres: from the Atlantic to the Black Sea, from Crete up to
# the north of Sweden. One unit of the picture is 4.65 km.
WEST, EAST, NORTH, SOUTH = -2330.0, 2330.0, 1800.0, -1960.0
WIDTH = 1000
UNIT_KM = (EAST - WEST) / WIDTH
HEIGHT = round((NORTH - SOUTH) / UNIT_KM)
WORLD_WIDTH, WORLD_HEIGHT = 300, 128
# Without the emptiness round the poles: from 58° S to 80° N.
WORLD_NORTH, WORLD_SOUTH = 80.0, -58.0


def europe(longitude: float, latitude: float) -> tuple[float, float]:
    """Place a point given in degrees; it may lie outside the frame."""
    centre_latitude, turn, up = radians(52), radians(longitude - 10), radians(latitude)
    toward = 1 + sin(centre_latitude) * sin(up) + cos(centre_latitude) * cos(up) * cos(turn)
    # Only the antipode has no place; it is sea, and any far place does for it.
    stretch = sqrt(2 / max(toward, 1e-6)) * EARTH_KM
    x = stretch * cos(up) * sin(turn)
    y = stretch * (cos(centre_latitude) * sin(up) - sin(centre_latitude) * cos(up) * cos(turn))
    return (x - WEST) / UNIT_KM, (NORTH - y) / UNIT_KM


def in_europe(longitude: float, latitude: float) -> bool:
    """Whether the point is inside the frame of the European map."""
    x, y = europe(longitude, latitude)
    return 0 <= x <= WIDTH and 0 <= y <= HEIGHT


def world(longitude: float, latitude: float) -> tuple[float, float]:
    """Place a point given in degrees on the small map of the world."""
    x, y = _equal_earth(longitude, latitude)
    edge, _y = _equal_earth(180, 0)
    _x, top = _equal_earth(0, WORLD_NORTH)
    _x, foot = _equal_earth(0, WORLD_SOUTH)
    return (
        (x + edge) / (2 * edge) * WORLD_WIDTH,
        (top - y) / (top - foot) * WORLD_HEIGHT,
    )


def _equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    first, second, third, fourth = 1.340264, -0.081106, 0.000893, 0.003796
    slant = asin(sqrt(3) / 2 * sin(radians(latitude)))
    square = slant * slant
    sixth = square**3
    spread = 9 * fourth * sixth * square + 7 * third * sixth + 3 * second * square + first
    x = 2 * sqrt(3) * radians(longitude) * cos(slant) / (3 * spread)
    y = slant * (fourth * sixth * square + third * sixth + second * square + first)
    return x, y
