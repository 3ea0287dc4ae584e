"""The events in figures, with the row of each event behind them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from events.services.figures import by_event, totals


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Show how many events, cities, people and collaborations there were, event by event."""
    rows: list[Any] = list(by_event())
    number = {"numeric": True}
    context = {
        "totals": totals(rows),
        "today": timezone.localdate(),
        "invented": sum(one.demonstration for one in rows),
        "columns": [
            _("Event"),
            _("First day"),
            {"label": _("Cities recorded"), **number},
            {"label": _("People with a place"), **number},
            {"label": _("Commitments"), **number},
            {"label": _("Collaborations"), **number},
            _("As it was reported"),
        ],
        "rows": [_row(one) for one in rows],
    }
    return render(request, "events/figures.html", context)


def _row(event: Any) -> list[Any]:
    counted = [event.cities_n, event.people_n, event.commitments_n, event.collaborations_n]
    title = _("%s (demonstration)") % event.title if event.demonstration else event.title
    return [
        {"text": title, "url": event.get_absolute_url()},
        date_format(event.starts_on, "DATE_FORMAT"),
        # A nought would say that nobody was there; of these events it is not recorded.
        *({"text": str(one) if one else "", "numeric": True} for one in counted),
        "; ".join(f"{one.label}: {one.value}" for one in event.figures.all()),
    ]
