"""How lists of events, of an agenda and of what remains are narrowed, on pages and in the API."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet, MultipleChoiceFilter

from cities.filters import ComparedFilterSet, folded
from cities.models import Pairing, PairingKind
from events.models import (
    Audience,
    Event,
    Guest,
    GuestState,
    NextStep,
    Outcome,
    OutcomeKind,
    PeerGroup,
    Session,
    ThematicActionGroup,
)
from events.schedule import Row


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


class AgendaFilter(ComparedFilterSet):
    """Sessions of an agenda by words, track, kind, theme, language and audience."""

    GROUPS = ("track", "kind", "theme", "language", "audience")

    q = CharFilter(label=_("Words in title, text or speakers"))
    track = MultipleChoiceFilter(label=_("Track"))
    kind = MultipleChoiceFilter(label=_("Kind"))
    theme = MultipleChoiceFilter(label=_("Theme"))
    language = MultipleChoiceFilter(label=_("Language"))
    audience = MultipleChoiceFilter(label=_("For"))

    class Meta:
        model = Session
        fields: list[str] = []

    def __init__(self, data: Any, *, rows: list[Row]) -> None:
        """Take the rows that are there, and offer what is in them."""
        super().__init__(data, queryset=Session.objects.none())
        self.rows = rows
        audiences = dict(Audience.choices)
        labels: dict[str, dict[str, str]] = {name: {} for name in self.GROUPS}
        for row in rows:
            labels["kind"][row.kind] = row.kind_name
            labels["language"][row.language] = language_name(row.language)
            labels["audience"][row.audience] = str(audiences.get(row.audience, row.audience))
            if row.track_name:
                labels["track"][row.track_code] = row.track_name
            if row.theme and row.theme_name:
                labels["theme"][row.theme] = row.theme_name
        for name in self.GROUPS:
            in_order = sorted(labels[name].items(), key=lambda one: folded(one[1]))
            self.offer(name, dict(in_order))

    def words(self, row: Row) -> str:
        """Words are looked for in all that the agenda says of a session."""
        return folded(" ".join([row.title, row.summary, row.room or "", *row.who]))

    def values(self, row: Row, name: str) -> set[str]:
        """Return the value of a session in a group."""
        value = row.track_code if name == "track" else getattr(row, name)
        return {value} if value else set()


class CommitmentFilter(FilterSet):
    """Commitments by the short addresses of city, action group and event."""

    city = CharFilter("city__slug")
    group = CharFilter("group__slug")
    event = CharFilter("session__day__event__slug")

    class Meta:
        model = NextStep
        fields: list[str] = []


class OutcomeFilter(FilterSet):
    """Takeaways, needs and practices by kind, and by the same."""

    kind = ChoiceFilter(choices=OutcomeKind)
    city = CharFilter("city__slug")
    group = CharFilter("group__slug")
    event = CharFilter("session__day__event__slug")

    class Meta:
        model = Outcome
        fields: list[str] = []


class CollaborationFilter(FilterSet):
    """Collaborations by kind and edition."""

    kind = ChoiceFilter(choices=PairingKind)
    edition = CharFilter("edition__slug")

    class Meta:
        model = Pairing
        fields: list[str] = []


class ActionGroupFilter(FilterSet):
    """Action groups by edition and theme."""

    edition = CharFilter("edition__slug")
    theme = CharFilter("theme__slug")

    class Meta:
        model = ThematicActionGroup
        fields: list[str] = []


class PeerGroupFilter(FilterSet):
    """Peer-review groups by event."""

    event = CharFilter("round__event__slug")

    class Meta:
        model = PeerGroup
        fields: list[str] = []


class GuestFilter(FilterSet):
    """Guests by event and by how their invitation stands."""

    event = CharFilter("event__slug")
    state = ChoiceFilter(choices=GuestState)

    class Meta:
        model = Guest
        fields: list[str] = []


def language_name(code: str) -> str:
    """Return a language in the reader's words, or its code where nobody knows it."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
