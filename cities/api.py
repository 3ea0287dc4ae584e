"""Cities for programs: the same rows and filters as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, viewsets

from cities.filters import CityFilter
from cities.models import City, CityName, CityTrait, Consortium, Participation


class CountrySerializer(serializers.Serializer):
    """A country: its code by ISO 3166 and its name."""

    code = serializers.CharField(help_text="Two letters, ISO 3166-1.")
    name = serializers.CharField()


class NameSerializer(serializers.ModelSerializer):
    """A name of a city in one language."""

    class Meta:
        model = CityName
        fields = ["language", "name"]


class ConsortiumSerializer(serializers.ModelSerializer):
    """A consortium a city belongs to."""

    class Meta:
        model = Consortium
        fields = ["slug", "name"]


class ParticipationSerializer(serializers.ModelSerializer):
    """A city in an edition: its role, its themes, and the consortium it acts through, if any."""

    edition = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    role = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    role_name = serializers.CharField(source="role.name")
    consortium = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)
    themes = serializers.SlugRelatedField(many=True, read_only=True, slug_field="slug")

    class Meta:
        model = Participation
        fields = ["edition", "role", "role_name", "consortium", "themes"]


class CitySerializer(serializers.ModelSerializer):
    """A city as a list shows it."""

    url = serializers.HyperlinkedIdentityField(view_name="city-detail", lookup_field="slug")
    page = serializers.SerializerMethodField(help_text="Address of the city's page.")
    country = CountrySerializer()
    participations = serializers.SerializerMethodField()

    class Meta:
        model = City
        fields = [
            "slug", "url", "page", "name", "kind", "country", "population", "population_year",
            "population_scope", "latitude", "longitude", "participations", "source",
            "demonstration",
        ]  # fmt: skip

    def get_page(self, city: City) -> str:
        """Return the address of the page for people."""
        return self.context["request"].build_absolute_uri(city.get_absolute_url())

    @extend_schema_field(ParticipationSerializer(many=True))
    def get_participations(self, city: City) -> list[dict[str, Any]]:
        """Return the city's own participations and those of its consortia."""
        rows = list(city.participations.all())
        for consortium in city.consortia.all():
            rows += consortium.participations.all()
        return ParticipationSerializer(rows, many=True).data


class TraitSerializer(serializers.ModelSerializer):
    """Something that cities may have in common: a place, a climate, or what they live from."""

    class Meta:
        model = CityTrait
        fields = ["slug", "name", "kind"]


class CityDetailSerializer(CitySerializer):
    """A city with everything that is published of it."""

    traits = TraitSerializer(many=True)

    names = NameSerializer(many=True)
    consortia = ConsortiumSerializer(many=True)

    class Meta(CitySerializer.Meta):
        fields = [
            *CitySerializer.Meta.fields, "names", "consortia", "traits", "nuts", "lau", "wikidata",
            "time_zone", "website", "summary", "note",
        ]  # fmt: skip


class CityViewSet(viewsets.ReadOnlyModelViewSet):
    """Cities of the programme, inside the EU and beyond."""

    queryset = City.objects.none()
    filterset_class = CityFilter
    lookup_field = "slug"

    def filter_queryset(self, queryset: QuerySet[City]) -> QuerySet[City]:
        """Narrow lists alone: a single one is asked for by its address."""
        return queryset if self.action == "retrieve" else super().filter_queryset(queryset)

    def get_serializer_class(self) -> type[CitySerializer]:
        """Tell more of a single city."""
        return CityDetailSerializer if self.action == "retrieve" else CitySerializer

    def get_queryset(self) -> QuerySet[City]:
        """Return what the caller may see, with all that is told of it."""
        rows = Participation.objects.select_related("edition", "role", "consortium")
        rows = rows.prefetch_related("themes")
        cities = City.objects.visible_to(self.request.user).prefetch_related(
            Prefetch("participations", rows), Prefetch("consortia__participations", rows)
        )
        return cities.prefetch_related("names", "traits") if self.action == "retrieve" else cities
