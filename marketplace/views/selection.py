"""Entries somebody chose, kept in the address alone: `?e=tree-register&e=repair-evenings`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from marketplace import moved

NAME = "e"
# More fit into no address that mail programs leave whole, and nobody compares so many.
MOST = 30
LONGEST_SLUG = 120


@dataclass(frozen=True)
class Selection:
    """The chosen entries by their short addresses, and the rest of the address they stand in."""

    slugs: tuple[str, ...]
    rest: QueryDict

    @classmethod
    def of(cls, request: HttpRequest) -> Selection:
        """Read the address of a request; what no entry can be called is left out."""
        rest = request.GET.copy()
        asked = rest.pop(NAME, [])
        rest.pop("page", None)
        # Fields that were left open say nothing.
        for name in list(rest):
            rest.setlist(name, [value for value in rest.getlist(name) if value])
        # What no text of a database holds is nothing's address; it stays to be said so.
        asked = [slug.replace("\0", "�") for slug in asked]
        slugs = [slug for slug in asked if slug and len(slug) <= LONGEST_SLUG]
        return cls(tuple(dict.fromkeys(slugs))[:MOST], rest)

    @property
    def query(self) -> str:
        """The selection alone, as a query string."""
        return query_of(self.slugs)

    @property
    def kept(self) -> list[dict[str, str]]:
        """The selection as hidden inputs of a form."""
        return [{"name": NAME, "value": slug} for slug in self.slugs]

    def toggled(self, slug: str) -> str:
        """Return the query string of this very address with an entry more, or less."""
        if slug in self.slugs:
            return self._with(one for one in self.slugs if one != slug)
        return self._with([*self.slugs, slug])

    @property
    def address(self) -> str:
        """The query string of this very address, without fields that were left open."""
        return self._with(self.slugs)

    def led_on(self, found: Iterable[str]) -> str | None:
        """Return the query string with what chosen entries are called now; None if nothing moved.

        `found` are the addresses that were found as they stand: nobody asks about those.
        """
        missing = set(self.slugs) - set(found)
        now = moved.led_to(missing) if missing else {}
        if not now:
            return None
        slugs = (now[slug].slug if slug in now else slug for slug in self.slugs)
        return self._with(dict.fromkeys(slugs))

    def cleared(self) -> str:
        """Return the query string of this very address without a selection."""
        return self._with([])

    def without(self, names: Iterable[str]) -> str:
        """Return the query string of this very address without these values."""
        rest = self.rest.copy()
        for name in names:
            rest.pop(name, None)
        return "&".join(part for part in (rest.urlencode(), self.query) if part)

    def _with(self, slugs: Iterable[str]) -> str:
        return "&".join(part for part in (self._rest, query_of(slugs)) if part)

    @cached_property
    def _rest(self) -> str:
        """The rest of the address: every card of a page repeats it."""
        return self.rest.urlencode()


def query_of(slugs: Iterable[str]) -> str:
    """Return a query string that chooses these entries."""
    return urlencode([(NAME, slug) for slug in slugs])
