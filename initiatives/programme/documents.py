"""Outlines of deliverables, from the programme's data files."""

from __future__ import annotations

from typing import Any

from cities.models import Edition
from cities.programme import Loading, Record
from initiatives.deliverable import chapters, kinds
from initiatives.models import DocumentChapter, DocumentTemplate

FILE = "documents.yaml"
# Importing them registers the kinds that a file may name.
assert chapters.__all__  # noqa: S101


def load_documents(loading: Loading) -> None:
    """Load the outlines. Their chapters are written with them, and left alone afterwards."""
    for record in loading.files.records(FILE, key="name"):
        editions = loading.find_all(Edition, record, "editions")
        items = [_chapter(item, place) for place, item in enumerate(record.children("chapters"))]
        for position, edition in enumerate(editions):
            template, is_new = loading.put(
                DocumentTemplate,
                record,
                {"edition": edition, "name": record.need("name")},
                language=record.text("language", "en"),
                position=position,
                **loading.marks(record),
            )
            if is_new:
                for item, values in items:
                    loading.create(DocumentChapter, item, template=template, **values)
        record.close()


def _chapter(item: Record, position: int) -> tuple[Record, dict[str, Any]]:
    kind = item.need("kind")
    if kinds.find(kind) is None:
        known = ", ".join(code for code, _label in kinds.choices())
        raise item.wrong("kind", f"“{kind}” is no kind of chapter. Use one of: {known}.")
    values = {
        "position": position,
        "kind": kind,
        "heading": item.text("heading"),
        "intro": item.text("intro"),
        "phases": item.text("phases"),
        "is_internal": item.get("is_internal", False),
    }
    item.close()
    return item, values
