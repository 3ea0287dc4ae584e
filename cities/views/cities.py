"""The list of cities, and a city's page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from cities import panels, permissions
from cities.filters import CityDirectory, CityFilter, worth_showing
from cities.models import City, Pairing, PairingKind, Participation
from cities.paging import InPages
from cities.pictures.maps import CityMap, Place, city_map
from cities.pictures.projection import in_europe
from cities.today import today

# Only names of large cities stand on the map, where there is room.
LABELLED_FROM = 400_000


def map_of(directory: CityDirectory, cities: list[City], *, title: str, id: str) -> CityMap:
    """Draw cities that have coordinates; mentor cities in a colour and shape of their own."""
    places = [
        Place(
            name=city.name,
            title=f"{city.name}, {city.country.name}",  # type: ignore[attr-defined]
            latitude=city.latitude,
            longitude=city.longitude,
            url=city.get_absolute_url(),
            group=2 if directory.is_mentor(city) else 1,
            labelled=(city.population or 0) >= LABELLED_FROM,
        )
        for city in cities
        if city.latitude is not None and city.longitude is not None
    ]
    return city_map(id, title, places, groups=[_("Cities"), _("Mentor cities")])


class CityList(InPages):
    """Cities on a map and as cards, narrowed by filters; htmx asks for the results alone."""

    template_name = "cities/city_list.html"
    paginate_by = 24
    context_object_name = "cities"

    def get_queryset(self) -> list[City]:  # type: ignore[override]
        """Narrow what this person may see."""
        cities = City.objects.visible_to(self.request.user)
        self.filter = CityFilter(self.request.GET, queryset=cities, request=self.request)
        return self.filter.cities()

    def get_template_names(self) -> list[str]:
        """Answer htmx with the results alone."""
        if self.request.htmx:  # type: ignore[attr-defined]
            return ["cities/_city_results.html"]
        return [self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the filters, the map and what each card says."""
        context = super().get_context_data(**kwargs)
        directory = self.filter.directory
        found = cast("list[City]", self.object_list)
        taking_part = sum(1 for city in found if directory.links[city.pk])
        return context | {
            "filter": self.filter,
            "groups": worth_showing(self.filter.facets(), len(directory.cities)),
            "query": self.request.GET.get("q", ""),
            "total": len(found),
            "taking_part": taking_part,
            "guests": len(found) - taking_part,
            "map": map_of(directory, found, title=_("Where these cities are"), id="map"),
            "cards": [(city, directory.roles(city)) for city in context["page_obj"]],
        }


city_list = vary_on_headers("HX-Request")(CityList.as_view())


@require_safe
def city_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything the portal knows of a city that this person may read."""
    known = City.objects.visible_to(request.user)
    described = known.prefetch_related("names", "organisations__kind", "consortia", "traits")
    city = described.filter(slug=slug).first()
    if city is None:
        now = get_object_or_404(known, former_addresses__slug=slug)
        return HttpResponsePermanentRedirect(now.get_absolute_url())
    shown = panels.filled(city, request.user)
    context = {
        "city": city,
        "names": [
            (name, _language(name.language)) for name in city.names.all() if name.name != city.name
        ],
        "map": _small_map(city),
        **_lead(city, shown),
        "participations": participations_of(city),
        "pairings": pairings_of(city),
        "panels": shown,
    }
    if permissions.may_edit_for(request.user, city):
        context["traits_url"] = reverse("cities:city-traits", args=[city.slug])
    return render(request, "cities/city_detail.html", context)


def _small_map(city: City) -> CityMap | None:
    """Draw where a city lies, where that is on the large map."""
    if city.latitude is None or city.longitude is None:
        return None
    if not in_europe(city.longitude, city.latitude):
        return None
    name = f"{city.name}, {city.country.name}"  # type: ignore[attr-defined]
    place = Place(city.name, city.latitude, city.longitude, title=name)
    return city_map("where", _("Where %s lies") % city.name, [place], enlarged=2)


def _lead(city: City, shown: Sequence[panels.FilledPanel]) -> dict[str, str]:
    """Return what introduces a city, and its language: its summary, or what a panel offers."""
    if city.summary:
        return {"lead": city.summary, "lead_lang": ""}
    offer = next((panel.context for panel in shown if panel.context.get("lead")), {})
    return {"lead": offer.get("lead", ""), "lead_lang": offer.get("lead_language", "")}


def participations_of(city: City) -> list[Participation]:
    """Return a city's participations and those of its consortia, latest edition first."""
    rows = Participation.objects.of_city(city).select_related("edition", "role", "consortium")
    return list(
        rows.prefetch_related("themes").order_by("-edition__starts_on", "role__position", "pk")
    )


def pairings_of(city: City) -> list[tuple[Pairing, City, str]]:
    """Return each pairing with the other city and what that city is in it."""
    rows = (city.pairings_first.all() | city.pairings_second.all()).select_related(
        "first_city", "second_city", "edition", "theme"
    )
    return [(pairing, *_other(pairing, city)) for pairing in rows]


def _other(pairing: Pairing, city: City) -> tuple[City, str]:
    is_first = pairing.first_city_id == city.pk
    other = pairing.second_city if is_first else pairing.first_city
    if pairing.kind == PairingKind.JOINT:
        if pairing.until is not None and pairing.until <= today():
            return other, _("Worked together with this city")
        return other, _("Works together with this city")
    if pairing.kind == PairingKind.TANDEM:
        return other, _("Tandem partner")
    return other, _("Is mentored by this city") if is_first else _("Mentors this city")


def _language(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
