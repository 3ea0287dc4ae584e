"""The check before hand-in, and what was handed in."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django.views.generic import View

from cities.editing.kept import KeepsInputMixin
from cities.permissions import signed_in
from cities.views.files import served
from initiatives.deliverable import checking, ends, photos, snapshots, works
from initiatives.models import (
    DeliverableCheck,
    DeliverableFile,
    DeliverableSnapshot,
    DeliverableWork,
    DocumentAudience,
    FileKind,
    Roadmap,
    WorkKind,
)
from initiatives.permissions import may_edit, may_read_inside, may_submit
from initiatives.views.access import roadmaps_for
from initiatives.views.deliverables import (
    document_page,
    inside,
    templates_of,
    with_kept_photos,
)


class CheckDeliverable(KeepsInputMixin, View):
    """What was last found; sent, it looks again."""

    holds_words = False

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show it."""
        roadmap = inside(request, pk)
        check = DeliverableCheck.objects.filter(roadmap=roadmap).first()
        intended = {one.key: one for one in roadmap.intended.select_related("said_by")}
        found = (
            [{**one, "intended": intended.get(one["key"])} for one in check.findings]
            if check
            else []
        )
        context = {
            "roadmap": roadmap,
            "check": check,
            "errors": [one for one in found if not one["intended"] and one["grade"] == "error"],
            "questions": [one for one in found if not one["intended"] and one["grade"] != "error"],
            "meant": [one for one in found if one["intended"]],
            "may_edit": may_edit(request.user, roadmap),
        }
        return render(request, "initiatives/deliverable/check.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Look again, at once or in the worker."""
        roadmap = inside(request, pk)
        templates = templates_of(roadmap)
        if not templates:
            raise Http404
        if works.is_long(roadmap):
            work = works.ask(roadmap, WorkKind.CHECK, templates[0], by=signed_in(request))
            return HttpResponseRedirect(work.get_absolute_url())
        checking.refresh(roadmap, templates[0])
        return HttpResponseRedirect(reverse("initiatives:deliverable-check", args=[pk]))


deliverable_check = CheckDeliverable.as_view()


@login_required
@never_cache
@vary_on_headers("HX-Request")
@require_safe
def work_detail(request: HttpRequest, pk: int, work: int) -> HttpResponse:
    """How far a long check or hand-in is; htmx asks for the middle of the page alone."""
    roadmap = inside(request, pk)
    known = DeliverableWork.objects.select_related("snapshot").defer("snapshot__content")
    found = get_object_or_404(known, roadmap=roadmap, pk=work)
    (standing,) = ends.standing_of([found])
    is_part = bool(request.headers.get("HX-Request"))
    is_running = not (found.finished_at or standing.failed)
    if is_part and is_running and request.GET.get("seen") == str(found.percent):
        # Nothing is new: nothing is put in its place, nor read aloud again.
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    name = "_work_progress.html" if is_part else "work_detail.html"
    context = {
        "roadmap": roadmap,
        "work": found,
        "failed": standing.failed,
        "is_running": is_running,
        "may_submit": may_submit(request.user, roadmap),
    }
    return render(request, f"initiatives/deliverable/{name}", context)


def snapshot_of(roadmap: Roadmap, number: int) -> DeliverableSnapshot:
    """Return what was handed in as that number."""
    return get_object_or_404(
        roadmap.snapshots.select_related("handed_in_by", "publication"), number=number
    )


@login_required
@require_safe
def snapshot_detail(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A deliverable as it was handed in, as the programme reads it."""
    roadmap = inside(request, pk)
    snapshot = snapshot_of(roadmap, number)
    files = DeliverableFile.objects.filter(order__snapshot=snapshot).select_related("order")
    told = snapshots.told_to(snapshot, DocumentAudience.PROGRAMME)
    return document_page(
        request,
        roadmap,
        with_kept_photos(told, snapshot),
        snapshot=snapshot,
        files=list(files),
        is_inside=True,
        may_submit=may_submit(request.user, roadmap),
    )


@login_required
@require_safe
def snapshot_changes(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What changed since the hand-in before."""
    roadmap = inside(request, pk)
    later = snapshot_of(roadmap, number)
    earlier = roadmap.snapshots.filter(number__lt=number).order_by("-number").first()
    if earlier is None:
        raise Http404
    context = {
        "roadmap": roadmap,
        "earlier": earlier,
        "later": later,
        "changes": snapshots.changes(earlier, later, DocumentAudience.PROGRAMME),
    }
    return render(request, "initiatives/deliverable/changes.html", context)


@require_safe
def deliverable_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The last deliverable that was published, for everybody who may see the roadmap."""
    roadmap = get_object_or_404(roadmaps_for(request.user), pk=pk)
    snapshot = roadmap.snapshots.published().first()
    if snapshot is None:
        raise Http404
    file = DeliverableFile.objects.filter(
        order__snapshot=snapshot, order__audience=DocumentAudience.PUBLIC, kind=FileKind.PDF
    ).first()
    told = with_kept_photos(snapshots.told_to(snapshot, DocumentAudience.PUBLIC), snapshot)
    known = may_read_inside(request.user, roadmap)
    return document_page(
        request, roadmap, told, files=[file] if file else [], is_inside=known, is_public=True
    )


@require_safe
def snapshot_photo(
    request: HttpRequest, pk: int, number: int, audience: str, place: int
) -> HttpResponseBase:
    """A picture of what was handed in, for who may read that: its value may have lost it since."""
    roadmap = get_object_or_404(roadmaps_for(request.user), pk=pk)
    snapshot = get_object_or_404(roadmap.snapshots.select_related("publication"), number=number)
    is_public = audience == DocumentAudience.PUBLIC and hasattr(snapshot, "publication")
    if audience not in DocumentAudience.values or not (
        is_public or may_read_inside(request.user, roadmap)
    ):
        raise Http404
    found = photos.of(snapshots.told_to(snapshot, audience))
    if not 1 <= place <= len(found):
        raise Http404
    return served(request, photos.as_file(found[place - 1]), is_public=is_public)
