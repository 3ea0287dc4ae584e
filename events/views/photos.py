"""Photographs of an event, for whoever reads its report."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from cities.views.files import served
from events.views.report import event_with_report


@login_required
@require_safe
def photo(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Return a photograph."""
    found = get_object_or_404(event_with_report(request, slug).photos, pk=pk)
    return served(request, found, is_public=False)
