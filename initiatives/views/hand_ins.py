"""The check before hand-in, handing in, and what was handed in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cities.editing import drafts
from cities.models import User
from cities.permissions import signed_in
from initiatives.deliverable import checking, deadlines, snapshots
from initiatives.forms.charters import CharterForm
from initiatives.forms.deliverables import HandInForm, IntendedForm
from initiatives.models import (
    DeliverableCheck,
    DeliverableFile,
    DeliverableSnapshot,
    DocumentAudience,
    FileKind,
    IntendedFinding,
    Roadmap,
)
from initiatives.permissions import may_edit, may_read_inside, may_submit
from initiatives.views.access import roadmaps_for
from initiatives.views.deliverables import document_page, inside, templates_of, to_edit


def _helps() -> list[str]:
    return [str(field.help_text) for field in CharterForm.base_fields.values()]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def deliverable_check(request: HttpRequest, pk: int) -> HttpResponse:
    """What was last found; sent, it looks again."""
    roadmap = inside(request, pk)
    if request.method == "POST":
        templates = templates_of(roadmap)
        if not templates:
            raise Http404
        checking.refresh(roadmap, templates[0], _helps())
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
    templates, person, late = templates_of(roadmap), signed_in(request), ("hand-in", str(pk))
    typed = request.POST if request.method == "POST" else _late_draft(person, *late)
    form = HandInForm(typed, templates=templates)
    if request.method == "POST" and form.is_valid():
        try:
            snapshot = snapshots.hand_in(roadmap, by=person, **form.cleaned_data)
        except deadlines.TooLate as why:
            drafts.save(person, *late, request.POST, page=drafts.new_page(), number=0)
            messages.warning(request, str(why))
            # It has just been said.
            templates = []
        else:
            drafts.discard(person, *late)
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
        "deadlines": [said for said in map(deadlines.said, templates) if said],
    }
    return render(request, "initiatives/deliverable/hand_in.html", context)


def _late_draft(person: User, form: str, target: str) -> QueryDict | None:
    """Return what was written too late, to be handed in once somebody moves the deadline."""
    kept = drafts.load(person, form, target)
    return drafts.as_data(kept) if kept else None


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
        told,
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
    told: dict[str, Any] = snapshots.told_to(snapshot, DocumentAudience.PUBLIC)
    known = may_read_inside(request.user, roadmap)
    return document_page(
        request, roadmap, told, files=[file] if file else [], is_inside=known, is_public=True
    )
