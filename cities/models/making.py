"""Rows made from their columns as text, as both databases write them in JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import models
from django.utils.dateparse import parse_datetime

_YES = {"1", "true", "t"}


class Maker:
    """Makes rows of one table, and of those joined to it, as the database would return them."""

    def __init__(
        self, model: Any, joined: Any, db: str, mask: dict[Any, Any] | None = None
    ) -> None:
        """Learn once how each column is read.

        `joined` names what is read along (`select_related`), `mask` what `only` or `defer` left.
        """
        self.model, self.db = model, db
        # What was left out is asked for when somebody wants it, as after `only`.
        fields = [one for one in model._meta.concrete_fields if not mask or one in mask]
        self.names = [one.attname for one in fields]
        self.readers = [(one.attname, reader(one)) for one in fields]
        self.key = model._meta.pk.attname
        self.joined: list[tuple[str, Any, Maker]] = []
        for name, further in joined.items():
            link = model._meta.get_field(name)
            narrowed = (mask or {}).get(link)
            inner = Maker(link.related_model, further, db, narrowed)
            self.joined.append((f"{name}__", link, inner))

    def make(self, columns: dict[str, Any]) -> Any:
        """Make a row from its columns."""
        values = [
            None if (text := columns[name]) is None else read(text) for name, read in self.readers
        ]
        made = self.model.from_db(self.db, self.names, values)
        for name, link, maker in self.joined:
            inner = columns[name]
            one = None if inner[maker.key] is None else maker.make(inner)
            link.set_cached_value(made, one)
            if one is not None and link.one_to_one:
                link.remote_field.set_cached_value(one, made)
        return made


_PLAIN: dict[Any, Callable[[str], Any]] = {
    models.CharField.to_python: str,
    models.TextField.to_python: str,
    models.IntegerField.to_python: int,
}


def reader(field: Any) -> Callable[[str], Any]:
    """Return what makes a column's value from its text, as both databases write it."""
    if isinstance(field, models.ForeignKey):
        return reader(field.target_field)
    if isinstance(field, models.BooleanField):
        return lambda text: text.lower() in _YES
    if isinstance(field, models.JSONField):
        return partial(json.loads, cls=field.decoder)
    if isinstance(field, models.DateTimeField):
        return _moment
    if isinstance(field, models.DecimalField):
        places = Decimal(1).scaleb(-field.decimal_places)
        return lambda text: Decimal(text).quantize(places)
    # Most columns are words or whole numbers: what Django would ask of each is known.
    found: Callable[[str], Any] = _PLAIN.get(type(field).to_python, field.to_python)
    return found


def _moment(text: str) -> datetime:
    """SQLite keeps moments without a zone: they are in UTC."""
    found = parse_datetime(text)
    if found is None:
        raise ValueError(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
