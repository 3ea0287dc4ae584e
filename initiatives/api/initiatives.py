"""Initiatives for programs: what is public of them, and nothing of what is internal."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, viewsets

from cities.models import Theme
from initiatives.filters import InitiativeFilter
from initiatives.models import (
    KPI,
    Commitment,
    EvidenceFile,
    Initiative,
    Lesson,
    Measurement,
    Milestone,
    Stakeholder,
    Target,
)


class ThemeSerializer(serializers.ModelSerializer):
    """A theme by its address and name."""

    class Meta:
        model = Theme
        fields = ["slug", "name"]


class MilestoneSerializer(serializers.ModelSerializer):
    """A milestone with its precision and its original plan."""

    class Meta:
        model = Milestone
        fields = [
            "title", "description", "precision", "starts_on", "ends_on", "project_month",
            "date_text", "plan_precision", "plan_starts_on", "plan_ends_on", "status",
            "reached_on", "source", "demonstration",
        ]  # fmt: skip


class EvidenceFileSerializer(serializers.ModelSerializer):
    """A file in which a value can be checked: its address, and what it shows."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = EvidenceFile
        fields = ["url", "name", "shows", "media_type", "size", "sha256"]

    @extend_schema_field(serializers.URLField())
    def get_url(self, file: EvidenceFile) -> str:
        """Return where it is served to those who may see it."""
        return str(self.context["request"].build_absolute_uri(file.get_absolute_url()))


class MeasurementSerializer(serializers.ModelSerializer):
    """A reported value: its kind says which of the fields hold it."""

    is_corrected = serializers.SerializerMethodField()
    city = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)
    fetched_at = serializers.SerializerMethodField()
    files = EvidenceFileSerializer(many=True, read_only=True)

    class Meta:
        model = Measurement
        fields = [
            "city", "fetched_at", "kind", "as_reported", "number", "qualifier", "base_year",
            "text", "date", "yes", "as_of", "as_of_precision", "period_starts_on", "note",
            "source_url", "files", "reported_at", "is_corrected", "is_former", "former_unit",
            "source", "demonstration",
        ]  # fmt: skip

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_fetched_at(self, measurement: Measurement) -> Any:
        """Return when a connector brought it; nothing for what a person reported."""
        return next((one.fetched_at for one in measurement.fetched.all()), None)

    def get_is_corrected(self, measurement: Measurement) -> bool:
        """Say whether a later value took its place."""
        return measurement.corrected_by_id is not None


class TargetSerializer(serializers.ModelSerializer):
    """A target; superseded ones stay in the list."""

    is_superseded = serializers.SerializerMethodField()

    class Meta:
        model = Target
        fields = [
            "comparison", "value", "base_year", "text", "precision", "due_on", "due_until",
            "due_text", "is_superseded", "origin", "origin_url", "is_former", "former_unit",
            "source", "demonstration",
        ]  # fmt: skip

    def get_is_superseded(self, target: Target) -> bool:
        """Say whether another target took its place."""
        return target.superseded_by_id is not None


class KPISerializer(serializers.ModelSerializer):
    """A KPI with its targets and everything that was reported."""

    concept = serializers.SlugRelatedField(slug_field="code", read_only=True, allow_null=True)
    targets = TargetSerializer(many=True, read_only=True)
    measurements = MeasurementSerializer(many=True, read_only=True)

    class Meta:
        model = KPI
        fields = [
            "name", "description", "concept", "unit", "direction", "adds_up", "note", "targets",
            "measurements", "source", "demonstration",
        ]  # fmt: skip


class StakeholderSerializer(serializers.ModelSerializer):
    """A stakeholder; influence and interest are internal."""

    organisation = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)

    class Meta:
        model = Stakeholder
        fields = ["name", "organisation", "role", "rhythm"]


class LessonSerializer(serializers.ModelSerializer):
    """A lesson."""

    class Meta:
        model = Lesson
        fields = ["kind", "heading", "text", "source", "demonstration"]


