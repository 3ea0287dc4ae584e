"""How the list of events is narrowed, on the page and in the API."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, MultipleChoiceFilter

from cities.filters import ComparedFilterSet, folded
from events.models import Event, Session


class EventFilter(ComparedFilterSet):
    """Events by words, time, kind, edition and theme of their sessions.

    A programme holds tens of events, so they are read once and compared here.
    """

    GROUPS = ("when", "kind", "edition", "theme")

    q = CharFilter(label=_("Words in the title"))
    when = MultipleChoiceFilter(label=_("When"))
    kind = MultipleChoiceFilter(label=_("Kind"))
    edition = MultipleChoiceFilter(label=_("Edition"))
    theme = MultipleChoiceFilter(label=_("Theme"))

    class Meta:
        model = Event
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Read the events and offer what is in them."""
        super().__init__(*args, **kwargs)
        self.rows = list(self.queryset.for_cards())
        themes = Session.objects.filter(theme__isnull=False).order_by("theme__short_name")
        rows = themes.values_list("day__event", "theme__slug", "theme__short_name").distinct()
        self.themes: dict[int, set[str]] = defaultdict(set)
        shown = {event.pk for event in self.rows}
        labels: dict[str, dict[str, str]] = {name: {} for name in self.GROUPS}
        for event, slug, name in rows:
            if event in shown:
                self.themes[event].add(slug)
                labels["theme"][slug] = name
        for event in sorted(self.rows, key=lambda event: (event.kind.position, event.kind.name)):
            labels["kind"][event.kind.slug] = event.kind.name_plural
        for event in self.rows:
            if event.edition:
                labels["edition"][event.edition.slug] = event.edition.explained_name
        labels["when"] = {"coming": str(_("Coming")), "past": str(_("Past"))}
        for name in self.GROUPS:
            self.offer(name, labels[name])
        self.over = {event.pk for event in self.rows if event.is_over}

    def words(self, row: Event) -> str:
        """Words are looked for in its title."""
        return folded(row.title)

    def values(self, row: Event, name: str) -> set[str]:
        """Return whether it is over, its kind, its edition or the themes of its sessions."""
        if name == "when":
            return {"past" if row.pk in self.over else "coming"}
        if name == "kind":
            return {row.kind.slug}
        if name == "edition":
            return {row.edition.slug} if row.edition else set()
        return self.themes[row.pk]

    def events(self) -> list[Event]:
        """Return the events that fit: those to come, nearest first, then the past, latest first."""
        left = self.found()
        coming = [event for event in left if event.pk not in self.over]
        past = [event for event in left if event.pk in self.over]
        return sorted(coming, key=lambda event: event.starts_on) + past

    def filter_queryset(self, queryset: QuerySet[Event]) -> QuerySet[Event]:
        """Narrow a queryset: the API's way in."""
        return queryset.filter(pk__in=[event.pk for event in self.found()])
