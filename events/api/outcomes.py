"""What remains of sessions and groups, and collaborations of cities, for programs."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework import serializers, viewsets

from cities.models import Pairing
from events.api.parts import CityField, HasPage, SessionAddressSerializer
from events.filters import CollaborationFilter, CommitmentFilter, OutcomeFilter
from events.models import NextStep, Outcome
from events.services import collaborations


class OutcomeSerializer(serializers.ModelSerializer):
    """A takeaway, a need or a practice of a city."""

    url = serializers.HyperlinkedIdentityField(view_name="outcome-detail")
    city = CityField()
    session = SessionAddressSerializer(allow_null=True)
    group = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)

    class Meta:
        model = Outcome
        fields = [
            "url", "kind", "title", "text", "link", "city", "session", "group", "is_public",
            "source", "demonstration",
        ]  # fmt: skip


class OutcomeViewSet(viewsets.ReadOnlyModelViewSet):
    """What cities noted: what they show to everybody, and what the caller's groups share."""

    queryset = Outcome.objects.none()
    serializer_class = OutcomeSerializer
    lookup_value_regex = r"\d{1,18}"
    filterset_class = OutcomeFilter

    def get_queryset(self) -> QuerySet[Outcome]:
        """Start from what the caller may know of."""
        found = Outcome.objects.visible_to(self.request.user)
        return found.select_related("city", "group", "session__day__event").order_by("pk")


class PromiseSerializer(HasPage):
    """What a city will do by a day. Who sees to it stays on its page."""

    url = serializers.HyperlinkedIdentityField(view_name="commitment-detail")
    city = CityField()
    with_city = CityField()
    session = SessionAddressSerializer(allow_null=True)
    group = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)
    collaboration = serializers.SerializerMethodField(
        help_text="asked, running, ended, or empty: nothing was asked, or it was declined."
    )

    class Meta:
        model = NextStep
        fields = [
            "url", "page", "title", "text", "city", "with_city", "session", "group", "due_on",
            "done_on", "given_up_on", "result", "collaboration", "source", "demonstration",
        ]  # fmt: skip

    def get_collaboration(self, step: NextStep) -> str:
        """Say how the collaboration of its two cities stands."""
        if collaborations.is_running(step):
            return "running"
        if step.offered_for_id:
            return "asked"
        return "ended" if step.pairing_id else ""


class CommitmentViewSet(viewsets.ReadOnlyModelViewSet):
    """Next steps and commitments of the caller's cities, groups and labs."""

    queryset = NextStep.objects.none()
    serializer_class = PromiseSerializer
    lookup_value_regex = r"\d{1,18}"
    filterset_class = CommitmentFilter

    def get_queryset(self) -> QuerySet[NextStep]:
        """Start from what the caller may know of."""
        found = NextStep.objects.visible_to(self.request.user)
        return found.select_related(
            "city", "with_city", "group", "pairing", "session__day__event"
        ).order_by("due_on", "pk")


class CollaborationSerializer(serializers.ModelSerializer):
    """Two cities that work or learn together. In a mentor pairing the first is the mentor."""

    url = serializers.HyperlinkedIdentityField(view_name="collaboration-detail")
    first_city = CityField()
    second_city = CityField()
    edition = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)
    theme = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)
    is_running = serializers.BooleanField(read_only=True, help_text="On this day.")

    class Meta:
        model = Pairing
        fields = [
            "url", "kind", "first_city", "second_city", "edition", "theme", "purpose", "since",
            "until", "is_running", "source", "demonstration",
        ]  # fmt: skip


class CollaborationViewSet(viewsets.ReadOnlyModelViewSet):
    """All collaborations, also those that have ended; what was declined never was one."""

    queryset = Pairing.objects.none()
    serializer_class = CollaborationSerializer
    lookup_value_regex = r"\d{1,18}"
    filterset_class = CollaborationFilter

    def get_queryset(self) -> QuerySet[Pairing]:
        """Everybody reads them, as on the page."""
        pairings = Pairing.objects.select_related("first_city", "second_city", "edition", "theme")
        return pairings.order_by("first_city__name", "second_city__name", "pk")
