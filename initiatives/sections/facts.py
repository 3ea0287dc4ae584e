"""What stands in a roadmap, read with a constant number of queries."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property

from cities.models import AssessmentAnswer, Dimension
from initiatives import charter
from initiatives.models import (
    Ambition,
    AmbitionStep,
    Axis,
    GovernanceBody,
    Horizon,
    Initiative,
    Lesson,
    LessonKind,
    MatrixEntry,
    Measurement,
    PriorityAxis,
    Roadmap,
)


class Facts:
    """A roadmap with what it has, read when it is asked for, each part once.

    Rows carry `has_…` for what stands below them.
    """

    def __init__(self, roadmap: Roadmap) -> None:
        self._of = roadmap
        self.pk = roadmap.pk

    @cached_property
    def roadmap(self) -> Any:
        """Return the roadmap as it is saved now."""
        return _roadmap(self._of.pk)

    @cached_property
    def dimensions(self) -> list[Any]:
        """Return the dimensions by which the city looks at itself."""
        return _dimensions(self._of)

    @cached_property
    def ambitions(self) -> list[Any]:
        """Return the ambitions of all horizons."""
        return _ambitions(self._of.pk)

    @cached_property
    def initiatives(self) -> list[Any]:
        """Return the initiatives with the completeness of their charters."""
        return _initiatives(self._of.pk)

    @cached_property
    def commitments(self) -> set[tuple[int | None, str]]:
        """Return for which initiative what kind of commitment was made."""
        return set(self._of.commitments.order_by().values_list("initiative", "kind"))


def _roadmap(pk: int) -> Roadmap:
    def has(model: Any, **more: Any) -> Exists:
        return Exists(model._default_manager.filter(roadmap=OuterRef("pk"), **more).order_by())

    partners = Roadmap.partners.through._default_manager.filter(roadmap=OuterRef("pk"))
    lessons = {f"has_{kind.value}": has(Lesson, kind=kind) for kind in LessonKind}
    return Roadmap.objects.annotate(
        has_priority_axes=has(PriorityAxis),
        has_axes=has(Axis),
        has_bodies=has(GovernanceBody),
        has_partners=Exists(partners),
        **lessons,
    ).get(pk=pk)


def _dimensions(roadmap: Roadmap) -> list[Any]:
    answered = AssessmentAnswer.objects.filter(
        participation=roadmap.participation_id, dimension=OuterRef("pk")
    ).exclude(text="", level=None)
    asked = Dimension.objects.asked_of(roadmap.participation)
    return list(asked.annotate(has_answer=Exists(answered)))


def _ambitions(pk: int) -> list[Any]:
    entries = MatrixEntry.objects.filter(ambition=OuterRef("pk"))
    steps = AmbitionStep.objects.filter(ambition=OuterRef("pk"))
    vision_first = Ambition.objects.filter(roadmap=pk).order_by("-horizon", "position")
    return list(vision_first.annotate(has_entries=Exists(entries), has_steps=Exists(steps)))


def _initiatives(pk: int) -> list[Any]:
    values = Measurement.objects.filter(kpi__initiative=OuterRef("pk"))
    known = charter.with_completeness(Initiative.objects.filter(roadmap=pk))
    return list(known.annotate(has_results=Q(~Q(results="") | Exists(values))))


def of_horizon(facts: Facts, horizon: Horizon) -> list[Any]:
    """Return the ambitions that look so far ahead."""
    return [one for one in facts.ambitions if one.horizon == horizon]
