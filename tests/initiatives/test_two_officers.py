"""Two officers save one form from the same version: of 200 random edits none is lost silently.

Edits are of texts, selects, ticks, numbers, amounts, addresses and dates, and of new rows.
"""

import re
from dataclasses import dataclass, field
from random import Random

import pytest
from django.test import Client
from django.urls import reverse

from cities.models import (
    AssessmentAnswer,
    Consortium,
    ConsortiumMember,
    Dimension,
    Goal,
    Instrument,
)
from initiatives.models import (
    Axis,
    Commitment,
    DependencyKind,
    GovernanceBody,
    KPIConcept,
    Lesson,
    LocalGreenDeal,
    MatrixEntry,
    PriorityAxis,
)
from tests import factories
from tests.boxes import Box, boxes_of
from tests.examples import examples
from tests.typed import fields_of

pytestmark = pytest.mark.django_db
EDITS = examples(200)
WORDS = "Words"
# Taking rows away, their order and what stands above what have tests of their own.
LEFT_ALONE = {
    *("DELETE", "ORDER", "above", "again", "keep_words", "elsewhere", "until_year"),
    *("first_was_wrong", "reached_on"),
}
# A signatory is of the directory or has a name; a KPI goes with its own initiative alone.
EITHER_OR = re.compile(r"signatories-\d+-organisation|actions-\d+-initiative")
# Initiatives depend on one another by another box, which this one follows.
FOLLOWS = re.compile(r"dependencies-\d+-kind")
KINDS = {"text", "textarea", "select", "many", "checkbox", "number", "url", "date"}
# Choices of rows elsewhere, in which more than words can be lost.
KINDS |= {"city", "on_initiative", "on_organisation", "organisation", "kpi", "parent"}
MONTHS = ["January 2021", "Q3 2021", "2022", "5 July 2021", "May 2021"]


@dataclass(frozen=True)
class Form:
    """A form: where it is, and the id of its element."""

    url: str
    id: str

    def sent(self, page: str) -> dict[str, list[str]]:
        """All that a browser would send, untouched."""
        return fields_of(page, self.id)

    def boxes(self, page: str) -> dict[str, Box]:
        """What an officer can change."""
        return {
            name: box
            for name, box in boxes_of(page, self.id).items()
            if name.rsplit("-", 1)[-1] not in LEFT_ALONE
            and not EITHER_OR.fullmatch(name)
            and not name.startswith(("keep-", "paste-"))
            if not FOLLOWS.fullmatch(name)
        }


@pytest.fixture
def roadmap(city):
    texts = ("introduction", "openness", "needs", "vision", "governance", "impact_summary")
    consortium = Consortium.objects.create(slug="three", name="Three", lead_city=city)
    for member in (city, factories.make_city(slug="b"), factories.make_city(slug="c")):
        ConsortiumMember.objects.create(consortium=consortium, city=member)
    roadmap = factories.make_roadmap(
        participation=factories.make_participation(consortium=consortium), published=False,
        **{name: f"{WORDS} of {name}" for name in texts},
    )  # fmt: skip
    initiative = factories.make_initiative(
        roadmap, name=f"{WORDS} of a name", summary=f"{WORDS} in a sentence",
        working_team=f"{WORDS} on a team", goal=f"{WORDS} on a goal", results=f"{WORDS} on results",
        impact_and_timing=f"{WORDS} on impact", support_needed=f"{WORDS} on support",
    )  # fmt: skip
    initiative.risks.create(text=f"{WORDS} on a risk", mitigation=f"{WORDS} on what is done")
    initiative.themes.add(factories.make_theme())
    factories.make_theme()
    for number in range(3):
        factories.make_organisation(name=f"Organisation {number}")
    for number in range(2):
        factories.make_initiative(roadmap, name=f"{WORDS} of another name {number}")
        elsewhere = factories.make_initiative(name=f"Elsewhere {number}")
    initiative.dependencies.create(
        kind=DependencyKind.INITIATIVE, on_initiative=elsewhere, text=f"{WORDS} on what is needed"
    )
    for number in (9, 11, 13):
        Goal.objects.create(number=number, name=f"Goal {number}")
    KPIConcept.objects.create(code="activities", name="Activities")
    initiative.support_needs.create(text=f"{WORDS} on a need", amount="5.25")
    factories.make_milestone(initiative, title=f"{WORDS} on a milestone")
    deal = LocalGreenDeal.objects.create(roadmap=roadmap, title=f"{WORDS} on a deal")
    deal.signatories.create(name=f"{WORDS} of a company")
    deal.actions.create(text=f"{WORDS} on an action")
    initiative.stakeholders.create(name=f"{WORDS} on a board", role=f"{WORDS} on a role")
    initiative.budget_lines.create(label=f"{WORDS} on money", amount="10.50")
    factories.make_kpi(initiative, name=f"{WORDS} of another KPI", position=1)
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


