"""Names in an address that no list knows: pages say that they were left out, the API refuses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.settings import api_settings

# What mailings, advertisements and networks hang on the addresses that people follow from there.
ADDED_BY_OTHERS = frozenset(
    {
        *("fbclid", "gclid", "gbraid", "wbraid", "dclid", "msclkid", "twclid", "ttclid", "yclid"),
        *("li_fat_id", "igshid", "mc_cid", "mc_eid", "_ga", "_gl", "ref"),
    }
)
BEGIN_OF_OTHERS = ("utm_", "mtm_", "pk_", "hsa_")


def strange_names(given: Iterable[str], known: Iterable[str]) -> list[str]:
    """Return the names that mean nothing here, unless others add them to addresses."""
    known = {*known, *ADDED_BY_OTHERS}
    return [each for each in given if each not in known and not each.startswith(BEGIN_OF_OTHERS)]


def refuse_strange(request: Request, view: Any, filters: Iterable[str]) -> None:
    """Refuse names that are no filter of a list, naming those that are; a typo narrows nothing.

    Raises ValidationError, which the API answers with 400.
    """
    known = [*filters, *_beside(view)]
    if strange := strange_names(request.query_params, known):
        told = _("There is no such filter. Known are: {names}.").format(names=", ".join(known))
        raise ValidationError({name: [told] for name in strange})


def _beside(view: Any) -> list[str]:
    """Return what a list takes besides its filters: which page of it, and in which form."""
    pages = getattr(view, "paginator", None)
    names = [
        getattr(pages, "page_query_param", None),
        getattr(pages, "page_size_query_param", None),
        api_settings.URL_FORMAT_OVERRIDE,
    ]
    return [name for name in names if name]


class KnownFilters(DjangoFilterBackend):
    """Narrows the lists of the API, and refuses what is no filter of theirs.

    Named in settings.REST_FRAMEWORK. A single row is asked for by its address, whatever else
    stands there.
    """

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Any], view: Any
    ) -> QuerySet[Any]:
        """Refuse first, so that nobody takes everything for what was asked for."""
        if not getattr(view, "detail", False):
            taken = self.get_filterset_class(view, queryset)
            refuse_strange(request, view, taken.base_filters if taken else ())
        narrowed: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return narrowed
