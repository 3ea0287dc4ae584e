"""What other pages show of events: where a city was and spoke, sessions on a theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet

from cities.models import Actor, City
from cities.panels import Subject
from cities.prepared import Prepared
from events.models import Event, EventStatus, Session, Talk

MOST = 12
MOST_SESSIONS = 3
# An entry has a few themes; for more the question is put anew.
MOST_THEMES = 8
OF_EVENTS = ("slug", "title", "demonstration")


def city_panel(city: City, user: Actor) -> Mapping[str, Any] | None:
    """Return the events a city took part in and what it presented, or None without either."""
    events = Event.objects.visible_to(user).of_their_own()
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
    city = subject.city.pk if subject.city else 0
    if user.is_authenticated or len(subject.themes) > MOST_THEMES:
        sessions = list(_on_themes(user, city, subject.themes))
    else:
        themes = [*subject.themes, *[""] * (MOST_THEMES - len(subject.themes))]
        sessions = _on_themes_for_visitors(city, *themes)
    return {"sessions": sessions} if sessions else None


def _on_themes(user: Actor, city: int, themes: Sequence[str]) -> QuerySet[Session]:
    """Ask for a few sessions, as a list names them."""
    spoke = Talk.objects.filter(session=OuterRef("pk"), city=city)
    return (
        Session.objects.visible_to(user)
        .of_their_own()
        .filter(theme__slug__in=themes)
        .annotate(city_spoke=Exists(spoke))
        .select_related("day__event")
        .only("slug", "title", "day__date", *("day__event__" + name for name in OF_EVENTS))
        .order_by("-city_spoke", "-day__date", "pk")[:MOST_SESSIONS]
    )


_on_themes_for_visitors = Prepared(
    lambda city, *themes: _on_themes(AnonymousUser(), city, themes), int, *[str] * MOST_THEMES
)
