"""Kinds of events and of sessions."""

from __future__ import annotations

from cities.programme import Loading
from events.models import EventKind, SessionKind

WORDS = "vocabulary.yaml"


def load_kinds(loading: Loading) -> None:
    """Load what events and sessions can be."""
    for position, record in enumerate(loading.files.records(WORDS, part="event_kinds")):
        loading.put(
            EventKind,
            record,
            {"slug": record.need("slug")},
            name=record.text("name"),
            name_plural=record.text("name_plural"),
            position=position,
        )
        record.close()
    for position, record in enumerate(loading.files.records(WORDS, part="session_kinds")):
        key = {"slug": record.need("slug")}
        loading.put(SessionKind, record, key, name=record.text("name"), position=position)
        record.close()
