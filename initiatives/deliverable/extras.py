"""What other floors put into a dossier: they register here, this floor knows none of them.

    extras.register("reviews", lambda roadmap, audience: [("reviews/…", b"…")])

An app registers in `ready()` of its apps.py. What it returns must be fit for the audience: for the
public, only what everybody may read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from initiatives.models import Roadmap

Named = tuple[str, bytes]
Extra = Callable[[Roadmap, str], Iterable[Named]]
_extras: dict[str, Extra] = {}


def register(name: str, extra: Extra) -> None:
    """Add files to every dossier; registering a name again replaces them."""
    _extras[name] = extra


def of(roadmap: Roadmap, audience: str) -> list[Named]:
    """Return what others add to the dossier of a roadmap, in a fixed order."""
    found: list[Named] = []
    for _name, extra in sorted(_extras.items()):
        found += sorted(extra(roadmap, audience))
    return found
