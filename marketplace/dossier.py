"""What the marketplace adds to a city's dossier: its published solutions and how they were decided.

The words of a decision are for the city and the programme; the public reads that one was taken,
and when.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone

from cities import uploads
from cities.models import ConsortiumMember
from cities.tables.cells import Cell
from initiatives.deliverable import extras
from initiatives.deliverable.extras import Named
from initiatives.models import DocumentAudience, Roadmap
from marketplace.exchange.figure_columns import FIGURE_COLUMNS
from marketplace.exchange.writing import csv_pieces, figures_of, rows_of
from marketplace.models import Attachment, Entry, ReviewEvent
from marketplace.steps import DECISIONS

FOLDER = "solutions"
REVIEW_COLUMNS = ["entry", "revision", "submitted_on", "decided_on", "decision"]
WORDS = "words_for_the_city"


def of_solutions(roadmap: Roadmap, audience: str) -> list[Named]:
    """Return tables of what a roadmap's cities have published, its decisions, and its files."""
    entries = list(_entries(roadmap))
    if not entries:
        return []
    live = [entry.live_revision_id for entry in entries if entry.live_revision_id]
    is_public = audience == DocumentAudience.PUBLIC
    columns = REVIEW_COLUMNS if is_public else [*REVIEW_COLUMNS, WORDS]
    return [
        (f"{FOLDER}/entries.csv", b"".join(csv_pieces(rows_of(live)))),
        (f"{FOLDER}/figures.csv", b"".join(csv_pieces(figures_of(live), FIGURE_COLUMNS))),
        (f"{FOLDER}/reviews.csv", b"".join(csv_pieces(_decisions(live, is_public), columns))),
        *extras.packed(FOLDER, _files(live)),
    ]


def _entries(roadmap: Roadmap) -> Iterator[Entry]:
    participation = roadmap.participation
    members = ConsortiumMember.objects.running().filter(consortium=participation.consortium_id)
    of = Q(city=participation.city_id) | Q(city__in=members.order_by().values("city"))
    yield from Entry.objects.live().filter(of, city__isnull=False).order_by("slug")


def _decisions(revisions: list[int], is_public: bool) -> Iterator[list[Cell]]:
    """Yield the decisions on what is published; its earlier rounds too."""
    events = ReviewEvent.objects.filter(revision__in=revisions, action__in=DECISIONS)
    for event in events.select_related("revision__entry").order_by("revision__entry__slug", "at"):
        revision = event.revision
        days = [revision.submitted_at, event.at]
        row: list[Cell] = [
            revision.entry.slug,
            revision.number,
            *(timezone.localdate(day).isoformat() if day else "" for day in days),
            event.action,
        ]
        yield row if is_public else [*row, event.note]


def _files(revisions: list[int]) -> Iterator[tuple[str, Attachment]]:
    files = Attachment.objects.filter(revision__in=revisions).select_related("revision__entry")
    for file in files.order_by("pk"):
        yield f"{file.revision.entry.slug}/{file.pk}-{uploads.clean_name(file.name)}", file
