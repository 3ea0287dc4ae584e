"""The columns of a table of entries: the same on the way out and on the way in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from cities.models import Goal, Organisation, Theme
from cities.tables.cells import Cell, CellFault, clean
from marketplace.models import EntryKind, Funding, Revision, Standard, Technology
from marketplace.search.words import language_names

# Which entry a row is about: its short address (empty: a new one), and for new ones whose.
KEYS = ("entry", "kind", "city")
# What a table tells and never changes.
INFORMATION = ("url", "state", "files")
SHARED = ("title", "summary", "language", "themes")
OF_SOLUTIONS = (
    *("problem", "approach", "results", "evidence_url", "needs", "did_not_work", "maturity"),
    *("cost_band", "yearly_cost", "fundings", "months_to_deploy", "is_open_source", "licence"),
    *("repository_url", "software_version", "released_on", "standards", "technologies", "goals"),
)
OF_PROFILES = ("story", "strategy", "ambitions")
FIELDS = (*SHARED, *OF_SOLUTIONS, "website", "partners", *OF_PROFILES)
COLUMNS = (*KEYS, *INFORMATION, *FIELDS)
OF_KIND = {
    EntryKind.SOLUTION: frozenset(FIELDS) - frozenset(OF_PROFILES),
    EntryKind.CITY_PROFILE: frozenset(FIELDS) - frozenset(OF_SOLUTIONS),
}
YES, NO = {"yes", "true", "1"}, {"no", "false", "0"}
BETWEEN = re.compile(r"[,;\n]+")
SHOWN = 12


def label_of(name: str) -> str:
    """Return what people call a field."""
    words = str(getattr(Revision._meta.get_field(name), "verbose_name", name))
    return words[:1].upper() + words[1:]


class Vocabulary:
    """The rows that cells name, by what stands in the cell; read once for a whole table."""

    def __init__(self) -> None:
        """Read them."""
        self.by_field: dict[str, dict[str, models.Model]] = {
            "themes": {row.slug: row for row in Theme.objects.all()},
            "fundings": {row.slug: row for row in Funding.objects.all()},
            "standards": {row.slug: row for row in Standard.objects.all()},
            "technologies": {row.slug: row for row in Technology.objects.all()},
            "goals": {str(row.number): row for row in Goal.objects.all()},
            "partners": {row.slug: row for row in Organisation.objects.all()},
        }
        self.languages = language_names()

    def find(self, name: str, text: str) -> list[models.Model]:
        """Return the rows a cell names; raise CellFault for those there are not."""
        rows = self.by_field[name]
        asked = [part.strip() for part in BETWEEN.split(text) if part.strip()]
        unknown = [part for part in asked if part.casefold() not in rows]
        if unknown:
            raise CellFault(
                _("{values} is not known; expected one or more of: {known}.").format(
                    values=", ".join(f"“{part[:40]}”" for part in unknown), known=_few(list(rows))
                )
            )
        return [rows[part.casefold()] for part in dict.fromkeys(asked)]


def read(name: str, text: str, vocabulary: Vocabulary) -> Any:
    """Return the value that a cell stands for; raise CellFault with what is expected."""
    text = clean(text)
    field: Any = Revision._meta.get_field(name)
    if field.many_to_many:
        return vocabulary.find(name, text)
    if name == "language":
        if text and text not in vocabulary.languages:
            raise CellFault(_("“{text}” is no language code, such as en or fr.").format(text=text))
        return text
    if field.choices:
        return _choice(field, text)
    reader = {
        models.BooleanField: _yes_or_no,
        models.PositiveSmallIntegerField: _whole_number,
        models.DateField: _day,
        models.URLField: _address,
    }.get(type(field))
    value = reader(text) if reader else text
    try:
        return field.clean(value, None)
    except ValidationError as fault:
        raise CellFault(" ".join(fault.messages)) from fault


def write(revision: Revision, name: str) -> Cell:
    """Return what stands in the cell of a field: what `read` makes the same value of."""
    field = Revision._meta.get_field(name)
    if field.many_to_many:
        rows = getattr(revision, name).all()
        keys = [str(row.number) if isinstance(row, Goal) else row.slug for row in rows]
        return ", ".join(keys)
    value = getattr(revision, name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int) else str(value)


def row_of(revision: Revision) -> list[Cell]:
    """Return the cells of an entry's row, from one of its revisions."""
    entry = revision.entry
    known: Mapping[str, str] = {
        "entry": entry.slug,
        "kind": entry.kind,
        "city": entry.city.slug if entry.city else "",
        "url": settings.BASE_URL + entry.get_absolute_url(),
        "state": revision.state,
        "files": "\n".join(_links(revision)),
    }
    fits = OF_KIND[EntryKind(entry.kind)]
    return [
        known[name] if name in known else write(revision, name) if name in fits else ""
        for name in COLUMNS
    ]


def _links(revision: Revision) -> list[str]:
    """Return the addresses of pictures and documents, as whoever may see them opens them."""
    slug = revision.entry.slug
    return [
        settings.BASE_URL
        + reverse("marketplace:attachment", kwargs={"slug": slug, "pk": attachment.pk})
        for attachment in revision.attachments.all()
    ]


def same(revision: Revision, name: str, value: Any) -> bool:
    """Say whether a revision says already what a cell says."""
    if Revision._meta.get_field(name).many_to_many:
        return {row.pk for row in getattr(revision, name).all()} == {row.pk for row in value}
    now = getattr(revision, name)
    return bool((clean(now) if isinstance(now, str) else now) == value)


def _few(known: list[str]) -> str:
    return ", ".join(sorted(known)[:SHOWN]) + (" …" if len(known) > SHOWN else "")


def _choice(field: Any, text: str) -> str:
    choices = {str(code): str(label) for code, label in field.choices}
    by_label = {label.casefold(): code for code, label in choices.items()}
    found = text if text in choices else by_label.get(text.casefold(), "")
    if text and not found:
        raise CellFault(
            _("“{text}” is not one of: {known}.").format(
                text=text[:40], known=", ".join(code for code in choices if code)
            )
        )
    return found


def _yes_or_no(text: str) -> bool | None:
    if text.casefold() in YES | NO:
        return text.casefold() in YES
    if text:
        raise CellFault(_("“{text}” is neither yes nor no.").format(text=text[:40]))
    return None


def _whole_number(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise CellFault(_("“{text}” is not a whole number, such as 6.").format(text=text[:40]))
    return int(text)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise CellFault(
            _("“{text}” is not a date as 2026-01-31.").format(text=text[:40])
        ) from fault


def _address(text: str) -> str:
    return text if not text or "://" in text else f"https://{text}"
