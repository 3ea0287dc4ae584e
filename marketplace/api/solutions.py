"""Published solutions for programs: the same rows and filters as the pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.utils.translation import gettext_lazy
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status, viewsets
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from cities.filters import refuse_strange
from marketplace import moved
from marketplace.api.solution_fields import SolutionDetailSerializer, SolutionSerializer
from marketplace.filters import EntryFilter
from marketplace.models import Deployment, Entry, EntryKind
from marketplace.search import answers


class SolutionFilter(EntryFilter):
    """The filters of the marketplace's page, but for the kind."""

    GROUPS = tuple(name for name in EntryFilter.GROUPS if name != "kind")
    BESIDE = ("page", "page_size", "format")
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


class Withdrawn(APIException):
    """The address is right, and what stood there was withdrawn."""

    status_code = status.HTTP_410_GONE
    default_detail = gettext_lazy("This entry was withdrawn from the marketplace.")
    default_code = "gone"


class SolutionViewSet(viewsets.ReadOnlyModelViewSet):
    """Solutions of the marketplace that are published, narrowed and ordered as on its page.

    `q` orders by how well the words fit. `like` (a city), `population`, `trait` and `budget` order
    by how well a solution fits such a city. Otherwise the newest come first; `sort` asks for
    another order.
    """

    queryset = Entry.objects.none()
    filterset_class = SolutionFilter
    lookup_field = "slug"

    @extend_schema(
        responses={
            200: SolutionDetailSerializer,
            301: OpenApiResponse(description="It was renamed, or went into another: see Location."),
            410: OpenApiResponse(description="It was withdrawn."),
        }
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response | HttpResponse:
        """Return everything that is published of a solution; 301 from an address it had before."""
        try:
            return super().retrieve(request, *args, **kwargs)
        except Http404:
            slug = kwargs["slug"].replace("\0", "")
            now = moved.led_to([slug]).get(slug)
            if now is not None and now.kind == EntryKind.SOLUTION:
                address = reverse("solution-detail", kwargs={"slug": now.slug}, request=request)
                return HttpResponsePermanentRedirect(address)
            if Entry.objects.solutions().filter(slug=slug, withdrawn_at__isnull=False).exists():
                raise Withdrawn from None
            raise

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
        refuse_strange(self.request, self, SolutionFilter.base_filters)
        narrowed = DjangoFilterBackend().get_filterset(self.request, queryset, self)
        if not narrowed.is_valid():
            raise ValidationError(narrowed.errors)
        if narrowed.notes:
            raise ValidationError(narrowed.notes)
        return FoundSolutions(narrowed, queryset)
