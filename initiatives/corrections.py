"""A value that takes the place of another: what was reported stays, and leads to what holds now."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.exceptions import ObjectDoesNotExist

from initiatives.models import EvidenceFile, FetchedValue, Measurement


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
