"""Files of reported values: added, said what they show, and taken away."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cities import uploads
from cities.models import User
from cities.uploads import Upload
from initiatives import corrections
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


@transaction.atomic
def say(file: EvidenceFile, shows: str) -> None:
    """Say what a file shows, also where it stands with values that this one corrects."""
    _alike(file).update(shows=shows)


@transaction.atomic
def take_away(file: EvidenceFile) -> None:
    """Take a file away from a value, and from those that this one corrects: nobody gets it there.

    A correction started with their files, so it is one file to whoever looks at the value.
    """
    _alike(file).delete()


def _alike(file: EvidenceFile) -> QuerySet[EvidenceFile]:
    values = [file.measurement, *corrections.corrected(file.measurement)]
    return EvidenceFile.objects.filter(measurement__in=values, sha256=file.sha256)
