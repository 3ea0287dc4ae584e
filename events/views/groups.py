"""Thematic action groups."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from events.models import GroupRole, Session, ThematicActionGroup


@require_safe
def group_list(request: HttpRequest) -> HttpResponse:
    """List the groups."""
    groups = ThematicActionGroup.objects.visible_to(request.user)
    context = {"groups": groups.select_related("edition", "theme").prefetch_related("members")}
    return render(request, "events/group_list.html", context)


@require_safe
def group_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Who works in a group, on what, and when it met."""
    group = get_object_or_404(
        ThematicActionGroup.objects.visible_to(request.user).select_related("edition", "theme"),
        slug=slug,
    )
    members = list(group.members.select_related("city", "user"))
    context = {
        "group": group,
        "parts": [
            (role.label, [member for member in members if member.role == role])
            for role in GroupRole
        ],
        "has_members": bool(members),
        "priorities": group.priorities.splitlines(),
        "next_steps": group.next_steps.splitlines(),
        "sessions": Session.objects.visible_to(request.user)
        .filter(group=group)
        .in_order()
        .select_related("day__event", "kind"),
    }
    return render(request, "events/group_detail.html", context)
