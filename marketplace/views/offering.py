"""How a city offers something: start, write, preview, submit."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.generic import View

from cities.editing import kept, receipts
from cities.models import City
from cities.permissions import signed_in
from marketplace import checks, permissions, services, workflow
from marketplace.forms.offer_steps import OfferForm
from marketplace.forms.offering import DraftForm, form_for
from marketplace.models import EntryKind, Revision, RevisionState
from marketplace.views.entry_page import page_context, template_of
from marketplace.workflow import Action


def own_revision(request: HttpRequest, slug: str, number: int) -> Revision:
    """Return a revision this person follows from inside: of their city's team, or as staff.

    Mentors and experts follow the profiles of the cities they help. What the public may read is
    visible too, but is not everybody's to follow: 404.
    """
    revisions = Revision.objects.visible_to(request.user).select_related("entry__city", "based_on")
    if not permissions.is_programme_staff(request.user):
        own = City.objects.acted_for_by(request.user).order_by().values("pk")
        helped = revisions.of_helped_cities(request.user)
        revisions = revisions.filter(Q(entry__city__in=own) | Q(pk__in=helped.values("pk")))
    return get_object_or_404(revisions, entry__slug=slug, number=number)


def address(name: str, revision: Revision) -> str:
    """Return an address of a revision."""
    at = {"slug": revision.entry.slug, "number": revision.number}
    return reverse(f"marketplace:{name}", kwargs=at)


class Offer(kept.KeepsInputMixin, View):
    """The start of an entry. Sent twice, it leads to what it created the first time."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for city, kind and title."""
        data = kept.initial_data(request)
        return self._show(request, OfferForm(data, cities=self._cities(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Create the entry with its first draft."""
        form = OfferForm(request.POST, cities=self._cities(request))
        if not form.is_valid():
            return self._show(request, form)
        asked = form.cleaned_data

        def create() -> str:
            draft = services.new_entry(
                asked["kind"],
                asked["city"],
                signed_in(request),
                asked["title"],
                language=asked["language"],
            )
            return address("revision-edit", draft)

        try:
            return redirect(receipts.once(request, create))
        except services.Refused as refusal:
            form.add_error("kind", str(refusal))
            return self._show(request, form)

    def _cities(self, request: HttpRequest) -> Any:
        """The cities whose drafts this person may write."""
        acted_for = City.objects.acted_for_by(request.user)
        may_edit = [city.pk for city in acted_for if permissions.may_edit_for(request.user, city)]
        if not may_edit:
            raise PermissionDenied(
                _(
                    "Entries are offered by the teams of cities. Ask whoever leads your city's "
                    "team to add you, or write to the programme team."
                )
            )
        return City.objects.filter(pk__in=may_edit)

    def _show(self, request: HttpRequest, form: OfferForm) -> HttpResponse:
        context = {"form": form, "key": request.POST.get("key") or receipts.new_key()}
        return render(request, "marketplace/offer.html", context)


class RevisionEdit(kept.KeepsInputMixin, View):
    """The form of a draft: saved incomplete, submitted by a button of its own."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead away from what is no draft any more; refuse who may not write."""
        if not request.user.is_authenticated:
            return super().dispatch(request, *args, **kwargs)
        self.revision = own_revision(request, **kwargs)
        if not permissions.may_edit_entry(request.user, self.revision.entry):
            raise PermissionDenied(_("You may read this draft, but not change it."))
        if self.revision.state != RevisionState.DRAFT and request.method == "GET":
            messages.info(request, _("This revision was submitted; its words no longer change."))
            return redirect(self.revision)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Show the draft, or what was typed before the session ended."""
        data = kept.initial_data(request)
        # Bound data is checked inside a transaction, as if it were about to be saved.
        with transaction.atomic():
            form = form_for(self.revision.entry.kind)(data, instance=self.revision)
            form.is_valid()
        return self._show(request, form)

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Save the draft, then submit it if that button was pressed."""
        with transaction.atomic():
            form = form_for(self.revision.entry.kind)(request.POST, instance=self.revision)
            if form.is_valid():
                form.save()
        if form.errors:
            return self._show(request, form)
        if "submit" not in request.POST:
            messages.success(request, _("Draft saved. It is not submitted yet."))
            return redirect(address("revision-edit", self.revision))
        return submit(request, self.revision)

    def _show(self, request: HttpRequest, form: DraftForm) -> HttpResponse:
        # The form may have changed the row in memory; what is missing is said of what is saved.
        saved = Revision.objects.select_related("entry__city").get(pk=self.revision.pk)
        context = {
            "form": form,
            "revision": saved,
            "entry": saved.entry,
            "may_submit": permissions.may_submit_entry(request.user, saved.entry),
            "completeness": completeness(saved),
            "tells_gaps": "gaps" in request.GET and not form.is_bound,
            "autosave_url": address("revision-autosave", saved),
            "preview_url": address("revision-preview", saved),
            "detail_url": address("revision-detail", saved),
        }
        return render(request, "marketplace/revision_edit.html", context)


def submit(request: HttpRequest, revision: Revision) -> HttpResponse:
    """Hand a revision in; when something is missing, lead back to the form, which lists it."""
    try:
        workflow.perform(Action.SUBMIT, revision, actor=signed_in(request))
    except workflow.StepRefused as refusal:
        if Revision.objects.filter(pk=revision.pk, state=RevisionState.DRAFT).exists():
            return redirect(f"{address('revision-edit', revision)}?gaps=yes")
        messages.error(request, str(refusal))
        return redirect(revision)
    messages.success(
        request, _("Submitted. This page shows where it stands; you will also get mail.")
    )
    return redirect(revision)


def autosave(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Save the draft while somebody writes; answers JSON as static/js/autosave.js expects."""
    if request.method != "POST":
        return redirect("marketplace:revision-edit", slug=slug, number=number)
    if not request.user.is_authenticated:
        text = _("You are signed out. Save, and sign in: what you typed is kept.")
        return JsonResponse({"message": text}, status=403)
    revision = own_revision(request, slug, number)
    if not permissions.may_edit_entry(request.user, revision.entry):
        raise PermissionDenied
    with transaction.atomic():
        form = _forgiving_form(request.POST, revision)
        if not form.is_valid():
            return JsonResponse({"message": _refusal(form)}, status=409)
        saved = form.save()
    now = time_format(timezone.localtime(), "TIME_FORMAT")
    text = _("Draft saved at {time}.").format(time=now)
    if form.left_out:
        names = ", ".join(str(form.fields[name].label) for name in form.left_out)
        text = _("Draft saved at {time}, but for: {fields}.").format(time=now, fields=names)
    return JsonResponse({"message": text, "version": saved.version})


def _forgiving_form(data: QueryDict, revision: Revision) -> Any:
    """Return the form with fields that are not valid yet, such as half an address, as saved."""
    form: Any = form_for(revision.entry.kind)(data, instance=revision)
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
        form = form_for(saved.entry.kind)(mended, instance=saved)
    form.left_out = left_out
    return form


def _refusal(form: DraftForm) -> str:
    if form.conflicts:
        return _("Somebody else saved this draft. Press “Save draft” to compare both.")
    return " ".join(map(str, form.non_field_errors())) or _("Not saved: look at the marked fields.")


def preview(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show a revision on the page the public will see."""
    if not request.user.is_authenticated:
        return kept.sign_in_first(request)
    revision = own_revision(request, slug, number)
    context = page_context(revision.entry, revision, request.user)
    return render(
        request,
        template_of(revision.entry),
        context | {"preview": address("revision-detail", revision)},
    )


def completeness(revision: Revision) -> dict[str, Any]:
    """Return how much of a draft is filled in, and what is missing, with the fields' ids."""
    required, advised = checks.missing(revision), checks.advised(revision)
    kind = EntryKind(revision.entry.kind)
    maximum = len(checks.REQUIRED[kind]) + len(checks.ADVISED[kind])
    return {
        "value": maximum - len(required) - len(advised),
        "maximum": maximum,
        "required": _links(revision, required),
        "advised": _links(revision, advised),
    }


def _links(revision: Revision, names: list[str]) -> list[dict[str, str]]:
    form = form_for(revision.entry.kind)(instance=revision)
    return [
        {
            "label": str(form[name].label),
            # A group of boxes has no input of its own: its fieldset is the place to go to.
            "target": f"{form[name].auto_id}_group"
            if form[name].use_fieldset
            else str(form[name].id_for_label),
        }
        for name in names
        if name in form.fields
    ]
