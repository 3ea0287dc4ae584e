"""What people did in roadmaps lately: changes, sections saved, and who types at the moment.

All of it is read with one query. What was loaded from files is nobody's doing, so it is not told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import FormDraft, User
from initiatives.models import KPI, Initiative, Milestone, Roadmap, SectionSave
from initiatives.sections.activity import DRAFTS, HERE_NOW, section_of
from initiatives.sections.tree import WRITTEN, label_of

KINDS = {
    "initiative": gettext_lazy("Initiative"),
    "milestone": gettext_lazy("Milestone"),
    "kpi": gettext_lazy("KPI"),
    "roadmap": gettext_lazy("Roadmap"),
}
DONE = {
    "+": gettext_lazy("added"),
    "~": gettext_lazy("changed"),
    "-": gettext_lazy("deleted"),
}
LATELY = timedelta(days=14)
# Of so many events the newest changes and saved sections are told.
MOST_READ, MOST_CHANGES, MOST_SAVED = 60, 10, 12


@dataclass(frozen=True)
class Saved:
    """Somebody saved a section of a roadmap."""

    who: str
    user: int
    label: str
    url: str
    when: datetime


@dataclass
class Happened:
    """What people did, the latest first."""

    changes: list[dict[str, Any]] = field(default_factory=list)
    """When, what, and who: a person's name or address."""
    saved: list[Saved] = field(default_factory=list)
    here_now: list[tuple[str, str]] = field(default_factory=list)
    """Who else types in which section at the moment."""


def lately(roadmaps: Sequence[Roadmap], user: User) -> Happened:
    """Return what was done in these roadmaps, as this person is told: one query."""
    found = Happened()
    for row in _events([one.pk for one in roadmaps], user):
        if row["kind"] == "draft":
            section = section_of(row["named"])
            if section in WRITTEN:
                found.here_now.append((row["who"], label_of(section)))
        elif row["kind"] == "save":
            if row["named"] in WRITTEN and len(found.saved) < MOST_SAVED:
                found.saved.append(_saved(row))
        elif len(found.changes) < MOST_CHANGES:
            found.changes.append(_change(row))
    return found


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


def _change(row: dict[str, Any]) -> dict[str, Any]:
    told = {"kind": KINDS[row["kind"]], "name": row["named"], "done": DONE[row["done"]]}
    return {
        "when": row["when"],
        "what": _("%(kind)s “%(name)s” %(done)s") % told,
        "who": row["who"],
    }


def _saved(row: dict[str, Any]) -> Saved:
    url = reverse("initiatives:section-history", args=[row["roadmap_key"], row["named"]])
    return Saved(row["who"], row["person"], label_of(row["named"]), url, row["when"])


def _events(roadmaps: list[int], user: User) -> QuerySet[Any, dict[str, Any]]:
    of = Initiative.history.filter(roadmap__in=roadmaps).order_by().values("id")
    now = timezone.now()
    typed = reduce(Q.__or__, (Q(target__startswith=f"{key}-") for key in roadmaps), Q(pk=None))
    drafts = FormDraft.objects.filter(typed, form=DRAFTS, saved_at__gte=now - HERE_NOW)
    saves = SectionSave.objects.filter(roadmap__in=roadmaps, saved_at__gte=now - LATELY)
    found = [
        _changes(Initiative, "name", roadmap__in=roadmaps),
        _changes(Milestone, "title", initiative__in=of),
        _changes(KPI, "name", initiative__in=of),
        _changes(Roadmap, "title", id__in=roadmaps),
        _event(saves, "save", "saved_at", "section", roadmap=F("roadmap")),
        _event(drafts.exclude(user=user), "draft", "saved_at", "target"),
    ]
    return found[0].union(*found[1:], all=True).order_by("-when")[:MOST_READ]


def _changes(model: Any, name: str, **of: Any) -> QuerySet[Any, dict[str, Any]]:
    rows = model.history.filter(history_user__isnull=False, **of)
    kind, by = model._meta.model_name, "history_user"
    return _event(rows, kind, "history_date", name, done=F("history_type"), by=by)


def _event(
    rows: QuerySet[Any],
    kind: str,
    when: str,
    name: str,
    *,
    roadmap: F | None = None,
    done: F | None = None,
    by: str = "user",
) -> QuerySet[Any, dict[str, Any]]:
    """Return rows of any kind with the columns that all events have."""
    who = Coalesce(NullIf(f"{by}__name", Value("")), f"{by}__email", output_field=CharField())
    return rows.order_by().values(
        when=F(when),
        kind=Value(kind),
        named=Cast(name, CharField()),
        done=done or Value(""),
        roadmap_key=roadmap or Value(0),
        person=F(by),
        who=who,
    )
