"""How lists are narrowed: what pages and API share, and the filters of cities."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import CharFilter, FilterSet, MultipleChoiceFilter
from drf_spectacular.drainage import set_override

from cities.models import City, CityName, ConsortiumMember, Organisation, Participation

# Letters that Unicode does not take apart into a plain one and a mark.
PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"}
)
Chosen = Mapping[str, Collection[str]]
SEVERAL = (
    "Given several times, any of them may fit. An unknown value is answered with 400 and the known "
    "ones."
)


def folded(text: str) -> str:
    """Return a text as people type it in a hurry: small letters, no accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).translate(PLAIN)


class FacetFilterSet(FilterSet):
    """A filter whose values are rows of the database, and which can count them.

    `offer` says which values there are. Another value is an error that names the known ones: the
    API answers 400 with it, a page shows it.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Describe the filters in the API's schema, which knows no rows and so no values."""
        super().__init_subclass__(**kwargs)
        for one in cls.declared_filters.values():
            if isinstance(one, MultipleChoiceFilter):
                set_override(one, "field", {"type": "string", "description": SEVERAL})

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        """Leave out empty values: a choice that was left open is no choice."""
        if isinstance(data, QueryDict):
            data = data.copy()
            for name in list(data):
                data.setlist(name, [value for value in data.getlist(name) if value])
        super().__init__(data, *args, **kwargs)

    def offer(self, name: str, options: Mapping[str, str]) -> None:
        """Set the values that a filter takes, with their labels, in the order to show them."""
        known = ", ".join(options) or _("none")
        self.filters[name].extra |= {
            "choices": list(options.items()),
            "error_messages": {
                "invalid_choice": _("“%(value)s” is not known here. Known are: {known}.").format(
                    known=known.replace("%", "%%")
                )
            },
        }

    def chosen(self, name: str) -> list[str]:
        """Return the known values that were asked for."""
        self.is_valid()
        return list(self.form.cleaned_data.get(name) or [])

    def group(self, name: str, counts: Mapping[str, int], *, single: bool = False) -> dict:
        """Return one group for components/facets.html; values without any result are left out."""
        chosen = self.chosen(name)
        options = [
            {"value": value, "label": label, "count": counts.get(value, 0), "selected": selected}
            for value, label in self.filters[name].extra["choices"]
            if (selected := value in chosen) or counts.get(value)
        ]
        label = self.filters[name].label
        return {"name": name, "label": label, "options": options, "single": single}


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
            "role__name_plural", "role__name", "themes__slug", "themes__name",
            "role__mentors_others",
        )  # fmt: skip
        for row in rows:
            city, consortium, edition, edition_name, role, roles, role_name = row[:7]
            theme, name, mentors = row[7:]
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


class OrganisationFilter(FacetFilterSet):
    """Organisations by words, kind, service and country."""

    GROUPS = ("kind", "service", "country")

    q = CharFilter(label=gettext_lazy("Name"))
    kind = MultipleChoiceFilter(label=gettext_lazy("Kind"))
    service = MultipleChoiceFilter(label=gettext_lazy("Service"))
    country = MultipleChoiceFilter(label=gettext_lazy("Country"))

    class Meta:
        model = Organisation
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Read the organisations and offer what is in them."""
        super().__init__(*args, **kwargs)
        rows = self.queryset.select_related("kind", "city").prefetch_related("services")
        self.all = list(rows)
        labels: dict[str, dict[str, str]] = {name: {} for name in self.GROUPS}
        for one in self.all:
            labels["kind"][one.kind.slug] = one.kind.name
            labels["service"].update({service.slug: service.name for service in one.services.all()})
            if one.country:
                labels["country"][one.country.code] = one.country.name
        for name in self.GROUPS:
            self.offer(name, dict(sorted(labels[name].items(), key=lambda at: at[1])))

    @staticmethod
    def _values(one: Organisation, name: str) -> set[str]:
        if name == "kind":
            return {one.kind.slug}
        if name == "service":
            return {service.slug for service in one.services.all()}
        return {one.country.code} if one.country else set()

    def _left(self, without: str = "") -> list[Organisation]:
        self.is_valid()
        wanted = folded(self.form.cleaned_data.get("q") or "").split()
        chosen = {name: set(self.chosen(name)) for name in self.GROUPS if name != without}
        return [
            one
            for one in self.all
            if all(word in folded(one.name) for word in wanted)
            and all(not values or values & self._values(one, at) for at, values in chosen.items())
        ]

    def organisations(self) -> list[Organisation]:
        """Return the organisations that fit, in their order."""
        return self._left()

    def facets(self) -> list[dict]:
        """Return the groups of filters with their counts."""
        return [
            self.group(
                name,
                Counter(value for one in self._left(name) for value in self._values(one, name)),
            )
            for name in self.GROUPS
        ]
