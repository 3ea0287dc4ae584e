"""How the list of cities is narrowed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from django_filters import CharFilter, MultipleChoiceFilter

from cities.filters.facets import FacetFilterSet, folded
from cities.models import City, CityName, ConsortiumMember, Participation
from cities.models.editions import explained

Chosen = Mapping[str, Collection[str]]


class CityDirectory:
    """All cities with what they can be narrowed by, read in three queries.

    A programme's cities are counted in hundreds, so they are compared here rather than in SQL:
    counts beside every filter would take a query for each filter there.
    """

    # A city is a core city *in* an edition: these three must hold of one participation.
    OF_ONE_PARTICIPATION = ("edition", "role", "theme")

    def __init__(self, cities: QuerySet[City]) -> None:
        """Read cities, consortia and participations."""
        self.cities = list(cities)
        self.labels: dict[str, dict[str, str]] = defaultdict(dict)
        self.values: dict[int, dict[str, set[str]]] = {}
        for city in self.cities:
            self.values[city.pk] = {"country": {city.country.code}, "consortium": set()}
            self.labels["country"][city.country.code] = city.country.name
        self.labels["country"] = dict(sorted(self.labels["country"].items(), key=lambda at: at[1]))
        members = self._read_consortia()
        self.links: dict[int, list[dict[str, str]]] = defaultdict(list)
        self.mentors: set[int] = set()
        self._read_participations(members)

    def _read_consortia(self) -> dict[int, set[int]]:
        members: dict[int, set[int]] = defaultdict(set)
        rows = ConsortiumMember.objects.order_by("consortium__name").values_list(
            "consortium", "consortium__slug", "consortium__name", "city"
        )
        for pk, slug, name, city in rows:
            self.labels["consortium"][slug] = name
            members[pk].add(city)
            if city in self.values:
                self.values[city]["consortium"].add(slug)
        return members

    def _read_participations(self, members: Mapping[int, set[int]]) -> None:
        rows = Participation.objects.order_by(
            "-edition__starts_on", "role__position", "role__name", "themes__position"
        ).values_list(
            "city", "consortium", "edition__slug", "edition__short_name", "role__slug",
            "role__name_plural", "role__name", "themes__slug", "themes__short_name",
            "role__mentors_others", "edition__name", "edition__starts_on", "edition__ends_on",
        )  # fmt: skip
        for row in rows:
            city, consortium, edition, edition_name, role, roles, role_name = row[:7]
            theme, name, mentors, whole_name, starts_on, ends_on = row[7:]
            edition_name = explained(edition_name, whole_name, starts_on, ends_on)
            self.labels["edition"][edition] = edition_name
            self.labels["role"].setdefault(role, roles)
            if theme:
                self.labels["theme"][theme] = name
            link = {
                "edition": edition, "role": role, "theme": theme or "",
                "edition_name": edition_name, "role_name": role_name,
            }  # fmt: skip
            for pk in [city] if city else members[consortium]:
                self.links[pk].append(link)
                if mentors:
                    self.mentors.add(pk)

    def called(self, words: str) -> set[int]:
        """Return the cities one of whose names, in any language, holds all of the words."""
        wanted = folded(words).split()
        names = [(city.pk, city.name) for city in self.cities]
        names += CityName.objects.values_list("city", "name")
        return {pk for pk, name in names if all(word in folded(name) for word in wanted)}

    def fits(self, city: City, chosen: Chosen) -> bool:
        """Say whether a city has one of the values asked for in every group."""
        own = self.values[city.pk]
        if not all(own[name] & set(chosen[name]) for name in own if chosen.get(name)):
            return False
        asked = [name for name in self.OF_ONE_PARTICIPATION if chosen.get(name)]
        return not asked or any(
            all(link[name] in chosen[name] for name in asked) for link in self.links[city.pk]
        )

    def counts(self, name: str, chosen: Chosen, cities: Iterable[City]) -> dict[str, int]:
        """Count the cities that each value of a group would leave, the other groups standing."""
        others = {other: values for other, values in chosen.items() if other != name}
        asked = [one for one in self.OF_ONE_PARTICIPATION if others.get(one)]
        found: dict[str, int] = defaultdict(int)
        for city in cities:
            if not self.fits(city, others):
                continue
            own = self.values[city.pk].get(name)
            if own is None:
                own = {
                    link[name]
                    for link in self.links[city.pk]
                    if all(link[one] in others[one] for one in asked)
                }
            for value in own:
                found[value] += 1
        return found

    def is_mentor(self, city: City) -> bool:
        """Say whether a city mentors others, in any edition."""
        return city.pk in self.mentors

    def roles(self, city: City) -> list[tuple[str, str, str]]:
        """Return edition, role and the role's slug of a city's participations, latest first."""
        return list(
            dict.fromkeys(
                (link["edition_name"], link["role_name"], link["role"])
                for link in self.links[city.pk]
            )
        )


class CityFilter(FacetFilterSet):
    """Cities by words of their names, edition, role, country, theme and consortium."""

    GROUPS = ("edition", "role", "theme", "consortium", "country")

    q = CharFilter(label=gettext_lazy("Name in any language"))
    edition = MultipleChoiceFilter(label=gettext_lazy("Edition"))
    role = MultipleChoiceFilter(label=gettext_lazy("Role"))
    theme = MultipleChoiceFilter(label=gettext_lazy("Theme"))
    consortium = MultipleChoiceFilter(label=gettext_lazy("Consortium"))
    country = MultipleChoiceFilter(label=gettext_lazy("Country"))

    class Meta:
        model = City
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Read the directory and offer what is in it."""
        super().__init__(*args, **kwargs)
        # Every city is read here before a page of them is cut out: what the API tells of each is
        # fetched for that page alone.
        self.directory = CityDirectory(self.queryset.prefetch_related(None))
        for name in self.GROUPS:
            self.offer(name, self.directory.labels[name])

    def _called(self) -> list[City]:
        words = self.form.cleaned_data.get("q") or ""
        if not words.strip():
            return self.directory.cities
        called = self.directory.called(words)
        return [city for city in self.directory.cities if city.pk in called]

    def cities(self) -> list[City]:
        """Return the cities that fit, in their order."""
        self.is_valid()
        chosen = {name: self.chosen(name) for name in self.GROUPS}
        return [city for city in self._called() if self.directory.fits(city, chosen)]

    def facets(self) -> list[dict]:
        """Return the groups of filters with their counts."""
        self.is_valid()
        chosen = {name: self.chosen(name) for name in self.GROUPS}
        called = self._called()
        return [
            self.group(name, self.directory.counts(name, chosen, called)) for name in self.GROUPS
        ]

    def filter_queryset(self, queryset: QuerySet[City]) -> QuerySet[City]:
        """Narrow a queryset: the API's way in."""
        return queryset.filter(pk__in=[city.pk for city in self.cities()])
