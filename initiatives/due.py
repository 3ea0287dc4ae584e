"""What a city's team has to do and by when: milestones, values that are due, charters with gaps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.desk import DeskItem
from initiatives import charter, dates
from initiatives.models import (
    KPI,
    Initiative,
    InitiativeStatus,
    Milestone,
    MilestoneStatus,
    Roadmap,
)

AHEAD = timedelta(days=60)
MOST_NEXT = 5
WITHOUT_A_VALUE = timedelta(days=90)
RUNNING = [InitiativeStatus.PLANNED, InitiativeStatus.RUNNING]
Roadmaps = Iterable[Roadmap] | QuerySet[Roadmap]


@dataclass(frozen=True)
class Due:
    """What a city's team has to do, the most pressing first, and what is next."""

    milestones: list[DeskItem]
    next_milestones: list[DeskItem]
    values: list[DeskItem]
    is_cut: bool
    """Whether more is due than is told here."""


def due_in(roadmaps: Roadmaps, *, most: int, today: date | None = None) -> Due:
    """Return the most pressing things in these roadmaps, `most` of each kind: two queries."""
    today = today or timezone.localdate()
    of = Initiative.objects.filter(roadmap__in=roadmaps, status__in=RUNNING).order_by()
    due, ahead = _milestones(of, today, most + 1)
    values = _values(of, today, most + 1)
    return Due(due[:most], ahead, values[:most], len(due) > most or len(values) > most)


def _milestones(
    initiatives: QuerySet[Initiative], today: date, most: int
) -> tuple[list[DeskItem], list[DeskItem]]:
    """Milestones to be reached within 60 days, or that should have been; and the nearest after."""
    known = Milestone.objects.filter(initiative__in=initiatives, status=MilestoneStatus.PLANNED)
    until = today + AHEAD
    is_due = Q(ends_on__lte=until) | Q(ends_on=None, starts_on__lte=until)
    due = known.filter(is_due, starts_on__isnull=False).order_by("ends_on", "pk")[:most]
    ahead = known.filter(ends_on__gt=until).order_by("ends_on", "pk")[:MOST_NEXT]
    both = Milestone.objects.filter(Q(pk__in=due.values("pk")) | Q(pk__in=ahead.values("pk")))
    found: tuple[list[DeskItem], list[DeskItem]] = [], []
    for one in both.select_related("initiative").order_by("ends_on", "pk"):
        is_later = one.ends_on is not None and one.ends_on > until
        found[is_later].append(_as_item(one, today))
    return found


def _as_item(milestone: Milestone, today: date) -> DeskItem:
    """Return a milestone as the desk shows it; of a late one it asks whether it was reached."""
    is_late = milestone.ends_on is not None and milestone.ends_on < today
    return DeskItem(
        title=milestone.title,
        url=reverse("initiatives:milestone-edit", args=[milestone.initiative.slug, milestone.pk]),
        kind=_("Milestone"),
        detail=f"{milestone.initiative} · {dates.told(dates.read(milestone))}",
        due_on=milestone.ends_on,
        action=_("Say whether it was reached") if is_late else _("Say how it stands"),
        late_words=_("Not reported"),
    )


def _values(initiatives: QuerySet[Initiative], today: date, most: int) -> list[DeskItem]:
    """KPIs of initiatives under way for which nothing was reported for 90 days."""
    since = timezone.now() - WITHOUT_A_VALUE
    silent = (
        KPI.objects.filter(initiative__in=initiatives, initiative__status=InitiativeStatus.RUNNING)
        .annotate(last_report=Max("measurements__reported_at"))
        .filter(Q(last_report=None) | Q(last_report__lt=since))
        .select_related("initiative")
        .order_by(F("last_report").asc(nulls_first=True), "pk")
    )
    return [
        DeskItem(
            title=kpi.name,
            url=reverse("initiatives:measurement-add", args=[kpi.initiative.slug, kpi.pk]),
            kind=_("KPI"),
            detail=f"{kpi.initiative} · {_silence(kpi, today)}",
            action=_("Report a value"),
        )
        for kpi in silent[:most]
    ]


def _silence(kpi: KPI, today: date) -> str:
    last: object = getattr(kpi, "last_report", None)
    if last is None:
        return _("no value yet")
    days = (today - timezone.localdate(last)).days  # type: ignore[arg-type]
    return ngettext("last value %d day ago", "last value %d days ago", days) % days


def charters_in(roadmaps: Roadmaps, *, most: int) -> list[DeskItem]:
    """Return the first initiatives under way or planned whose charter has gaps: one query."""
    initiatives = Initiative.objects.filter(roadmap__in=roadmaps, status__in=RUNNING)
    items: list[DeskItem] = []
    for initiative in charter.with_completeness(initiatives):
        done = charter.completeness(initiative)
        if len(items) == most:
            break
        if done.missing:
            items.append(
                DeskItem(
                    title=initiative.name,
                    url=reverse("initiatives:initiative-edit", args=[initiative.slug]),
                    kind=_("Charter"),
                    detail=_("Still missing: %s")
                    % ", ".join(str(section.label) for section in done.missing),
                    action=_("Continue the charter"),
                )
            )
    return items
