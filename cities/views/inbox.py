"""What the portal wrote to the person who signed in, and how they want it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from cities import mails
from cities.editing.kept import KeepsInputMixin, initial_data
from cities.forms.mails import MailSettingsForm
from cities.models import Mail, RefusedAddress, User
from cities.permissions import signed_in

ON_A_PAGE = 30


@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """List what was written to this person, the newest first; by kind, or the unread alone."""
    user = signed_in(request)
    own = Mail.objects.inbox_of(user)
    shown = own.select_related("digest")
    kind, unread = request.GET.get("kind", ""), "unread" in request.GET
    if kind:
        shown = shown.filter(kind=kind)
    if unread:
        shown = shown.unread()
    context = {
        "page_obj": Paginator(shown, ON_A_PAGE).get_page(request.GET.get("page")),
        "groups": _groups(own, kind, unread),
        "unread": own.unread().count(),
        "refused": refused(user),
    }
    return render(request, "cities/mail_inbox.html", context)


@login_required
@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message as it was written; reading it changes nothing until the page says so itself."""
    own = Mail.objects.inbox_of(signed_in(request)).select_related("digest")
    mail = get_object_or_404(own, pk=pk)
    return render(request, "cities/mail_message.html", {"mail": mail, "kind": _label(mail.kind)})


@login_required
@require_POST
def mark_read(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Note that a message, or all of them, were read; 204 to a page that asks by itself."""
    own = Mail.objects.inbox_of(signed_in(request))
    if pk is not None:
        get_object_or_404(own, pk=pk)
        own = own.filter(pk=pk)
    own.unread().update(read_at=timezone.now())
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=204)
    return redirect("cities:mail-inbox")


class MailSettings(KeepsInputMixin, View):
    """How somebody wants each kind of mail; POST keeps it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show what holds now."""
        return self._show(request, MailSettingsForm(initial_data(request), user=signed_in(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the choices."""
        form = MailSettingsForm(request.POST, user=signed_in(request))
        if not form.is_valid():
            return self._show(request, form)
        form.save()
        messages.success(request, _("Your choices are kept."))
        return redirect("cities:mail-settings")

    def _show(self, request: HttpRequest, form: MailSettingsForm) -> HttpResponse:
        context = {"form": form, "refused": refused(signed_in(request))}
        return render(request, "cities/mail_settings.html", context)


def refused(user: User) -> RefusedAddress | None:
    """Return what a server said when it refused this person's address, if one did."""
    return RefusedAddress.objects.filter(address__iexact=user.email).first()


def _groups(own: Any, chosen: str, unread: bool) -> list[dict[str, Any]]:
    """Offer the kinds this person ever got, each with its number."""
    kinds = own.order_by().values_list("kind", flat=True)
    counts: dict[str, int] = {}
    for kind in kinds:
        counts[kind] = counts.get(kind, 0) + 1
    options = [
        {"value": kind, "label": _label(kind), "count": number, "selected": kind == chosen}
        for kind, number in counts.items()
    ]
    options.sort(key=lambda option: str(option["label"]))
    new = {"value": "1", "label": _("Unread"), "selected": unread, "count": own.unread().count()}
    return [
        {"name": "unread", "label": _("Show"), "options": [new]},
        {"name": "kind", "label": _("What it is about"), "options": options, "single": True},
    ]


def _label(kind: str) -> str:
    known = mails.KINDS.get(kind)
    return str(known.label) if known else kind
