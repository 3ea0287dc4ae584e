"""A roadmap with rows of every kind, and the pages on which its sections are written."""

from django.urls import reverse

from cities.models import (
    AssessmentAnswer,
    Dimension,
    Instrument,
    Organisation,
)
from initiatives.models import (
    Ambition,
    Axis,
    Commitment,
    GovernanceBody,
    Lesson,
    MatrixEntry,
    PriorityAxis,
)
from tests import factories
from tests.typed import fields_of


def address(roadmap, key):
    return reverse("initiatives:section-write", args=[roadmap.pk, key])


def opened(client, roadmap, key, query=""):
    """The fields of a section's form as they stand on its page."""
    answer = client.get(address(roadmap, key) + query)
    assert answer.status_code == 200
    return fields_of(answer.content.decode())


def fill(roadmap):
    """Some rows of every kind."""
    initiative = factories.make_initiative(roadmap)
    axis = Axis.objects.create(roadmap=roadmap, name="Data", position=0)
    for horizon in ("vision", "three_years"):
        ambition = roadmap.ambitions.create(statement="Open", horizon=horizon, position=0)
        ambition.steps.create(text="A step", position=0)
        ambition.steps.create(text="Another", position=1)
    MatrixEntry.objects.create(axis=axis, ambition=roadmap.ambitions.get(horizon="vision"),
                               text="An entry")  # fmt: skip
    above = GovernanceBody.objects.create(roadmap=roadmap, name="Board", role="First\nsecond")
    GovernanceBody.objects.create(roadmap=roadmap, name="Group", above=above, position=1)
    Lesson.objects.create(roadmap=roadmap, kind="worked", text="The board\nin two lines")
    Lesson.objects.create(roadmap=roadmap, kind="key", heading="Tools", text="Fewer")
    Commitment.objects.create(roadmap=roadmap, initiative=initiative, kind="kpis", text="Go on.")
    PriorityAxis.objects.create(roadmap=roadmap, name="Mobility")
    roadmap.partners.add(factories.make_organisation())
    instrument = Instrument.objects.create(slug="any", name="Any", highest_level=5)
    dimension = Dimension.objects.create(instrument=instrument, slug="one", name="One")
    AssessmentAnswer.objects.create(
        participation=roadmap.participation, dimension=dimension, text="So\nso", level=2,
        as_of="2021-01-31",
    )  # fmt: skip


def everything(roadmap):
    """All values of all rows of a roadmap."""
    models = [PriorityAxis, Axis, Ambition, MatrixEntry, GovernanceBody, Lesson, Commitment,
              AssessmentAnswer, Organisation]  # fmt: skip
    return [list(model.objects.order_by("pk").values()) for model in models]
