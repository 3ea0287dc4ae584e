"""Files that show the values of KPIs, for the dossier: as far as there is room."""

from __future__ import annotations

from cities import uploads
from initiatives.deliverable import extras
from initiatives.deliverable.extras import Named
from initiatives.models import DocumentAudience, EvidenceFile, Roadmap


def of_values(roadmap: Roadmap, audience: str) -> list[Named]:
    """Return the files of values that hold; for the public those that everybody may fetch."""
    files = EvidenceFile.objects.filter(
        measurement__kpi__initiative__roadmap=roadmap, measurement__corrected_by__isnull=True
    ).select_related("measurement__kpi__initiative")
    if audience == DocumentAudience.PUBLIC:
        files = files.for_public().filter(measurement__kpi__initiative__is_public=True)
    return extras.packed("evidence", ((_name(file), file) for file in files.order_by("pk")))


def _name(file: EvidenceFile) -> str:
    kpi = file.measurement.kpi
    return f"{kpi.initiative.slug}/kpi-{kpi.pk}/{file.pk}-{uploads.clean_name(file.name)}"
