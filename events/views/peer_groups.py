"""A peer-review group, for those who sit in it."""

from __future__ import annotations

from datetime import UTC, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from events.models import PeerGroup, known_zone
from events.services.peer_problems import gather
from events.services.peer_words import Words


@login_required
@require_safe
def peer_group(request: HttpRequest, pk: int) -> HttpResponse:
    """Who sits together, where, in which order, and why."""
    groups = PeerGroup.objects.visible_to(request.user).select_related(
        "round", "session__day__event", "guide__city", "guide__user"
    )
    group = get_object_or_404(groups.prefetch_related("seats__entry__city"), pk=pk)
    event = group.session.day.event
    starts = group.session.starts_at
    context = {
        "group": group,
        "session": group.session,
        "event": event,
        "zone": known_zone(event.time_zone) or UTC,
        "turns": [
            (seat, starts + timedelta(minutes=seat.begins) if starts else None)
            for seat in group.seats.all()
        ],
        "reasons": Words(gather(group.round)).reasons(group),
    }
    return render(request, "events/peer_group.html", context)
