"""A new city types the whole roadmap of Rouen through the forms alone, with scripts and without.

What is typed comes from the file that Rouen's own roadmap is loaded from, so that in the end both
must say the same, row by row.
"""

import json
import re

import pytest
import yaml
from playwright.sync_api import expect

from tests.initiatives.deliverable.facts_of_rouen import missing, written
from tests.initiatives.deliverable.reading import text_of_pdf, text_of_slides
from tests.journeys.initiatives_of_rouen import InitiativeWriter
from tests.journeys.portal import ROOT, running_portal

# The form takes a date: what the file says in brackets behind one is not typed.
NOT_TYPED = {
    milestone["date_text"]
    for one in written()["initiatives"]
    for milestone in one.get("milestones", [])
    if " (" in milestone["date_text"]
}
PROGRAMME = ROOT / "icc_portal" / "programme"
NEW = """
from datetime import date
from cities.models import *
from initiatives.models import Roadmap
slug = "{slug}"
city = City.objects.create(slug=slug, name=slug.title(), country="FR", demonstration=True)
rouen = Participation.objects.get(city__slug="rouen", edition__slug="icc-1")
place = Participation.objects.create(city=city, edition=rouen.edition, role=rouen.role)
person = User.objects.create_user(
    f"{{slug}}@example.org", "demo-icc-portal", name="Invented Officer", demonstration=True
)
role = CityRole.objects.get(slug="coordinator")
CityMembership.objects.create(user=person, city=city, role=role, since=date(2020, 9, 1))
print(Roadmap.objects.create(participation=place, title="To be written").pk)
"""
SAID = """
import json
from initiatives.models import Roadmap

def said(roadmap):
    by = ("position", "pk")
    ambitions = [
        [one.statement, one.horizon, [step.text for step in one.steps.order_by(*by)],
         [[entry.axis.name, entry.text] for entry in one.entries.order_by("axis__position", *by)]]
        for one in roadmap.ambitions.order_by("horizon", "position")
    ]
    answers = roadmap.participation.assessment_answers.order_by("dimension__position")
    return {{
        "texts": [roadmap.introduction, roadmap.openness, roadmap.needs, roadmap.vision,
                  roadmap.governance, roadmap.impact_summary],
        "priorities": [[one.name, str(one.theme)] for one in roadmap.priority_axes.order_by(*by)],
        "partners": sorted(one.name for one in roadmap.partners.all()),
        "state": [[one.dimension.name, one.text, str(one.as_of)] for one in answers],
        "axes": [one.name for one in roadmap.axes.order_by(*by)],
        "ambitions": ambitions,
        "bodies": [[one.name, one.role] for one in roadmap.governance_bodies.order_by(*by)],
        "lessons": [
            [one.kind, one.heading, one.text] for one in roadmap.lessons.order_by("kind", *by)
        ],
        "commitments": sorted(
            [one.initiative.name, one.kind, one.text] for one in roadmap.commitments.all()
        ),
        "initiatives": [of_initiative(one) for one in roadmap.initiatives.order_by(*by)],
    }}

def words_of(value):
    return value.text if value.kind == "text" else value.as_reported

def of_initiative(one):
    texts = ("name", "summary", "status", "lead", "working_team", "contributors", "goal",
             "stakeholder_note", "impact_and_timing", "support_needed", "results", "results_url")
    rows = lambda name, *columns: [  # noqa: E731
        [str(value) for value in row]
        for row in getattr(one, name).order_by("position", "pk").values_list(*columns)
    ]
    return {{
        # Browsers send line ends of their own.
        "texts": [getattr(one, name).replace("\\r\\n", "\\n") for name in texts],
        "themes": sorted(map(str, one.themes.all())),
        "partners": sorted(partner.name for partner in one.partners.all()),
        "dependencies": rows("dependencies", "kind", "on_organisation__name", "text"),
        "stakeholders": rows("stakeholders", "name", "organisation__name", "role", "rhythm"),
        "risks": rows("risks", "text"),
        "budget": rows("budget_lines", "label", "amount", "currency", "year", "level"),
        "milestones": rows("milestones", "title", "precision", "starts_on", "ends_on", "status",
                           "reached_on"),
        "kpis": [
            [kpi.name, kpi.direction, kpi.note,
             [[value.kind, str(value.number), words_of(value), str(value.as_of), value.note]
              for value in kpi.measurements.order_by("pk")]]
            for kpi in one.kpis.order_by("position", "pk")
        ],
    }}

rouen = Roadmap.objects.get(participation__city__slug="rouen")
print(json.dumps([said(Roadmap.objects.get(pk={pk})), said(rouen)]))
"""


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    """A portal of its own: other journeys write into Rouen's roadmap."""
    with running_portal(tmp_path_factory.mktemp("writing")) as portal:
        yield portal
        assert "Internal Server Error" not in portal.log()


