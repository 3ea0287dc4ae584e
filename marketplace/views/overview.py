"""The overview of all reviews, for programme staff: figures that lead to their rows."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cities.permissions import signed_in
from cities.pictures import Bar, bar_chart
from marketplace import clock, overview, permissions
from marketplace.rows import revision_url, rows_url


@require_safe
@login_required
def review_overview(request: HttpRequest) -> HttpResponse:
    """Stages with ages, what is late, every reviewer's load, decisions by week."""
    user = signed_in(request)
    if not permissions.is_programme_staff(user):
        raise PermissionDenied
    context = {
        "stages": _stages(overview.stages(user)),
        "queue_url": rows_url(state=overview.ON_THE_WAY),
        "late": _late(*overview.late(user)),
        "loads": _loads(overview.loads(user)),
        **_decisions(overview.decisions(user)),
        "median": clock.median(among=overview.known_to(user)),
        "median_url": rows_url(state="all", timed=overview.TIMED),
    }
    return render(request, "review/overview.html", context)


def _stages(stages: list[overview.Stage]) -> dict[str, Any]:
    columns = [
        _("Stage"),
        _number(_("Entries")),
        _number(_("Oldest, in working days")),
        _number(_("Late")),
    ]
    rows = [
        [
            _("of these, in “{round}” ({process})").format(
                round=stage.round, process=stage.round.process
            )
            if stage.round
            else stage.state.label,
            _count(stage.number, stage.url),
            _linked(stage.oldest, stage.oldest_url) if stage.number else _linked("–", ""),
            _count(stage.late, stage.late_url),
        ]
        for stage in stages
    ]
    total = sum(stage.number for stage in stages if stage.round is None)
    return {"columns": columns, "rows": rows, "total": total}


def _late(late: list[overview.Late], number: int) -> dict[str, Any]:
    columns = [_("Entry"), _("City"), _("Promised by"), _number(_("Working days")), _("With")]
    rows = [
        [
            {"text": str(each.revision), "url": revision_url(each.revision)},
            str(each.revision.entry.city or each.revision.entry.owner_note),
            date_format(each.revision.due_on) if each.revision.due_on else "–",
            _linked(each.age, each.url),
            ", ".join(str(person) for person in each.reviewers) or _("nobody"),
        ]
        for each in late
    ]
    url = rows_url(state="late") if number else ""
    return {"columns": columns, "rows": rows, "number": number, "url": url}


def _loads(loads: list[overview.Load]) -> dict[str, Any]:
    columns = [
        _("Reviewer"),
        _number(_("Open")),
        _number(_("Late")),
        _number(_("Takes at most")),
        _number(_("Given in twelve weeks")),
    ]
    rows = [
        [
            str(load.reviewer),
            _count(load.open, load.url),
            _count(load.late, load.late_url),
            {"text": "–" if load.capacity is None else load.capacity, "numeric": True},
            _count(load.given, load.given_url),
        ]
        for load in loads
    ]
    return {"columns": columns, "rows": rows}


def _decisions(weeks: list[overview.Week]) -> dict[str, Any]:
    title = _("Decisions by week")
    bars = [Bar(date_format(week.monday, "j M"), week.total) for week in weeks]
    columns = [
        _("Week from"),
        *(_number(str(name)) for name in overview.DECIDED.values()),
        _number(_("All")),
    ]
    total = sum(week.total for week in weeks)
    rows = [
        [
            date_format(week.monday),
            *(_count(week.counts[action], week.urls[action]) for action in overview.DECIDED),
            _count(week.total, week.url),
        ]
        for week in weeks
    ]
    return {
        "picture": bar_chart("decisions-by-week", title, bars, counted=True),
        "decided": {"columns": columns, "rows": rows, "caption": title},
        "decided_in_all": total,
        "decided_url": rows_url(state="all", week=overview.ALL_WEEKS) if total else "",
    }


def _number(label: str) -> dict[str, Any]:
    return {"label": label, "numeric": True}


def _count(number: int, url: str) -> dict[str, Any]:
    """A number that leads to its rows; nought leads nowhere."""
    return _linked(number, url if number else "")


def _linked(value: int | str, url: str) -> dict[str, Any]:
    return {"text": value, "numeric": True, "url": url}
