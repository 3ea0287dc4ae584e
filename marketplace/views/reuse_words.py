"""Rows of the ledger in words, for tables and lists of facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.templatetags.initiative_words import money
from marketplace.history import Happening
from marketplace.ledger import BY_THE_OWNER, Action
from marketplace.ledger.words import dated_words, status_words, values_words
from marketplace.models import Deployment, DeploymentValue, Moment
from marketplace.values import as_of_words

HAPPENED = {
    Action.WANT: gettext_lazy("Interested"),
    Action.ADAPT: gettext_lazy("Adapting it"),
    Action.PILOT: gettext_lazy("Tried out"),
    Action.USE: gettext_lazy("In use"),
    Action.STOP: gettext_lazy("Stopped"),
    Action.CONFIRM: gettext_lazy("Confirmed by the owner"),
    Action.DOUBT: gettext_lazy("Doubted by the owner"),
}


def days_words(row: Deployment) -> str:
    """Return since when, and until when: "March 2024 – May 2025"."""
    days = [date_format(day, "YEAR_MONTH_FORMAT") for day in (row.since, row.until) if day]
    return " – ".join(days)


def cost_words(row: Deployment) -> str:
    """Return what it cost, with its currency."""
    return money(row.cost, row.currency) if row.cost is not None else ""


def row_cells(row: Deployment) -> dict[str, Any]:
    """Return a row of the public list, with its values fetched."""
    return {
        "row": row,
        "status": status_words(row),
        "state": row.confirmation if row.has_run else "",
        "days": days_words(row),
        "cost": cost_words(row),
        "values": values_words(row.values.all()),
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


@dataclass(frozen=True)
class ShownValue:
    """A value with all that goes with it, in words; empty where nothing was said."""

    moment: str
    report: str = ""
    as_of: str = ""
    source_url: str = ""
    note: str = ""


@dataclass(frozen=True)
class ShownPair:
    """What was measured, and its values before and after."""

    label: str
    sides: list[ShownValue]


def value_rows_of(found: list[DeploymentValue]) -> list[ShownPair]:
    """Return values as _reuse_values.html takes them."""
    told: dict[str, dict[str, ShownValue]] = {}
    for value in found:
        told.setdefault(value.label, {})[value.moment] = ShownValue(
            moment=str(value.get_moment_display()),
            report=value.as_reported,
            as_of=as_of_words(value),
            source_url=value.source_url,
            note=value.note,
        )
    return [
        ShownPair(label, [pair.get(each, ShownValue(str(each.label))) for each in Moment])
        for label, pair in told.items()
    ]


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
    found += _changed_values(row, with_names=with_names)
    return sorted(found, key=lambda each: each.when, reverse=True)


def _changed_values(row: Deployment, *, with_names: bool) -> list[Happening]:
    """Return when values were reported or changed; who, and what they said, for insiders."""
    if not with_names and not row.is_public:
        return []
    records = DeploymentValue.history.filter(deployment_id=row.pk).select_related("history_user")
    together: dict[datetime, list[Any]] = {}
    for record in records.order_by("history_date", "history_id"):
        together.setdefault(record.history_date, []).append(record)
    return [
        Happening(
            when=localtime(when),
            what=_("Values before and after were reported"),
            who=str(changed[0].history_user) if with_names and changed[0].history_user else "",
            note="\n".join(map(_change_words, changed)) if with_names else "",
        )
        for when, changed in together.items()
    ]


def _change_words(record: Any) -> str:
    told = _("{label}, {moment}: {value}").format(
        label=record.label, moment=record.get_moment_display().lower(), value=dated_words(record)
    )
    beside = [each for each in (record.source_url, record.note) if each]
    told = "; ".join([told, *beside])
    return _("Taken away: {value}").format(value=told) if record.history_type == "-" else told
