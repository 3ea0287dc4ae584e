"""What other floors put into a dossier: they register here, this floor knows none of them.

    extras.register("reviews", lambda roadmap, audience: [("reviews/…", b"…")])

An app registers in `ready()` of its apps.py. What it returns must be fit for the audience: for the
public, only what everybody may read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cities.models import KeptFile
from initiatives.models import Roadmap

Named = tuple[str, bytes]
Extra = Callable[[Roadmap, str], Iterable[Named]]
_extras: dict[str, Extra] = {}
# A dossier is packed in memory.
MOST_BYTES = 100 * 1024 * 1024


def register(name: str, extra: Extra) -> None:
    """Add files to every dossier; registering a name again replaces them."""
    _extras[name] = extra


def of(roadmap: Roadmap, audience: str) -> list[Named]:
    """Return what others add to the dossier of a roadmap, in a fixed order."""
    found: list[Named] = []
    for _name, extra in sorted(_extras.items()):
        found += sorted(extra(roadmap, audience))
    return found


def packed(folder: str, files: Iterable[tuple[str, KeptFile]]) -> list[Named]:
    """Return files with their content as far as there is room; the names of others in a list."""
    found: list[Named] = []
    left_out, room = [], MOST_BYTES
    for each, file in files:
        name = f"{folder}/{each}"
        data = _content(file) if file.size <= room else None
        if data is None:
            left_out.append(name)
        else:
            room -= len(data)
            found.append((name, data))
    if left_out:
        found.append((f"{folder}/left-out.txt", "\n".join([*left_out, ""]).encode()))
    return found


def _content(file: KeptFile) -> bytes | None:
    try:
        with file.file.open() as content:
            return bytes(content.read())
    except FileNotFoundError:
        return None
