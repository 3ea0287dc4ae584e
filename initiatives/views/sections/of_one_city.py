"""Sections of which each city of a consortium has a part of its own, besides that of all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from cities.editing import drafts
from cities.models import City
from initiatives import series
from initiatives.permissions import closed_parts
from initiatives.views.sections.base import SectionPage


class OfOneCity(SectionPage):
    """A section with a part for each city.

    The part of a city that has left stays its own, and what somebody was typing as a part of it
    asks whose it is: what one city says must never become what all say.
    """

    left_city: City | None = None
    """The city whose part was typed, once it has left without one that is saved."""
    _is_unknown = False

    def saved_cities(self) -> Iterable[int | None]:
        """Return the cities of which something is saved here."""
        raise NotImplementedError

    @cached_property
    def cities(self) -> list[City]:
        """Return the member cities, and those that have left their part here."""
        if self.roadmap.participation.consortium_id is None:
            return []
        return self.member_cities(self.saved_cities())

    @cached_property
    def city(self) -> City | None:
        """Return the city whose part is written; None for that of all."""
        return self._named(self.request.POST.get("of_city", self.request.GET.get("city", "")))

    @property
    def is_nobodys(self) -> bool:
        """Say whether it is not known whose part was typed."""
        return self.city is None and self._is_unknown

    def take_city(self, data: QueryDict | None) -> None:
        """Let what was kept say itself whose it is."""
        if data is not None and "of_city" in data:
            self.city = self._named(data.get("of_city", ""))

    def _named(self, slug: str) -> City | None:
        self._is_unknown, self.left_city = False, None
        if not slug:
            return None
        found = next((one for one in self.cities if one.slug == slug), None)
        if found is None:
            self._is_unknown = True
            self.left_city = series.once_member(self.roadmap, slug=slug)
        return found

    # ── the form ────────────────────────────────────────────────────────────────────────────────
    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show a part; that of a city that has left only while something typed waits for it."""
        if self.is_nobodys:
            waits = drafts.load(self.person, self.form_name, self.target())
            if self.left_city is None or waits is None:
                raise Http404
            if "continue" not in request.GET:
                return HttpResponseRedirect(f"{request.path}?city={self.left_city.slug}&continue=1")
        return super().get(request, **kwargs)

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form; refuse a part of nobody, with all that was typed."""
        self.take_city(data)
        parts = super().parts(data)
        if data is not None and self.is_nobodys:
            parts["form"].add_error(None, self._left_words())
        if self.is_closed and data is not None:
            parts["form"].add_error(None, own_part_words(self.city))
        elif self.is_closed:
            for field in (one for part in parts.values() for one in part.fields.values()):
                field.disabled = True
        return parts

    @cached_property
    def is_closed(self) -> bool:
        """Say whether it is the part of a city for which this person does not write."""
        if self.city is None:
            return False
        return self.city.pk in closed_parts(self.person, self.roadmap)

    def _left_words(self) -> str:
        if self.left_city is None:
            return _("Nothing is saved yet: choose below whose part this is.")
        words = _(
            "%s has left the consortium. Nothing is saved yet: choose below whose part it is."
        )
        return words % self.left_city

    def target(self) -> str:
        """Let each city's part have a draft of its own."""
        city = self.city or self.left_city
        return super().target() + (f"-{city.pk}" if city else "")

    def save(self, parts: dict[str, Any]) -> str:
        """Save, and stay with the same city."""
        url = super().save(parts)
        self._forget_other()
        return f"{url}?city={self.city.slug}" if self.city and url == self.request.path else url

    def _forget_other(self) -> None:
        """Forget what was kept for the city as whose part it was typed at first."""
        slug = self.request.POST.get("typed_for", "")
        other = series.once_member(self.roadmap, slug=slug) if slug else None
        if other is not None and other != self.city:
            drafts.discard(self.person, self.form_name, f"{super().target()}-{other.pk}")

    # ── the page ────────────────────────────────────────────────────────────────────────────────
    def of_city(self) -> dict[str, Any]:
        """Return for the page whose part it is, and the cities to choose from."""
        return {
            "choices": self._choices(),
            "of_city": self.city.slug if self.city else "",
            "typed_for": self._typed_for() if self.is_nobodys else None,
            "cities": self.cities,
            "closed_words": own_part_words(self.city) if self.is_closed else "",
            "continue_url": f"?city={self.city.slug}&continue=1" if self.city else "",
        }

    def _typed_for(self) -> str:
        return self.left_city.slug if self.left_city else "?"

    def _choices(self) -> list[dict[str, Any]]:
        if not self.cities:
            return []
        path = self.request.path
        is_of_all = self.city is None and not self.is_nobodys
        everybody = {"label": _("All cities"), "url": path, "current": is_of_all}
        return [
            everybody,
            *(
                {
                    "label": one.name,
                    "url": f"{path}?city={one.slug}",
                    "current": one == self.city,
                }
                for one in self.cities
            ),
        ]


def own_part_words(city: City | None) -> str:
    """Say who writes the part of a city."""
    return _("This is the part of %s: its own officers write it, all others read along.") % city
