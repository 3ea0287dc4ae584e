"""Where autosave sends half-filled forms."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cities.editing import drafts
from cities.permissions import signed_in


@login_required
@require_POST
def save_draft(request: HttpRequest, form: str, target: str = "") -> JsonResponse:
    """Keep a half-filled form; answer when it was saved, in words."""
    try:
        draft = drafts.save(
            signed_in(request),
            form[:80],
            target[:80],
            request.POST,
            page=int(request.POST.get("autosave_page", "")),
            number=int(request.POST.get("autosave_number", "")),
        )
    except ValueError:
        return JsonResponse({"message": _("Not saved: reload the page.")}, status=400)
    except drafts.Closed:
        return JsonResponse(
            {"message": _("Not kept: this page was saved or given up. Reload it to go on.")},
            status=409,
        )
    except drafts.TooLong:
        return JsonResponse({"message": _("Not saved by itself: too long.")}, status=413)
    at = date_format(timezone.localtime(draft.saved_at), "TIME_FORMAT")
    return JsonResponse(
        {"message": _("Kept at %(time)s; not yet saved for others.") % {"time": at}}
    )
