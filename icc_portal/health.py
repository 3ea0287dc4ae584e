"""Whether the portal lives, and whether it can do its work: for load balancers and people."""

from django.http import HttpRequest, JsonResponse


def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all."""
    return JsonResponse({"status": "alive"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 when requests can be served."""
    return JsonResponse({"status": "ready"})
