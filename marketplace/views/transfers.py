"""Handing an entry over to another city: asking, and answering."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from cities.editing import kept, receipts
from cities.permissions import may_submit_for, signed_in
from marketplace import moves, permissions, services
from marketplace.forms.moves import TransferAnswerForm, TransferForm
from marketplace.models import Entry, Transfer, TransferState


class TransferAsk(kept.KeepsInputMixin, View):
    """Asks another city to take an entry over. Sent twice, it asks once."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Ask to which city, or lead to what was asked already."""
        entry = self._entry(request, slug)
        waiting = entry.transfers.open().first()
        if waiting is not None:
            return redirect(waiting)
        return self._show(request, entry, TransferForm(kept.initial_data(request), entry=entry))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Ask the city."""
        entry = self._entry(request, slug)
        form = TransferForm(request.POST, entry=entry)
        if not form.is_valid():
            return self._show(request, entry, form)

        def create() -> str:
            return moves.ask(
                entry, actor=signed_in(request), **form.cleaned_data
            ).get_absolute_url()

        try:
            url = receipts.once(request, create)
        except services.Refused as refusal:
            form.add_error(None, str(refusal))
            return self._show(request, entry, form, status=409)
        messages.success(request, _("The other city was asked. Nothing changes before it answers."))
        return redirect(url)

    def _entry(self, request: HttpRequest, slug: str) -> Entry:
        entries = Entry.objects.visible_to(request.user).solutions()
        entry = get_object_or_404(entries.select_related("city", "live_revision"), slug=slug)
        if not permissions.may_submit_entry(request.user, entry):
            raise PermissionDenied(
                _("An entry is handed over by those who submit in the name of its city.")
            )
        return entry

    def _show(
        self, request: HttpRequest, entry: Entry, form: TransferForm, status: int = 200
    ) -> HttpResponse:
        latest = entry.revisions.order_by("-number").first()
        context = {
            "form": form,
            "name": Transfer(entry=entry).title,
            "back": (latest or entry).get_absolute_url(),
            "key": request.POST.get("key") or receipts.new_key(),
        }
        return render(request, "marketplace/transfer_ask.html", context, status=status)


class TransferDetail(kept.KeepsInputMixin, View):
    """What was asked, and the answer: for both cities and staff."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show it, with the buttons this person has."""
        transfer = self._transfer(request, pk)
        return self._show(request, transfer, TransferAnswerForm(kept.initial_data(request)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the entry over, refuse it, or stop asking."""
        transfer = self._transfer(request, pk)
        form = TransferAnswerForm(request.POST)
        act = request.POST.get("act")
        if not form.is_valid() or act not in {"accept", "refuse", "take_back"}:
            form.add_error(None, _("Choose one of the buttons on this page."))
            return self._show(request, transfer, form)
        user = signed_in(request)
        try:
            if act == "take_back":
                moves.take_back(transfer, actor=user)
            else:
                moves.answer(
                    transfer, actor=user, accept=act == "accept", note=form.cleaned_data["note"]
                )
        except services.Refused as refusal:
            form.add_error(None, str(refusal))
            return self._show(request, self._transfer(request, pk), form, status=409)
        return redirect(transfer)

    def _transfer(self, request: HttpRequest, pk: int) -> Transfer:
        transfers = Transfer.objects.visible_to(request.user).select_related(
            "entry__live_revision", "entry__city", "from_city", "to_city", "asked_by", "answered_by"
        )
        return get_object_or_404(transfers, pk=pk)

    def _show(
        self,
        request: HttpRequest,
        transfer: Transfer,
        form: TransferAnswerForm,
        status: int = 200,
    ) -> HttpResponse:
        is_open = transfer.state == TransferState.ASKED
        context = {
            "transfer": transfer,
            "entry": transfer.entry,
            "form": form,
            "may_answer": is_open and may_submit_for(request.user, transfer.to_city),
            "may_take_back": is_open and permissions.may_submit_entry(request.user, transfer.entry),
        }
        return render(request, "marketplace/transfer_detail.html", context, status=status)
