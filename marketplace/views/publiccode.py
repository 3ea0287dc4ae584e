"""publiccode.yml: a draft from a file, and the file of an entry."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import View

from cities import limits
from cities.editing import kept, receipts
from cities.models import City
from cities.permissions import signed_in
from marketplace import permissions, services
from marketplace.differences import FieldDifference
from marketplace.exchange import publiccode
from marketplace.exchange.columns import label_of, same
from marketplace.exchange.columns import write as shown
from marketplace.exchange.publiccode.writing import status_of
from marketplace.exchange.publiccode.yaml_text import TooMuch
from marketplace.forms.publiccode import PublicCodeForm
from marketplace.models import Entry, EntryKind, Revision
from marketplace.views.offering import address

# Asking other servers is for people, not for programs.
MOST_FETCHED, PER_S = 30, 3600
MOST_OFFERED = 200


class PublicCodeImport(kept.KeepsInputMixin, View):
    """Shows what a file says before anything is written, then makes or changes a draft."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for the file."""
        return self._show(request, self._form(request, kept.initial_data(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Read it and show what was understood; write the draft when that button was pressed."""
        form = self._form(request, request.POST, request.FILES)
        if not form.is_valid():
            return self._show(request, form)
        is_made = request.POST.get("act") == "make"
        if not is_made:
            self._fetch(request, form)
        understood = None
        if not form.errors:
            try:
                understood = publiccode.read(form.cleaned_data["text"])
            except TooMuch as fault:
                form.add_error("text", str(fault))
        if understood is None:
            return self._show(request, form)
        if is_made and (form.entry or understood.title):
            return self._make(request, form, understood)
        return self._show(request, form, understood)

    def _make(
        self, request: HttpRequest, form: PublicCodeForm, understood: publiccode.Understood
    ) -> HttpResponse:
        user, entry = signed_in(request), form.entry

        def create() -> str:
            if entry is None:
                draft = services.new_entry(EntryKind.SOLUTION, form.city, user, understood.title)
            else:
                draft = services.draft_of(entry, user)
            values = _new_values(understood, draft)
            services.write_draft(draft, values | {"publiccode": understood.kept})
            return address("revision-edit", draft)

        try:
            url = receipts.once(request, create)
        except services.Refused as refusal:
            form.add_error("into", str(refusal))
            return self._show(request, form, understood)
        messages.success(request, _("The draft is written. Add what the file does not say."))
        return redirect(url)

    def _fetch(self, request: HttpRequest, form: PublicCodeForm) -> None:
        if not form.cleaned_data.get("url"):
            return
        who = str(signed_in(request).pk)
        if limits.take("publiccode", who, most=MOST_FETCHED, seconds=PER_S):
            form.add_error("url", _("Too many addresses in an hour; paste the text instead."))
            return
        form.fetch()

    def _form(self, request: HttpRequest, *data: Any) -> PublicCodeForm:
        acted_for = City.objects.acted_for_by(request.user)
        cities = [city for city in acted_for if permissions.may_edit_for(request.user, city)]
        if not cities:
            raise PermissionDenied(
                _("Entries are offered by the teams of cities. Ask whoever leads yours to add you.")
            )
        entries = (
            Entry.objects.solutions()
            .filter(city__in=cities, merged_into=None)
            .select_related("live_revision")
        )
        return PublicCodeForm(*data, cities=cities, entries=entries[:MOST_OFFERED])

    def _show(
        self,
        request: HttpRequest,
        form: PublicCodeForm,
        understood: publiccode.Understood | None = None,
    ) -> HttpResponse:
        context: dict[str, Any] = {
            "form": form,
            "key": request.POST.get("key") or receipts.new_key(),
            "understood": understood,
        }
        if understood is not None:
            base = form.entry.revisions.order_by("-number").first() if form.entry else None
            context |= {
                "base": base,
                "fields": _fields(understood, base),
                "may_make": bool(form.entry or understood.title),
            }
            # What was fetched or uploaded stands in the form, to be mended there.
            data: Any = form.data.copy()  # type: ignore[attr-defined]
            data["text"], data["url"] = form.cleaned_data["text"], ""
            faults = form.errors
            context["form"] = self._form(request, data)
            context["form"].full_clean()
            for name, words in faults.items():
                context["form"].add_error(None if name == "__all__" else name, list(words))
        return render(request, "marketplace/publiccode.html", context)


@require_safe
def publiccode_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The publiccode.yml of a live solution with source code."""
    entries = Entry.objects.live().visible_to(request.user)
    entry = get_object_or_404(entries.select_related("live_revision"), slug=slug)
    live = entry.live_revision
    if live is None or not publiccode.is_software(entry):
        raise Http404
    answer = HttpResponse(publiccode.write(live), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="publiccode.yml"'
    return answer


def _new_values(understood: publiccode.Understood, base: Revision) -> dict[str, Any]:
    """Return what differs from a revision; “scaled up” stays, as “stable” says no less."""
    values = {
        name: value for name, value in understood.values.items() if not same(base, name, value)
    }
    if understood.status and understood.status == status_of(base):
        values.pop("maturity", None)
    return values


def _fields(understood: publiccode.Understood, base: Revision | None) -> list[FieldDifference]:
    """Return what would be written: each field that differs, with what stands there now."""
    if base is None:
        values, now = understood.values, Revision(language="")
        return [_line(name, now, value) for name, value in values.items()]
    return [_line(name, base, value) for name, value in _new_values(understood, base).items()]


def _line(name: str, base: Revision, value: Any) -> FieldDifference:
    after = Revision(**{name: value})
    return FieldDifference(name, label_of(name), _words(base, name), _words(after, name), [])


def _words(revision: Revision, name: str) -> str:
    """Return what a field says, as people read it."""
    display = getattr(revision, f"get_{name}_display", None)
    return str(display() if display and getattr(revision, name) else shown(revision, name))
