"""One-to-one talks: slots offered, experts wished for, talks answered, called off and noted."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_safe

from cities.editing.kept import KeepsInputMixin, initial_data
from cities.permissions import is_programme_staff, signed_in
from events.forms.meetings import CancelForm, NotesForm, OffersForm, WishesForm
from events.mine import may_wish, mine_at, side_of
from events.models import (
    Event,
    Meeting,
    MeetingAsker,
    MeetingExpert,
    MeetingRound,
    MeetingWish,
    known_zone,
)
from events.services import meeting_wishes, meetings


@login_required
@require_safe
def my_meetings(request: HttpRequest, slug: str) -> HttpResponse:
    """A person's groups and talks at an event."""
    event = get_object_or_404(Event.objects.visible_to(request.user), slug=slug)
    context = {
        "event": event,
        "mine": mine_at(event, signed_in(request)),
        "zone": known_zone(event.time_zone) or UTC,
    }
    return render(request, "events/my_meetings.html", context)


def back_to(event: Event) -> HttpResponseRedirect:
    """Lead to a person's groups and talks at an event."""
    return HttpResponseRedirect(reverse("events:my-meetings", kwargs={"slug": event.slug}))


class Offers(KeepsInputMixin, View):
    """The slots an expert offers in a round, and the questions that wait for them."""

    def _expert(self, request: HttpRequest, pk: int) -> MeetingExpert:
        rounds = MeetingRound.objects.visible_to(request.user)
        return get_object_or_404(
            MeetingExpert.objects.filter(user=signed_in(request), round__in=rounds).select_related(
                "round__event", "user"
            ),
            round=pk,
        )

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what is offered now."""
        expert = self._expert(request, pk)
        return self._show(request, expert, OffersForm(initial_data(request), expert=expert))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep what is offered from now on."""
        expert = self._expert(request, pk)
        form = OffersForm(request.POST, expert=expert)
        if not form.is_valid():
            return self._show(request, expert, form)
        expert.about, expert.most = form.cleaned_data["about"], form.cleaned_data["most"]
        try:
            fallen = meetings.set_offers(expert, form.places(), seen=form.seen_slots())
        except meetings.MeetingRefused as refusal:
            messages.error(request, str(refusal))
            # What was typed stands on the page once more: there may be no other copy of it.
            return self._show(request, self._expert(request, pk), form)
        messages.success(request, _("Your slots are saved."))
        if form.keeps_others():
            messages.info(request, _("Slots with another room or link than you saw keep theirs."))
        if fallen:
            messages.warning(
                request, _("Talks in slots you no longer offer are called off, and told by mail.")
            )
        return back_to(expert.round.event)

    def _show(self, request: HttpRequest, expert: MeetingExpert, form: OffersForm) -> HttpResponse:
        wishes = MeetingWish.objects.filter(expert=expert, is_closed=False)
        context = {
            "expert": expert,
            "round": expert.round,
            "event": expert.round.event,
            "form": form,
            "wishes": wishes.select_related("asker__city").order_by("rank", "asked_at"),
        }
        if form.is_bound:
            context["typed"] = form.typed()
        return render(request, "events/meeting_offers.html", context)


class Wishes(KeepsInputMixin, View):
    """The experts a city wishes to talk with."""

    def _asker(self, request: HttpRequest, pk: int) -> MeetingAsker:
        rounds = MeetingRound.objects.visible_to(request.user)
        askers = MeetingAsker.objects.filter(round__in=rounds)
        asker = get_object_or_404(askers.select_related("round__event", "city"), pk=pk)
        user = signed_in(request)
        if not may_wish(user, asker):
            # Whoever else takes part learns nothing of another city's wishes.
            raise PermissionDenied if is_programme_staff(user) else Http404
        return asker

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the wishes."""
        asker = self._asker(request, pk)
        return self._show(request, asker, WishesForm(initial_data(request), asker=asker))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep the wishes."""
        asker = self._asker(request, pk)
        form = WishesForm(request.POST, asker=asker)
        if not form.is_valid():
            return self._show(request, asker, form)
        try:
            meeting_wishes.set_wishes(
                asker, form.wishes(), form.away(), seen=form.cleaned_data["seen"]
            )
        except meetings.MeetingChanged:
            # Against what stands now, the form says so itself, and keeps what was typed.
            asker = self._asker(request, pk)
            return self._show(request, asker, WishesForm(request.POST, asker=asker))
        except meetings.MeetingRefused as refusal:
            messages.error(request, str(refusal))
            # What was typed stands on the page once more: there may be no other copy of it.
            return self._show(request, self._asker(request, pk), form)
        messages.success(request, _("Your wishes are saved."))
        return back_to(asker.round.event)

    def _show(self, request: HttpRequest, asker: MeetingAsker, form: WishesForm) -> HttpResponse:
        context = {"asker": asker, "round": asker.round, "event": asker.round.event, "form": form}
        if form.is_bound and form.is_valid():
            context["typed"] = form.wishes()
        return render(request, "events/meeting_wishes.html", context)


