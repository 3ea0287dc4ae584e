"""Files that show the values of KPIs, for the dossier: as far as there is room."""

from __future__ import annotations

from cities import uploads
from initiatives.deliverable.extras import Named
from initiatives.models import DocumentAudience, EvidenceFile, Roadmap

# A dossier is packed in memory.
MOST_BYTES = 100 * 1024 * 1024
LEFT_OUT = "evidence/left-out.txt"


def of_values(roadmap: Roadmap, audience: str) -> list[Named]:
    """Return the files of values that hold; for the public those that everybody may fetch."""
    files = EvidenceFile.objects.filter(
        measurement__kpi__initiative__roadmap=roadmap, measurement__corrected_by__isnull=True
    ).select_related("measurement__kpi__initiative")
    if audience == DocumentAudience.PUBLIC:
        files = files.for_public().filter(measurement__kpi__initiative__is_public=True)
    found: list[Named] = []
    left_out, room = [], MOST_BYTES
    for file in files.order_by("pk"):
        name = _name(file)
        data = _content(file) if file.size <= room else None
        if data is None:
            left_out.append(name)
        else:
            room -= len(data)
            found.append((name, data))
    if left_out:
        found.append((LEFT_OUT, "\n".join([*left_out, ""]).encode()))
    return found


def _name(file: EvidenceFile) -> str:
    kpi = file.measurement.kpi
    return f"evidence/{kpi.initiative.slug}/kpi-{kpi.pk}/{file.pk}-{uploads.clean_name(file.name)}"


def _content(file: EvidenceFile) -> bytes | None:
    try:
        with file.file.open() as content:
            return bytes(content.read())
    except FileNotFoundError:
        return None
