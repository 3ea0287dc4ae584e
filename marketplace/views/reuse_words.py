"""Rows of the ledger in words, for tables and lists of facts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.templatetags.initiative_words import money
from marketplace.history import Happening
from marketplace.ledger import BY_THE_OWNER, Action
from marketplace.models import Confirmation, Deployment, DeploymentValue, Moment

HAPPENED = {
    Action.WANT: gettext_lazy("Interested"),
    Action.ADAPT: gettext_lazy("Adapting it"),
    Action.PILOT: gettext_lazy("Tried out"),
    Action.USE: gettext_lazy("In use"),
    Action.STOP: gettext_lazy("Stopped"),
    Action.CONFIRM: gettext_lazy("Confirmed by the owner"),
    Action.DOUBT: gettext_lazy("Doubted by the owner"),
}


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


def days_words(row: Deployment) -> str:
    """Return since when, and until when: "March 2024 – May 2025"."""
    days = [date_format(day, "YEAR_MONTH_FORMAT") for day in (row.since, row.until) if day]
    return " – ".join(days)


def cost_words(row: Deployment) -> str:
    """Return what it cost, with its currency."""
    return money(row.cost, row.currency) if row.cost is not None else ""


def values_words(found: Iterable[tuple[str, str, str]]) -> str:
    """Return values in one line, from label, moment and report: "minutes of waiting: 12 → 8"."""
    told: dict[str, dict[str, str]] = {}
    for label, moment, report in found:
        told.setdefault(label, {})[moment] = report
    lines = []
    for label, pair in told.items():
        if len(pair) == len(Moment):
            lines.append(f"{label}: {pair[Moment.BEFORE]} → {pair[Moment.AFTER]}")
        else:
            ((moment, report),) = pair.items()
            lines.append(f"{label}: {report} ({Moment(moment).label.lower()})")
    return "; ".join(lines)


def row_cells(row: Deployment) -> dict[str, Any]:
    """Return a row of the public list, with its values fetched."""
    return {
        "row": row,
        "status": status_words(row),
        "state": row.confirmation if row.has_run else "",
        "days": days_words(row),
        "cost": cost_words(row),
        "values": values_words(
            (value.label, value.moment, value.as_reported) for value in row.values.all()
        ),
    }


def details_of(row: Deployment) -> list[dict[str, Any]]:
    """Return the facts of a row for components/definition_list.html."""
    owner = row.entry.city
    facts = [
        {"label": _("City"), "value": row.city.name, "url": row.city.get_absolute_url()},
        {"label": _("Solution"), "value": str(row.entry), "url": row.entry.get_absolute_url()},
        {
            "label": _("Offered by"),
            "value": owner.name if owner else row.entry.owner_note,
            "url": owner.get_absolute_url() if owner else "",
        },
        {"label": _("Status"), "value": status_words(row)},
        {"label": _("When"), "value": days_words(row)},
        {"label": _("What it cost"), "value": cost_words(row)},
    ]
    return [fact for fact in facts if fact["value"]]


def value_rows_of(found: list[DeploymentValue]) -> list[list[str]]:
    """Return values as rows of a table: what, before, after."""
    told: dict[str, dict[str, str]] = {}
    for value in found:
        told.setdefault(value.label, {})[value.moment] = value.as_reported
    return [[label, *(pair.get(moment, "") for moment in Moment)] for label, pair in told.items()]


def steps_of(row: Deployment, *, with_names: bool) -> list[Happening]:
    """Return the history of a row, newest first; names and words of doubt for insiders only."""
    found = []
    for step in row.steps.select_related("actor").order_by("-pk"):
        if not with_names and not (row.has_run or row.is_named):
            continue
        is_private = step.action == Action.DOUBT and not with_names
        since = "" if step.action in BY_THE_OWNER else date_format(step.on)
        found.append(
            Happening(
                when=localtime(step.at),
                what=str(HAPPENED[Action(step.action)]),
                who=str(step.actor) if with_names and step.actor else "",
                note=" ".join(
                    words
                    for words in (
                        _("Since {day}.").format(day=since) if since else "",
                        "" if is_private else step.note,
                    )
                    if words
                ),
            )
        )
    return found
