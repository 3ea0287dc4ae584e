"""The slots of rounds of talks, and what the solver did."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from cities.admin.operations import LookOnly
from events.admin.moments import OnClocksOfRound, ShowsClocksOfEvent
from events.models import MeetingSlot, SolverRun
from events.services import meeting_changes
from events.services.meeting_words import slot_words


@admin.register(MeetingSlot)
class MeetingSlotAdmin(ShowsClocksOfEvent):
    """The slots of rounds."""

    form = OnClocksOfRound
    list_display = ["when", "round"]
    list_filter = ["round"]
    list_select_related = ["round__event"]
    autocomplete_fields = ["round"]

    def zone_of(self, row: MeetingSlot) -> tzinfo:
        """Return the zone of the round's event."""
        zone: tzinfo = row.round.event.zone
        return zone

    def save_model(self, request: HttpRequest, obj: MeetingSlot, form: Any, change: bool) -> None:
        """Tell whose talks have other hours now."""
        super().save_model(request, obj, form, change)
        if change and {"starts_at", "ends_at"} & set(form.changed_data):
            meeting_changes.slot_moved(obj)

    @admin.display(description=gettext_lazy("slot"), ordering="starts_at")
    def when(self, slot: MeetingSlot) -> str:
        """When it is, in the zone of its event."""
        return slot_words(slot, slot.round.event.time_zone)


@admin.register(SolverRun)
class SolverRunAdmin(LookOnly):
    """What was worked out when, for whom, with which seed."""

    list_display = ["round", "state", "seed", "keeps", "asked_by", "asked_at", "finished_at"]
    list_filter = ["state"]
    list_select_related = ["peer_round__event", "meeting_round__event", "asked_by"]
