"""How entries are narrowed: by page and API alike."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django_filters import CharFilter, ChoiceFilter

from cities.filters import FacetFilterSet, LightMultipleChoiceFilter, strange_names
from cities.templatetags.drawing import Numbered
from marketplace.filters.labels import Labels
from marketplace.filters.likeness import Likeness
from marketplace.models import Entry
from marketplace.search.questions import SORTS, Question

LONGEST_VALUE_SHOWN = 40
# Of what somebody typed, so much is told again, in a mail for instance.
LONGEST_TOLD = 100
# As in components/facets.html.
SHOWN_AT_FIRST = 8
# The groups of filters that stand open; the others are unfolded by who needs them.
OPEN_GROUPS = ("kind", "theme", "maturity", "country", "cost")
ORDERS = {
    "relevance": gettext_lazy("Best match"),
    "fit": gettext_lazy("Best fit"),
    "newest": gettext_lazy("Newest"),
    "reused": gettext_lazy("Most reused"),
    "name": gettext_lazy("By name"),
}
MOST_NAMED = 5
MOST_GROUPS = 100
_groups: dict[Hashable, tuple[Numbered, object, object]] = {}


class EntryFilter(FacetFilterSet):
    """Entries by words, by every facet, and by what fits a city.

    The API refuses values that are not known (400, naming those that are); the page leaves them
    out and says so in `notes`. So with names that are no filters.
    """

    # What else stands in an address: the page of the list, and the shortlist.
    BESIDE: tuple[str, ...] = ("page", "e")
    GROUPS = (
        "kind",
        "theme",
        "maturity",
        "country",
        "cost",
        "evidence",
        "size",
        "open_source",
        "funding",
        "technology",
        "standard",
        "goal",
        "language",
    )

    q = CharFilter(label=gettext_lazy("Words"), method="leave", max_length=300)
    kind = LightMultipleChoiceFilter(label=gettext_lazy("Kind"), method="leave")
    theme = LightMultipleChoiceFilter(label=gettext_lazy("Theme"), method="leave")
    country = LightMultipleChoiceFilter(label=gettext_lazy("Country"), method="leave")
    maturity = LightMultipleChoiceFilter(label=gettext_lazy("Maturity"), method="leave")
    technology = LightMultipleChoiceFilter(label=gettext_lazy("Technology"), method="leave")
    goal = LightMultipleChoiceFilter(
        label=gettext_lazy("Sustainable Development Goal"), method="leave"
    )
    cost = LightMultipleChoiceFilter(label=gettext_lazy("Cost"), method="leave")
    open_source = LightMultipleChoiceFilter(label=gettext_lazy("Licence"), method="leave")
    language = LightMultipleChoiceFilter(label=gettext_lazy("Language"), method="leave")
    size = LightMultipleChoiceFilter(label=gettext_lazy("Works in a city of"), method="leave")
    funding = LightMultipleChoiceFilter(label=gettext_lazy("Funding"), method="leave")
    standard = LightMultipleChoiceFilter(label=gettext_lazy("Standards"), method="leave")
    evidence = LightMultipleChoiceFilter(label=gettext_lazy("Evidence"), method="leave")
    sort = ChoiceFilter(
        label=gettext_lazy("Order"), method="leave", choices=[(name, name) for name in SORTS]
    )
    like = CharFilter(label=gettext_lazy("A city it shall fit"), method="leave")
    population = CharFilter(label=gettext_lazy("Its inhabitants"), method="leave")
    trait = LightMultipleChoiceFilter(label=gettext_lazy("Its traits"), method="leave")
    budget = CharFilter(label=gettext_lazy("Its budget in euro"), method="leave")

    class Meta:
        model = Entry
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Read what the values are called."""
        super().__init__(*args, **kwargs)
        user = getattr(self.request, "user", None)
        is_visitor = user is not None and not user.is_authenticated
        read = Labels.remembered() if is_visitor else Labels.read()
        self.labels = read.by_facet
        self.likeness = Likeness(self.data or {}, read.traits)
        for name in self.GROUPS:
            self.offer(name, self.labels[name])
        self.offer("trait", {trait.slug: trait.name for trait in read.traits})

    def leave(self, queryset: QuerySet[Entry], name: str, values: object) -> QuerySet[Entry]:
        """Do nothing: all is asked of the index at once, by `question`."""
        return queryset

    @property
    def text(self) -> str:
        """What was typed, without what no text holds."""
        return str(self.data.get("q", "")).replace("\0", " ").strip()

    @property
    def asked_order(self) -> str:
        """The order asked for, if it is one of ours."""
        asked = str(self.data.get("sort", ""))
        return asked if asked in SORTS else ""

    @cached_property
    def known(self) -> dict[str, tuple[str, ...]]:
        """The known values that are ticked in each facet."""
        return {
            name: tuple(value for value in self._asked(name) if value in self.labels[name])
            for name in self.GROUPS
        }

    @property
    def strange(self) -> list[str]:
        """The names in the address that mean nothing here, unless others add them to addresses."""
        return strange_names(self.data or (), [*self.filters, *self.BESIDE])

    @property
    def notes(self) -> list[str]:
        """What was left out of the address, in words."""
        names = ", ".join(f"“{_shown(name)}”" for name in self.strange[:MOST_NAMED])
        found = [_("No filter is called {names}: left out.").format(names=names)] if names else []
        found += [
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
        self.likeness.like  # noqa: B018 - reading it is what finds faults
        return found + self.likeness.notes

    @property
    def in_words(self) -> str:
        """What is asked, in words: "“open data”; Theme: Energy; for a city like Rouen"."""
        text = " ".join(self.text.split())[:LONGEST_TOLD]
        said = [f"“{text}”"] if text else []
        for name, values in self.known.items():
            if values:
                named = ", ".join(str(self.labels[name][value]) for value in values)
                said.append(f"{self.filters[name].label}: {named}")
        return "; ".join([*said, *self.likeness.in_words])

    def question(self, *, offset: int = 0, limit: int = 12) -> Question:
        """Return what is asked, for the index."""
        return Question(
            text=self.text,
            chosen=self.known,
            sort=self.asked_order,
            offset=offset,
            limit=limit,
            like=self.likeness.like,
        )

    def orders(self) -> list[dict[str, Any]]:
        """Return the orders that make sense for what is asked, and which one holds."""
        asked = self.question()
        possible = {"fit": bool(asked.like), "relevance": asked.asks_words}
        return [
            {"value": name, "label": label, "selected": name == asked.order}
            for name, label in ORDERS.items()
            if possible.get(name, True)
        ]

    def groups(self, counts: Mapping[str, Mapping[str, int]] | None) -> list[dict[str, Any]]:
        """Return every facet for components/facets.html; values without any result are left out.

        Every page of a list shows the same ones: they are remembered with the counts and labels
        that they were made of.
        """
        chosen = tuple(self.known.items())
        key = (get_language(), chosen, id(counts), id(self.labels))
        known = _groups.get(key)
        if known is not None:
            return known[0]
        made = Numbered(
            self._group(name, (counts or {}).get(name, {}), counts) for name in self.GROUPS
        )
        if len(_groups) >= MOST_GROUPS:
            _groups.clear()
        # Kept along, so that no other object is known by the same number meanwhile.
        _groups[key] = (made, counts, self.labels)
        return made

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
            "folded": name not in OPEN_GROUPS and not ticked,
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
