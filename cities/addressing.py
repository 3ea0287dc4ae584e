"""Addresses of many rows of one kind: the way there is worked out once."""

from __future__ import annotations

from django.urls import reverse

# Stands where the slug will, and in no path of ours.
_HERE = "zzzz-here-zzzz"


class Addresses:
    """Addresses of a page that differ in a short address (a slug) alone.

    `reverse` takes longer than all else that a line of a long list needs.
    """

    def __init__(self, name: str) -> None:
        """Take the name of the page, whose one argument is the slug."""
        self._before, self._after = reverse(name, kwargs={"slug": _HERE}).split(_HERE)

    def of(self, slug: str) -> str:
        """Return the address of the row with this slug; a slug is written as it is."""
        return f"{self._before}{slug}{self._after}"
