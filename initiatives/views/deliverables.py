"""The desk of a deliverable: documents ordered, made and fetched, and their progress."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from cities.editing import receipts
from cities.views.files import served
from initiatives.deliverable import content, deadlines, ends, orders, photos
from initiatives.forms.deliverables import OrderForm
from initiatives.models import (
    DeliverableFile,
    DeliverableOrder,
    DeliverableSnapshot,
    DocumentAudience,
    DocumentTemplate,
    Roadmap,
)
from initiatives.permissions import may_edit, may_read_inside, may_submit
from initiatives.views.access import roadmaps_for

MOST_ORDERS = 8
TYPES = {
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "zip": "application/zip",
}


def inside(request: HttpRequest, pk: int, *more: str) -> Roadmap:
    """Return the roadmap to who may read its inside; raise for everybody else."""
    known = roadmaps_for(request.user)
    roadmap = get_object_or_404(known.select_related(*more) if more else known, pk=pk)
    if not may_read_inside(request.user, roadmap):
        raise PermissionDenied
    return roadmap


def templates_of(roadmap: Roadmap) -> list[DocumentTemplate]:
    """Return the outlines of a roadmap's edition."""
    edition = roadmap.participation.edition_id
    return list(DocumentTemplate.objects.filter(edition=edition).order_by("position", "pk"))


@login_required
@require_safe
def deliverable_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a team makes, checks and hands in its deliverable."""
    roadmap = inside(request, pk, "deliverable_check")
    templates = templates_of(roadmap)
    found = roadmap.orders.select_related("asked_by", "snapshot").defer(
        "content", "snapshot__content"
    )
    check = getattr(roadmap, "deliverable_check", None)
    context = {
        "roadmap": roadmap,
        "templates": templates,
        "form": OrderForm(templates=templates, initial=_chosen(request)),
        "key": receipts.new_key(),
        "orders": list(found[:MOST_ORDERS]),
        "check": check,
        "works": ends.on_the_desk(roadmap),
        "snapshots": list(
            roadmap.snapshots.select_related("handed_in_by", "publication").defer("content")
        ),
        "late": list(roadmap.late_hand_ins.select_related("written_by", "template")),
        "deadlines": [said for said in map(deadlines.said, templates) if said],
        "own_chapters": list(roadmap.own_chapters.all()),
        "may_edit": may_edit(request.user, roadmap),
        "may_submit": may_submit(request.user, roadmap),
    }
    return render(request, "initiatives/deliverable/desk.html", context)


def _chosen(request: HttpRequest) -> dict[str, str]:
    """Return what somebody had chosen before they had to sign in."""
    return {name: request.GET[name] for name in OrderForm.CHOICES if name in request.GET}


def order_of(roadmap: Roadmap, order: int) -> DeliverableOrder:
    """Return an order of this roadmap."""
    return get_object_or_404(
        DeliverableOrder.objects.select_related("asked_by", "template").defer("content"),
        roadmap=roadmap,
        pk=order,
    )


@login_required
@never_cache
@vary_on_headers("HX-Request")
@require_safe
def order_detail(request: HttpRequest, pk: int, order: int) -> HttpResponse:
    """How far an order is, and its files; htmx asks for the middle of the page alone."""
    roadmap = inside(request, pk)
    found = order_of(roadmap, order)
    part = request.htmx  # type: ignore[attr-defined]
    may_retry = orders.may_retry(found)
    seen = f"{found.state}-{found.step}-{int(may_retry)}"
    if part and found.is_open and request.GET.get("seen") == seen:
        # Nothing is new: nothing is put in its place, nor read aloud again.
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    context = {
        "roadmap": roadmap,
        "order": found,
        "is_part": bool(part),
        "files": list(found.files.all()),
        "step": orders.step_words(found),
        "may_edit": may_edit(request.user, roadmap),
        "may_retry": may_retry,
        "seen": seen,
    }
    name = "_order_progress" if part else "order_detail"
    return render(request, f"initiatives/deliverable/{name}.html", context)


@login_required
@require_safe
def order_page(request: HttpRequest, pk: int, order: int) -> HttpResponse:
    """The documents of an order as a page."""
    roadmap = inside(request, pk)
    known = DeliverableOrder.objects.select_related("snapshot").defer("snapshot__content")
    found = get_object_or_404(known.exclude(content=""), roadmap=roadmap, pk=order)
    told = content.read(found.content)
    if found.snapshot is not None:
        told = with_kept_photos(told, found.snapshot)
    else:
        told = photos.at_addresses(
            told, lambda place: reverse("initiatives:deliverable-photo", args=[pk, order, place])
        )
    return document_page(request, roadmap, told, is_inside=True)


def with_kept_photos(told: dict[str, Any], snapshot: DeliverableSnapshot) -> dict[str, Any]:
    """Return what was handed in with its own pictures, whatever became of their values since."""
    whose = [snapshot.roadmap_id, snapshot.number, told["audience"]]
    return photos.at_addresses(
        told, lambda place: reverse("initiatives:snapshot-photo", args=[*whose, place])
    )


def document_page(
    request: HttpRequest, roadmap: Roadmap, told: dict[str, Any], **more: Any
) -> HttpResponse:
    """Return content as a page."""
    context = {"roadmap": roadmap, "content": told, **more}
    return render(request, "initiatives/deliverable/page.html", context)


@login_required
@require_safe
def order_photo(request: HttpRequest, pk: int, order: int, place: int) -> HttpResponseBase:
    """A picture of what was ordered, as it was then: its value may have lost it since."""
    roadmap = inside(request, pk)
    found = get_object_or_404(roadmap.orders.exclude(content=""), pk=order)
    known = photos.of(content.read(found.content))
    if not 1 <= place <= len(known):
        raise Http404
    return served(request, photos.as_file(known[place - 1]), is_public=False)


@require_safe
def order_file(request: HttpRequest, pk: int, order: int, kind: str) -> HttpResponseBase:
    """A document, for who may read it: the team, and everybody once it is published."""
    roadmap = get_object_or_404(roadmaps_for(request.user), pk=pk)
    found = get_object_or_404(
        DeliverableFile.objects.select_related("order__snapshot__publication"),
        order__roadmap=roadmap,
        order=order,
        kind=kind,
    )
    is_public = is_published(found.order)
    if not is_public and not may_read_inside(request.user, roadmap):
        raise Http404
    try:
        file = found.file.open()
    except FileNotFoundError as fault:
        raise Http404(_("This file is lost.")) from fault
    whose = slugify(f"{roadmap.participation.participant} {roadmap.participation.edition.slug}")
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{whose}-{found.order_id}.{kind}",
        content_type=TYPES[kind],
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "public, max-age=600" if is_public else "private, no-store",
            "ETag": f'"{found.sha256}"',
        },
        status=HTTPStatus.OK,
    )


def is_published(order: DeliverableOrder) -> bool:
    """Say whether everybody may fetch an order's documents."""
    snapshot = order.snapshot
    for_public = order.audience == DocumentAudience.PUBLIC
    return for_public and snapshot is not None and hasattr(snapshot, "publication")
