"""Local Green Deals for programs: what the caller may know of them."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, viewsets

from initiatives.models import DealAction, DealSignatory, Initiative, LocalGreenDeal

DATE = ["precision", "starts_on", "ends_on", "project_month", "date_text"]


class SignatorySerializer(serializers.ModelSerializer):
    """Who signs a deal; its date is when it signed."""

    organisation = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)
    name = serializers.CharField(source="__str__", read_only=True)
    kind = serializers.SlugRelatedField(
        source="what_it_is", slug_field="slug", read_only=True, allow_null=True
    )

    class Meta:
        model = DealSignatory
        fields = ["name", "organisation", "kind", "pledge", *DATE]


class ActionSerializer(serializers.ModelSerializer):
    """What is done under a deal; its date is when it is due."""

    responsible = serializers.CharField(source="by_whom", read_only=True)
    initiative = serializers.SerializerMethodField()

    class Meta:
        model = DealAction
        fields = ["text", "responsible", "status", "initiative", *DATE]

    def get_initiative(self, action: DealAction) -> str | None:
        """Return the short address of the initiative, if the caller may know of it."""
        known = self.context.get("known_initiatives")
        if known is None:
            visible = Initiative.objects.visible_to(self.context["request"].user)
            of_deals = visible.filter(deal_actions__isnull=False)
            known = dict(of_deals.order_by().values_list("pk", "slug"))
            self.context["known_initiatives"] = known
        return known.get(action.initiative_id)


class DealSerializer(serializers.ModelSerializer):
    """A Local Green Deal; its date is when it runs."""

    url = serializers.HyperlinkedIdentityField(view_name="deal-detail", read_only=True)
    page = serializers.SerializerMethodField()
    city = serializers.CharField(
        source="roadmap.participation.city.slug", default=None, allow_null=True, read_only=True
    )
    consortium = serializers.CharField(
        source="roadmap.participation.consortium.slug",
        default=None,
        allow_null=True,
        read_only=True,
    )
    edition = serializers.CharField(source="roadmap.participation.edition.slug", read_only=True)
    theme = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)
    agreement_url = serializers.URLField(source="url", read_only=True)
    signatories = SignatorySerializer(many=True, read_only=True)
    actions = ActionSerializer(many=True, read_only=True)

    class Meta:
        model = LocalGreenDeal
        fields = [
            "url", "page", "title", "stage", "city", "consortium", "edition", "theme", "aim",
            "goals", "governance", "agreement_url", *DATE, "signatories", "actions", "changed_at",
            "source", "demonstration",
        ]  # fmt: skip

    @extend_schema_field(serializers.URLField())
    def get_page(self, deal: LocalGreenDeal) -> str:
        """Return the address of the page for people."""
        path = deal.get_absolute_url()
        request: Any = self.context.get("request")
        return request.build_absolute_uri(path) if request else path


class DealViewSet(viewsets.ReadOnlyModelViewSet):
    """Local Green Deals that the caller may know of."""

    queryset = LocalGreenDeal.objects.none()
    serializer_class = DealSerializer
    filterset_fields = ["stage"]
    lookup_value_regex = r"\d+"

    def get_queryset(self) -> QuerySet[LocalGreenDeal]:
        """Start from what the caller may know of."""
        return (
            LocalGreenDeal.objects.visible_to(self.request.user)
            .select_related(
                "theme",
                "roadmap__participation__city",
                "roadmap__participation__consortium",
                "roadmap__participation__edition",
            )
            .prefetch_related(
                Prefetch(
                    "signatories",
                    DealSignatory.objects.select_related("organisation__kind", "kind"),
                ),
                Prefetch("actions", DealAction.objects.select_related("signatory__organisation")),
            )
        )
