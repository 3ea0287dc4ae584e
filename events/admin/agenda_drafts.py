"""A draft of an agenda on the page where it is planned: what it changes, and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from events.models import Event, EventStatus, PlanDraft, known_zone
from events.services import agenda_versions, plan_drafts

LONGEST_NOTE = 300


def context_of(event: Event) -> dict[str, Any]:
    """Return what the page says of drafts and versions."""
    drafts = PlanDraft.objects.select_related("event", "copy", "begun_by")
    draft = drafts.filter(copy=event).first()
    is_public = event.status == EventStatus.PUBLISHED
    zone = known_zone(event.time_zone) or UTC
    return {
        "is_public": is_public,
        "draft": draft,
        "planned": plan_drafts.planned(draft, zone) if draft else [],
        "clashes": plan_drafts.clashes(draft) if draft else [],
        "open_draft": drafts.filter(event=event).first() if is_public else None,
        "unannounced": agenda_versions.unannounced(event) if is_public else [],
        "version": (draft.event if draft else event).versions.order_by("-number").first(),
    }


def _begin(event: Event, request: HttpRequest) -> tuple[Event, str]:
    draft = plan_drafts.begin(event, by=request.user)  # type: ignore[arg-type]
    return draft.copy, _("This is a draft: nobody but staff sees what you change here.")


def _publish(event: Event, request: HttpRequest) -> tuple[Event, str]:
    draft = get_object_or_404(PlanDraft.objects.select_related("event", "copy"), copy=event)
    version = plan_drafts.publish(draft, by=request.user, note=_note(request))  # type: ignore[arg-type]
    if version is None:
        return draft.event, _("The draft changed nothing; the agenda stays as it is.")
    return draft.event, _("Published as version %d; those whom it concerns are told.") % (
        version.number
    )


def _discard(event: Event, request: HttpRequest) -> tuple[Event, str]:
    draft = get_object_or_404(PlanDraft.objects.select_related("event", "copy"), copy=event)
    plan_drafts.discard(draft)
    return draft.event, _("The draft is thrown away; the agenda stays as it is.")


def _announce(event: Event, request: HttpRequest) -> tuple[Event, str]:
    version = agenda_versions.announce(event, by=request.user, note=_note(request))  # type: ignore[arg-type]
    if version is None:
        return event, ""
    words = _("Kept as version %d; those whom it concerns are told.")
    return event, words % version.number


def _note(request: HttpRequest) -> str:
    return request.POST.get("note", "").replace("\x00", "").strip()[:LONGEST_NOTE]


ACTS: dict[str, Callable[[Event, HttpRequest], tuple[Event, str]]] = {
    "begin": _begin,
    "publish": _publish,
    "discard": _discard,
    "announce": _announce,
}
