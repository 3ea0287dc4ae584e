"""What every page with a form of ours does, so that nothing typed is lost.

A form sent after the session ended comes back filled; what was typed and never saved is offered
again; a form sent twice is received once; errors keep the input. Everything is saved in one
transaction.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cities.editing import drafts, kept, receipts
from cities.models import User
from cities.templatetags.portal_tags import links
from initiatives.forms import pasting
from initiatives.forms.fields import plain_lines

Part = forms.BaseForm | BaseFormSet


class FormPage:
    """Mix into a view behind a gate. The form's parts are validated and saved together."""

    request: HttpRequest
    form_name: str
    template_name = "initiatives/form_page.html"
    creates = False
    """Whether saving makes something new: then the form carries a key."""
    filled: QueryDict | None = None
    """What was sent, with what was pasted in its place."""

    # ── what a page says ────────────────────────────────────────────────────────────────────────
    def parts(self, data: QueryDict | None) -> dict[str, Part]:
        """Return the form, named "form", and its formsets, bound to data if there is any."""
        raise NotImplementedError

    def save(self, parts: dict[str, Any]) -> str:
        """Save what is valid; return the address to go to."""
        raise NotImplementedError

    def target(self) -> str:
        """Return what the form is about, for its draft."""
        return ""

    def page_context(self) -> dict[str, Any]:
        """Return what else the template needs: title, back_url…"""
        raise NotImplementedError

    @property
    def person(self) -> User:
        """Return who writes; the gate let nobody else through."""
        user = self.request.user
        if not isinstance(user, User):
            raise PermissionDenied
        return user

    # ── what all do ─────────────────────────────────────────────────────────────────────────────
    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show the form: as it is saved, as it was kept, or as it was left."""
        data = kept.initial_data(request)
        draft = drafts.load(self.person, self.form_name, self.target())
        if data is None and draft and "continue" in request.GET:
            data, draft = drafts.as_data(draft), None
        if data is None:
            return self._show(self.parts(None), draft=draft)
        with transaction.atomic():
            parts = self.parts(self._with_pasted(data))
            all(part.is_valid() for part in parts.values())
            return self._show(parts)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Save, or show what must be mended with everything that was typed."""
        if "discard" in request.POST:
            self._forget()
            messages.info(request, _("What you had typed and not saved is gone."))
            return HttpResponseRedirect(self._here())
        before = receipts.received_before(self.request)
        if before:
            return HttpResponseRedirect(before)
        try:
            return self._receive(request)
        except IntegrityError:
            # Somebody took the same name or address at the same moment; by now it can be seen.
            return self._receive(request)

    def _receive(self, request: HttpRequest) -> HttpResponse:
        with transaction.atomic():
            data = plain_lines(request.POST)
            if "fill" in data or pasting.texts(data):
                return self._fill(data)
            parts = self.parts(data)
            # Every part is looked at, so that all errors are told at once.
            if not all([part.is_valid() for part in parts.values()]):  # noqa: C419
                # The same form may have been received while this one waited for the database.
                before = receipts.received_before(self.request)
                return HttpResponseRedirect(before) if before else self._show(parts)
            url = self._save(parts)
            self._forget()
        return HttpResponseRedirect(url)

    def _fill(self, data: QueryDict) -> HttpResponse:
        """Put pasted lines into rows or cells, and show the form with them; nothing is saved."""
        self.filled = self._with_pasted(data)
        parts = self.parts(self.filled)
        # What is wrong with what was pasted is told at once.
        all([part.is_valid() for part in parts.values()])  # noqa: C419
        return self._show(parts)

    def _with_pasted(self, data: QueryDict) -> QueryDict:
        """Return what was sent with pasted lines in the rows or cells they are for."""
        filled = data.copy()
        filled.pop("fill", None)
        for name, text in pasting.texts(data).items():
            del filled[f"paste-{name}"]
            for part in self.parts(filled).values():
                if not pasting.takes(part, name):
                    continue
                done = part.put(pasting.table(text), filled)  # type: ignore[union-attr]
                messages.info(self.request, done.told())
                for words in done.doubts():
                    messages.warning(self.request, words)
        return filled

    def _save(self, parts: dict[str, Any]) -> str:
        if not self.creates:
            return self.save(parts)
        return receipts.once(self.request, lambda: self.save(parts))

    def _here(self) -> str:
        """Return where this form is, of the same city or quarter, without what was kept of it."""
        asked = self.request.GET.copy()
        for name in ("continue", "taken-away"):
            asked.pop(name, None)
        return f"{self.request.path}?{asked.urlencode()}" if asked else self.request.path

    def _forget(self) -> None:
        page = self.request.POST.get("autosave_page", "")
        drafts.discard(self.person, self.form_name, self.target(), page=page)

    def typed(self) -> QueryDict:
        """Return what was typed, or pasted into the form, as it is kept."""
        return self.filled if self.filled is not None else self.request.POST

    def _keep_typed(self) -> None:
        try:
            page = drafts.new_page()
            drafts.save(
                self.person, self.form_name, self.target(), self.typed(), page=page, number=0
            )
        except drafts.Closed:
            # Saved in another window within this very millisecond.
            return
        except drafts.TooLong:
            messages.warning(
                self.request, _("This is too long to be kept by itself: mend it before you leave.")
            )

    def _show(self, parts: dict[str, Any], draft: Any = None) -> HttpResponse:
        """Show the form; one that must be mended is kept, so that it can be left as it is."""
        if self.request.method == "POST":
            self._keep_typed()
        target = [self.target()] if self.target() else []
        form = parts["form"]
        context = {
            "form": form,
            "formsets": [part for name, part in parts.items() if name != "form"],
            "conflicts": getattr(form, "conflicts", []),
            "key": self.request.POST.get("key") or receipts.new_key() if self.creates else "",
            "autosave_url": reverse("cities:draft-save", args=[self.form_name, *target]),
            "autosave_page": drafts.new_page(),
            "draft": draft,
            **self.page_context(),
        }
        context["breadcrumb_items"] = links(*context.pop("crumbs", []))
        return render(self.request, self.template_name, context)
