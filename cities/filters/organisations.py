"""How the list of organisations is narrowed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy
from django_filters import CharFilter, MultipleChoiceFilter

from cities.filters.facets import ComparedFilterSet, folded
from cities.models import Organisation


class OrganisationFilter(ComparedFilterSet):
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
        self.rows = list(rows)
        labels: dict[str, dict[str, str]] = {name: {} for name in self.GROUPS}
        for one in self.rows:
            labels["kind"][one.kind.slug] = one.kind.name
            labels["service"].update({service.slug: service.name for service in one.services.all()})
            if one.country:
                labels["country"][one.country.code] = one.country.name
        for name in self.GROUPS:
            self.offer(name, dict(sorted(labels[name].items(), key=lambda at: at[1])))

    def words(self, row: Organisation) -> str:
        """Words are looked for in its name."""
        return folded(row.name)

    def values(self, row: Organisation, name: str) -> set[str]:
        """Return its kind, its services or its country."""
        if name == "kind":
            return {row.kind.slug}
        if name == "service":
            return {service.slug for service in row.services.all()}
        return {row.country.code} if row.country else set()
