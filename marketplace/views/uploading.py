"""One file at a time, for pages that can send files by themselves and try again a lost one."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cities import uploads
from cities.permissions import signed_in
from marketplace import notifications, permissions, services
from marketplace.views.offering import own_revision


def upload(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Keep one file of a draft; answers JSON as static/js/uploads.js expects.

    The same file sent again, after an answer that was lost on its way, is kept once.
    """
    if request.method != "POST":
        return redirect("marketplace:revision-step", slug=slug, number=number, step="files")
    if not request.user.is_authenticated:
        text = _("You are signed out. Sign in again in another window, then try again.")
        return JsonResponse({"message": text}, status=403)
    revision = own_revision(request, slug, number)
    if not permissions.may_edit_entry(request.user, revision.entry):
        raise PermissionDenied
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"message": _("No file arrived; try again.")}, status=400)
    try:
        about = notifications.about(revision.entry)
        received = uploads.receive(file, by=signed_in(request), about=about)
        attachment = services.attach(revision, received)
    except uploads.UploadRefused as refusal:
        return JsonResponse({"message": str(refusal)}, status=422)
    except services.Refused as refusal:
        return JsonResponse({"message": str(refusal)}, status=409)
    return JsonResponse({"message": _("Kept."), "name": attachment.name})
