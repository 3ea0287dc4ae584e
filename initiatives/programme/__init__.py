"""Roadmaps and their initiatives, from the programme's data files."""

from django.db import transaction

from cities.programme import Loading
from initiatives.models import KPIConcept
from initiatives.programme.documents import load_documents
from initiatives.programme.library import load_library
from initiatives.programme.roadmaps import load_roadmap


@transaction.atomic
def load(loading: Loading) -> None:
    """Load KPI concepts and library, outlines of documents, roadmaps: all of it or nothing."""
    load_concepts(loading)
    load_library(loading)
    load_documents(loading)
    for name in [*loading.files.names("roadmaps"), "demonstration/roadmaps.yaml"]:
        for record in loading.files.records(name, key="title"):
            if loading.wanted(record):
                load_roadmap(loading, record)


def load_concepts(loading: Loading) -> None:
    """Load what KPIs can be about."""
    for position, record in enumerate(
        loading.files.records("vocabulary.yaml", part="kpi_concepts")
    ):
        loading.put(
            KPIConcept,
            record,
            {"code": record.need("slug")},
            name=record.text("name"),
            summary=record.text("summary"),
            crosswalk=record.text("crosswalk"),
            position=position,
            **loading.marks(record),
        )
        record.close()