def written(roadmap):
    """The initiative that officers write on; others are there to be chosen."""
    return roadmap.initiatives.order_by("pk").first()


@pytest.fixture
def forms(roadmap):
    """The forms of a roadmap with texts in which two officers may meet."""
    keys = [
        *("introduction", "openness", "needs", "state", "vision", "matrix", "governance"),
        *("results", "lessons", "commitments", "three-years"),
    ]
    initiative = written(roadmap)
    kpi, milestone = initiative.kpis.first(), initiative.milestones.get()
    of_deal = reverse("initiatives:deal-write", args=[roadmap.pk, roadmap.deals.get().pk])
    charter = reverse("initiatives:initiative-edit", args=[initiative.slug])
    of_milestone = [initiative.slug, milestone.pk]
    return [
        *(Form(reverse("initiatives:section-write", args=[roadmap.pk, key]), "section-form")
          for key in keys),
        *(Form(f"{charter}?rows={kind}", "charter-form")
          for kind in ("dependencies", "risks", "stakeholders", "support", "budget")),
        Form(reverse("initiatives:kpi-edit", args=[initiative.slug, kpi.pk]), "page-form"),
        Form(reverse("initiatives:milestone-edit", args=of_milestone), "page-form"),
        Form(of_deal, "section-form"),
    ]  # fmt: skip


@pytest.fixture
def two(city):
    """Two officers of the city, each in a browser of their own."""
    made = Client(), Client()
    for number, client in enumerate(made):
        client.force_login(factories.make_officer(city, email=f"officer{number}@example.org"))
    return made


Values = dict[str, list[str]]


@dataclass
class Typed:
    """What an officer did to a form: boxes that hold something else now, and a new row."""

    boxes: Values
    row: Values = field(default_factory=dict)


def standing(boxes: dict[str, Box]) -> Values:
    """What stands in the boxes, by name."""
    return {name: sorted(filter(None, box.values)) for name, box in boxes.items()}


def is_new(name: str, sent: Values) -> bool:
    """Whether a box is of a row that is not saved yet."""
    prefix, _dash, rest = name.partition("-")
    number = rest.partition("-")[0]
    saved = sent.get(f"{prefix}-INITIAL_FORMS")
    return saved is not None and number.isdecimal() and int(number) >= int(saved[0])


def another(chance: Random, name: str, box: Box) -> list[str] | None:
    """Something else for a box; None where nothing else can be."""
    last = name.rsplit("-", 1)[-1]
    if box.kind == "many" or (box.kind == "checkbox" and len(box.choices) > 1):
        return sorted(chance.sample(box.choices, chance.randint(1, len(box.choices))))
    if box.kind == "checkbox":
        return [] if box.values else box.choices
    if box.kind == "select":
        others = [one for one in box.choices if one and one not in box.values]
        return [chance.choice(others)] if others else None
    if last == "currency":
        return [chance.choice(["EUR", "SEK", "PLN", "CZK"])]
    if last == "amount":
        return [f"{chance.randrange(1, 999)}.{chance.randrange(10, 99)}"]
    if last == "when":
        return [chance.choice(MONTHS)]
    if box.kind == "date":
        return [f"{chance.randint(2018, 2022)}-0{chance.randint(1, 9)}-1{chance.randrange(10)}"]
    if box.kind == "number":
        return [str(chance.randint(2010, 2030) if last == "year" else chance.randint(1, 5))]
    if box.kind == "url" or last.endswith("url"):
        return [f"https://data.example.org/{chance.randrange(10**9)}"]
    return [f"{WORDS} {chance.randrange(10**9)}"]


