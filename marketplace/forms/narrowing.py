"""How the ledger of reuse and the demands are narrowed: short enough to be compared here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy
from django_countries import countries
from django_filters import CharFilter, MultipleChoiceFilter

from cities.filters import ComparedFilterSet
from cities.filters.facets import folded
from marketplace.models import (
    Confirmation,
    Demand,
    Deployment,
    DeploymentStatus,
    ProcurementState,
)


class ReuseFilter(ComparedFilterSet):
    """Rows of the ledger by words, status, confirmation and country."""

    GROUPS = ("status", "confirmation", "country")

    q = CharFilter(label=gettext_lazy("Words"), method="leave", max_length=100)
    status = MultipleChoiceFilter(label=gettext_lazy("Status"), method="leave")
    confirmation = MultipleChoiceFilter(label=gettext_lazy("Confirmation"), method="leave")
    country = MultipleChoiceFilter(label=gettext_lazy("Country"), method="leave")

    class Meta:
        model = Deployment
        fields: list[str] = []

    def __init__(self, data: Any, rows: Iterable[Deployment]) -> None:
        """Take rows with their city, entry, owner and title fetched."""
        super().__init__(data, queryset=Deployment.objects.none())
        self.rows = list(rows)
        known = {str(row.city.country) for row in self.rows}
        self.offer("status", dict(DeploymentStatus.choices))
        self.offer("confirmation", dict(Confirmation.choices))
        self.offer("country", {code: name for code, name in countries if code in known})

    def leave(self, queryset: Any, name: str, value: Any) -> Any:
        """Do nothing in the database."""
        return queryset

    def words(self, row: Deployment) -> str:
        """Look for words in the title and both cities' names."""
        return folded(f"{row.entry} {row.city} {row.entry.city or row.entry.owner_note}")

    def values(self, row: Deployment, name: str) -> set[str]:
        """Return what a row has in a group; what nobody has to confirm has no confirmation."""
        if name == "country":
            return {str(row.city.country)}
        if name == "confirmation":
            return {row.confirmation} if row.has_run else set()
        return {row.status}


class DemandFilter(ComparedFilterSet):
    """Demands by words, theme and budget year."""

    GROUPS = ("theme", "year", "procurement")

    q = CharFilter(label=gettext_lazy("Words"), method="leave", max_length=100)
    theme = MultipleChoiceFilter(label=gettext_lazy("Theme"), method="leave")
    year = MultipleChoiceFilter(label=gettext_lazy("Budget year"), method="leave")
    procurement = MultipleChoiceFilter(label=gettext_lazy("Bought together"), method="leave")

    class Meta:
        model = Demand
        fields: list[str] = []

    def __init__(self, data: Any, rows: Iterable[Demand]) -> None:
        """Take demands with `wanted` (their active needs, themes fetched) and `procurement`."""
        super().__init__(data, queryset=Demand.objects.none())
        self.rows = list(rows)
        needs = [need for row in self.rows for need in row.wanted]
        themes = {theme.slug: theme.short_name for need in needs for theme in need.themes.all()}
        years = sorted({str(need.budget_year) for need in needs if need.budget_year})
        self.offer("theme", dict(sorted(themes.items(), key=lambda item: item[1].casefold())))
        self.offer("year", {year: year for year in years})
        self.offer("procurement", dict(ProcurementState.choices))

    def leave(self, queryset: Any, name: str, value: Any) -> Any:
        """Do nothing in the database."""
        return queryset

    def words(self, row: Demand) -> str:
        """Look for words in the title of the demand and of the needs, and in named cities."""
        told = [need.title for need in row.wanted]
        named = [need.city.name for need in row.wanted if need.is_named]
        return folded(" ".join([row.title, *told, *named]))

    def values(self, row: Demand, name: str) -> set[str]:
        """Return what a demand has in a group."""
        if name == "theme":
            return {theme.slug for need in row.wanted for theme in need.themes.all()}
        if name == "year":
            return {str(need.budget_year) for need in row.wanted if need.budget_year}
        procurement = getattr(row, "procurement", None)
        return {procurement.state} if procurement else set()
