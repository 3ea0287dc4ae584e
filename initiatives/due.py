"""What a city's team has to do and by when: milestones, values that are due, charters with gaps."""

from __future__ import annotations

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


@dataclass(frozen=True)
class Due:
    """Everything a city's team has to do, the most pressing first."""

    milestones: list[DeskItem]
    values: list[DeskItem]
    charters: list[DeskItem]

    def all_items(self) -> list[DeskItem]:
        """Return all of it in one list."""
        return [*self.milestones, *self.values, *self.charters]


def due_in(roadmaps: QuerySet[Roadmap], *, today: date | None = None) -> Due:
    """Return what is due in these roadmaps: three queries, however many there are."""
    today = today or timezone.localdate()
    of = Initiative.objects.filter(roadmap__in=roadmaps, status__in=RUNNING)
    return Due(_milestones(of, today), _values(of, today), _charters(of))


def next_in(roadmaps: QuerySet[Roadmap], *, today: date | None = None) -> list[DeskItem]:
    """Return the nearest milestones beyond what is due, soonest first: one query."""
    today = today or timezone.localdate()
    ahead = Milestone.objects.filter(
        initiative__roadmap__in=roadmaps,
        initiative__status__in=RUNNING,
        status=MilestoneStatus.PLANNED,
        ends_on__gt=today + AHEAD,
    )
    ordered = ahead.select_related("initiative").order_by("ends_on", "pk")
    return [_as_item(milestone, today) for milestone in ordered[:MOST_NEXT]]


def _milestones(initiatives: QuerySet[Initiative], today: date) -> list[DeskItem]:
    """Milestones that should be reached within 60 days, or should have been."""
    open_ones = Milestone.objects.filter(
        initiative__in=initiatives, status=MilestoneStatus.PLANNED, starts_on__isnull=False
    ).filter(Q(ends_on__lte=today + AHEAD) | Q(ends_on=None, starts_on__lte=today + AHEAD))
    ordered = open_ones.select_related("initiative").order_by("ends_on", "pk")
    return [_as_item(milestone, today) for milestone in ordered]


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


def _values(initiatives: QuerySet[Initiative], today: date) -> list[DeskItem]:
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
        for kpi in silent
    ]


def _silence(kpi: KPI, today: date) -> str:
    last: object = getattr(kpi, "last_report", None)
    if last is None:
        return _("no value yet")
    days = (today - timezone.localdate(last)).days  # type: ignore[arg-type]
    return ngettext("last value %d day ago", "last value %d days ago", days) % days


def _charters(initiatives: QuerySet[Initiative]) -> list[DeskItem]:
    """Initiatives whose charter has gaps."""
    items = []
    for initiative in charter.with_completeness(initiatives):
        done = charter.completeness(initiative)
        if done.missing:
            items.append(
                DeskItem(
                    title=initiative.name,
                    url=reverse("initiatives:initiative-edit", args=[initiative.slug]),
                    kind=_("Charter"),
                    detail=_("Still missing: %s")
                    % ", ".join(section.label for section in done.missing),
                    action=_("Continue the charter"),
                )
            )
    return items