class OneMeeting(KeepsInputMixin, View):
    """A talk: its question, answers, and what came of it. POST says what is done."""

    def _meeting(self, request: HttpRequest, pk: int) -> Meeting:
        found = Meeting.objects.visible_to(request.user)
        return get_object_or_404(
            found.select_related("round__event", "asker__city", "expert__user", "slot"), pk=pk
        )

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the talk."""
        meeting = self._meeting(request, pk)
        return self._show(request, meeting, self._notes(meeting, initial_data(request)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Accept it, call it off, or keep notes."""
        meeting = self._meeting(request, pk)
        side = side_of(signed_in(request), meeting)
        if not side:
            raise PermissionDenied
        form = NotesForm(request.POST)
        if "notes" in request.POST:
            if not form.is_valid():
                return self._show(request, meeting, form)
            words = {name: form.cleaned_data[name] for name in ("notes", "outcome", "seen")}
            try:
                meetings.write_notes(meeting, **words)
            except meetings.MeetingChanged:
                meeting = self._meeting(request, pk)
                return self._show(request, meeting, self._stale(request, meeting))
            messages.success(request, _("Your notes are saved."))
            return redirect(meeting)
        return self._answer(request, meeting, side)

    def _answer(self, request: HttpRequest, meeting: Meeting, side: str) -> HttpResponse:
        reasons = CancelForm(request.POST)
        if "call_off" in request.POST and not reasons.is_valid():
            return self._show(request, meeting, self._notes(meeting, None), reasons)
        try:
            if "call_off" in request.POST:
                reason = reasons.cleaned_data["reason"]
                meetings.cancel(meeting, by=signed_in(request), reason=reason)
                messages.success(request, _("The talk is called off, and who waits is served."))
            else:
                meetings.accept(meeting, for_expert=side == "expert")
                messages.success(request, _("You said that you will come."))
        except meetings.MeetingRefused as refusal:
            messages.error(request, str(refusal))
        return redirect(meeting)

    def _notes(self, meeting: Meeting, data: Any) -> NotesForm:
        told = {"notes": meeting.notes, "outcome": meeting.outcome, "seen": meeting.version}
        return NotesForm(data, initial=told)

    def _stale(self, request: HttpRequest, meeting: Meeting) -> NotesForm:
        """Give back what was typed, on what somebody else saved meanwhile."""
        data = request.POST.copy()
        data["seen"] = str(meeting.version)
        form = NotesForm(data)
        words = _("Somebody wrote here meanwhile. They have: “%(notes)s” and “%(outcome)s”.")
        form.add_error(None, words % {"notes": meeting.notes, "outcome": meeting.outcome})
        return form

    def _show(
        self,
        request: HttpRequest,
        meeting: Meeting,
        form: NotesForm,
        reasons: CancelForm | None = None,
    ) -> HttpResponse:
        offer = meeting.expert.offers.filter(slot=meeting.slot_id).first()
        context = {
            "meeting": meeting,
            "event": meeting.round.event,
            "zone": known_zone(meeting.round.event.time_zone) or UTC,
            "offer": offer,
            "wish": meeting.asker.wishes.filter(expert=meeting.expert_id).first(),
            "side": side_of(signed_in(request), meeting),
            "form": form,
            "cancel_form": reasons or CancelForm(),
        }
        return render(request, "events/meeting.html", context)


offers, wishes, meeting = Offers.as_view(), Wishes.as_view(), OneMeeting.as_view()
