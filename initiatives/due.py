"""What a city's team has to do and by when: milestones, values that are due, charters with gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.desk import DeskItem, Pile, counted, in_all
from cities.models import City, User
from cities.models.gathering import long_texts, read_together
from initiatives import charter, dates
from initiatives.check_ins import waiting
from initiatives.connectors import troubles
from initiatives.models import (
    KPI,
    CheckIn,
    Connector,
    ConnectorStatus,
    FetchedState,
    FetchedValue,
    Initiative,
    InitiativeStatus,
    Measurement,
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

    milestones: Pile
    next_milestones: list[DeskItem]
    values: Pile
    sources: Pile
    """Sources of values that fail, and fetched values that wait for a look."""
    check_ins: list[DeskItem]

    @property
    def beyond(self) -> list[str]:
        """Say how many more there are of each kind, where not all are told here."""
        return [pile.beyond for pile in (self.sources, self.milestones, self.values) if pile.beyond]


def due_in(roadmaps: Roadmaps, user: User, *, most: int | None, today: date | None = None) -> Due:
    """Return the most pressing things in these roadmaps, `most` of each kind or all: one query.

    Of sources this person is told what is theirs to know.
    """
    found = read_together(*due_rows(roadmaps, user, most=most, today=today))
    return told(*found, today=today)


def due_rows(
    roadmaps: Roadmaps, user: User, *, most: int | None, today: date | None = None
) -> tuple[QuerySet[Milestone], QuerySet[KPI], QuerySet[Connector], QuerySet[CheckIn]]:
    """Return what is asked for `told`: milestones, silent KPIs, sources to look at, check-ins."""
    of = Initiative.objects.filter(roadmap__in=roadmaps, status__in=RUNNING).order_by()
    today = today or timezone.localdate()
    return (
        _milestones(of, today, most),
        counted(_silent_kpis(roadmaps))[:most],
        counted(_connectors(roadmaps, user))[:most],
        waiting.open_for(user).filter(roadmap__in=roadmaps),
    )


def told(
    milestones: Iterable[Any],
    kpis: Iterable[Any],
    connectors: Iterable[Any],
    check_ins: Iterable[CheckIn],
    *,
    today: date | None = None,
) -> Due:
    """Return what rows that came by `due_rows` say."""
    today = today or timezone.localdate()
    until = today + AHEAD
    rows, sources, silent = list(milestones), list(connectors), list(kpis)
    due = [one for one in rows if not _is_later(one, until)]
    return Due(
        Pile([[_as_item(one, today)] for one in due], in_all(due), more_milestones),
        [_as_item(one, today) for one in rows if _is_later(one, until)],
        Pile([[_value(kpi, today)] for kpi in silent], in_all(silent), more_kpis),
        Pile([list(_sources(one)) for one in sources], in_all(sources), more_sources),
        [waiting.as_item(one) for one in check_ins],
    )


def more_milestones(number: int) -> str:
    """Say that there are more milestones than are shown."""
    return ngettext("%d more milestone", "%d more milestones", number) % number


def more_kpis(number: int) -> str:
    """Say that there are more KPIs without a fresh value than are shown."""
    return ngettext(
        "%d more KPI without a fresh value", "%d more KPIs without a fresh value", number
    ) % number  # fmt: skip


def more_sources(number: int) -> str:
    """Say that there are more sources to look at than are shown."""
    return ngettext("%d more source of values", "%d more sources of values", number) % number


def more_charters(number: int) -> str:
    """Say that there are more charters with gaps than are shown."""
    return ngettext("%d more charter with gaps", "%d more charters with gaps", number) % number


def _milestones(
    initiatives: QuerySet[Initiative], today: date, most: int | None
) -> QuerySet[Milestone]:
    """Ask for milestones to be reached within 60 days, late ones, and the nearest after."""
    known = Milestone.objects.filter(initiative__in=initiatives, status=MilestoneStatus.PLANNED)
    until = today + AHEAD
    is_due = Q(ends_on__lte=until) | Q(ends_on=None, starts_on__lte=until)
    due = known.filter(is_due, starts_on__isnull=False).order_by("ends_on", "pk")[:most]
    ahead = known.filter(ends_on__gt=until).order_by("ends_on", "pk")[:MOST_NEXT]
    both = Milestone.objects.filter(Q(pk__in=due.values("pk")) | Q(pk__in=ahead.values("pk")))
    every = known.filter(is_due, starts_on__isnull=False).order_by().annotate(every=Value(""))
    both = both.annotate(in_all=Subquery(every.values("every").annotate(n=Count("pk")).values("n")))
    texts = long_texts(Initiative, "initiative__")
    return both.select_related("initiative").defer(*texts).order_by("ends_on", "pk")


def _is_later(milestone: Milestone, until: date) -> bool:
    return milestone.ends_on is not None and milestone.ends_on > until


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


def _silent_kpis(roadmaps: Roadmaps) -> QuerySet[KPI]:
    """Ask for KPIs under way without a value for 90 days, those without any first."""
    reported = Measurement.objects.filter(kpi=OuterRef("pk")).order_by().values("kpi")
    long_ago = timezone.now() - WITHOUT_A_VALUE
    return (
        KPI.objects.filter(
            initiative__roadmap__in=roadmaps, initiative__status=InitiativeStatus.RUNNING
        )
        .annotate(last_report=Subquery(reported.annotate(at=Max("reported_at")).values("at")))
        .filter(Q(last_report=None) | Q(last_report__lt=long_ago))
        .select_related("initiative")
        .defer(*long_texts(Initiative, "initiative__"))
        .order_by(F("last_report").asc(nulls_first=True), "pk")
    )


def _connectors(roadmaps: Roadmaps, user: User) -> QuerySet[Connector]:
    """Ask for sources that fail, and those of which a fetched value waits for a look."""
    held = FetchedValue.objects.filter(connector=OuterRef("pk"), state=FetchedState.HELD)
    is_failing = Q(failing_since__isnull=False) & ~Q(status=ConnectorStatus.SETUP)
    return (
        Connector.objects.visible_to(user)
        .filter(kpi__initiative__roadmap__in=roadmaps)
        .annotate(
            held_at=Subquery(held.order_by("fetched_at").values("fetched_at")[:1]),
            is_failing=Case(When(is_failing, then=True), default=False),
        )
        .filter(Q(is_failing=True) | Q(held_at__isnull=False))
        .select_related("kpi__initiative", "city")
        .defer(
            "sealed_credential", "choices", *long_texts(City, "city__"),
            *long_texts(KPI, "kpi__"), *long_texts(Initiative, "kpi__initiative__"),
        )
        .order_by(F("failing_since").asc(nulls_last=True), "held_at", "pk")
    )  # fmt: skip


def _sources(connector: Any) -> Iterator[DeskItem]:
    """Return what is amiss with a source."""
    # Each city of a consortium may have a source of its own for one KPI.
    city, name = connector.city, connector.kpi.name
    title = f"{name} ({city})" if city else name
    if connector.is_failing:
        day = date_format(timezone.localdate(connector.failing_since), "DATE_FORMAT")
        since = _("fails since %s") % day
        yield DeskItem(
            title=title,
            url=connector.get_absolute_url(),
            kind=_("Source of values"),
            detail=f"{since}. {troubles.words(connector.trouble, connector.trouble_detail)}",
            action=_("See what is wrong"),
        )
    if connector.held_at:
        yield DeskItem(
            title=title,
            url=f"{connector.get_absolute_url()}#held",
            kind=_("Fetched value"),
            detail=_(
                "Far from the last value or of another kind: held since %s until somebody looks"
            )
            % date_format(timezone.localdate(connector.held_at), "DATE_FORMAT"),
            action=_("Take it over, or not"),
        )


def _value(kpi: Any, today: date) -> DeskItem:
    return DeskItem(
        title=kpi.name,
        url=reverse("initiatives:measurement-add", args=[kpi.initiative.slug, kpi.pk]),
        kind=_("KPI"),
        detail=f"{kpi.initiative} · {_silence(kpi, today)}",
        action=_("Report a value"),
    )


def _silence(kpi: KPI, today: date) -> str:
    last: object = getattr(kpi, "last_report", None)
    if last is None:
        return _("no value yet")
    days = (today - timezone.localdate(last)).days  # type: ignore[arg-type]
    return ngettext("last value %d day ago", "last value %d days ago", days) % days


def charter_rows(roadmaps: Roadmaps, *, most: int | None) -> QuerySet[Initiative]:
    """Ask for the first initiatives under way or planned whose charter has gaps."""
    initiatives = Initiative.objects.filter(roadmap__in=roadmaps, status__in=RUNNING)
    return counted(charter.with_gaps(initiatives))[:most]


def charters(initiatives: Iterable[Any]) -> Pile:
    """Return what the charters of such initiatives lack."""
    rows = list(initiatives)
    return Pile([[_charter(one)] for one in rows], in_all(rows), more_charters)


def _charter(initiative: Initiative) -> DeskItem:
    missing = charter.completeness(initiative).missing
    return DeskItem(
        title=initiative.name,
        url=reverse("initiatives:initiative-edit", args=[initiative.slug]),
        kind=_("Charter"),
        detail=_("Still missing: %s") % ", ".join(str(section.label) for section in missing),
        action=_("Continue the charter"),
    )
