"""How lists are narrowed: what pages and API of every app share."""

from __future__ import annotations

import copy
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django_filters import FilterSet, MultipleChoiceFilter
from drf_spectacular.drainage import set_override

from cities.filters.names import strange_names

# Letters that Unicode does not take apart into a plain one and a mark.
PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"}
)
HARDLY_ANY = 0.1
# Of what somebody made up, so much is repeated to them.
MOST_NAMED, LONGEST_NAME = 5, 40
SEVERAL = (
    "Given several times, any of them may fit. An unknown value is answered with 400 and the known "
    "ones."
)


def folded(text: str) -> str:
    """Return a text as people type it in a hurry: small letters, no accents."""
    small = text.casefold()
    if small.isascii():
        return small.translate(PLAIN)
    apart = unicodedata.normalize("NFKD", small)
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).translate(PLAIN)


def worth_showing(groups: Iterable[dict], total: int) -> list[dict]:
    """Leave out groups that narrow nothing: one option, or values for hardly any of the rows.

    A group in which something is chosen stays, or nobody could take the choice away.
    """
    return [
        group
        for group in groups
        if any(option["selected"] for option in group["options"])
        or (
            len(group["options"]) > 1
            and sum(option["count"] for option in group["options"]) >= total * HARDLY_ANY
        )
    ]


class LightMultipleChoiceFilter(MultipleChoiceFilter):
    """A choice of several values that is cheap to copy, as each request copies its filters."""

    def __deepcopy__(self, memo: dict[int, Any]) -> LightMultipleChoiceFilter:
        """Copy what a request changes: the values offered, and the filter set it belongs to."""
        copied = copy.copy(self)
        copied.extra = dict(self.extra)
        copied.method = self.method
        return copied


class FacetFilterSet(FilterSet):
    """A filter whose values are rows of the database, and which can count them.

    `offer` says which values there are. Another value is an error that names the known ones: the
    API answers 400 with it, a page shows it.
    """

    # What an address of such a list says besides.
    BESIDE: tuple[str, ...] = ("page", "sort", "q")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Describe the filters in the API's schema, which knows no rows and so no values."""
        super().__init_subclass__(**kwargs)
        for one in cls.declared_filters.values():
            if isinstance(one, MultipleChoiceFilter):
                set_override(one, "field", {"type": "string", "description": SEVERAL})

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        """Leave out empty values: a choice that was left open is no choice."""
        if isinstance(data, QueryDict):
            data = data.copy()
            for name in list(data):
                data.setlist(name, [value for value in data.getlist(name) if value])
        super().__init__(data, *args, **kwargs)

    def offer(self, name: str, options: Mapping[str, str]) -> None:
        """Set the values that a filter takes, with their labels, in the order to show them."""
        known = ", ".join(options) or _("none")
        self.filters[name].extra |= {
            "choices": list(options.items()),
            "error_messages": {
                "invalid_choice": _("“%(value)s” is not known here. Known are: {known}.").format(
                    known=known.replace("%", "%%")
                )
            },
        }

    def chosen(self, name: str) -> list[str]:
        """Return the known values that were asked for."""
        self.is_valid()
        return list(self.form.cleaned_data.get(name) or [])

    @property
    def left_out(self) -> str:
        """Say which names in the address are none of these filters; nothing where all are."""
        strange = strange_names(self.data or (), [*self.filters, *self.BESIDE])[:MOST_NAMED]
        names = ", ".join(f"“{name[:LONGEST_NAME]}”" for name in strange)
        return _("No filter is called {names}: left out.").format(names=names) if names else ""

    def group(self, name: str, counts: Mapping[str, int], *, single: bool = False) -> dict:
        """Return one group for components/facets.html; values without any result are left out."""
        chosen = self.chosen(name)
        options = [
            {"value": value, "label": label, "count": counts.get(value, 0), "selected": selected}
            for value, label in self.filters[name].extra["choices"]
            if (selected := value in chosen) or counts.get(value)
        ]
        label = self.filters[name].label
        return {"name": name, "label": label, "options": options, "single": single}


class ComparedFilterSet(FacetFilterSet):
    """A filter for lists short enough to be read whole and compared here.

    Counts beside every filter would take a query for each in SQL, and words are found without
    their accents on every database. A subclass says what `GROUPS` there are, sets `rows` in their
    order, and tells of a row its `words` (folded) and its `values` in a group.
    """

    GROUPS: tuple[str, ...]
    rows: list[Any]

    def words(self, row: Any) -> str:
        """Return the text that words are looked for in, folded."""
        raise NotImplementedError

    def values(self, row: Any, name: str) -> set[str]:
        """Return the values of a row in a group."""
        raise NotImplementedError

    def found(self, without: str = "") -> list[Any]:
        """Return the rows that fit, in their order; `without` names a group that stands open."""
        self.is_valid()
        wanted = folded(self.form.cleaned_data.get("q") or "").split()
        chosen = {name: set(self.chosen(name)) for name in self.GROUPS if name != without}
        return [
            row
            for row in self.rows
            if all(word in self.words(row) for word in wanted)
            and all(not asked or asked & self.values(row, name) for name, asked in chosen.items())
        ]

    def facets(self) -> list[dict]:
        """Return the groups of filters, each counted as if it alone stood open."""
        return [
            self.group(
                name, Counter(value for row in self.found(name) for value in self.values(row, name))
            )
            for name in self.GROUPS
        ]