@pytest.fixture(scope="module")
def rouen():
    """What stands in Rouen's file."""
    return yaml.safe_load((PROGRAMME / "roadmaps" / "rouen.yaml").read_text())


@pytest.fixture(scope="module")
def names():
    """The names of organisations by their short address."""
    rows = yaml.safe_load((PROGRAMME / "organisations.yaml").read_text())
    rows = rows if isinstance(rows, list) else next(iter(rows.values()))
    return {row["slug"]: row["name"] for row in rows}


class Writer:
    """An officer who goes through the sections one by one."""

    def __init__(self, visitor, roadmap, *, javascript):
        self.visitor, self.page, self.javascript = visitor, visitor.page, javascript
        self.tree = f"/initiatives/roadmaps/{roadmap}/write/"

    def open(self, section):
        self.visitor.open(f"{self.tree}{section}/")

    def look(self):
        """Have axe look at the page, where it can run."""
        if self.javascript:
            assert self.visitor.axe() == []

    def fill(self, label, words, inside=None):
        (inside or self.visitor.main).get_by_label(re.compile(f"^{re.escape(label)}")).fill(words)

    def save(self):
        self.visitor.press("Save")
        expect(self.page.get_by_role("status").first).to_contain_text("is saved at")

    def rows(self, heading, label, rows):
        """Type rows below a heading: as many as there are blank, then save for more."""
        left = list(rows)
        while left:
            group = self.visitor.main.get_by_role("group", name=heading, exact=True)
            blank = group.get_by_role("group", name=re.compile(rf"^{label} \d+ \(new\)"))
            while self.javascript and blank.count() < len(left):
                group.get_by_role("button", name=re.compile("^One more row")).click()
            room = blank.count()
            for number, row in enumerate(left[:room]):
                for name, words in row.items():
                    field = blank.nth(number).get_by_label(re.compile(f"^{re.escape(name)}"))
                    if field.evaluate("one => one.tagName") == "SELECT":
                        field.select_option(label=words)
                    else:
                        field.fill(words)
            left = left[room:]
            self.save()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_new_city_types_a_whole_roadmap_through_the_forms(
    visit, portal, rouen, names, javascript
):
    slug = "newhaven" if javascript else "oldhaven"
    roadmap = portal.shell(NEW.format(slug=slug))
    themes = dict(json.loads(portal.shell(
        "import json; from cities.models import Theme;"
        "print(json.dumps([[t.slug, str(t)] for t in Theme.objects.filter("
        "kind__edition__slug='icc-1')]))"
    )))  # fmt: skip
    visitor = visit(javascript=javascript)
    visitor.sign_in(f"{slug}@example.org")
    writer = Writer(visitor, roadmap, javascript=javascript)

    write_preparation(writer, rouen, names, themes)
    write_strategy(writer, rouen)
    initiatives = InitiativeWriter(writer, roadmap, names, themes)
    for one in rouen["initiatives"]:
        initiatives.write(one, rouen["measurement_default"])
    write_review(writer, rouen)

    # The tree says what is left: the charters and results, which have pages of their own.
    visitor.open(writer.tree)
    writer.look()
    for group in ("preparation", "strategy", "governance", "lessons", "commitments"):
        section = visitor.page.get_by_role("region").filter(has=visitor.page.locator(f"#{group}"))
        expect(section).not_to_contain_text("Still missing")
    typed, own = json.loads(portal.shell(SAID.format(pk=roadmap)))
    for place, (mine, theirs) in enumerate(
        zip(typed.pop("initiatives"), own.pop("initiatives"), strict=True)
    ):
        differing = [(rows, theirs[name]) for name, rows in mine.items() if rows != theirs[name]]
        assert differing == [], place
    assert typed == own
    documents_tell_everything(writer, roadmap)


