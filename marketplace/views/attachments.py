"""Pictures and documents, served to those who may see what they belong to."""

from __future__ import annotations

from http import HTTPStatus

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.models import Attachment, AttachmentKind

# A picture that was withdrawn is gone from other people's caches as soon.
PUBLIC = "public, max-age=600"
PRIVATE = "private, no-store"


@require_safe
def attachment(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Return the file of an attachment: pictures to be shown, documents to be saved."""
    found = get_object_or_404(
        Attachment.objects.visible_to(request.user).select_related("revision__entry"),
        pk=pk,
        revision__entry__slug=slug,
    )
    entry = found.revision.entry
    is_public = entry.live_revision_id == found.revision_id and entry.withdrawn_at is None
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": PUBLIC if is_public else PRIVATE,
        "ETag": f'"{found.sha256}"',
    }
    known = get_conditional_response(
        request, etag=headers["ETag"], response=HttpResponse(headers=headers)
    )
    if known is not None and known.status_code != HTTPStatus.OK:
        return known
    try:
        file = found.file.open()
    except FileNotFoundError as fault:
        raise Http404(_("This file is lost.")) from fault
    return FileResponse(
        file,
        as_attachment=found.kind == AttachmentKind.DOCUMENT,
        filename=found.name,
        content_type=found.media_type,
        headers=headers,
    )