def typing(chance: Random, boxes: dict[str, Box], sent: Values) -> Typed:
    """Let an officer change a few boxes, and now and then begin a row."""
    known = sorted(name for name in boxes if not is_new(name, sent))
    some = chance.sample(known, min(len(known), chance.randint(1, 5)))
    found = {name: another(chance, name, boxes[name]) for name in some}
    typed = Typed({name: values for name, values in found.items() if values is not None})
    blank = sorted({name.rsplit("-", 1)[0] for name in boxes if is_new(name, sent)})
    if blank and chance.random() < 0.3:
        row = chance.choice(blank)
        of_row = {name: box for name, box in boxes.items() if name.startswith(f"{row}-")}
        filled = {name: another(chance, name, box) for name, box in of_row.items()}
        typed.row = {name: values for name, values in filled.items() if values is not None}
    return typed


def test_of_two_hundred_random_edits_of_two_officers_none_is_lost_silently(two, forms):
    chance = Random("F10")
    edits = chosen = rows = 0
    kinds: set[str] = set()
    while edits < EDITS or rows < 5 or not kinds >= KINDS:
        form = forms[chance.randrange(len(forms))]
        said = round_of(chance, two, form, kinds)
        edits, chosen, rows = edits + said[0], chosen + said[1], rows + said[2]
    assert chosen > EDITS / 20, "they met often enough"


def round_of(
    chance: Random, two: tuple[Client, Client], form: Form, kinds: set[str]
) -> tuple[int, int, int]:
    """Let both write from the same version; return how many edits, where both met, new rows."""
    pages = [one.get(form.url).content.decode() for one in two]
    sent = [form.sent(page) for page in pages]
    boxes = form.boxes(pages[0])
    before = standing(boxes)
    assert standing(form.boxes(pages[1])) == before
    typed = [typing(chance, boxes, one) for one in sent]
    first, second = (filled(one, did.boxes | did.row) for one, did in zip(sent, typed, strict=True))
    kinds |= {boxes[name].kind for did in typed for name in did.boxes}
    kinds |= {name.rsplit("-", 1)[-1] for did in typed for name in did.boxes}
    answer = two[0].post(form.url, first)
    assert answer.status_code == 302, (form.url, typed[0], faults(answer))
    # Who typed what had stood there before changed nothing.
    changed = [{name: values for name, values in did.boxes.items() if values != before[name]}
               for did in typed]  # fmt: skip
    expected = before | changed[0] | changed[1]
    both = {
        name
        for name in changed[0].keys() & changed[1].keys()
        if changed[0][name] != changed[1][name]
    }
    answer = two[1].post(form.url, second)
    if both:
        page = answer.content.decode()
        assert answer.status_code == 200, (form.url, sorted(both))
        again = form.sent(page)
        for name in both:
            if boxes[name].kind in ("text", "textarea", "url"):
                # Both wordings are shown; in rows of a charter beside the box that keeps one's own.
                assert all(did.boxes[name][0] in page for did in typed), (form.url, name)
            side = chance.choice([0, 1])
            if f"keep-{name}" in again:
                again[f"keep-{name}"] = [["theirs", "mine"][side]]
            else:
                again = filled(again, {name: typed[side].boxes[name]})
            expected[name] = typed[side].boxes[name]
        answer = two[1].post(form.url, again)
    assert answer.status_code == 302, (form.url, sorted(both), typed, faults(answer))
    page = two[0].get(form.url.partition("?")[0]).content.decode()
    now = standing(form.boxes(page))
    lost = {name: (values, now.get(name)) for name, values in expected.items()
            if not is_new(name, sent[0]) and now.get(name) != values}  # fmt: skip
    assert lost == {}, (form.url, typed)
    for did in typed:
        assert not did.row or is_there(did.row, now), (form.url, did.row, now)
    edits = sum(len(did.boxes) + len(did.row) for did in typed)
    return edits, len(both), sum(bool(did.row) for did in typed)


def filled(sent: Values, typed: Values) -> Values:
    """What a browser sends once some boxes hold something else."""
    return {name: values for name, values in (sent | typed).items() if values}


def is_there(row: Values, now: Values) -> bool:
    """Whether a saved row holds all that was typed into a new one."""
    wanted = {name.rsplit("-", 1)[-1]: values for name, values in row.items()}
    kind = next(iter(row)).partition("-")[0]
    rows = {name.rsplit("-", 1)[0] for name in now if name.startswith(f"{kind}-")}
    return any(
        all(now.get(f"{one}-{name}") == values for name, values in wanted.items()) for one in rows
    )


def faults(answer) -> list[str]:
    """What a page complains of, for who reads that this test failed."""
    page = answer.content.decode()
    return [part.split("</ul>")[0][:300] for part in page.split('class="errorlist')[1:]]
