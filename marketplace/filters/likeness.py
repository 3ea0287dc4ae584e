"""Which city something shall fit, as an address of the marketplace says it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cities.filters.facets import folded
from cities.models import City, CityTrait
from marketplace.fit import CityLike

NAMES = ("like", "population", "trait", "budget")
# More people than live anywhere together, more money than a city spends.
MOST = {"population": 100_000_000, "budget": 10_000_000_000}
LONGEST_NAME = 120
NUMBER = re.compile(r"[0-9][0-9 .,'\u00a0\u202f\u2019]*")
NO_DIGIT = re.compile(r"[^0-9]")


@dataclass
class Likeness:
    """Reads the four values of an address, once; `notes` say what was left out and why."""

    data: Mapping[str, Any]
    traits: Sequence[CityTrait]
    notes: list[str] = field(default_factory=list)

    @cached_property
    def like(self) -> CityLike:
        """The city that something shall fit. What is said beside its name stands above its own."""
        population, budget = self._number("population"), self._number("budget")
        asked = self._traits()
        name = self._typed("like")
        if not name:
            return CityLike(population=population, traits=asked, budget=budget)
        found = _city(name)
        if found is None:
            self.notes.append(_("No city called “{name}” is known here.").format(name=name))
            return CityLike(population=population, traits=asked, budget=budget)
        city, slugs = found
        own = [trait for trait in self.traits if trait.slug in slugs]
        return CityLike(
            slug=city.slug,
            name=city.name,
            population=population or city.population,
            traits=asked or own,
            budget=budget,
        )

    @property
    def is_asked(self) -> bool:
        """Whether the address says anything of a city."""
        return any(self._typed(name) for name in NAMES)

    @property
    def in_words(self) -> list[str]:
        """What is asked for, in words."""
        like = self.like
        said = []
        if like.name:
            said.append(_("for a city like {city}").format(city=like.name))
        elif like.population is not None:
            number = number_format(like.population, force_grouping=True)
            said.append(_("for a city of {number} inhabitants").format(number=number))
        if like.traits and not like.name:
            said.append(", ".join(trait.name for trait in like.traits))
        if like.budget is not None:
            number = number_format(like.budget, force_grouping=True)
            said.append(_("for up to €{number}").format(number=number))
        return said

    def shown(self, own: str = "") -> dict[str, Any]:
        """Return what the panel's fields show; `own` is the city of who looks."""
        ticked = set(self._all("trait"))
        return {
            "like": self.like.name or self._typed("like") or ("" if self.is_asked else own),
            "population": self._typed("population"),
            "budget": self._typed("budget"),
            "traits": [
                {"slug": trait.slug, "name": trait.name, "is_ticked": trait.slug in ticked}
                for trait in self.traits
            ],
            "city": self.like.name,
            "is_described": bool(self.like),
            "has_notes": bool(self.notes),
        }

    def _traits(self) -> list[CityTrait]:
        known = {trait.slug: trait for trait in self.traits}
        for value in self._all("trait"):
            if value not in known:
                self.notes.append(
                    _("The trait “{value}” is not known here and was left out.").format(value=value)
                )
        return [trait for slug, trait in known.items() if slug in self._all("trait")]

    def _number(self, name: str) -> int | None:
        typed = self._typed(name)
        if not typed:
            return None
        found = NUMBER.fullmatch(typed.strip(" €").removeprefix("EUR").removesuffix("EUR").strip())
        number = int(NO_DIGIT.sub("", found.group())[:15]) if found else 0
        if number > MOST[name] or not found:
            example = number_format(65_000, force_grouping=True)
            self.notes.append(
                _("“{typed}” was left out: write a number in digits, such as {example}.").format(
                    typed=typed, example=example
                )
            )
            return None
        return number

    def _typed(self, name: str) -> str:
        return next(iter(self._all(name)), "")

    def _all(self, name: str) -> list[str]:
        values = self.data.getlist(name) if isinstance(self.data, QueryDict) else []
        seen = ("".join(sign for sign in value if sign.isprintable()) for value in values)
        return [short for value in dict.fromkeys(seen) if (short := value.strip()[:LONGEST_NAME])]


def _city(name: str) -> tuple[City, set[str]] | None:
    """Return the city of this address or name, in any language, and the slugs of its traits."""
    called = Q(slug=name) | Q(slug=slugify(folded(name))) | Q(name__iexact=name)
    rows = (
        City.objects.filter(called | Q(names__name__iexact=name))
        .order_by("pk")
        .values_list("pk", "slug", "name", "population", "traits__slug")
    )
    found: City | None = None
    slugs: set[str] = set()
    for pk, slug, city, population, trait in rows:
        found = found or City(pk=pk, slug=slug, name=city, population=population)
        if pk == found.pk and trait:
            slugs.add(trait)
    return None if found is None else (found, slugs)
