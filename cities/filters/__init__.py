"""How lists are narrowed, page and API alike."""

from cities.filters.cities import CityDirectory, CityFilter
from cities.filters.facets import (
    ComparedFilterSet,
    FacetFilterSet,
    LightMultipleChoiceFilter,
    folded,
    worth_showing,
)
from cities.filters.names import refuse_strange, strange_names
from cities.filters.organisations import OrganisationFilter

__all__ = [
    "CityDirectory",
    "CityFilter",
    "ComparedFilterSet",
    "FacetFilterSet",
    "LightMultipleChoiceFilter",
    "OrganisationFilter",
    "folded",
    "refuse_strange",
    "strange_names",
    "worth_showing",
]
