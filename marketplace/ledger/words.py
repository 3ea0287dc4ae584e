"""Where a row of the ledger stands and what was measured, in words."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from marketplace.models import Confirmation, Deployment, DeploymentValue, Moment
from marketplace.values import as_of_words


def status_words(row: Deployment) -> str:
    """Return how far a city is, and whether the owner confirmed it: "In use, confirmed"."""
    status = str(row.get_status_display())
    if not row.has_run or row.is_own:
        return status
    said = {
        Confirmation.WAITING: _("not confirmed yet"),
        Confirmation.CONFIRMED: _("confirmed"),
        Confirmation.DOUBTED: _("doubted by the owner"),
    }[Confirmation(row.confirmation)]
    return f"{status}, {said}"


def values_words(found: Iterable[DeploymentValue]) -> str:
    """Return values in one line: "minutes of waiting: 12 (2021) → 8 (May 2024)"."""
    told: dict[str, dict[str, DeploymentValue]] = {}
    for value in found:
        told.setdefault(value.label, {})[value.moment] = value
    lines = []
    for label, pair in told.items():
        if len(pair) == len(Moment):
            before, after = (dated_words(pair[moment]) for moment in Moment)
            lines.append(f"{label}: {before} → {after}")
        else:
            ((moment, value),) = pair.items()
            beside = [str(Moment(moment).label).lower(), as_of_words(value)]
            lines.append(f"{label}: {value.as_reported} ({', '.join(filter(None, beside))})")
    return "; ".join(lines)


def dated_words(value: DeploymentValue) -> str:
    """Return a value as it was reported, with its date where there is one."""
    when = as_of_words(value)
    return f"{value.as_reported} ({when})" if when else value.as_reported
