"""A value that takes the place of another: what was reported stays, and leads to what holds now."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import F, Max, OuterRef, Q, Subquery

from initiatives.models import EvidenceFile, FetchedValue, Measurement

# Only a conversion puts a value into another unit than the one it corrects: nobody reported it.
BY_CONVERSION = Q(corrects__is_former=True) & (
    Q(is_former=False) | ~Q(former_unit=F("corrects__former_unit"))
)


def last_report() -> Subquery:
    """Ask when a value of a KPI was reported last; KPIs are annotated with it."""
    reported = Measurement.objects.filter(kpi=OuterRef("pk")).exclude(BY_CONVERSION).order_by()
    return Subquery(reported.values("kpi").annotate(at=Max("reported_at")).values("at"))


def correct(before: Measurement, after: Measurement, *, is_converted: bool = False) -> None:
    """Let a saved value take the place of another, with its files, whatever way it came.

    A converted one is the same report: where it was fetched from goes along. Call it with `before`
    locked.
    """
    files = list(before.files.all())
    for file in files:
        file.pk, file.measurement = None, after
    EvidenceFile.objects.bulk_create(files)
    if is_converted:
        FetchedValue.objects.filter(measurement=before).update(measurement=after)
    before.corrected_by = after
    before.save(update_fields=["corrected_by"])


def standing(measurement: Measurement) -> Measurement:
    """Lock and return what holds in place of a value; itself where nobody corrected it."""
    locked = Measurement.objects.select_for_update(of=("self",))
    found = locked.get(pk=measurement.pk)
    while found.corrected_by_id is not None:
        found = locked.get(pk=found.corrected_by_id)
    return found


def corrected(measurement: Measurement) -> Iterator[Measurement]:
    """Yield what a value corrects, and what that corrects, back to the first report."""
    found = measurement
    while True:
        try:
            found = found.corrects
        except ObjectDoesNotExist:
            return
        yield found