class CommitmentSerializer(serializers.ModelSerializer):
    """A commitment."""

    class Meta:
        model = Commitment
        fields = ["kind", "text", "source", "demonstration"]


class InitiativeSerializer(serializers.ModelSerializer):
    """An initiative in a list."""

    url = serializers.HyperlinkedIdentityField(
        view_name="initiative-detail", lookup_field="slug", read_only=True
    )
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
    themes = ThemeSerializer(many=True, read_only=True)
    goals = serializers.SlugRelatedField(slug_field="number", many=True, read_only=True)
    parent = serializers.SerializerMethodField()

    class Meta:
        model = Initiative
        fields = [
            "url", "page", "slug", "name", "summary", "status", "city", "consortium", "edition",
            "parent", "themes", "goals", "changed_at", "source", "demonstration",
        ]  # fmt: skip

    def get_parent(self, initiative: Initiative) -> str | None:
        """Return the short address of what it is part of, if the caller may know of that."""
        known = self.context.get("known_parents")
        if known is None:
            keys = Initiative.objects.visible_to(self.context["request"].user)
            known = dict(keys.filter(children__isnull=False).values_list("pk", "slug"))
            self.context["known_parents"] = known
        return known.get(initiative.parent_id)

    @extend_schema_field(serializers.URLField())
    def get_page(self, initiative: Initiative) -> str:
        """Return the address of the page for people."""
        path = initiative.get_absolute_url()
        request = self.context.get("request")
        return request.build_absolute_uri(path) if request else path


class InitiativeDetailSerializer(InitiativeSerializer):
    """An initiative with what its charter says in public. Risks, budget and support stay inside."""

    milestones = MilestoneSerializer(many=True, read_only=True)
    kpis = KPISerializer(many=True, read_only=True)
    stakeholders = StakeholderSerializer(many=True, read_only=True)
    partners = serializers.SlugRelatedField(slug_field="slug", many=True, read_only=True)
    lessons = LessonSerializer(many=True, read_only=True)
    commitments = CommitmentSerializer(many=True, read_only=True)

    class Meta:
        model = Initiative
        fields = [
            *InitiativeSerializer.Meta.fields, "lead", "working_team", "contributors", "goal",
            "stakeholder_note", "impact_and_timing", "results", "results_url", "partners",
            "milestones", "kpis", "stakeholders", "lessons", "commitments",
        ]  # fmt: skip


class InitiativeViewSet(viewsets.ReadOnlyModelViewSet):
    """Initiatives that the caller may know of; only their public parts, whoever asks."""

    queryset = Initiative.objects.none()
    filterset_class = InitiativeFilter
    lookup_field = "slug"

    def get_queryset(self) -> QuerySet[Initiative]:
        """Start from what the caller may know of."""
        known = Initiative.objects.visible_to(self.request.user).for_cards()
        known = known.prefetch_related("goals")
        if self.action != "retrieve":
            return known
        files = EvidenceFile.objects.visible_to(self.request.user).select_related(
            "measurement__kpi__initiative"
        )
        kpis = KPI.objects.select_related("concept").prefetch_related(
            "targets",
            Prefetch(
                "measurements",
                Measurement.objects.select_related("city").prefetch_related(
                    "fetched", Prefetch("files", files)
                ),
            ),
        )
        return known.prefetch_related(
            "milestones",
            "partners",
            "lessons",
            "commitments",
            Prefetch("stakeholders", Stakeholder.objects.select_related("organisation")),
            Prefetch("kpis", kpis),
        )

    def filter_queryset(self, queryset: Any) -> Any:
        """Narrow lists; one that is named is found whatever the filters say."""
        return queryset if self.action == "retrieve" else super().filter_queryset(queryset)

    def get_serializer_class(self) -> type[InitiativeSerializer]:
        """Return more about one than about many."""
        return InitiativeDetailSerializer if self.action == "retrieve" else InitiativeSerializer
