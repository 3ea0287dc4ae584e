"""What other pages show of events: where a city was and spoke, sessions on a theme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef

from cities.models import Actor, City
from cities.panels import Subject
from events.models import Event, EventStatus, Session, Talk

MOST = 12
MOST_SESSIONS = 3


def city_panel(city: City, user: Actor) -> Mapping[str, Any] | None:
    """Return the events a city took part in and what it presented, or None without either."""
    events = Event.objects.visible_to(user)
    attended = list(events.filter(cities=city).for_cards().order_by("-starts_on")[:MOST])
    talks = list(
        Talk.objects.filter(city=city, session__day__event__in=events)
        .exclude(session__is_cancelled=True)
        .exclude(session__day__event__status=EventStatus.CANCELLED)
        .select_related("session__day__event")
        .order_by("-session__day__date", "position")[:MOST]
    )
    if not attended and not talks:
        return None
    return {
        "events": attended,
        "to_come": [talk for talk in talks if not talk.session.day.event.is_over],
        "past": [talk for talk in talks if talk.session.day.event.is_over],
    }


def related_panel(subject: Subject, user: Actor) -> Mapping[str, Any] | None:
    """Return sessions on a theme of the subject, those in which its city spoke first, or None."""
    if not subject.themes:
        return None
    spoke = Talk.objects.filter(session=OuterRef("pk"), city=subject.city)
    sessions = list(
        Session.objects.visible_to(user)
        .filter(theme__slug__in=subject.themes)
        .annotate(city_spoke=Exists(spoke))
        .select_related("day__event")
        .order_by("-city_spoke", "-day__date", "pk")[:MOST_SESSIONS]
    )
    return {"sessions": sessions} if sessions else None
