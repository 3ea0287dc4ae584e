"""The list of breakouts: each group with when, where and in which order, as a page or a table."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.formats import date_format, time_format
from django.utils.timezone import localtime

from events.models import PeerRound, known_zone


def breakout_rows(round: PeerRound) -> list[dict[str, Any]]:
    """Return each group with when and where it meets, and the turns with their clock times."""
    zone = known_zone(round.event.time_zone)
    groups = round.groups.select_related("session__day", "guide__city", "guide__user")
    rows = []
    for group in groups.prefetch_related("seats__entry__city").order_by(
        "session__starts_at", "number"
    ):
        starts = group.session.starts_at
        local = localtime(starts, zone) if starts else None
        rows.append(
            {
                "group": group,
                "date": group.session.day.date,
                "when": (
                    f"{date_format(local, 'D')} {date_format(local, 'SHORT_DATE_FORMAT')}, "
                    f"{time_format(local)}"
                    if local
                    else date_format(group.session.day.date, "SHORT_DATE_FORMAT")
                ),
                "turns": [
                    (
                        seat,
                        time_format(local + timedelta(minutes=seat.begins)) if local else "",
                    )
                    for seat in group.seats.all()
                ],
            }
        )
    return rows


def safe_cell(value: Any) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    text = str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text
