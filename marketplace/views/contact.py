"""Writing to the owner of an entry, and reading what was written."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from cities import limits
from cities.editing import receipts
from cities.models import User
from cities.permissions import signed_in
from marketplace import permissions, services
from marketplace.forms.contact import AGREED, ContactForm
from marketplace.models import ContactRequest, Entry
from marketplace.views.entry_page import gone_or_moved

MOST_AN_HOUR = 5
HOUR_S = 60 * 60
# People do not see this field; a program that fills in everything does.
TRAP = "subject"
ON_A_PAGE = 30


class Contact(View):
    """A form for everybody, with or without an account; no address is shown on either side."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the entry first: one that is not public has no form."""
        slug = kwargs["slug"]
        entries = Entry.objects.live().visible_to(request.user)
        entry = entries.select_related("city", "live_revision").filter(slug=slug).first()
        if entry is None:
            return gone_or_moved(request, slug)
        self.entry = entry
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show the form; who signed in finds their name and address in it."""
        known = {}
        if isinstance(request.user, User):
            known = {"name": request.user.name, "address": request.user.email}
        return self._show(request, ContactForm(initial=known), receipts.new_key())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Keep what was written, once, and say so."""
        form = ContactForm(request.POST)
        key = request.POST.get("key", "")
        if not form.is_valid():
            return self._show(request, form, key)
        sent = redirect("marketplace:contact-sent", slug=slug)
        if request.POST.get(TRAP):
            return sent
        try:
            number = uuid.UUID(key)
        except ValueError:
            number = uuid.uuid4()
        before = ContactRequest.objects.filter(key=number).first()
        if before is not None:
            now = (self.entry.pk, form.cleaned_data["address"], form.cleaned_data["words"])
            if (before.entry_id, before.address, before.words) == now:
                return sent
            # Gone back and written anew: another message, and once however often it is sent.
            number = uuid.uuid5(number, repr(now))
            if ContactRequest.objects.filter(key=number).exists():
                return sent
        wait_s = self._take_turn(request, form.cleaned_data["address"])
        if wait_s:
            return self._too_many(request, form, key, wait_s)
        services.receive_contact(
            self.entry,
            key=number,
            sender=request.user if isinstance(request.user, User) else None,
            name=form.cleaned_data["name"],
            address=form.cleaned_data["address"],
            words=form.cleaned_data["words"],
            agreed_text=str(AGREED),
        )
        return sent

    def _take_turn(self, request: HttpRequest, address: str) -> int:
        """Count for the mailbox and for the network; return how many seconds to wait."""
        return max(
            limits.take("contact-from", who, most=MOST_AN_HOUR, seconds=HOUR_S)
            for who in (limits.mailbox(address), limits.network(limits.visitor(request)))
        )

    def _too_many(
        self, request: HttpRequest, form: ContactForm, key: str, wait_s: int
    ) -> HttpResponse:
        minutes = -(-wait_s // 60)
        words = ngettext(
            "That is many messages in an hour. Send this one again in {minutes} minute; what you "
            "wrote still stands here.",
            "That is many messages in an hour. Send this one again in {minutes} minutes; what you "
            "wrote still stands here.",
            minutes,
        )
        form.add_error(None, words.format(minutes=minutes))
        answer = self._show(request, form, key)
        answer.status_code = 429
        answer["Retry-After"] = str(wait_s)
        return answer

    def _show(self, request: HttpRequest, form: ContactForm, key: str) -> HttpResponse:
        context = {"entry": self.entry, "form": form, "key": key, "trap": TRAP}
        return render(request, "marketplace/contact.html", context)


@require_safe
def contact_sent(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what happens next; a page of its own, so that reloading it sends nothing."""
    entries = Entry.objects.live().visible_to(request.user).select_related("city", "live_revision")
    entry = entries.filter(slug=slug).first()
    if entry is None:
        return gone_or_moved(request, slug)
    return render(request, "marketplace/contact_sent.html", {"entry": entry})


@login_required
@require_safe
def contact_list(request: HttpRequest) -> HttpResponse:
    """List what this person may read of what was written to owners, the newest first."""
    known = ContactRequest.objects.visible_to(request.user)
    open_only = "all" not in request.GET
    shown = known.open() if open_only else known
    page = Paginator(shown.select_related("entry__live_revision", "city"), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"page_obj": page, "open_only": open_only, "open": known.open().count()}
    return render(request, "marketplace/contact_list.html", context)


@login_required
@require_safe
def contact_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What somebody wrote, and where to answer them."""
    asked = _find(request, pk)
    may_answer = permissions.may_answer(request.user, asked)
    context = {"asked": asked, "may_answer": may_answer and asked.answered_at is None}
    return render(request, "marketplace/contact_detail.html", context)


@login_required
@require_POST
def contact_answered(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a question was answered; two people who say so at once say it once."""
    asked = _find(request, pk)
    if not permissions.may_answer(request.user, asked):
        raise PermissionDenied
    if services.mark_answered(asked, signed_in(request)):
        messages.success(request, _("Marked as answered."))
    else:
        messages.info(request, _("Somebody had marked it as answered already."))
    return redirect(asked)


def _find(request: HttpRequest, pk: int) -> ContactRequest:
    known = ContactRequest.objects.visible_to(request.user)
    return get_object_or_404(
        known.select_related("entry__live_revision", "entry__city", "city", "answered_by"), pk=pk
    )
