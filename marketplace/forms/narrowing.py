"""How the ledger of reuse is narrowed; short enough to be read whole and compared here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy
from django_countries import countries
from django_filters import CharFilter, MultipleChoiceFilter

from cities.filters import ComparedFilterSet
from cities.filters.facets import folded
from marketplace.models import Confirmation, Deployment, DeploymentStatus


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
