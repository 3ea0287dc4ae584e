"""The check before hand-in, handing in, and what was handed in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from cities.permissions import signed_in
from cities.views.files import served
from initiatives.deliverable import checking, deadlines, ends, photos, snapshots, works
from initiatives.forms.deliverables import HandInForm, IntendedForm
from initiatives.models import (
    DeliverableCheck,
    DeliverableFile,
    DeliverableSnapshot,
    DeliverableWork,
    DocumentAudience,
    FileKind,
    IntendedFinding,
    LateHandIn,
    Roadmap,
    WorkKind,
)
from initiatives.permissions import may_edit, may_read_inside, may_submit
from initiatives.views.access import roadmaps_for
from initiatives.views.deliverables import (
    document_page,
    inside,
    templates_of,
    to_edit,
    with_kept_photos,
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def deliverable_check(request: HttpRequest, pk: int) -> HttpResponse:
    """What was last found; sent, it looks again."""
    roadmap = inside(request, pk)
    if request.method == "POST":
        templates = templates_of(roadmap)
        if not templates:
            raise Http404
        if works.is_long(roadmap):
            work = works.ask(roadmap, WorkKind.CHECK, templates[0], by=signed_in(request))
            return HttpResponseRedirect(work.get_absolute_url())
        checking.refresh(roadmap, templates[0])
        return HttpResponseRedirect(reverse("initiatives:deliverable-check", args=[pk]))
    check = DeliverableCheck.objects.filter(roadmap=roadmap).first()
    intended = {one.key: one for one in roadmap.intended.select_related("said_by")}
    found = (
        [{**one, "intended": intended.get(one["key"])} for one in check.findings] if check else []
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


@login_required
@require_POST
def intend_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a finding is meant so, with the reason."""
    roadmap = to_edit(request, pk)
    form = IntendedForm(request.POST)
    if form.is_valid():
        IntendedFinding.objects.update_or_create(
            roadmap=roadmap,
            key=form.cleaned_data["key"],
            defaults={"reason": form.cleaned_data["reason"], "said_by": signed_in(request)},
        )
        messages.success(request, _("Noted: it is meant so."))
    else:
        messages.error(request, _("Say in a few words why it is meant so."))
    return HttpResponseRedirect(reverse("initiatives:deliverable-check", args=[pk]))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in what stands there now."""
    roadmap = get_object_or_404(roadmaps_for(request.user), pk=pk)
    if not may_submit(request.user, roadmap):
        raise PermissionDenied
    templates, person = templates_of(roadmap), signed_in(request)
    late = list(roadmap.late_hand_ins.select_related("written_by", "template"))
    under_way = ends.on_the_desk(roadmap)
    written = _written_before(late, under_way)
    form = HandInForm(request.POST or None, templates=templates, initial=written)
    if request.method == "POST" and form.is_valid():
        try:
            if works.is_long(roadmap):
                work = works.ask(roadmap, WorkKind.HAND_IN, by=person, **form.cleaned_data)
                return HttpResponseRedirect(work.get_absolute_url())
            snapshot = snapshots.hand_in(roadmap, by=person, **form.cleaned_data)
        except works.Busy as why:
            form.add_error(None, str(why))
        except deadlines.TooLate as why:
            deadlines.keep_late(roadmap, by=person, **form.cleaned_data)
            messages.warning(request, str(why))
            # It has just been said.
            templates, late = [], []
        else:
            messages.success(
                request, _("Handed in as number %d. It stays as it is now.") % snapshot.number
            )
            return HttpResponseRedirect(snapshot.get_absolute_url())
    check = DeliverableCheck.objects.filter(roadmap=roadmap).first()
    meant = set(roadmap.intended.values_list("key", flat=True))
    left = [one for one in check.findings if one["key"] not in meant] if check else []
    context = {
        "roadmap": roadmap,
        "form": form,
        "check": check,
        "left": len(left),
        "late": late,
        "works": [one for one in under_way if one.work.kind == WorkKind.HAND_IN],
        "deadlines": [said for said in map(deadlines.said, templates) if said],
    }
    return render(request, "initiatives/deliverable/hand_in.html", context)


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


def _written_before(late: list[LateHandIn], works: list[ends.Standing]) -> dict[str, Any]:
    """Return what the team wrote too late or in vain, the last of it, to be handed in again."""
    failed = [one.work for one in works if one.failed and one.work.kind == WorkKind.HAND_IN]
    found = [(one.written_at, one) for one in late] + [(one.asked_at, one) for one in failed]
    if not found:
        return {}
    _when, last = max(found, key=lambda one: one[0])
    return {"template": last.template_id, "note": last.note, "publish": last.publish}


def _snapshot(roadmap: Roadmap, number: int) -> DeliverableSnapshot:
    return get_object_or_404(
        roadmap.snapshots.select_related("handed_in_by", "publication"), number=number
    )


@login_required
@require_safe
def snapshot_detail(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A deliverable as it was handed in, as the programme reads it."""
    roadmap = inside(request, pk)
    snapshot = _snapshot(roadmap, number)
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
    later = _snapshot(roadmap, number)
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


@login_required
@require_POST
def publish_snapshot(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show a snapshot to the public, or take it back."""
    roadmap = get_object_or_404(roadmaps_for(request.user), pk=pk)
    if not may_submit(request.user, roadmap):
        raise PermissionDenied
    snapshot = _snapshot(roadmap, number)
    if request.POST.get("public") == "1":
        snapshots.show(snapshot, by=signed_in(request))
        messages.success(request, _("Everybody may read it now."))
    else:
        snapshots.hide(snapshot)
        messages.success(request, _("The public does not see it any more."))
    return HttpResponseRedirect(snapshot.get_absolute_url())


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
