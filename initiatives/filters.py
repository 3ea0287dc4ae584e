"""How lists of initiatives and of the KPI library are narrowed: page and API alike."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from django_countries import countries
from django_filters import CharFilter, MultipleChoiceFilter

from cities.filters import ComparedFilterSet, folded
from cities.models import ConsortiumMember
from initiatives.models import Family, Initiative, InitiativeStatus, LibraryKPI


class Directory:
    """What initiatives can be narrowed by, read in three queries.

    A consortium's initiative belongs to each of its cities. Like cities, initiatives are compared
    here rather than in SQL: counts beside every filter would take a query for each there, and
    words are found without their accents on every database.
    """

    def __init__(self, initiatives: QuerySet[Initiative]) -> None:
        """Read initiatives, the cities of consortia, and themes."""
        self.order: list[int] = []
        self.values: dict[int, dict[str, set[str]]] = {}
        self.texts: dict[int, str] = {}
        self.labels: dict[str, dict[str, str]] = defaultdict(dict)
        self._read(initiatives)
        themes = initiatives.order_by("themes__kind__position", "themes__position")
        for pk, slug, name in themes.values_list("pk", "themes__slug", "themes__short_name"):
            if slug:
                self.values[pk]["theme"].add(slug)
                self.labels["theme"][slug] = name

    def _read(self, initiatives: QuerySet[Initiative]) -> None:
        members: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
        rows = ConsortiumMember.objects.values_list(
            "consortium", "city__slug", "city__name", "city__country"
        )
        for consortium, *city in rows:
            members[consortium].append(tuple(city))
        at = "roadmap__participation__"
        for row in initiatives.values_list(
            "pk", "name", "summary", "status", f"{at}edition__slug", f"{at}edition__short_name",
            f"{at}city__slug", f"{at}city__name", f"{at}city__country", f"{at}consortium",
            f"{at}consortium__name",
        ):  # fmt: skip
            pk, name, summary, status, edition, edition_name = row[:6]
            slug, city_name, country, consortium, consortium_name = row[6:]
            places = [(slug, city_name, country)] if slug else members[consortium]
            self.order.append(pk)
            self.texts[pk] = folded(
                " ".join([name, summary, consortium_name or "", *(place[1] for place in places)])
            )
            self.values[pk] = {
                "city": {place[0] for place in places},
                "country": {place[2] for place in places},
                "edition": {edition},
                "status": {status},
                "theme": set(),
            }
            self.labels["edition"][edition] = edition_name
            if status not in self.labels["status"]:
                self.labels["status"][status] = str(InitiativeStatus(status).label)
            for place in places:
                self.labels["city"][place[0]] = place[1]
                if place[2] not in self.labels["country"]:
                    self.labels["country"][place[2]] = countries.name(place[2])
        for name in ("city", "country"):
            self.labels[name] = dict(sorted(self.labels[name].items(), key=lambda at: at[1]))


class InitiativeFilter(ComparedFilterSet):
    """Initiatives by words, city, country, theme, edition and status."""

    GROUPS = ("city", "country", "theme", "edition", "status")

    q = CharFilter(label=gettext_lazy("Words"))
    city = MultipleChoiceFilter(label=gettext_lazy("City"))
    country = MultipleChoiceFilter(label=gettext_lazy("Country"))
    theme = MultipleChoiceFilter(label=gettext_lazy("Theme"))
    edition = MultipleChoiceFilter(label=gettext_lazy("Edition"))
    status = MultipleChoiceFilter(label=gettext_lazy("Status"))

    class Meta:
        model = Initiative
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Read the directory and offer what is in it."""
        super().__init__(*args, **kwargs)
        self.directory = Directory(self.queryset)
        self.rows = self.directory.order
        for name in self.GROUPS:
            self.offer(name, self.directory.labels[name])

    def words(self, row: int) -> str:
        """Words are looked for in its name, its summary and its cities."""
        return self.directory.texts[row]

    def values(self, row: int, name: str) -> set[str]:
        """Return its values in a group."""
        return self.directory.values[row][name]

    def filter_queryset(self, queryset: QuerySet[Initiative]) -> QuerySet[Initiative]:
        """Narrow a queryset: the API's way in."""
        return queryset.filter(pk__in=self.found())


class LibraryFilter(ComparedFilterSet):
    """KPIs of the library by words, concept, theme and published set."""

    GROUPS = ("concept", "theme", "family")

    q = CharFilter(label=gettext_lazy("Words"))
    concept = MultipleChoiceFilter(label=gettext_lazy("Concept"))
    theme = MultipleChoiceFilter(label=gettext_lazy("Theme"))
    family = MultipleChoiceFilter(label=gettext_lazy("Published set"))

    class Meta:
        model = LibraryKPI
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Read the library, which is short, and offer what is in it."""
        super().__init__(*args, **kwargs)
        self.rows = list(
            self.queryset.select_related("concept").prefetch_related("themes", "codes", "examples")
        )
        themes = {theme.slug: theme.short_name for row in self.rows for theme in row.themes.all()}
        concepts = {row.concept.code: row.concept.name for row in self.rows if row.concept}
        self.offer("concept", concepts)
        self.offer("theme", dict(sorted(themes.items(), key=lambda at: at[1])))
        self.offer("family", {str(value): str(label) for value, label in Family.choices})

    def words(self, row: LibraryKPI) -> str:
        """Words are looked for in its name, how it is measured, its unit, codes and examples."""
        others = [*map(str, row.codes.all()), *map(str, row.examples.all())]
        return folded(" ".join([row.name, row.description, row.unit, *others]))

    def values(self, row: LibraryKPI, name: str) -> set[str]:
        """Return its values in a group."""
        if name == "concept":
            return {row.concept.code} if row.concept else set()
        if name == "theme":
            return {theme.slug for theme in row.themes.all()}
        return {str(code.family) for code in row.codes.all()}
