"""Two officers save one form from the same version: of 200 random edits none is lost silently."""

from dataclasses import dataclass
from random import Random

import pytest
from django.test import Client
from django.urls import reverse

from cities.models import AssessmentAnswer, Dimension, Instrument
from initiatives.models import Axis, Commitment, GovernanceBody, Lesson, MatrixEntry, PriorityAxis
from tests import factories
from tests.typed import fields_of

pytestmark = pytest.mark.django_db
EDITS = 200
# Whatever begins like this was put there, and may be written anew.
WORDS = "Words"


@dataclass(frozen=True)
class Form:
    """A form: where it is, and the id of its element."""

    url: str
    id: str

    def read(self, page: str) -> dict[str, list[str]]:
        return fields_of(page, self.id)


@pytest.fixture
def roadmap(city):
    texts = ("introduction", "openness", "needs", "vision", "governance", "impact_summary")
    roadmap = factories.make_roadmap(
        city, published=False, **{name: f"{WORDS} of {name}" for name in texts}
    )
    initiative = factories.make_initiative(
        roadmap, name=f"{WORDS} of a name", summary=f"{WORDS} in a sentence",
        working_team=f"{WORDS} on a team", goal=f"{WORDS} on a goal", results=f"{WORDS} on results",
        impact_and_timing=f"{WORDS} on impact", support_needed=f"{WORDS} on support",
    )  # fmt: skip
    initiative.risks.create(text=f"{WORDS} on a risk", mitigation=f"{WORDS} on what is done")
    initiative.stakeholders.create(name=f"{WORDS} on a board", role=f"{WORDS} on a role")
    initiative.budget_lines.create(label=f"{WORDS} on money", amount="10.50")
    factories.make_kpi(
        initiative, name=f"{WORDS} of a KPI", description=f"{WORDS} on what is counted"
    )
    for place in range(2):
        axis = Axis.objects.create(roadmap=roadmap, name=f"{WORDS} axis {place}", position=place)
        row = {"roadmap": roadmap, "position": place}
        PriorityAxis.objects.create(name=f"{WORDS} priority {place}", **row)
        GovernanceBody.objects.create(
            name=f"{WORDS} body {place}", role=f"{WORDS} role {place}", **row
        )
        Lesson.objects.create(kind="worked", text=f"{WORDS} lesson {place}", **row)
        for horizon in ("vision", "three_years"):
            ambition = roadmap.ambitions.create(
                statement=f"{WORDS} {horizon} {place}", horizon=horizon, position=place
            )
            ambition.steps.create(text=f"{WORDS} step {place}")
            if horizon == "vision":
                MatrixEntry.objects.create(
                    axis=axis, ambition=ambition, text=f"{WORDS} entry {place}"
                )
    Commitment.objects.create(roadmap=roadmap, kind="kpis", text=f"{WORDS} commitment")
    Commitment.objects.create(
        roadmap=roadmap, initiative=initiative, kind="resources", text=f"{WORDS} promise"
    )
    dimension = Dimension.objects.create(
        instrument=Instrument.objects.create(slug="any", name="Any", highest_level=5),
        slug="one", name="One",
    )  # fmt: skip
    AssessmentAnswer.objects.create(
        participation=roadmap.participation, dimension=dimension, text=f"{WORDS} answer",
        as_of="2021-01-31",
    )  # fmt: skip
    return roadmap


@pytest.fixture
def forms(roadmap):
    """The forms of a roadmap with texts in which two officers may meet."""
    keys = [
        *("introduction", "openness", "needs", "state", "vision", "matrix", "governance"),
        *("results", "lessons", "commitments", "three-years"),
    ]
    initiative = roadmap.initiatives.get()
    kpi = initiative.kpis.get()
    return [
        *(Form(reverse("initiatives:section-write", args=[roadmap.pk, key]), "section-form")
          for key in keys),
        Form(reverse("initiatives:initiative-edit", args=[initiative.slug]), "charter-form"),
        Form(reverse("initiatives:kpi-edit", args=[initiative.slug, kpi.pk]), "page-form"),
    ]  # fmt: skip


@pytest.fixture
def two(city):
    """Two officers of the city, each in a browser of their own."""
    made = Client(), Client()
    for number, client in enumerate(made):
        client.force_login(factories.make_officer(city, email=f"officer{number}@example.org"))
    return made


def texts(fields: dict[str, list[str]]) -> dict[str, str]:
    """The boxes with words in them, by name, as they stand."""
    return {
        name: values[0]
        for name, values in fields.items()
        if values[0].startswith(WORDS) and not name.startswith("initial-")
    }


def test_of_two_hundred_random_edits_of_two_officers_none_is_lost_silently(two, forms):
    chance = Random("F10")
    edits = chosen = 0
    while edits < EDITS:
        form = forms[chance.randrange(len(forms))]
        said = round_of(chance, two, form)
        edits, chosen = edits + said[0], chosen + said[1]
    assert chosen > EDITS / 20, "they met often enough"


def round_of(chance: Random, two: tuple[Client, Client], form: Form) -> tuple[int, int]:
    """Let both write from the same version; return how many edits, and in how many both met."""
    pages = [form.read(one.get(form.url).content.decode()) for one in two]
    before = texts(pages[0])
    assert texts(pages[1]) == before
    assert before, form.url
    typed = [
        {
            name: f"{WORDS} {chance.randrange(10**9)}"
            for name in chance.sample(sorted(before), chance.randint(1, min(5, len(before))))
        }
        for _officer in two
    ]
    first, second = (page | words for page, words in zip(pages, typed, strict=True))
    assert two[0].post(form.url, first).status_code == 302, form.url
    expected = before | typed[0] | typed[1]
    both = set(typed[0]) & set(typed[1])
    answer = two[1].post(form.url, second)
    if both:
        page = answer.content.decode()
        assert answer.status_code == 200, form.url
        again = form.read(page)
        for name in both:
            # Both wordings are shown; in rows of a charter beside the box that keeps one's own.
            assert typed[0][name] in page, (form.url, name)
            assert typed[1][name] in page, (form.url, name)
            side = chance.choice([0, 1])
            if f"keep-{name}" in again:
                again[f"keep-{name}"] = ["theirs", "mine"][side]
            else:
                again[name] = typed[side][name]
            expected[name] = typed[side][name]
        answer = two[1].post(form.url, again)
    assert answer.status_code == 302, (form.url, sorted(both))
    now = texts(form.read(two[0].get(form.url).content.decode()))
    assert now == expected, form.url
    return sum(map(len, typed)), len(both)
