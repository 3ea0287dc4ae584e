"""The form of a draft, a page for each step, and the last look before it is submitted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    QueryDict,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.generic import View

from cities import uploads
from cities.editing import drafts, kept
from cities.models import User
from cities.permissions import signed_in
from initiatives.forms.merged_rows import left_out_words
from marketplace import checks, doubles, notifications, permissions, services
from marketplace.evidence import strength
from marketplace.forms.drafting import DraftForm, step_of
from marketplace.forms.evidence import ROWS, rows_of
from marketplace.forms.offering import form_for
from marketplace.models import EntryKind, Revision, RevisionState
from marketplace.views.offering import own_revision
from marketplace.views.progress import address, completeness, part_of, step_address, steps

# Half-typed rows have no place in the database yet; they are kept for their writer alone.
KEPT_AS = "revision-rows"


class DraftPage(kept.KeepsInputMixin, View):
    """A page of a draft: for who may write it, as long as it is one."""

    revision: Revision

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead away from what is no draft any more; refuse who may not write."""
        if not request.user.is_authenticated:
            return super().dispatch(request, *args, **kwargs)
        self.revision = own_revision(request, kwargs["slug"], kwargs["number"])
        if not self.is_open_to(signed_in(request)):
            raise PermissionDenied(_("You may read this draft, but not change it."))
        if self.revision.state != RevisionState.DRAFT and request.method == "GET":
            messages.info(request, _("This revision was submitted; its words no longer change."))
            return redirect(self.revision)
        return super().dispatch(request, *args, **kwargs)

    def is_open_to(self, user: User) -> bool:
        """Say whether this page is for somebody who knows of the draft."""
        return permissions.may_edit_entry(user, self.revision.entry)

    def shown(self, step: str) -> dict[str, Any]:
        """Return what every step's page shows, of what is saved."""
        # A form may have changed the row in memory.
        saved = Revision.objects.select_related("entry__city").get(pk=self.revision.pk)
        gaps = completeness(saved)
        return {
            "revision": saved,
            "entry": saved.entry,
            "completeness": gaps,
            "steps": steps(saved, step, gaps),
            "may_submit": permissions.may_submit_entry(self.request.user, saved.entry),
            "preview_url": address("revision-preview", saved),
            "detail_url": address("revision-detail", saved),
        }


class RevisionEdit(DraftPage):
    """The way into the form: its first step in which something is needed, or its first."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Lead to the step to go on with."""
        gaps = completeness(self.revision)["required"]
        first = form_for(self.revision.entry.kind).STEPS[0].name
        # A draft that was just begun starts at the beginning.
        return redirect(step_address(self.revision, gaps[0]["step"] if gaps else first))


class RevisionStep(DraftPage):
    """One step: its fields and rows, saved together whenever it is left by a button."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Know the step, once it is known who asks."""
        self.step = kwargs.get("step", "")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, slug: str, number: int, step: str) -> HttpResponse:
        """Show the step as it is saved, as it was kept, or as it was left half-typed."""
        data, left = kept.initial_data(request), self._left_half_typed()
        if data is None and left is not None and "continue" in request.GET:
            data, left = drafts.as_data(left), None
        # Bound data is checked inside a transaction, as if it were about to be saved.
        with transaction.atomic():
            form, rows = self._parts(data, more="more" in request.GET)
            if data is not None:
                form.is_valid()
                if rows is not None:
                    rows.is_valid()
        return self._show(form, rows, left if data is None else None)

    def post(self, request: HttpRequest, slug: str, number: int, step: str) -> HttpResponse:
        """Save the step, then go where the button leads."""
        if "discard" in request.POST:
            self._forget()
            messages.info(request, _("What you had typed and not saved is gone."))
            return redirect(request.path)
        # Files first: whatever else is to be mended, nobody chooses them again.
        self._take_files()
        with transaction.atomic():
            form, rows = self._parts(request.POST)
            is_valid = form.is_valid()
            if rows is not None:
                is_valid = rows.is_valid() and is_valid
            if is_valid:
                form.save()
                if rows is not None:
                    rows.save()
                self._forget()
        if not is_valid:
            return self._show(form, rows, None)
        if rows is not None and rows.left_out:
            messages.warning(request, left_out_words(rows.left_out))
        return self._go_on()

    def _go_on(self) -> HttpResponse:
        if "add" in self.request.POST:
            return redirect(f"{self.request.path}?more=1#{self.step}")
        asked = self.request.POST.get("go", "")
        names = [one.name for one in form_for(self.revision.entry.kind).STEPS]
        if asked == "next":
            asked = [*names, "check"][names.index(self.step) + 1]
        if asked in {*names, "check"}:
            return redirect(step_address(self.revision, asked))
        messages.success(self.request, _("Draft saved. It is not submitted yet."))
        return redirect(self.request.path)

    def _take_files(self) -> None:
        """Keep each file that can be kept, and say of each other one why not."""
        if self.step != "files":
            return
        for file in self.request.FILES.getlist("files"):
            try:
                services.attach(self.revision, self._received(file))
            except (uploads.UploadRefused, services.Refused) as refusal:
                messages.error(self.request, str(refusal))

    def _received(self, file: Any) -> uploads.Upload:
        about = notifications.about(self.revision.entry)
        return uploads.receive(file, by=signed_in(self.request), about=about)

    def _parts(self, data: QueryDict | None, *, more: bool = False) -> tuple[DraftForm, Any]:
        try:
            form = form_for(self.revision.entry.kind)(data, instance=self.revision, step=self.step)
        except KeyError as unknown:
            raise Http404(_("There is no such step.")) from unknown
        return form, rows_of(self.step, self.revision, data, more=more)

    def _target(self) -> str:
        return f"{self.revision.pk}-{self.step}"

    def _forget(self) -> None:
        page = self.request.POST.get("autosave_page", "")
        drafts.discard(signed_in(self.request), KEPT_AS, self._target(), page=page)

    def _left_half_typed(self) -> Any:
        if self.step not in ROWS:
            return None
        return drafts.load(signed_in(self.request), KEPT_AS, self._target())

    def _show(self, form: DraftForm, rows: Any, left: Any) -> HttpResponse:
        context = self.shown(self.step)
        autosave_url = address("revision-autosave", self.revision, step=self.step)
        if rows is not None:
            autosave_url = reverse("cities:draft-save", args=[KEPT_AS, self._target()])
        context |= {
            "form": form,
            "fields": [form[name] for name in form.fields if name not in {"version", "seen"}],
            "rows": rows,
            "step": step_of(type(form), self.step),
            "part": part_of(context["revision"], self.step, context["completeness"]),
            "draft": left,
            "autosave_url": autosave_url,
            "upload_url": address("revision-upload", self.revision),
            "autosave_page": drafts.new_page(),
        }
        # What was typed stays in the page, and is not saved: the words were sent off meanwhile.
        status = 200 if context["revision"].state == RevisionState.DRAFT else 409
        return render(self.request, "marketplace/revision_step.html", context, status=status)


