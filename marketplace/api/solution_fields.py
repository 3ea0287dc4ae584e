"""What is told of published solutions, field by field."""

from __future__ import annotations

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cities.api import CountrySerializer
from cities.models import City
from marketplace.evidence import strength
from marketplace.models import Attachment, Deployment, DeploymentValue, Entry, ResultFigure


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


class ReportedValueSerializer(serializers.ModelSerializer):
    """What was measured before or after; `number` is exact where `kind` is number or change."""

    value = serializers.CharField(source="as_reported")

    class Meta:
        model = DeploymentValue
        fields = [
            "label", "moment", "value", "kind", "number", "qualifier", "base_year", "text", "date",
            "yes", "as_of", "as_of_precision", "period_starts_on", "source_url", "note",
        ]  # fmt: skip


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


class StandardSerializer(LabelSerializer):
    """A standard that a solution keeps to."""

    address = serializers.CharField(source="url", help_text="Where it can be read; may be empty.")


class ResultFigureSerializer(serializers.ModelSerializer):
    """A result as it was reported; `number` is exact where `kind` is number or change."""

    before = serializers.CharField(source="before_as_reported")

    class Meta:
        model = ResultFigure
        fields = [
            "label", "unit", "kind", "as_reported", "number", "qualifier", "base_year", "text",
            "date", "yes", "before", "before_number", "as_of", "as_of_precision",
            "period_starts_on", "source_url", "note",
        ]  # fmt: skip


class AttachmentSerializer(serializers.ModelSerializer):
    """A picture or document of a solution."""

    url = serializers.SerializerMethodField(help_text="Address of the file.")

    class Meta:
        model = Attachment
        fields = [
            "url", "kind", "media_type", "size", "width", "height", "name", "alt", "caption",
            "credit",
        ]  # fmt: skip

    @extend_schema_field(serializers.URLField)
    def get_url(self, attachment: Attachment) -> str:
        """Return the address from which it is served."""
        address = reverse(
            "marketplace:attachment",
            kwargs={"slug": self.context["view"].kwargs["slug"], "pk": attachment.pk},
        )
        return self.context["request"].build_absolute_uri(address)


class EvidenceSerializer(serializers.Serializer):
    """How well results are shown: a level from 0 to 3, and why."""

    level = serializers.IntegerField(min_value=0, max_value=3)
    label = serializers.CharField(source="level.label")
    reasons = serializers.ListField(child=serializers.CharField())


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
    yearly_cost = serializers.CharField(source="live_revision.yearly_cost", allow_blank=True)
    software_version = serializers.CharField(source="live_revision.software_version")
    released_on = serializers.DateField(source="live_revision.released_on", allow_null=True)
    standards = StandardSerializer(source="live_revision.standards", many=True)
    fundings = LabelSerializer(source="live_revision.fundings", many=True)
    figures = ResultFigureSerializer(source="live_revision.figures", many=True)
    attachments = AttachmentSerializer(source="live_revision.attachments", many=True)
    evidence = serializers.SerializerMethodField()
    deployments = DeploymentSerializer(many=True)

    class Meta(SolutionSerializer.Meta):
        fields = [
            *SolutionSerializer.Meta.fields, "problem", "solution", "results", "evidence_url",
            "needs", "did_not_work", "months_to_deploy", "licence", "repository_url", "website",
            "technologies", "goals", "partners", "yearly_cost", "software_version", "released_on",
            "standards", "fundings", "figures", "attachments", "evidence", "deployments",
        ]  # fmt: skip

    @extend_schema_field(EvidenceSerializer)
    def get_evidence(self, entry: Entry) -> dict[str, object]:
        """Return how well results are shown."""
        revision = entry.live_revision
        if revision is None:
            raise ValueError("Only live entries are told.")
        revision.entry = entry
        figures, attachments = revision.figures.all(), revision.attachments.all()
        return EvidenceSerializer(strength(revision, list(figures), list(attachments))).data
