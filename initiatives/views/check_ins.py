"""Answering a yearly check-in: by the link of a mail, or signed in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cities.editing import kept
from cities.models import User
from cities.permissions import signed_in
from initiatives import check_ins
from initiatives.forms.check_ins import CheckInForm
from initiatives.models import Roadmap, RoadmapStatus
from initiatives.permissions import may_submit
from initiatives.views.access import roadmaps_for

METHODS = ["GET", "HEAD", "POST"]


@csrf_exempt
@never_cache
@require_http_methods(METHODS)
def check_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Ask with the answers a link chose; POST keeps them. Opening the link changes nothing.

    The token is the only secret of this form, and stands in its address: a second one adds none.
    """
    link = check_ins.find_link(token)
    if link is None:
        raise Http404
    why = check_ins.refusal(link)
    roadmap = link.check_in.roadmap
    answer = _refuse(request, roadmap, why) if why else _answer(request, roadmap, link.person)
    # The address is a secret: it goes to nobody whose links are on the page.
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@never_cache
@require_http_methods(METHODS)
def check_in_signed_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the answers of somebody who signed in and speaks for the roadmap."""
    if not request.user.is_authenticated:
        return kept.sign_in_first(request)
    roadmap = get_object_or_404(roadmaps_for(request.user), pk=pk)
    if not may_submit(request.user, roadmap):
        raise PermissionDenied
    if roadmap.status != RoadmapStatus.PUBLISHED:
        return HttpResponseRedirect(roadmap.get_absolute_url())
    return _answer(request, roadmap, signed_in(request), csrf=True)


def _refuse(request: HttpRequest, roadmap: Roadmap, why: str) -> HttpResponse:
    is_public = roadmap.status == RoadmapStatus.PUBLISHED
    context = {"roadmap": roadmap, "why": why, "is_public": is_public}
    status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
    return render(request, "initiatives/check_in.html", context, status=status)


def _answer(
    request: HttpRequest, roadmap: Roadmap, person: User, *, csrf: bool = False
) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    items = check_ins.items_of(roadmap)
    form = CheckInForm(data, items=items, chosen=request.GET)
    is_done = False
    if data is not None and form.is_valid():
        check_ins.record(roadmap, form.answers(), person)
        is_done = True
    elif data is not None:
        form.add_error(None, _("Nothing is kept yet: see below."))
    context: dict[str, Any] = {
        "roadmap": roadmap,
        "form": form,
        "fields": _groups(form),
        "is_done": is_done,
        "is_public": True,
        "last": check_ins.last_confirmed(items),
        "csrf": csrf,
    }
    return render(request, "initiatives/check_in.html", context)


def _groups(form: CheckInForm) -> list[dict[str, Any]]:
    """Return each ambition with its fields, then those of its steps."""
    groups: list[dict[str, Any]] = []
    for item in form.items:
        if not item.is_step:
            groups.append({"legend": item.words, "id": item.key, "fields": []})
        groups[-1]["fields"].append(form[item.key])
        if not item.is_step:
            groups[-1]["note"] = form[f"{item.key}-note"]
    return groups
