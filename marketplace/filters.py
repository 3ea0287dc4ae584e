"""How entries are narrowed: by page and API alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, IntegerField, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries
from django_filters import CharFilter, MultipleChoiceFilter

from cities.filters import FacetFilterSet
from cities.models import Theme
from marketplace.models import CostBand, Entry, EntryKind, Goal, Maturity, Technology
from marketplace.search import answers, database
from marketplace.search.questions import SORTS, Question
from marketplace.search.words import language_names

LONGEST_VALUE_SHOWN = 40
API_MOST_FOUND = 1_000
# As in components/facets.html.
SHOWN_AT_FIRST = 8


@dataclass(frozen=True)
class Labels:
    """What values of facets are called, in the order to show them."""

    by_facet: Mapping[str, Mapping[str, str]]

    @classmethod
    def read(cls) -> Labels:
        """Read those that are rows, in one query, and add those that are code."""
        themes = Theme.objects.values_list(
            Value("theme", CharField()), "slug", "short_name", "kind__position", "position"
        )
        technologies = Technology.objects.values_list(
            Value("technology", CharField()),
            "slug",
            "name",
            Value(0, IntegerField()),
            Value(0, IntegerField()),
        )
        goals = Goal.objects.values_list(
            Value("goal", CharField()),
            Cast("number", CharField()),
            "name",
            Value(0, IntegerField()),
            "number",
        )
        rows = themes.order_by().union(technologies.order_by(), goals.order_by(), all=True)
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for facet, value, label, *_place in sorted(
            rows, key=lambda row: (row[3], row[4], str(row[2]).casefold())
        ):
            found[facet][value] = f"{value}. {label}" if facet == "goal" else label
        return cls(
            {
                "kind": dict(EntryKind.choices),
                "theme": found["theme"],
                "country": dict(countries),
                "maturity": dict(Maturity.choices),
                "technology": found["technology"],
                "goal": found["goal"],
                "cost": dict(CostBand.choices),
                "open_source": {"yes": _("Open source"), "no": _("Not open source")},
                "language": language_names(),
            }
        )


class EntryFilter(FacetFilterSet):
    """Entries by words and by every facet.

    The API refuses values that are not known (400, naming those that are); the page leaves them
    out and says so in `notes`.
    """

    GROUPS = (
        "kind",
        "theme",
        "country",
        "maturity",
        "technology",
        "goal",
        "cost",
        "open_source",
        "language",
    )

    q = CharFilter(label=gettext_lazy("Words"), method="narrow_by_words", max_length=300)
    kind = MultipleChoiceFilter(label=gettext_lazy("Kind"), method="leave")
    theme = MultipleChoiceFilter(label=gettext_lazy("Theme"), method="leave")
    country = MultipleChoiceFilter(label=gettext_lazy("Country"), method="leave")
    maturity = MultipleChoiceFilter(label=gettext_lazy("Maturity"), method="leave")
    technology = MultipleChoiceFilter(label=gettext_lazy("Technology"), method="leave")
    goal = MultipleChoiceFilter(label=gettext_lazy("Sustainable Development Goal"), method="leave")
    cost = MultipleChoiceFilter(label=gettext_lazy("Cost"), method="leave")
    open_source = MultipleChoiceFilter(label=gettext_lazy("Licence"), method="leave")
    language = MultipleChoiceFilter(label=gettext_lazy("Language"), method="leave")

    class Meta:
        model = Entry
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Read what the values are called."""
        super().__init__(*args, **kwargs)
        self.labels = Labels.read().by_facet
        for name in self.GROUPS:
            self.offer(name, self.labels[name])

    def leave(self, queryset: QuerySet[Entry], name: str, values: list[str]) -> QuerySet[Entry]:
        """Do nothing yet: all facets are narrowed at once."""
        return queryset

    def narrow_by_words(self, queryset: QuerySet[Entry], name: str, text: str) -> QuerySet[Entry]:
        """Keep what the index finds."""
        return queryset.filter(pk__in=answers.matching_ids(text, API_MOST_FOUND))

    def filter_queryset(self, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        """Narrow a queryset: the API's way in."""
        chosen = {name: tuple(self.chosen(name)) for name in self.GROUPS}
        return database.narrow(super().filter_queryset(queryset), chosen)

    # ── the page's way in ────────────────────────────────────────────────────────────────────────
    @property
    def text(self) -> str:
        """What was typed, without what no text holds."""
        return str(self.data.get("q", "")).replace("\0", " ").strip()

    @property
    def sort(self) -> str:
        """The order asked for, if it is one of ours."""
        asked = str(self.data.get("sort", ""))
        return asked if asked in SORTS else ""

    @property
    def known(self) -> dict[str, tuple[str, ...]]:
        """The known values that are ticked in each facet."""
        return {
            name: tuple(value for value in self._asked(name) if value in self.labels[name])
            for name in self.GROUPS
        }

    @property
    def notes(self) -> list[str]:
        """What was left out of the address, in words."""
        found = [
            _("The filter {name} “{value}” is not known here and was left out.").format(
                name=self.filters[name].label, value=_shown(value)
            )
            for name in self.GROUPS
            for value in self._asked(name)
            if value not in self.labels[name]
        ]
        asked = self.data.get("sort", "")
        if asked and asked not in SORTS:
            found.append(_("The order “{sort}” is not known here.").format(sort=_shown(asked)))
        if Question(text=self.text).is_cut:
            found.append(_("Your question was long: only its first words were looked for."))
        return found

    def question(self, *, offset: int = 0, limit: int = 12) -> Question:
        """Return what is asked, for the index."""
        return Question(
            text=self.text,
            chosen=self.known,
            sort=self.sort,
            offset=offset,
            limit=limit,
        )

    def groups(self, counts: Mapping[str, Mapping[str, int]] | None) -> list[dict[str, Any]]:
        """Return every facet for components/facets.html; values without any result are left out."""
        return [self._group(name, (counts or {}).get(name, {}), counts) for name in self.GROUPS]

    def _group(self, name: str, found: Mapping[str, int], counts: object) -> dict[str, Any]:
        ticked = self.known[name]
        options = [
            {
                "value": value,
                "label": label,
                "count": None if counts is None else found.get(value, 0),
                "selected": value in ticked,
            }
            for value, label in self.labels[name].items()
            if value in ticked or found.get(value)
        ]
        return {
            "name": name,
            "label": self.filters[name].label,
            "options": options,
            # What is ticked stands in sight, wherever it is in the list.
            "open": any(option["selected"] for option in options[SHOWN_AT_FIRST:]),
        }

    def _asked(self, name: str) -> list[str]:
        values = self.data.getlist(name) if hasattr(self.data, "getlist") else []
        return [value for value in dict.fromkeys(values) if value]


def _shown(value: str) -> str:
    """A value from an address, short enough to be shown and without what cannot be."""
    seen = "".join(sign if sign.isprintable() else "�" for sign in value)
    return seen if len(seen) <= LONGEST_VALUE_SHOWN else f"{seen[:LONGEST_VALUE_SHOWN]}…"
