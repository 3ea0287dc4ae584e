"""A short name for all that an answer is made of, for readers to ask whether it has changed.

A counter of versions would have to be raised by everything that can change a name an agenda shows:
a city, a room, a person. So the name is worked out from what was read: it differs as soon as
anything shown does, whoever changed it and by whichever way.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from events.models import Event


def state_of(event: Event, *read: Any) -> str:
    """Return the name of an answer made of an event and of what was read with it.

    Takes the event with kind, edition and city fetched, and plain rows.
    """
    told = {name: value for name, value in vars(event).items() if not name.startswith("_")}
    near = [str(one) for one in (event.kind, event.edition, event.city)]
    return digest(sorted(told.items()), near, read)


def digest(*parts: Any) -> str:
    """Return a short name for parts, in the reader's language and this release."""
    said = repr((get_language(), _release(), parts)).encode()
    return blake2b(said, digest_size=16).hexdigest()


@cache
def _release() -> str:
    """Name what answers are drawn with: another release may say the same rows otherwise."""
    found = blake2b(digest_size=16)
    drawn_with = [settings.BASE_DIR / "templates", settings.BASE_DIR / "events"]
    for folder in drawn_with:
        for path in sorted(Path(folder).rglob("*")):
            if path.suffix in {".html", ".py", ".svg"}:
                found.update(path.read_bytes())
    return found.hexdigest()
