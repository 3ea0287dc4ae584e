"""What stands in a roadmap, read with a constant number of queries."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import cached_property

from cities.models import AssessmentAnswer, Dimension
from initiatives import charter
from initiatives.models import (
    Ambition,
    AmbitionStep,
    Axis,
    CityNeed,
    Commitment,
    CommitmentKind,
    DealAction,
    DealSignatory,
    GovernanceBody,
    Horizon,
    Initiative,
    Lesson,
    LessonKind,
    LocalGreenDeal,
    MatrixEntry,
    Measurement,
    PriorityAxis,
    Roadmap,
)


class Facts:
    """A roadmap with what it has, read when it is asked for, each part once.

    Rows carry `has_…` for what stands below them.
    """

    def __init__(self, roadmap: Roadmap, *, initiatives: list[Initiative] | None = None) -> None:
        """Read what a roadmap has; its `of_initiatives` need not be read twice."""
        self._of = roadmap
        self._initiatives = initiatives
        self.pk = roadmap.pk

    @cached_property
    def roadmap(self) -> Any:
        """Return the roadmap as it is saved now, or as it was read `with_parts`."""
        if hasattr(self._of, "has_priority_axes"):
            return self._of
        return with_parts(Roadmap.objects.filter(pk=self.pk)).get()

    @cached_property
    def dimensions(self) -> list[Any]:
        """Return the dimensions by which the city looks at itself."""
        return _dimensions(self._of)

    @cached_property
    def ambitions(self) -> list[Any]:
        """Return the ambitions of all horizons."""
        return _ambitions(self.pk)

    @cached_property
    def initiatives(self) -> list[Any]:
        """Return the initiatives with the completeness of their charters."""
        if self._initiatives is not None:
            return self._initiatives
        return self.of_initiatives(Initiative.objects.filter(roadmap=self.pk))

    @cached_property
    def outcomes(self) -> list[Any]:
        """Return the initiatives with their results and commitments; of charters nothing more."""
        if self._initiatives is not None or "initiatives" in self.__dict__:
            return self.initiatives
        known = Initiative.objects.filter(roadmap=self.pk).only("roadmap", "name", "slug")
        return list(known.annotate(**_outcomes()))

    @staticmethod
    def of_initiatives(initiatives: QuerySet[Initiative]) -> list[Any]:
        """Return initiatives with what is asked of each: one query."""
        return list(charter.with_completeness(initiatives).annotate(**_outcomes()))

    @cached_property
    def deals(self) -> list[Any]:
        """Return the Local Green Deals, with whether they have signatories and actions."""
        if not self.roadmap.has_deals:
            return []
        return self.deals_of(self.pk)

    @staticmethod
    def deals_of(roadmap: int) -> list[Any]:
        """Return the deals of a roadmap with what is asked of each: one query."""
        of_it = {"deal": OuterRef("pk")}
        return list(
            LocalGreenDeal.objects.filter(roadmap=roadmap).annotate(
                has_signatories=Exists(DealSignatory.objects.filter(**of_it).order_by()),
                has_actions=Exists(DealAction.objects.filter(**of_it).order_by()),
            )
        )


def _outcomes() -> dict[str, Any]:
    """Return what is asked of an initiative in the end: results, and commitments by kind."""
    values = Measurement.objects.filter(kpi__initiative=OuterRef("pk"))
    promised = Commitment.objects.filter(initiative=OuterRef("pk")).order_by()
    return {
        "has_results": Q(~Q(results="") | Exists(values)),
        **{f"commits_{one.value}": Exists(promised.filter(kind=one)) for one in CommitmentKind},
    }


def with_parts(rows: QuerySet[Any], roadmap: str = "pk") -> QuerySet[Any]:
    """Fetch with roadmaps, or with rows that have one, what each has: `has_axes` and so on."""

    def has(model: Any, **more: Any) -> Exists:
        return Exists(model._default_manager.filter(roadmap=OuterRef(roadmap), **more).order_by())

    lessons = {f"has_{kind.value}": has(Lesson, kind=kind) for kind in LessonKind}
    return rows.annotate(
        has_priority_axes=has(PriorityAxis),
        has_axes=has(Axis),
        has_bodies=has(GovernanceBody),
        has_partners=has(Roadmap.partners.through),
        has_commitments=has(Commitment),
        has_deals=has(LocalGreenDeal),
        has_city_needs=has(CityNeed),
        **lessons,
    )


def take_parts(roadmap: Roadmap, row: Any) -> None:
    """Say of a roadmap what was fetched with a row that has it."""
    for name, value in vars(row).items():
        if name.startswith("has_"):
            setattr(roadmap, name, value)


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


def of_horizon(facts: Facts, horizon: Horizon) -> list[Any]:
    """Return the ambitions that look so far ahead."""
    return [one for one in facts.ambitions if one.horizon == horizon]
