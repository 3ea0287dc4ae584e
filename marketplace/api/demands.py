"""Demands for programs: what cities need, in the sums that the pages show."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, viewsets

from marketplace.api.solution_fields import SolutionCitySerializer
from marketplace.demand.sums import sum_up_for_public
from marketplace.models import Demand, Need


class BudgetSerializer(serializers.Serializer):
    """What cities can spend in a year, added up, in one currency."""

    year = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField()
    amount = serializers.DecimalField(max_digits=16, decimal_places=2)


class DemandSerializer(serializers.ModelSerializer):
    """What several cities want: in sums, and by name those that agreed."""

    url = serializers.HyperlinkedIdentityField(view_name="demand-detail", lookup_field="slug")
    page = serializers.SerializerMethodField(help_text="Address of the demand's page.")
    number_of_cities = serializers.SerializerMethodField()
    cities = serializers.SerializerMethodField(help_text="Those that agreed to be named.")
    population = serializers.SerializerMethodField(
        help_text="Inhabitants of the cities that are in the sums."
    )
    budgets = serializers.SerializerMethodField()
    procurement = serializers.SerializerMethodField(
        help_text="State of the joint procurement, or null."
    )

    class Meta:
        model = Demand
        fields = [
            *("slug", "url", "page", "title", "number_of_cities", "cities", "population"),
            *("budgets", "procurement", "demonstration"),
        ]

    @extend_schema_field(serializers.URLField)
    def get_page(self, demand: Demand) -> str:
        """Return the address of the page for people."""
        return self.context["request"].build_absolute_uri(demand.get_absolute_url())

    def get_number_of_cities(self, demand: Any) -> int:
        """Count all, named or not."""
        return len({need.city_id for need in demand.wanted})

    @extend_schema_field(SolutionCitySerializer(many=True))
    def get_cities(self, demand: Any) -> list[dict[str, Any]]:
        """Return who agreed to be named."""
        named = [need.city for need in demand.wanted if need.is_named]
        return SolutionCitySerializer(named, many=True, context=self.context).data

    def get_population(self, demand: Any) -> int:
        """Add up people as the page does for the public."""
        return sum_up_for_public(demand.wanted).population

    @extend_schema_field(BudgetSerializer(many=True))
    def get_budgets(self, demand: Any) -> list[dict[str, Any]]:
        """Add up budgets as the page does for the public."""
        sums = sum_up_for_public(demand.wanted).budgets
        rows = [
            {"year": year, "currency": currency, "amount": amount}
            for (year, currency), amount in sums.items()
        ]
        return BudgetSerializer(rows, many=True).data

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_procurement(self, demand: Any) -> str | None:
        """Return where buying together stands."""
        procurement = getattr(demand, "procurement", None)
        return procurement.state if procurement else None


class DemandViewSet(viewsets.ReadOnlyModelViewSet):
    """Demands: what cities need, gathered and added up, the latest first."""

    queryset = Demand.objects.none()
    serializer_class = DemandSerializer
    lookup_field = "slug"

    def get_queryset(self) -> QuerySet[Demand]:
        """Return those that some city still wants, with their needs."""
        wanted = Need.objects.active().select_related("city").order_by("created_at", "pk")
        return (
            Demand.objects.current()
            .select_related("procurement")
            .prefetch_related(Prefetch("needs", wanted, to_attr="wanted"))
        )
