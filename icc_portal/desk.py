"""The desk: what a signed-in person has to do, and for whom they act."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

import events.desk
import initiatives.desk
import marketplace.desk
from cities.desk import DeskSection, OwnCities, sections_of
from cities.models import CityMembership, ExpertAssignment, Mail, User
from cities.paging import page_asked

PAGE_SIZE = 50
# Each app says its part: `parts(user, own cities, whole)`.
APPS = [initiatives.desk, marketplace.desk, events.desk]


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show what is due, the most pressing first; or all of one section, named by `all`."""
    user = request.user
    whole = request.GET.get("all", "")
    if whole:
        return _one_section(request, whole)
    memberships = CityMembership.objects.running().filter(user=user)
    assignments = ExpertAssignment.objects.running().filter(user=user)
    sections = sections_for(user)  # type: ignore[arg-type]
    context = {
        "memberships": memberships.select_related("city", "role"),
        "assignments": assignments.select_related("city", "role"),
        "busy": [section for section in sections if section.items],
        "unread": Mail.objects.inbox_of(user).unread().count(),  # type: ignore[arg-type]
        "idle": [section for section in sections if not section.items],
    }
    return render(request, "icc_portal/desk.html", context)


def _one_section(request: HttpRequest, whole: str) -> HttpResponse:
    """Show everything of one section, in pages; the desk itself where there is no such section."""
    sections = sections_for(request.user, whole=whole)  # type: ignore[arg-type]
    section = next((one for one in sections if one.key == whole), None)
    if section is None:
        return redirect("desk")
    context = {"section": section, "page_obj": page_asked(request, section.items, PAGE_SIZE)}
    return render(request, "icc_portal/desk_section.html", context)


def sections_for(user: User, *, whole: str = "") -> list[DeskSection]:
    """Return every app's sections, those with the nearest day first, empty ones last.

    Whatever the apps ask for is read together, in one query after that for the person's cities.
    Sections are cut, except one that is named as wanted `whole`.
    """
    own = OwnCities.of(user)
    parts = [part for app in APPS for part in app.parts(user, own, whole=whole)]
    return sorted(sections_of(parts), key=_urgency)


def _urgency(section: DeskSection) -> tuple[bool, date]:
    days = [item.due_on for item in section.items if item.due_on]
    return not section.items, min(days, default=date.max)