class RevisionCheck(DraftPage):
    """The last step: what is missing, what reads alike, how well results are shown; then submit."""

    def is_open_to(self, user: User) -> bool:
        """Let in whoever submits, too, though others write."""
        return super().is_open_to(user) or permissions.may_submit_entry(user, self.revision.entry)

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Show what a reviewer would see first."""
        context = self.shown("check")
        revision = context["revision"]
        is_solution = revision.entry.kind == EntryKind.SOLUTION
        context |= {
            "doubles": doubles.published(revision) if is_solution else [],
            "own_doubles": doubles.of_the_same_city(revision, request.user) if is_solution else [],
            "silent": checks.pictures_without_words(revision),
            "files_url": step_address(revision, "files"),
            "evidence": strength(revision) if is_solution else None,
            "act": address("revision-act", revision),
            "may_edit": super().is_open_to(signed_in(request)),
            "tells_gaps": "gaps" in request.GET,
        }
        return render(request, "marketplace/revision_check.html", context)


def autosave(request: HttpRequest, slug: str, number: int, step: str) -> HttpResponse:
    """Save a step while somebody writes; answers JSON as static/js/autosave.js expects."""
    if request.method != "POST":
        return redirect("marketplace:revision-step", slug=slug, number=number, step=step)
    if not request.user.is_authenticated:
        text = _("You are signed out. Save, and sign in: what you typed is kept.")
        return JsonResponse({"message": text}, status=403)
    revision = own_revision(request, slug, number)
    if not permissions.may_edit_entry(request.user, revision.entry):
        raise PermissionDenied
    if step not in {one.name for one in form_for(revision.entry.kind).STEPS}:
        raise Http404(_("There is no such step."))
    with transaction.atomic():
        form = _forgiving_form(request.POST, revision, step)
        if not form.is_valid():
            return JsonResponse({"message": _refusal(form)}, status=409)
        saved = form.save()
    now = time_format(timezone.localtime(), "TIME_FORMAT")
    text = _("Draft saved at {time}.").format(time=now)
    if form.left_out:
        names = ", ".join(str(form.fields[name].label) for name in form.left_out)
        text = _("Draft saved at {time}, but for: {fields}.").format(time=now, fields=names)
    return JsonResponse({"message": text, "version": saved.version, "seen": form.as_seen(saved)})


def _forgiving_form(data: QueryDict, revision: Revision, step: str) -> Any:
    """Return the form with fields that are not valid yet, such as half an address, as saved."""
    form: Any = form_for(revision.entry.kind)(data, instance=revision, step=step)
    form.is_valid()
    left_out = [name for name in form.errors if name in form.fields and name != "version"]
    if left_out:
        mended = data.copy()
        saved = Revision.objects.select_related("entry").get(pk=revision.pk)
        for name in left_out:
            value = form_for(saved.entry.kind)(instance=saved)[name].value()
            mended.pop(name, None)
            for each in value if isinstance(value, list) else [value]:
                if each is not None:
                    mended.appendlist(name, str(getattr(each, "pk", each)))
        form = form_for(saved.entry.kind)(mended, instance=saved, step=step)
    form.left_out = left_out
    return form


def _refusal(form: DraftForm) -> str:
    if form.conflicts:
        return _("Somebody else saved this draft. Press “Save draft” to compare both.")
    return " ".join(map(str, form.non_field_errors())) or _("Not saved: look at the marked fields.")
