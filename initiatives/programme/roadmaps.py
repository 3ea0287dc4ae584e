"""A roadmap: strategy, governance, what came of it, and what is promised."""

from __future__ import annotations

from typing import Any

from cities.models import AssessmentAnswer, Dimension, Instrument, Organisation, Theme
from cities.programme import Loading, Record, participation_of
from initiatives.models import (
    Ambition,
    AmbitionStep,
    Axis,
    Commitment,
    CommitmentKind,
    GovernanceBody,
    Horizon,
    Initiative,
    Lesson,
    LessonKind,
    MatrixEntry,
    PriorityAxis,
    Roadmap,
    RoadmapStatus,
)
from initiatives.programme.charters import load_initiatives
from initiatives.programme.deals import load_deals

WORDS = ["introduction", "openness", "needs", "vision", "governance", "impact_summary"]


def load_roadmap(loading: Loading, record: Record) -> None:
    """Load one roadmap. Its lists are written with it, and left alone once it exists."""
    place = record.child("participation")
    if place is None:
        raise record.wrong("participation", "is missing; name edition, role and city.")
    status = record.text("status", RoadmapStatus.DRAFT)
    roadmap, is_new = loading.put(
        Roadmap,
        record,
        {"participation": participation_of(loading, place)},
        many={"partners": loading.find_all(Organisation, record, "partners")},
        first={
            "status": status,
            "published_at": loading.now if status == RoadmapStatus.PUBLISHED else None,
        },
        title=record.text("title"),
        **_words(record),
        **loading.marks(record),
    )
    _load_lists(loading, record, roadmap, is_new)
    initiatives = load_initiatives(loading, record, roadmap)
    _look_back(loading, record, roadmap, initiatives, is_new)
    record.close()


def _words(record: Record) -> dict[str, Any]:
    return {name: record.text(name) for name in WORDS}


def _load_lists(loading: Loading, record: Record, roadmap: Roadmap, is_new: bool) -> None:
    for position, item in enumerate(record.children("priority_axes")):
        theme = loading.find_or_none(Theme, item, "theme")
        name = item.text("name")
        if is_new:
            loading.create(
                PriorityAxis, item, roadmap=roadmap, position=position, name=name, theme=theme
            )
        item.close()
    bodies, axes = record.children("governance_bodies"), record.children("axes")
    ambitions, ahead = record.children("ambitions"), record.children("three_years")
    assessment = record.child("assessment")
    if not is_new:
        return
    _load_bodies(loading, bodies, roadmap)
    _load_matrix(loading, axes, ambitions, roadmap)
    _load_three_years(loading, ahead, roadmap)
    if assessment is not None:
        _load_assessment(loading, assessment, roadmap)


def _load_bodies(loading: Loading, items: list[Record], roadmap: Roadmap) -> None:
    bodies: dict[str, GovernanceBody] = {}
    for position, item in enumerate(items):
        name, above = item.text("name"), item.text("above")
        if above and above not in bodies:
            raise item.wrong("above", f"“{above}” does not stand before this body in the list.")
        bodies[name] = loading.create(
            GovernanceBody,
            item,
            roadmap=roadmap,
            position=position,
            name=name,
            role=item.text("role"),
            rhythm=item.text("rhythm"),
            above=bodies.get(above),
        )
        item.close()


def _load_matrix(
    loading: Loading, columns: list[Record], rows: list[Record], roadmap: Roadmap
) -> None:
    axes = {}
    for position, item in enumerate(columns):
        name = item.text("name")
        axes[item.need("key")] = loading.create(
            Axis, item, roadmap=roadmap, position=position, name=name
        )
        item.close()
    for position, item in enumerate(rows):
        ambition = _load_ambition(loading, item, roadmap, Horizon.VISION, position)
        for key, texts in item.get("matrix", {}).items():
            if key not in axes:
                raise item.wrong("matrix", f"“{key}” is no key of axes.")
            for place, text in enumerate(texts):
                loading.create(
                    MatrixEntry,
                    item,
                    axis=axes[key],
                    ambition=ambition,
                    position=place,
                    text=str(text),
                )
        item.close()


def _load_ambition(
    loading: Loading, item: Record, roadmap: Roadmap, horizon: Horizon, position: int
) -> Ambition:
    return loading.create(
        Ambition,
        item,
        roadmap=roadmap,
        horizon=horizon,
        position=position,
        statement=item.text("statement"),
    )


def _load_three_years(loading: Loading, items: list[Record], roadmap: Roadmap) -> None:
    for position, item in enumerate(items):
        ambition = _load_ambition(loading, item, roadmap, Horizon.THREE_YEARS, position)
        for place, step in enumerate(item.items("steps")):
            loading.create(AmbitionStep, item, ambition=ambition, position=place, text=str(step))
        item.close()


def _load_assessment(loading: Loading, record: Record, roadmap: Roadmap) -> None:
    instrument = loading.find(Instrument, record, "instrument")
    dimensions = loading.index(Dimension, ("instrument", "slug"))
    for slug, text in record.get("answers", {}).items():
        dimension = dimensions.get((instrument.pk, slug))
        if dimension is None:
            raise record.wrong("answers", f"{instrument} has no dimension “{slug}”.")
        loading.put(
            AssessmentAnswer,
            record,
            {
                "participation": roadmap.participation,
                "dimension": dimension,
                "city": None,
                "as_of": record.day("as_of"),
            },
            text=text.strip(),
            **loading.marks(record),
        )
    record.close()


def _look_back(
    loading: Loading,
    record: Record,
    roadmap: Roadmap,
    initiatives: dict[str, Initiative],
    is_new: bool,
) -> None:
    lessons, commitments = record.child("lessons"), record.children("commitments")
    deals = record.children("deals")
    if not is_new:
        return
    load_deals(loading, deals, roadmap, initiatives)
    if lessons is not None:
        _load_lessons(loading, lessons, roadmap)
    for position, item in enumerate(commitments):
        slug = item.need("initiative")
        if slug not in initiatives:
            raise item.wrong("initiative", f"“{slug}” is no initiative of this roadmap.")
        for kind in CommitmentKind:
            if text := item.text(kind.value):
                loading.create(
                    Commitment,
                    item,
                    roadmap=roadmap,
                    initiative=initiatives[slug],
                    kind=kind,
                    position=position,
                    text=text,
                    **loading.marks(item),
                )
        item.close()


def _load_lessons(loading: Loading, record: Record, roadmap: Roadmap) -> None:
    key = record.child("key")
    others = [kind for kind in LessonKind if kind != LessonKind.KEY]
    texts: dict[LessonKind, list[Any]] = {kind: record.items(kind.value) for kind in others}
    heading = ""
    if key is not None:
        texts[LessonKind.KEY] = key.items("items")
        heading = key.text("heading")
        key.close()
    for kind, items in texts.items():
        for position, text in enumerate(items):
            loading.create(
                Lesson,
                record,
                roadmap=roadmap,
                kind=kind,
                position=position,
                heading=heading if kind == LessonKind.KEY else "",
                text=str(text),
                **loading.marks(record),
            )
    record.close()
