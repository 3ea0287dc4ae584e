"""Which files rows name, on every floor: they register here, this floor knows none of them.

    uploads.register("marketplace", lambda: Attachment.objects.values_list("file", flat=True))

An app registers in `ready()` of its apps.py. A file that no registered row names is removed, so an
app that keeps files registers them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

Names = Callable[[], Iterable[str]]
_names: dict[str, Names] = {}


def register(what: str, names: Names) -> None:
    """Keep the files of these names; registering something again replaces it."""
    _names[what] = names


def named() -> set[str]:
    """Return the names of all files that some row names."""
    return {name for names in _names.values() for name in names()}
