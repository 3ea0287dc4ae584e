"""Rounds of one-to-one talks: experts, slots, cities, and the page on which talks are planned."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import admin, messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import User
from events.admin.event_filter import EventFilter
from events.admin.moments import OnClocksOfEvent, ShowsClocksOfEvent
from events.admin.planning import LONGEST_NUMBER, RUN_ACTS, PlansRounds
from events.forms.planning import ArrangeForm, SlotsForm, SolveTalksForm
from events.models import (
    Meeting,
    MeetingAsker,
    MeetingExpert,
    MeetingOffer,
    MeetingRound,
    MeetingSlot,
    SolverRun,
)
from events.notifications import team_of
from events.services import meeting_changes, meeting_wishes, meetings
from events.services.breakouts import safe_cell
from events.services.meeting_problems import GatheredTalks
from events.services.meeting_words import TalkWords, slot_words


@admin.register(MeetingRound)
class MeetingRoundAdmin(ShowsClocksOfEvent, PlansRounds):
    """A round of talks: until when wishes are taken, how many talks a city has at most."""

    form = OnClocksOfEvent
    list_display = ["title", "event", "state", "wishes_end", "plan_link"]
    list_filter = ["state", ("event", EventFilter)]
    list_select_related = ["event"]
    search_fields = ["title", "event__title"]
    autocomplete_fields = ["event"]
    fieldsets = [
        (None, {"fields": ["event", "title", "wishes_until"]}),
        (_("Rules"), {"fields": [("most_per_city", "walk")]}),
        (
            _("Where it comes from"),
            {"classes": ["collapse"], "fields": ["source", "demonstration"]},
        ),
    ]
    plan_template = "admin/events/meetinground/plan.html"
    run_field = "meeting_round"
    solve_form = SolveTalksForm
    acts = {
        **RUN_ACTS,
        "take_in": "take_in",
        "slots": "make_slots",
        "keep": "keep",
        "arrange": "arrange",
        "call_off": "call_off",
        "publish": "publish",
    }

    def save_model(self, request: HttpRequest, obj: MeetingRound, form: Any, change: bool) -> None:
        """Serve who waits where the rules leave more room now."""
        super().save_model(request, obj, form, change)
        if change and {"most_per_city", "walk"} & set(form.changed_data):
            meetings.serve(obj)

    @admin.display(description=gettext_lazy("wishes and slots until"), ordering="wishes_until")
    def wishes_end(self, round: MeetingRound) -> str | None:
        """Until when, on the clocks of its event."""
        if round.wishes_until is None:
            return None
        zone = round.event.zone
        return f"{date_format(round.wishes_until.astimezone(zone), 'DATETIME_FORMAT')} ({zone})"

    def shown(self, round: MeetingRound, last: SolverRun | None) -> dict[str, Any]:
        """Return talks by expert, who waits and why, and what the last run says."""
        gathered = GatheredTalks(round)
        words = TalkWords(gathered)
        return {
            **words.page(),
            **words.report(last.report if last else {}),
            "slots_form": SlotsForm(round=round),
            "arrange_form": self._arrange_form(gathered),
            "zone": words.zone,
        }

    def _arrange_form(self, gathered: GatheredTalks, data: Any = None) -> ArrangeForm:
        return ArrangeForm(
            data,
            askers=gathered.askers.values(),
            experts=gathered.experts.values(),
            slots=gathered.slots.values(),
            zone=gathered.round.event.time_zone,
        )

    # ── acts ─────────────────────────────────────────────────────────────────────────────────────
    def take_in(self, request: HttpRequest, round: MeetingRound) -> str:
        """Add who comes to the event."""
        cities, experts = meeting_wishes.take_in(round)
        told = _("%(cities)d cities and %(experts)d experts were added.")
        return told % {"cities": cities, "experts": experts}

    def make_slots(self, request: HttpRequest, round: MeetingRound) -> str:
        """Part a session into slots."""
        form = SlotsForm(request.POST, round=round)
        if not form.is_valid():
            raise meetings.MeetingRefused(_("Choose a session, and how long talks and pauses are."))
        return _("%d slots were added.") % meeting_wishes.make_slots(round, **form.cleaned_data)

    def keep(self, request: HttpRequest, round: MeetingRound) -> str:
        """Keep which talks stay as they are."""
        shown = [pk for pk in request.POST.getlist("shown") if _is_number(pk)]
        pinned = [pk for pk in request.POST.getlist("pinned") if _is_number(pk)]
        talks = round.meetings.filter(pk__in=shown)
        talks.update(is_pinned=False)
        talks.filter(pk__in=pinned).update(is_pinned=True)
        return _("Saved.")

    def arrange(self, request: HttpRequest, round: MeetingRound) -> str:
        """Arrange a talk by hand; it stays when talks are worked out again."""
        gathered = GatheredTalks(round)
        form = self._arrange_form(gathered, request.POST)
        if not form.is_valid():
            raise meetings.MeetingRefused(_("Choose a city, an expert and a slot."))
        chosen = form.cleaned_data
        _talk, doubts = meetings.arrange(
            round, asker=chosen["asker"], expert=chosen["expert"], slot=chosen["slot"]
        )
        words = TalkWords(gathered)
        for doubt in doubts:
            self.message_user(request, words.doubt(doubt), messages.WARNING)
        return _("The talk is arranged, and stays as it is.")

    def call_off(self, request: HttpRequest, round: MeetingRound) -> str:
        """Call a talk off; in a published round who waits is served at once."""
        number = request.POST.get("meeting", "")
        talk = get_object_or_404(
            Meeting.objects.live().filter(round=round), pk=number if _is_number(number) else 0
        )
        new = meetings.cancel(talk, by=request.user, reason=request.POST.get("reason", "")[:300])
        told = _("The talk is called off; %d were served who waited.")
        return told % len(new)

    def publish(self, request: HttpRequest, round: MeetingRound) -> str:
        """Show talks to both sides."""
        meetings.publish(round)
        if not round.event.may_be_told:
            return _("Published. Nobody is mailed, since the event is over.")
        return _("Published. Both sides of every talk are told by mail.")

    def csv(self, request: HttpRequest) -> HttpResponse:
        """Every talk as a row."""
        round = self.round_of(request)
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="talks-{round.pk}.csv"'
        response.write("\ufeff")
        table = csv.writer(response)
        table.writerow(
            [_("starts"), _("ends"), _("expert"), _("kind"), _("city"), _("country"), _("rank"),
             _("place"), _("link"), _("expert says"), _("city says"), _("question"),
             _("time zone")]
        )  # fmt: skip
        for row in TalkWords(GatheredTalks(round)).rows():
            table.writerow(map(safe_cell, row))
        return response


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= LONGEST_NUMBER


class OfferInline(admin.TabularInline):
    """The slots an expert offers, each with a room of its own if need be."""

    model = MeetingOffer
    extra = 1
    # An address typed without "https://" is meant to have it.
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Offer the slots of the expert's round, read once for all rows."""
        formset = super().get_formset(request, obj, **kwargs)
        slots = obj.round.slots.all() if obj else MeetingSlot.objects.none()
        zone = obj.round.event.time_zone if obj else ""
        field = formset.form.base_fields["slot"]
        field.queryset = slots
        field.choices = [("", "---------"), *((one.pk, slot_words(one, zone)) for one in slots)]
        return formset


