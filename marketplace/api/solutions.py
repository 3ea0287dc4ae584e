"""Published solutions for programs: the same rows and filters as the pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.exceptions import ValidationError

from cities.api import CountrySerializer
from cities.models import City
from marketplace.evidence import strength
from marketplace.filters import EntryFilter
from marketplace.models import Attachment, Deployment, Entry, EntryKind, ResultFigure
from marketplace.search import answers


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


class SolutionFilter(EntryFilter):
    """The filters of the marketplace's page, but for the kind."""

    GROUPS = tuple(name for name in EntryFilter.GROUPS if name != "kind")
    kind = None


class FoundSolutions(Sequence[Entry]):
    """What a filter finds, in its order; the search index is asked for the part that is shown."""

    def __init__(self, narrowed: SolutionFilter, entries: QuerySet[Entry]) -> None:
        self.narrowed = narrowed
        self.entries = entries
        self.total = self._answer(0, 1).total

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, part: slice) -> list[Entry]:  # type: ignore[override]
        """Return the entries of a page."""
        start, stop, _step = part.indices(self.total)
        ids = self._answer(start, stop - start).entry_ids
        found = self.entries.in_bulk(ids)
        return [found[pk] for pk in ids if pk in found]

    def _answer(self, offset: int, limit: int) -> answers.Answer:
        question = self.narrowed.question(offset=offset, limit=limit)
        chosen = {**question.chosen, "kind": (EntryKind.SOLUTION.value,)}
        return answers.answer(replace(question, chosen=chosen))


class SolutionViewSet(viewsets.ReadOnlyModelViewSet):
    """Solutions of the marketplace that are published, narrowed and ordered as on its page.

    `q` orders by how well the words fit. `like` (a city), `population`, `trait` and `budget` order
    by how well a solution fits such a city. Otherwise the newest come first; `sort` asks for
    another order.
    """

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
            "live_revision__standards",
            "live_revision__fundings",
            "live_revision__figures",
            "live_revision__attachments",
            Prefetch(
                "deployments",
                Deployment.objects.shown().select_related("city").prefetch_related("values"),
            ),
        )

    def filter_queryset(self, queryset: QuerySet[Entry]) -> QuerySet[Entry] | FoundSolutions:
        """Narrow lists alone: a single one is asked for by its address."""
        if self.action != "list":
            return queryset
        narrowed = DjangoFilterBackend().get_filterset(self.request, queryset, self)
        if not narrowed.is_valid():
            raise ValidationError(narrowed.errors)
        if narrowed.notes:
            raise ValidationError(narrowed.notes)
        return FoundSolutions(narrowed, queryset)
