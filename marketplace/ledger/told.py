"""What a city measured before and after: written, and what stood there before kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from cities.models import User
from initiatives.dates import PartialDate
from initiatives.values import Reported
from marketplace import values
from marketplace.models import Deployment, DeploymentValue, Moment


@dataclass(frozen=True)
class ToldValue:
    """A value with what goes with it: when it holds, where it can be seen, what to know of it."""

    label: str
    moment: Moment
    value: Reported
    as_of: PartialDate | None = None
    source_url: str = ""
    note: str = ""

    def columns(self) -> dict[str, Any]:
        """Return the columns of a row that say this."""
        return {
            **values.columns(self.value),
            "as_of_precision": DeploymentValue._meta.get_field("as_of_precision").get_default(),
            **values.as_of_columns(self.as_of),
            "source_url": self.source_url,
            "note": self.note,
        }


@transaction.atomic
def keep_values(row: Deployment, found: Iterable[ToldValue], *, actor: User | None = None) -> bool:
    """Write what was measured, in place of what was written so far; its history keeps that.

    What says the same is left alone. All that changes at once is dated alike. Returns whether
    anything changed.
    """
    now, has_changed = timezone.now(), False
    there = {(each.label, each.moment): each for each in row.values.all()}
    for position, told in enumerate(found):
        value = there.pop((told.label, told.moment), None) or DeploymentValue(
            deployment=row, label=told.label, moment=told.moment
        )
        columns = {**told.columns(), "position": position}
        if value.pk and all(getattr(value, name) == each for name, each in columns.items()):
            continue
        has_changed = True
        for name, each in columns.items():
            setattr(value, name, each)
        _sign(value, actor, now)
        value.save()
    for value in there.values():
        _sign(value, actor, now)
        value.delete()
    return has_changed or bool(there)


def _sign(value: Any, actor: User | None, now: Any) -> None:
    """Say for the history who changed a value, and when."""
    value._history_user, value._history_date = actor, now
