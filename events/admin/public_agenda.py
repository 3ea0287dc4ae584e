"""What staff are told who change a public agenda outside of a draft, before and after saving."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.admin.agenda_plan import plan_url
from events.models import Event, EventStatus, PlanDraft
from events.services import agenda_versions


class TellsOfPublicAgendas(admin.ModelAdmin):
    """Adds a notice above the form of an event, or of a session, and a word after saving."""

    def event_of(self, row: Any) -> Event:
        """Return the event whose agenda the form changes."""
        raise NotImplementedError

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        *args: Any,
        obj: Any = None,
        **rest: Any,
    ) -> Any:
        """Say whether what is saved is public at once, and where a draft is."""
        if obj is not None:
            context |= agenda_notice(self.event_of(obj))
        return super().render_change_form(request, context, *args, obj=obj, **rest)

    def say_what_is_untold(self, request: HttpRequest, event: Event) -> None:
        """Name how many sessions people must know of, who are told once all is quiet."""
        if event.status != EventStatus.PUBLISHED or event.is_over:
            return
        number = sum(change.is_told for change in agenda_versions.unannounced(event))
        if not number:
            return
        words = ngettext(
            "%(number)d session has moved, is elsewhere or cancelled. Those concerned are told by "
            "mail an hour after the last change.",
            "%(number)d sessions have moved, are elsewhere or cancelled. Those concerned are told "
            "by mail an hour after the last change.",
            number,
        )
        link = format_html(
            '{} <a href="{}">{}</a>',
            words % {"number": number},
            plan_url(event),
            _("Tell them now"),
        )
        self.message_user(request, link, messages.WARNING)


def agenda_notice(event: Event) -> dict[str, Any]:
    """Return what the notice says: the draft that this is, or that the agenda is public."""
    drafts = PlanDraft.objects.select_related("event")
    return {
        "agenda_event": event,
        "agenda_is_public": event.status == EventStatus.PUBLISHED and not event.is_over,
        "agenda_draft_of": drafts.filter(copy=event).first(),
        "agenda_open_draft": drafts.filter(event=event).first(),
    }