@admin.register(MeetingExpert)
class MeetingExpertAdmin(admin.ModelAdmin):
    """The experts of rounds."""

    list_display = ["user", "round", "kind", "about", "most"]
    list_editable = ["kind", "about", "most"]
    list_filter = ["round", "kind"]
    list_select_related = ["user", "round__event"]
    search_fields = ["user__name", "about"]
    autocomplete_fields = ["round", "user"]
    inlines = [OfferInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Keep an expert in their round: their talks are there."""
        return ["round"] if obj else []

    def save_model(self, request: HttpRequest, obj: MeetingExpert, form: Any, change: bool) -> None:
        """Hold the round while an expert changes; who comes to their talks now is told."""
        with transaction.atomic():
            meetings.locked(obj.round)
            is_other = change and "user" in form.changed_data
            left = list(User.objects.filter(meeting_experts=obj.pk)) if is_other else []
            super().save_model(request, obj, form, change)
            if is_other:
                meeting_changes.others_came(Meeting.objects.live().filter(expert=obj), left)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save offered slots as the expert's own page does: talks end, are told, who waits is
        served. Rows that nobody changed are left as somebody else may have saved them."""
        formset.save(commit=False)
        changed = [row for row in formset.initial_forms if row.has_changed()]
        gone = {row.initial["slot"] for row in changed}
        saved = [*formset.new_objects, *(row for row, _names in formset.changed_objects)]
        places = {row.slot: (row.room, row.link) for row in saved}
        expert = form.instance
        fallen = meetings.set_offers(expert, places, seen=gone, by=request.user)
        if fallen:
            told = _("Talks in slots that are offered no more are called off, and told by mail.")
            self.message_user(request, told, messages.WARNING)
        if expert.offers.filter(slot__in=gone - {slot.pk for slot in places}).exists():
            told = _("Slots with a talk that has begun stay offered.")
            self.message_user(request, told, messages.WARNING)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Serve who waits, also where only the number of talks was changed, in the list."""
        super().save_related(request, form, formsets, change)
        if not formsets:
            meetings.serve(form.instance.round)


@admin.register(MeetingAsker)
class MeetingAskerAdmin(admin.ModelAdmin):
    """The cities that may wish. They wish themselves; staff add and remove them."""

    list_display = ["city", "round"]
    list_filter = ["round"]
    list_select_related = ["city", "round__event"]
    search_fields = ["city__name"]
    autocomplete_fields = ["round", "city"]
    fields = ["round", "city"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Keep a city in its round: its talks are there."""
        return ["round"] if obj else []

    def save_model(self, request: HttpRequest, obj: MeetingAsker, form: Any, change: bool) -> None:
        """Hold the round while a row becomes another city's; both cities and experts are told.

        A page of wishes that was opened for the city before is refused: its version has passed.
        """
        with transaction.atomic():
            meetings.locked(obj.round)
            is_other = change and "city" in form.changed_data
            left = team_of(MeetingAsker.objects.get(pk=obj.pk).city_id) if is_other else []
            obj.version += is_other
            super().save_model(request, obj, form, change)
            if is_other:
                meeting_changes.others_came(Meeting.objects.live().filter(asker=obj), left)
