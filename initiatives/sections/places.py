"""What can be talked about and has a history: sections with a form of their own, and charters."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from initiatives.models import Initiative, Roadmap
from initiatives.sections.tree import CHARTER, WRITTEN, label_of, write_url


@dataclass(frozen=True)
class Place:
    """A part of a roadmap: its key, what people call it, and where it is written."""

    key: str
    label: str
    url: str
    initiative: Initiative | None = None
    """The initiative whose charter it is."""


def find(roadmap: Roadmap, key: str) -> Place | None:
    """Return a part of a roadmap by its key; None when the roadmap has no such part.

    Whoever asks reads the roadmap's inside, so all its initiatives are known to them.
    """
    if key in WRITTEN:
        return Place(key, label_of(key), write_url(roadmap.pk, key))
    number = key.removeprefix(CHARTER)
    if number == key or not number.isdecimal() or len(number) > 12:
        return None
    found = Initiative.objects.filter(roadmap=roadmap, pk=int(number)).first()
    if found is None:
        return None
    url = reverse("initiatives:initiative-edit", args=[found.slug])
    return Place(key, found.name, url, found)
