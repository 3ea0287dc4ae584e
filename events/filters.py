"""How the list of events is narrowed, on the page and in the API."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, MultipleChoiceFilter

from cities.filters import FacetFilterSet, folded
from events.models import Event, Session


class EventFilter(FacetFilterSet):
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
        self.all = list(self.queryset.for_cards())
        themes = Session.objects.filter(theme__isnull=False).order_by("theme__name")
        rows = themes.values_list("day__event", "theme__slug", "theme__name").distinct()
        self.themes: dict[int, set[str]] = defaultdict(set)
        shown = {event.pk for event in self.all}
        labels: dict[str, dict[str, str]] = {name: {} for name in self.GROUPS}
        for event, slug, name in rows:
            if event in shown:
                self.themes[event].add(slug)
                labels["theme"][slug] = name
        for event in sorted(self.all, key=lambda event: (event.kind.position, event.kind.name)):
            labels["kind"][event.kind.slug] = event.kind.name_plural
        for event in self.all:
            if event.edition:
                labels["edition"][event.edition.slug] = event.edition.short_name
        labels["when"] = {"coming": str(_("Coming")), "past": str(_("Past"))}
        for name in self.GROUPS:
            self.offer(name, labels[name])
        self.over = {event.pk for event in self.all if event.is_over}

    def _values(self, event: Event, name: str) -> set[str]:
        if name == "when":
            return {"past" if event.pk in self.over else "coming"}
        if name == "kind":
            return {event.kind.slug}
        if name == "edition":
            return {event.edition.slug} if event.edition else set()
        return self.themes[event.pk]

    def _left(self, without: str = "") -> list[Event]:
        self.is_valid()
        wanted = folded(self.form.cleaned_data.get("q") or "").split()
        chosen = {name: set(self.chosen(name)) for name in self.GROUPS if name != without}
        return [
            event
            for event in self.all
            if all(word in folded(event.title) for word in wanted)
            and all(not values or values & self._values(event, at) for at, values in chosen.items())
        ]

    def events(self) -> list[Event]:
        """Return the events that fit: those to come, nearest first, then the past, latest first."""
        left = self._left()
        coming = [event for event in left if event.pk not in self.over]
        past = [event for event in left if event.pk in self.over]
        return sorted(coming, key=lambda event: event.starts_on) + past

    def facets(self) -> list[dict]:
        """Return the groups of filters with their counts."""
        return [
            self.group(
                name,
                Counter(value for one in self._left(name) for value in self._values(one, name)),
            )
            for name in self.GROUPS
        ]

    def filter_queryset(self, queryset: QuerySet[Event]) -> QuerySet[Event]:
        """Narrow a queryset: the API's way in."""
        return queryset.filter(pk__in=[event.pk for event in self._left()])
