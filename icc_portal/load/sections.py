"""What stands in the sections of the trial roadmap: as much of each as a city ever writes."""

from __future__ import annotations

from datetime import date
from random import Random

from cities.models import AssessmentAnswer, Dimension, Organisation, Theme
from initiatives.models import (
    Ambition,
    AmbitionStep,
    Axis,
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
    PriorityAxis,
    Roadmap,
)

TEXTS = ("introduction", "openness", "needs", "vision", "governance", "impact_summary")
SENTENCE = "An invented sentence, to try the portal with, about streets, schools and the river. "
AXES, AMBITIONS, PRIORITIES, BODIES, AHEAD, PARTNERS = 5, 10, 6, 12, 10, 30
ENTRIES_EACH, LESSONS_EACH, STEPS_EACH = 3, 15, 3
DEALS, ROWS_OF_A_DEAL = 12, 8


def write_sections(roadmap: Roadmap, rows: list[Initiative], chance: Random) -> None:
    """Fill every section; each initiative has its commitments."""
    for name in TEXTS:
        setattr(roadmap, name, SENTENCE * 12)
    roadmap.save()
    _preparation(roadmap)
    _strategy(roadmap)
    _bodies(roadmap)
    _review(roadmap, rows, chance)
    _deals(roadmap, rows, chance)


def _preparation(roadmap: Roadmap) -> None:
    themes: list[Theme | None] = [*Theme.objects.order_by("pk")[:PRIORITIES]]
    themes += [None] * (PRIORITIES - len(themes))
    PriorityAxis.objects.bulk_create(
        PriorityAxis(roadmap=roadmap, position=place, name=f"Priority {place + 1}", theme=theme)
        for place, theme in enumerate(themes)
    )
    roadmap.partners.set(Organisation.objects.order_by("pk")[:PARTNERS])
    asked = Dimension.objects.asked_of(roadmap.participation)
    AssessmentAnswer.objects.bulk_create(
        AssessmentAnswer(
            participation=roadmap.participation,
            dimension=dimension,
            as_of=date(year, 1, 31),
            text=SENTENCE * 6,
            demonstration=True,
        )
        for dimension in asked
        for year in (2020, 2021)
    )


def _strategy(roadmap: Roadmap) -> None:
    axes = Axis.objects.bulk_create(
        Axis(roadmap=roadmap, position=place, name=f"Axis {place + 1}") for place in range(AXES)
    )
    ambitions = {
        horizon: Ambition.objects.bulk_create(
            Ambition(
                roadmap=roadmap,
                horizon=horizon,
                position=place,
                statement=f"Towards a city that is trusted, {place + 1}",
            )
            for place in range(number)
        )
        for horizon, number in ((Horizon.VISION, AMBITIONS), (Horizon.THREE_YEARS, AHEAD))
    }
    MatrixEntry.objects.bulk_create(
        MatrixEntry(axis=axis, ambition=ambition, position=place, text=f"Something {place + 1}")
        for ambition in ambitions[Horizon.VISION]
        for axis in axes
        for place in range(ENTRIES_EACH)
    )
    AmbitionStep.objects.bulk_create(
        AmbitionStep(ambition=ambition, position=place, text=f"Step {place + 1}")
        for ambition in ambitions[Horizon.THREE_YEARS]
        for place in range(STEPS_EACH)
    )


def _bodies(roadmap: Roadmap) -> None:
    """Write bodies, each but the first below an earlier one."""
    made: list[GovernanceBody] = []
    for place in range(BODIES):
        above = made[(place - 1) // 3] if made else None
        made.append(
            GovernanceBody.objects.create(
                roadmap=roadmap,
                position=place,
                name=f"Body {place + 1}",
                role=SENTENCE,
                rhythm="every month",
                above=above,
            )
        )


def _review(roadmap: Roadmap, rows: list[Initiative], chance: Random) -> None:
    Lesson.objects.bulk_create(
        Lesson(
            roadmap=roadmap,
            initiative=chance.choice([None, *rows]),
            kind=kind,
            position=place,
            text=SENTENCE,
            demonstration=True,
        )
        for kind in LessonKind.values
        for place in range(LESSONS_EACH)
    )
    Commitment.objects.bulk_create(
        Commitment(
            roadmap=roadmap,
            initiative=one,
            kind=kind,
            position=place,
            text=SENTENCE,
            demonstration=True,
        )
        for place, one in enumerate(rows)
        for kind in CommitmentKind.values
    )


def _deals(roadmap: Roadmap, rows: list[Initiative], chance: Random) -> None:
    deals = LocalGreenDeal.objects.bulk_create(
        LocalGreenDeal(
            roadmap=roadmap,
            position=place,
            title=f"Green deal for district {place + 1}",
            aim=SENTENCE,
            goals=SENTENCE,
            governance=SENTENCE,
            is_public=True,
            demonstration=True,
        )
        for place in range(DEALS)
    )
    DealSignatory.objects.bulk_create(
        DealSignatory(deal=deal, position=place, name=f"Company {place + 1}", pledge=SENTENCE)
        for deal in deals
        for place in range(ROWS_OF_A_DEAL)
    )
    DealAction.objects.bulk_create(
        DealAction(
            deal=deal,
            position=place,
            text=f"Action {place + 1}",
            responsible="The city",
            initiative=chance.choice(rows),
        )
        for deal in deals
        for place in range(ROWS_OF_A_DEAL)
    )
