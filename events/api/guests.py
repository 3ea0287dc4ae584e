"""Guests from outside for programs of staff. Addresses and links stay where they are."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet
from rest_framework import serializers, viewsets

from events.api.parts import SessionAddressSerializer
from events.filters import GuestFilter
from events.models import Guest, GuestPlace


class GuestPlaceSerializer(serializers.ModelSerializer):
    """A session to which a guest is invited, and whether they come to it."""

    session = SessionAddressSerializer()

    class Meta:
        model = GuestPlace
        fields = ["session", "is_taken"]


class GuestSerializer(serializers.ModelSerializer):
    """An invitation and its answer."""

    url = serializers.HyperlinkedIdentityField(view_name="guest-detail")
    event = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    places = GuestPlaceSerializer(many=True)

    class Meta:
        model = Guest
        fields = [
            "url", "event", "name", "organisation", "language", "state", "invited_at",
            "answer_until", "answered_at", "places",
        ]  # fmt: skip


class GuestViewSet(viewsets.ReadOnlyModelViewSet):
    """Guests of events, for staff; to others there are none."""

    queryset = Guest.objects.none()
    serializer_class = GuestSerializer
    lookup_value_regex = r"\d{1,18}"
    filterset_class = GuestFilter

    def get_queryset(self) -> QuerySet[Guest]:
        """Start from what the caller may know of."""
        places = GuestPlace.objects.select_related("session__day__event").order_by("session")
        guests = Guest.objects.visible_to(self.request.user).select_related("event")
        return guests.prefetch_related(Prefetch("places", places)).order_by("event", "name", "pk")
