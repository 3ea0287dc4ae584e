"""Thematic action groups and peer-review groups for programs. Names of people stay on pages."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, viewsets

from events.api.parts import CityField, HasPage, SessionAddressSerializer
from events.filters import ActionGroupFilter, PeerGroupFilter
from events.models import (
    GroupMember,
    JointOutput,
    PeerGroup,
    PeerSeat,
    Priority,
    ThematicActionGroup,
)


class MemberSerializer(serializers.ModelSerializer):
    """A city in an action group, and its part there."""

    city = CityField()

    class Meta:
        model = GroupMember
        fields = ["city", "role"]


class PrioritySerializer(serializers.ModelSerializer):
    """What the cities of a group put in an order."""

    class Meta:
        model = Priority
        fields = ["title", "about"]


class JointOutputSerializer(serializers.ModelSerializer):
    """Something cities of a group made together."""

    class Meta:
        model = JointOutput
        fields = ["title", "about", "link", "finished_on"]


class ActionGroupSerializer(HasPage):
    """A group with the cities in it, and what it shows to everybody."""

    url = serializers.HyperlinkedIdentityField(view_name="action-group-detail", lookup_field="slug")
    edition = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    theme = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)
    members = serializers.SerializerMethodField()
    priorities = PrioritySerializer(many=True)
    outputs = serializers.SerializerMethodField()

    class Meta:
        model = ThematicActionGroup
        fields = [
            "slug", "url", "page", "name", "edition", "theme", "summary", "members", "priorities",
            "outputs", "source", "demonstration",
        ]  # fmt: skip

    @extend_schema_field(MemberSerializer(many=True))
    def get_members(self, group: ThematicActionGroup) -> list[dict]:
        """Return each city once, whoever speaks for it."""
        seats = {(one.city_id, one.role): one for one in group.members.all() if one.city_id}
        return MemberSerializer(seats.values(), many=True).data

    @extend_schema_field(JointOutputSerializer(many=True))
    def get_outputs(self, group: ThematicActionGroup) -> list[dict]:
        """Return what everybody may see."""
        shown = [one for one in group.outputs.all() if one.is_public]
        return JointOutputSerializer(shown, many=True).data


class ActionGroupViewSet(viewsets.ReadOnlyModelViewSet):
    """Thematic action groups of the programme."""

    queryset = ThematicActionGroup.objects.none()
    serializer_class = ActionGroupSerializer
    lookup_field = "slug"
    filterset_class = ActionGroupFilter

    def get_queryset(self) -> QuerySet[ThematicActionGroup]:
        """Everybody reads what groups are."""
        members = GroupMember.objects.select_related("city").order_by("city__name", "pk")
        groups = ThematicActionGroup.objects.select_related("edition", "theme")
        return groups.prefetch_related(Prefetch("members", members), "priorities", "outputs")


class SeatSerializer(serializers.ModelSerializer):
    """A city in a peer-review group: its turn, and its minutes."""

    city = serializers.SlugRelatedField(source="entry.city", slug_field="slug", read_only=True)

    class Meta:
        model = PeerSeat
        fields = ["city", "position", "pitch", "discussion"]


class PeerGroupSerializer(HasPage):
    """A peer-review group: when, where, and the cities in the order in which they present."""

    url = serializers.HyperlinkedIdentityField(view_name="peer-group-detail")
    event = serializers.CharField(source="round.event.slug")
    session = SessionAddressSerializer()
    where = serializers.CharField(source="breakout")
    seats = SeatSerializer(many=True)

    class Meta:
        model = PeerGroup
        fields = ["url", "page", "event", "number", "session", "where", "seats"]


class PeerGroupViewSet(viewsets.ReadOnlyModelViewSet):
    """Peer-review groups that the caller sits with, and all for staff."""

    queryset = PeerGroup.objects.none()
    serializer_class = PeerGroupSerializer
    lookup_value_regex = r"\d{1,18}"
    filterset_class = PeerGroupFilter

    def get_queryset(self) -> QuerySet[PeerGroup]:
        """Start from what the caller may know of."""
        seats = PeerSeat.objects.select_related("entry__city").order_by("position")
        return (
            PeerGroup.objects.visible_to(self.request.user)
            .select_related("round__event", "session__day__event")
            .prefetch_related(Prefetch("seats", seats))
            .order_by("round", "number")
        )
