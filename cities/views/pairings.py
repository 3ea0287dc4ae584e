"""Which cities work or learn together: the rows behind the number of collaborations."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cities.models import Pairing, PairingKind
from cities.today import today


@require_safe
def pairing_list(request: HttpRequest) -> HttpResponse:
    """Every pairing, kind by kind, also those that have ended."""
    rows = list(
        Pairing.objects.select_related("first_city", "second_city", "theme", "edition").order_by(
            "first_city__name", "second_city__name", "pk"
        )
    )
    kinds = [(kind, [one for one in rows if one.kind == kind]) for kind in PairingKind]
    context = {
        "total": len(rows),
        "running": sum(one.is_running for one in rows),
        "kinds": [(kind, [(one, _when(one)) for one in found]) for kind, found in kinds if found],
        "today": today(),
    }
    return render(request, "cities/pairing_list.html", context)


def _when(pairing: Pairing) -> str:
    since = date_format(pairing.since, "DATE_FORMAT")
    if pairing.until is None:
        return _("since %s") % since
    return f"{since} – {date_format(pairing.until, 'DATE_FORMAT')}"
