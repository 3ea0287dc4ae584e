"""History that keeps lists as well: the rows of other tables that a row names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords

# Lists are written right after their row; whoever comes later made a change of their own.
ONE_SAVE = timedelta(seconds=5)
_GONE, _LAST = "_lists_that_go", "_last_record"


class HistoryWithLists(HistoricalRecords):
    """Records of a row and of its lists (`m2m_fields`).

    The library makes a record for each list that changes, and finds the lists of a row that is
    deleted empty, for the database has dropped them by then. Here the lists of one save stand in
    the record of that save, and the record of a deletion has the lists that the row had.
    """

    def pre_delete(self, instance: models.Model, **kwargs: Any) -> None:
        """Read the lists while they are there."""
        super().pre_delete(instance, **kwargs)
        fields = self.get_m2m_fields_from_model(type(instance))
        instance.__dict__[_GONE] = {one: _rows(one, instance) for one in fields}

    def create_historical_record_m2ms(self, history_instance: Any, instance: Any) -> None:
        """Keep the lists with a record."""
        gone = instance.__dict__.pop(_GONE, None)
        instance.__dict__[_LAST] = history_instance
        for field in history_instance._history_m2m_fields:
            is_gone = gone is not None and history_instance.history_type == "-"
            self._keep(history_instance, field, gone[field] if is_gone else _rows(field, instance))

    def m2m_changed(self, instance: Any, action: str, attr: str, pk_set: Any, reverse: bool,
                    **more: Any) -> None:  # fmt: skip
        """Keep a list that changed: with the save it belongs to, or as a change of its own."""
        if reverse:
            if action.startswith("post_"):
                # Said from the other end: each row named there has changed.
                for row in more["model"]._default_manager.filter(pk__in=pk_set or ()):
                    super().m2m_changed(row, action, attr, set(), False)
            return
        last = instance.__dict__.get(_LAST)
        is_of_a_save = last is not None and timezone.now() - last.history_date < ONE_SAVE
        if not is_of_a_save:
            super().m2m_changed(instance, action, attr, pk_set, reverse, **more)
        elif action in ("post_add", "post_remove", "post_clear"):
            field = instance._meta.get_field(attr)
            self.m2m_models[field].objects.filter(history=last).delete()
            self._keep(last, field, _rows(field, instance))

    def _keep(self, record: Any, field: Any, rows: list[Any]) -> None:
        self.m2m_models[field].objects.bulk_create(
            self.m2m_models[field](
                history=record,
                **{one.attname: getattr(row, one.attname) for one in row._meta.fields},
            )
            for row in rows
        )


def _rows(field: Any, instance: models.Model) -> list[Any]:
    through = field.remote_field.through._default_manager
    return list(through.filter(**{field.m2m_field_name(): instance.pk}).order_by("pk"))


def lists_of(record: Any) -> dict[str, list[int]]:
    """Return the keys that each list of a record has, by the name of the list."""
    found = {}
    for field in record._history_m2m_fields:
        rows = getattr(type(record), field.name).model.objects.filter(history=record)
        key = f"{field.m2m_reverse_field_name()}_id"
        found[field.name] = list(rows.order_by("pk").values_list(key, flat=True))
    return found
