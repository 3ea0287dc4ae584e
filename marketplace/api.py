"""Published solutions for programs: the same rows and filters as the pages."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, viewsets

from cities.api import CountrySerializer
from cities.models import City
from marketplace.filters import EntryFilter
from marketplace.models import Deployment, Entry


class SolutionCitySerializer(serializers.ModelSerializer):
    """A city that offers or runs a solution."""

    url = serializers.HyperlinkedIdentityField(view_name="city-detail", lookup_field="slug")
    country = CountrySerializer()

    class Meta:
        model = City
        fields = ["slug", "url", "name", "country", "latitude", "longitude"]


class LabelSerializer(serializers.Serializer):
    """A theme, technology or partner."""

    slug = serializers.CharField()
    name = serializers.CharField()


class GoalSerializer(serializers.Serializer):
    """A Sustainable Development Goal."""

    number = serializers.IntegerField()
    name = serializers.CharField()


class ReportedValueSerializer(serializers.Serializer):
    """What was measured before or after, as the city reports it."""

    label = serializers.CharField()
    moment = serializers.CharField()
    value = serializers.CharField(source="as_reported")


class DeploymentSerializer(serializers.ModelSerializer):
    """A city that runs a solution: how far it is, what it cost, what came of it."""

    city = SolutionCitySerializer()
    values = ReportedValueSerializer(many=True)

    class Meta:
        model = Deployment
        fields = [
            *("city", "status", "confirmation", "since", "until", "stopped_why"),
            *("cost", "currency", "values", "note"),
        ]


class SolutionSerializer(serializers.ModelSerializer):
    """A solution as a list shows it."""

    url = serializers.HyperlinkedIdentityField(view_name="solution-detail", lookup_field="slug")
    page = serializers.SerializerMethodField(help_text="Address of the solution's page.")
    title = serializers.CharField(source="live_revision.title")
    summary = serializers.CharField(source="live_revision.summary")
    language = serializers.CharField(source="live_revision.language")
    city = SolutionCitySerializer(allow_null=True)
    themes = LabelSerializer(source="live_revision.themes", many=True)
    maturity = serializers.CharField(source="live_revision.maturity", allow_blank=True)
    cost = serializers.CharField(source="live_revision.cost_band", allow_blank=True)
    open_source = serializers.BooleanField(source="live_revision.is_open_source", allow_null=True)
    revision = serializers.IntegerField(source="live_revision.number")
    published_at = serializers.DateTimeField(source="live_revision.published_at")
    source = serializers.CharField(source="live_revision.source")
    demonstration = serializers.BooleanField(source="live_revision.demonstration")

    class Meta:
        model = Entry
        fields = [
            "slug", "url", "page", "title", "summary", "language", "city", "owner_note", "themes",
            "maturity", "cost", "open_source", "revision", "first_published_at", "published_at",
            "source", "demonstration", "confirmed_reuse",
        ]  # fmt: skip

    @extend_schema_field(serializers.URLField)
    def get_page(self, entry: Entry) -> str:
        """Return the address of the page for people."""
        return self.context["request"].build_absolute_uri(entry.get_absolute_url())


class SolutionDetailSerializer(SolutionSerializer):
    """A solution with everything that is published of it."""

    problem = serializers.CharField(source="live_revision.problem")
    solution = serializers.CharField(source="live_revision.approach")
    results = serializers.CharField(source="live_revision.results")
    evidence_url = serializers.CharField(source="live_revision.evidence_url")
    needs = serializers.CharField(source="live_revision.needs")
    did_not_work = serializers.CharField(source="live_revision.did_not_work")
    months_to_deploy = serializers.IntegerField(
        source="live_revision.months_to_deploy", allow_null=True
    )
    licence = serializers.CharField(source="live_revision.licence")
    repository_url = serializers.CharField(source="live_revision.repository_url")
    website = serializers.CharField(source="live_revision.website")
    technologies = LabelSerializer(source="live_revision.technologies", many=True)
    goals = GoalSerializer(source="live_revision.goals", many=True)
    partners = LabelSerializer(source="live_revision.partners", many=True)
    deployments = DeploymentSerializer(many=True)

    class Meta(SolutionSerializer.Meta):
        fields = [
            *SolutionSerializer.Meta.fields, "problem", "solution", "results", "evidence_url",
            "needs", "did_not_work", "months_to_deploy", "licence", "repository_url", "website",
            "technologies", "goals", "partners", "deployments",
        ]  # fmt: skip


class SolutionFilter(EntryFilter):
    """The filters of the marketplace's page, but for the kind."""

    GROUPS = tuple(name for name in EntryFilter.GROUPS if name != "kind")
    kind = None


class SolutionViewSet(viewsets.ReadOnlyModelViewSet):
    """Solutions of the marketplace that are published, newest first."""

    queryset = Entry.objects.none()
    filterset_class = SolutionFilter
    lookup_field = "slug"

    def get_serializer_class(self) -> type[SolutionSerializer]:
        """Tell more of a single solution."""
        return SolutionDetailSerializer if self.action == "retrieve" else SolutionSerializer

    def get_queryset(self) -> QuerySet[Entry]:
        """Return what is published, with all that is told of it."""
        entries = Entry.objects.live().visible_to(self.request.user).solutions().for_cards()
        if self.action != "retrieve":
            return entries
        return entries.prefetch_related(
            "live_revision__technologies",
            "live_revision__goals",
            "live_revision__partners",
            Prefetch(
                "deployments",
                Deployment.objects.shown().select_related("city").prefetch_related("values"),
            ),
        )
