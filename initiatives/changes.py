"""Who changed what in a roadmap, lately, from the history that every row keeps.

What was loaded from files is nobody's doing, so it is not told.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.models import KPI, Initiative, Milestone, Roadmap

KINDS = {
    Initiative: gettext_lazy("Initiative"),
    Milestone: gettext_lazy("Milestone"),
    KPI: gettext_lazy("KPI"),
    Roadmap: gettext_lazy("Roadmap"),
}
DONE = {
    "+": gettext_lazy("added"),
    "~": gettext_lazy("changed"),
    "-": gettext_lazy("deleted"),
}


def recent(roadmaps: QuerySet[Roadmap], most: int) -> list[dict[str, Any]]:
    """Return the latest changes that people made, newest first: when, what and who."""
    entries = sorted(_entries(roadmaps, most), key=lambda entry: entry["when"], reverse=True)
    return entries[:most]


def last_changed(initiative: Initiative) -> datetime | None:
    """Return when a person last changed an initiative, its milestones or its KPIs: one query."""
    of = {Initiative: "id", Milestone: "initiative", KPI: "initiative"}
    stamps = [
        model.history.filter(**{key: initiative.pk}, history_user__isnull=False)  # type: ignore[attr-defined]
        .order_by()
        .values_list("history_date", flat=True)
        for model, key in of.items()
    ]
    newest: datetime | None = stamps[0].union(*stamps[1:]).order_by("-history_date").first()
    return newest


def _entries(roadmaps: QuerySet[Roadmap], most: int) -> Iterator[dict[str, Any]]:
    keys = list(roadmaps.values_list("pk", flat=True))
    initiatives = list(
        Initiative.history.filter(roadmap__in=keys).values_list("id", flat=True).distinct()
    )
    for model, kind in KINDS.items():
        at = {Roadmap: "id__in", Initiative: "roadmap__in"}.get(model, "initiative__in")
        of = keys if model in (Roadmap, Initiative) else initiatives
        rows = model.history.filter(**{at: of}, history_user__isnull=False)  # type: ignore[attr-defined]
        rows = rows.select_related("history_user")
        for row in rows.order_by("-history_date")[:most]:
            name = getattr(row, "title", None) or row.name
            yield {
                "when": row.history_date,
                "what": _("%(kind)s “%(name)s” %(done)s")
                % {"kind": kind, "name": name, "done": DONE[row.history_type]},
                "who": str(row.history_user),
            }
