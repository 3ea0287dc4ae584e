"""The KPI library, from the programme's data files."""

from __future__ import annotations

from cities.models import Theme
from cities.programme import Loading, Record
from initiatives.models import KPIConcept, LibraryCode, LibraryExample, LibraryKPI


def load_library(loading: Loading) -> None:
    """Load the KPIs that cities may start from; codes and examples come with new ones only."""
    for position, record in enumerate(loading.files.records("kpi_library.yaml", part="kpis")):
        codes, examples = record.children("codes"), record.children("examples")
        kpi, is_new = loading.put(
            LibraryKPI,
            record,
            {"slug": record.need("slug")},
            many={"themes": loading.find_all(Theme, record, "themes")},
            name=record.text("name"),
            description=record.text("description"),
            concept=loading.find_or_none(KPIConcept, record, "concept", by="code"),
            unit=record.text("unit"),
            direction=record.text("direction", "up"),
            position=position,
        )
        record.close()
        if is_new:
            _load_codes(loading, codes, kpi)
            _load_examples(loading, examples, kpi)


def _load_codes(loading: Loading, items: list[Record], kpi: LibraryKPI) -> None:
    for item in items:
        loading.create(
            LibraryCode,
            item,
            kpi=kpi,
            family=item.need("family"),
            code=item.need("code"),
            name=item.text("name"),
        )
        item.close()


def _load_examples(loading: Loading, items: list[Record], kpi: LibraryKPI) -> None:
    for item in items:
        loading.create(
            LibraryExample,
            item,
            kpi=kpi,
            city=item.need("city"),
            words=item.need("words"),
            **loading.marks(item),
        )
        item.close()
