"""A KPI's page, and KPIs as an initiative's page shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cities.models import Actor
from initiatives import connectors, pictures
from initiatives.models import (
    KPI,
    Connector,
    EvidenceFile,
    FetchedState,
    FetchedValue,
    Measurement,
    Target,
)
from initiatives.permissions import may_edit
from initiatives.pictures import Figure
from initiatives.views.access import initiatives_for


@dataclass(frozen=True)
class ShownValue:
    """A value as it was reported, with what goes with it; `words` tell its unit too."""

    measurement: Measurement
    words: str
    when: str
    is_plotted: bool


@dataclass(frozen=True)
class ShownTarget:
    """A target in words, and the one that took its place."""

    target: Target
    words: str
    superseded_by: str


@dataclass(frozen=True)
class ShownKPI:
    """A KPI with its picture, its values (newest first) and its targets."""

    kpi: KPI
    figure: Figure | None
    values: list[ShownValue]
    targets: list[ShownTarget]

    @property
    def current(self) -> list[ShownValue]:
        """Return the values that have not been corrected since."""
        return [one for one in self.values if one.measurement.corrected_by_id is None]

    @property
    def says_more(self) -> bool:
        """Say whether any value has a source, a note or files."""
        measured = [one.measurement for one in self.values]
        return any(one.source_url or one.note or one.source or one.files.all() for one in measured)

    @property
    def has_cities(self) -> bool:
        """Say whether any value holds for one city of a consortium."""
        return any(one.measurement.city_id for one in self.values)

    @property
    def has_corrections(self) -> bool:
        """Say whether any value was corrected since."""
        return len(self.current) < len(self.values)

    @property
    def not_plotted(self) -> list[ShownValue]:
        """Return the values that hold but cannot be compared, in the unit of today or in none."""
        return [one for one in self.current if not one.is_plotted and not one.measurement.is_former]

    @property
    def former(self) -> list[ShownValue]:
        """Return the values from before the unit changed."""
        return [one for one in self.current if one.measurement.is_former]

    @property
    def latest(self) -> ShownValue | None:
        """Return the newest number that can be compared."""
        plotted = [one for one in self.current if one.is_plotted]
        return max(plotted, key=lambda one: one.measurement.as_of or date.min, default=None)

    @property
    def targets_now(self) -> list[ShownTarget]:
        """Return the targets that hold."""
        return [one for one in self.targets if one.target.superseded_by_id is None]


def with_values(kpis: QuerySet[KPI]) -> QuerySet[KPI]:
    """Fetch with each KPI its values and targets: two queries more, however many KPIs."""
    values = Measurement.objects.select_related("corrected_by", "reported_by", "city")
    targets = Target.objects.select_related("superseded_by")
    return kpis.select_related("concept", "started_from").prefetch_related(
        Prefetch("measurements", values), Prefetch("targets", targets)
    )


def shown_kpis(kpis: QuerySet[KPI]) -> list[ShownKPI]:
    """Return KPIs as a page shows them."""
    return [_shown(kpi) for kpi in with_values(kpis)]


def last_measured(kpis: Iterable[ShownKPI]) -> str:
    """Return as of when the newest number of these KPIs stands, in words; "" without numbers."""
    latest = [one.latest for one in kpis if one.latest]
    newest = max(latest, key=lambda one: one.measurement.as_of or date.min, default=None)
    return newest.when if newest else ""


def _shown(kpi: KPI) -> ShownKPI:
    measurements = list(kpi.measurements.all())
    targets = list(kpi.targets.all())
    return ShownKPI(
        kpi=kpi,
        figure=pictures.chart_of(kpi, measurements, targets),
        values=[
            ShownValue(
                one,
                pictures.value_words(one, kpi.unit),
                pictures.when_measured(one),
                pictures.is_plotted(one),
            )
            for one in reversed(measurements)
        ],
        targets=list(_shown_targets(targets)),
    )


def _shown_targets(targets: Iterable[Target]) -> Iterable[ShownTarget]:
    for target in targets:
        later = target.superseded_by
        yield ShownTarget(
            target, pictures.target_words(target), pictures.target_words(later) if later else ""
        )


@require_safe
def kpi_detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A KPI with all its values, the corrected ones too, and all its targets."""
    initiative = get_object_or_404(initiatives_for(request.user), slug=slug)
    files = Prefetch("measurements__files", EvidenceFile.objects.visible_to(request.user))
    found = with_values(initiative.kpis.all()).prefetch_related(files, "measurements__fetched")
    kpi = get_object_or_404(found, pk=pk)
    context = {
        "initiative": initiative,
        "participation": initiative.roadmap.participation,
        "shown": _shown(kpi),
        "kpi": kpi,
        "may_edit": may_edit(request.user, initiative.roadmap),
        "connectors": _connectors(kpi, request.user),
    }
    return render(request, "initiatives/kpi_detail.html", context)


def _connectors(kpi: KPI, user: Actor) -> list[tuple[Connector, str, bool]]:
    """Return the sources this person may know of: what goes wrong, and whether a value waits."""
    held = FetchedValue.objects.filter(connector=OuterRef("pk"), state=FetchedState.HELD)
    known = Connector.objects.visible_to(user).filter(kpi=kpi).select_related("city")
    found = known.select_related("city", "kpi__initiative").annotate(waits=Exists(held))
    return [(one, connectors.trouble_of(one), one.waits) for one in found]
