"""Kept files, served to those who may see the row that names them: the caller asked for it."""

from __future__ import annotations

from http import HTTPStatus

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from cities.models import KeptFile

# A picture that was withdrawn is gone from other people's caches as soon.
PUBLIC = "public, max-age=600"
PRIVATE = "private, no-store"


def served(request: HttpRequest, kept: KeptFile, *, is_public: bool) -> HttpResponseBase:
    """Return a file, harmless to whoever opens it: pictures to be shown, documents to be saved.

    Raises Http404 when it is lost.
    """
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": PUBLIC if is_public else PRIVATE,
        "ETag": f'"{kept.sha256}"',
    }
    known = get_conditional_response(
        request, etag=headers["ETag"], response=HttpResponse(headers=headers)
    )
    if known is not None and known.status_code != HTTPStatus.OK:
        return known
    try:
        file = kept.file.open()
    except FileNotFoundError as fault:
        raise Http404(_("This file is lost.")) from fault
    return FileResponse(
        file,
        as_attachment=not kept.is_image,
        filename=kept.name,
        content_type=kept.media_type,
        headers=headers,
    )