def documents_tell_everything(writer, roadmap):
    """Make the documents by the button; PDF and slides hold every fact of the list."""
    visitor = writer.visitor
    visitor.open(f"/initiatives/roadmaps/{roadmap}/deliverable/desk/")
    visitor.main.get_by_role("radio", name=re.compile("^The programme")).check()
    visitor.press("Make page, PDF, slides and dossier")
    order = visitor.page.url
    for kind, text_of in (("pdf", text_of_pdf), ("pptx", text_of_slides)):
        file = f"{order}files/{kind}/"
        visitor.wait_until(lambda file=file: visitor.context.request.get(file).ok, 120)
        lacking = missing(text_of(visitor.context.request.get(file).body()))
        assert [fact for fact in lacking if fact not in NOT_TYPED] == [], kind


def write_preparation(writer, rouen, names, themes):
    writer.open("introduction")
    writer.fill("Title", rouen["title"])
    writer.fill("Introduction", rouen["introduction"].strip())
    axes = [{"Priority": one["name"], "Theme": themes[one["theme"]]} for one in
            rouen["priority_axes"]]  # fmt: skip
    writer.rows("Priorities", "Priority", axes)
    writer.open("openness")
    writer.fill("National and international openness", rouen["openness"].strip())
    writer.save()
    writer.open("needs")
    writer.fill("City needs", rouen["needs"].strip())
    writer.save()
    writer.open("state")
    dimensions = {
        "governance": "Governance",
        "organisation-skills": "Organisation and skills",
        "technology": "Technological foundations",
        "cybersecurity": "Cybersecurity",
        "funding": "Access to funding",
    }
    for key, words in rouen["assessment"]["answers"].items():
        group = writer.visitor.main.get_by_role("group", name=dimensions[key], exact=True)
        writer.fill("How it stands", words.strip(), group)
        writer.fill("As of", rouen["assessment"]["as_of"].isoformat(), group)
    writer.save()
    writer.open("ecosystem")
    for slug in rouen["partners"]:
        writer.fill("Search the directory", names[slug])
        writer.visitor.press("Save and search")
        found = re.compile(rf"{re.escape(names[slug])} \(")
        writer.visitor.main.get_by_role("checkbox", name=found).check()
        writer.fill("Search the directory", "")
        writer.save()


def write_strategy(writer, rouen):
    writer.open("vision")
    writer.fill("Vision", rouen["vision"].strip())
    writer.rows("Ambitions", "Ambition", [{"Ambition": one["statement"]} for one in
                                          rouen["ambitions"]])  # fmt: skip
    writer.rows("Axes", "Axis", [{"Axis": one["name"]} for one in rouen["axes"]])
    writer.open("matrix")
    axes = {one["key"]: one["name"] for one in rouen["axes"]}
    for ambition in rouen["ambitions"]:
        for key, entries in ambition["matrix"].items():
            label = f"{axes[key]}, for “{ambition['statement']}”"
            writer.visitor.main.get_by_label(label, exact=True).fill("\n".join(entries))
    writer.save()
    writer.look()
    writer.open("governance")
    writer.fill("Governance", rouen["governance"].strip())
    bodies = [{"Body or role": one["name"], "What it does": one["role"]} for one in
              rouen["governance_bodies"]]  # fmt: skip
    writer.rows("Bodies and roles", "Body or role", bodies)
    expect(writer.page.get_by_role("img", name="Bodies and roles").first).to_be_visible()
    writer.open("three-years")
    ahead = [{"In three years": one["statement"], "Steps on the way": "\n".join(one["steps"])} for
             one in rouen["three_years"]]  # fmt: skip
    writer.rows("Ambitions for three years", "Ambition", ahead)


def write_review(writer, rouen):
    writer.open("results")
    writer.fill("Summary of the impact", rouen["impact_summary"].strip())
    writer.save()
    lessons = rouen["lessons"]
    writer.open("lessons")
    for kind, heading in (
        ("worked", "What worked well"),
        ("worked_less", "What worked less well"),
        ("learned", "What can be learned"),
    ):
        writer.rows(heading, "Lesson", [{"In words": words} for words in lessons[kind]])
    key = [{"In words": words} for words in lessons["key"]["items"]]
    # The heading is typed once: the others stand under it.
    key[0]["Heading"] = lessons["key"]["heading"]
    writer.rows("Key lesson", "Lesson", key)
    writer.open("commitments")
    by_slug = {one["slug"]: one["name"] for one in rouen["initiatives"]}
    for one in rouen["commitments"]:
        for kind, label in (
            ("resources", "Resources"),
            ("collaboration", "Collaboration"),
            ("kpis", "KPIs"),
        ):
            name = f"{label}: {by_slug[one['initiative']]}"
            writer.visitor.main.get_by_label(name, exact=True).fill(one[kind].strip())
    writer.save()
