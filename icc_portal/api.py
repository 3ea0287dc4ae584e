"""The read API: each app's viewsets under /api/v1/, and a page that lists them."""

from __future__ import annotations

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from rest_framework.renderers import JSONRenderer, TemplateHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import APIRootView, DefaultRouter

from cities.api import CityViewSet
from events.api import (
    ActionGroupViewSet,
    CollaborationViewSet,
    CommitmentViewSet,
    EventViewSet,
    GuestViewSet,
    OutcomeViewSet,
    PeerGroupViewSet,
)
from initiatives.api import DealViewSet, InitiativeViewSet
from marketplace.api import DemandViewSet, SolutionViewSet


@cache
def endpoints() -> list[dict[str, Any]]:
    """Return the addresses of the API with what they take, from its own schema."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    found = []
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            first, _blank, rest = told.get("description", "").partition("\n\n")
            found.append(
                {
                    "path": path,
                    "method": method.upper(),
                    "summary": told.get("summary") or first,
                    "description": rest,
                    "parameters": told.get("parameters", []),
                    "can_be_opened": method == "get" and "{" not in path,
                }
            )
    return found


class Contents(APIRootView):
    """What the API offers: a page for people, addresses for programs."""

    renderer_classes = [JSONRenderer, TemplateHTMLRenderer]
    template_name = "icc_portal/api.html"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer browsers with a page and programs with addresses."""
        if request.accepted_renderer.format == "html":
            return Response({"endpoints": endpoints()})
        return super().get(request, *args, **kwargs)


class Router(DefaultRouter):
    """The router with our own first page."""

    APIRootView = Contents
    include_format_suffixes = False


router = Router()
router.register("action-groups", ActionGroupViewSet, basename="action-group")
router.register("cities", CityViewSet, basename="city")
router.register("collaborations", CollaborationViewSet, basename="collaboration")
router.register("commitments", CommitmentViewSet, basename="commitment")
router.register("demands", DemandViewSet, basename="demand")
router.register("events", EventViewSet, basename="event")
router.register("deals", DealViewSet, basename="deal")
router.register("guests", GuestViewSet, basename="guest")
router.register("initiatives", InitiativeViewSet, basename="initiative")
router.register("outcomes", OutcomeViewSet, basename="outcome")
router.register("peer-groups", PeerGroupViewSet, basename="peer-group")
router.register("solutions", SolutionViewSet, basename="solution")
