"""What several answers say alike: the city, the session, the page of a row."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from events.models import Session


class CityField(serializers.SlugRelatedField):
    """A city by its short address, or null."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="slug", read_only=True, allow_null=True, **kwargs)


class SessionAddressSerializer(serializers.Serializer):
    """A session, as it is found in its event."""

    event = serializers.CharField(source="day.event.slug")
    date = serializers.DateField(source="day.date")
    slug = serializers.CharField()
    title = serializers.CharField()

    class Meta:
        model = Session


class HasPage(serializers.ModelSerializer):
    """A row with a page for people."""

    page = serializers.SerializerMethodField(help_text="Address of the page for people.")

    def get_page(self, row: Any) -> str:
        """Return it whole."""
        path = row.get_absolute_url()
        return self.context["request"].build_absolute_uri(path)
