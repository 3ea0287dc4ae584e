"""Files of reported values: added, and carried over to what corrects a value."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from cities import uploads
from cities.models import User
from cities.uploads import Upload
from initiatives.models import EvidenceFile, Measurement

MOST_FILES = 10


class FileNotTaken(Exception):
    """A file cannot be added to this value; the words can be shown."""


@transaction.atomic
def add(measurement: Measurement, upload: Upload, *, by: User) -> EvidenceFile:
    """Keep a file with a value; one that the value has already is returned as it is.

    Raises FileNotTaken when the value was corrected meanwhile or has too many files, and
    UploadRefused when there is no room.
    """
    measurement = Measurement.objects.select_for_update(of=("self",)).get(pk=measurement.pk)
    if measurement.corrected_by_id is not None:
        raise FileNotTaken(_("This value was corrected; add the file to the one that holds now."))
    there = measurement.files.filter(sha256=upload.sha256).first()
    if there is not None:
        return there
    if measurement.files.count() >= MOST_FILES:
        raise FileNotTaken(
            _("A value can have {number} files; take one away first.").format(number=MOST_FILES)
        )
    return EvidenceFile.objects.create(
        measurement=measurement, file=uploads.keep(upload), added_by=by, **upload.columns()
    )


def carry_over(before: Measurement, after: Measurement) -> None:
    """Give a correction the files of the value that it corrects; those stay where they are too."""
    files = list(before.files.all())
    for file in files:
        file.pk, file.measurement = None, after
    EvidenceFile.objects.bulk_create(files)
