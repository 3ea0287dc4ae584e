"""Pictures and documents, served to those who may see what they belong to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from cities.views.files import served
from marketplace.models import Attachment


@require_safe
def attachment(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Return the file of an attachment."""
    found = get_object_or_404(
        Attachment.objects.visible_to(request.user).select_related("revision__entry"),
        pk=pk,
        revision__entry__slug=slug,
    )
    entry = found.revision.entry
    is_public = entry.live_revision_id == found.revision_id and entry.withdrawn_at is None
    return served(request, found, is_public=is_public)
