"""One run of the loader: rows are found by their natural key, and written when they are not there.

What is in the database already is left as it is, for people may have changed it. `refresh` writes
the files' words over rows that differ, but for those whose `version` shows that somebody edited
them in the portal.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import ForeignKey, Model
from django.utils import timezone

from cities import changes
from cities.models import Source
from cities.programme.files import LoadError, ProgrammeFiles, Record

Row = TypeVar("Row", bound=Model)
REASON = "Loaded with the programme's data"


@dataclass
class Loading:
    """What a run knows: its files, what to load, the moment it began, and what it did."""

    files: ProgrammeFiles
    refresh: bool = False
    demonstration: bool = True
    accounts: bool = False
    now: datetime = field(default_factory=timezone.now)
    created: Counter[type[Model]] = field(default_factory=Counter)
    updated: Counter[type[Model]] = field(default_factory=Counter)
    unchanged: Counter[type[Model]] = field(default_factory=Counter)
    _rows: dict[tuple[Any, ...], dict[tuple[Any, ...], Any]] = field(default_factory=dict)

    @cached_property
    def today(self) -> date:
        """The day of loading, from which the days of demonstration records count."""
        return timezone.localdate(self.now)

    def ago(self, record: Record, name: str) -> datetime | None:
        """Return the moment so many days before loading as the field `name` says."""
        days = record.whole(name)
        return None if days is None else self.now - timedelta(days=days)

    def wanted(self, record: Record) -> bool:
        """Say whether a record is to be loaded: those that are invented only where asked for."""
        return self.demonstration or not record.mark().demonstration

    def marks(self, record: Record) -> dict[str, Any]:
        """Return the fields that say where a record comes from; its sources must be known."""
        mark = record.mark()
        for key in filter(None, mark.source.split(", ")):
            if (key,) not in self.index(Source, ("key",)):
                raise record.wrong("source", f"“{key}” is not in sources.yaml; add it there.")
        return {"source": mark.source, "demonstration": mark.demonstration}

    # ── finding ──────────────────────────────────────────────────────────────────────────────────
    def index(self, model: type[Row], names: tuple[str, ...]) -> dict[tuple[Any, ...], Row]:
        """Return all rows of a model by the values of some fields, read once."""
        key = (model, *names)
        if key not in self._rows:
            columns = [model._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
            self._rows[key] = {
                tuple(getattr(row, column) for column in columns): row
                for row in model._default_manager.all()
            }
        return self._rows[key]

    def find(self, model: type[Row], record: Record, name: str, by: str = "slug") -> Row:
        """Return the row that a field of a record names."""
        return self._named(model, record, name, by, record.need(name))

    def find_or_none(
        self, model: type[Row], record: Record, name: str, by: str = "slug"
    ) -> Row | None:
        """Return the row that a field names, or None when the field is missing."""
        return self.find(model, record, name, by) if record.get(name) else None

    def find_all(self, model: type[Row], record: Record, name: str, by: str = "slug") -> list[Row]:
        """Return the rows that a list names."""
        return [self._named(model, record, name, by, value) for value in record.items(name)]

    def _named(self, model: type[Row], record: Record, name: str, by: str, value: object) -> Row:
        rows = self.index(model, (by,))
        row = rows.get((value,)) if isinstance(value, str | int) else None
        if row is None:
            known = ", ".join(sorted(str(key[0]) for key in rows)[:200])
            kind = model._meta.verbose_name
            raise record.wrong(
                name, f"“{value}” is not known as {kind}. Add it, or use one of: {known}."
            )
        return row

    # ── writing ──────────────────────────────────────────────────────────────────────────────────
    def put(
        self,
        model: type[Row],
        record: Record,
        key: dict[str, Any],
        many: dict[str, list[Any]] | None = None,
        first: dict[str, Any] | None = None,
        **values: Any,
    ) -> tuple[Row, bool]:
        """Return the row with this natural key, and whether it was created now.

        A row that is there is left alone, or brought in line with the file when refreshing;
        what `first` holds, such as days counted from the loading, is for new rows only.
        """
        names = tuple(key)
        found = tuple(value.pk if isinstance(value, Model) else value for value in key.values())
        row = self.index(model, names).get(found)
        if row is None:
            row = self.create(model, record, many=many, **key, **values, **(first or {}))
            self.index(model, names)[found] = row
            return row, True
        if self.refresh and getattr(row, "version", 1) == 1 and self._differs(row, values):
            self._save(row, record)
            self.updated[model] += 1
            changes.announce(row)
        else:
            self.unchanged[model] += 1
        return row, False

    def create(
        self,
        model: type[Row],
        record: Record,
        many: dict[str, list[Any]] | None = None,
        **values: Any,
    ) -> Row:
        """Create a row, for those that have no key of their own and come with their parent."""
        row = model(**values)
        self._save(row, record)
        for name, rows in (many or {}).items():
            getattr(row, name).set(rows)
        self.created[model] += 1
        return row

    def _differs(self, row: Model, values: dict[str, Any]) -> bool:
        changed = False
        for name, value in values.items():
            column = row._meta.get_field(name).attname  # type: ignore[union-attr]
            new = value.pk if isinstance(value, Model) else value
            if getattr(row, column) != new:
                setattr(row, column, new)
                changed = True
        return changed

    def _save(self, row: Model, record: Record) -> None:
        # Keys to other rows were looked up already; checking them again is a query each.
        keys = [column.name for column in row._meta.fields if isinstance(column, ForeignKey)]
        try:
            row.clean_fields(exclude=keys)
        except ValidationError as fault:
            name, words = next(iter(fault.message_dict.items()))
            raise record.wrong(name, " ".join(words)) from fault
        row._change_reason = REASON  # type: ignore[attr-defined]
        try:
            row.save()
        except IntegrityError as fault:
            what = f"the database refuses the {row._meta.verbose_name}: {fault}"
            raise LoadError(f"{record.file}, {record.label}: {what}") from fault

    def report(self) -> list[str]:
        """Return a line for each kind of rows, with how many were created, updated, unchanged."""
        models = sorted(
            {*self.created, *self.updated, *self.unchanged}, key=lambda model: model._meta.label
        )
        return [
            f"{model._meta.verbose_name_plural}: {self.created[model]} created, "
            f"{self.updated[model]} updated, {self.unchanged[model]} unchanged"
            for model in models
        ]
