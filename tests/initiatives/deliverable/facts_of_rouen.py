"""What the printed deliverable of Rouen tells that is Rouen's own, as rouen.yaml retells it.

Every leaf of the file is a fact, but for those that are listed here with the reason.
"""

import yaml

from icc_portal.management.commands.load_programme import FOLDER
from tests.initiatives.deliverable.reading import squeezed

FILE = FOLDER / "roadmaps" / "rouen.yaml"
# Keys of which the documents say something else than what stands in the file.
NOT_AS_WRITTEN = {
    # what the file calls rows of other files: documents say their names
    **dict.fromkeys(
        ["participation", "partners", "theme", "themes", "organisation", "initiative", "source"],
        "the key of a row elsewhere",
    ),
    **dict.fromkeys(["slug", "key", "instrument"], "a key of the file itself"),
    # what is chosen from a list: documents say the words of the choice
    **dict.fromkeys(["status", "kind", "direction", "level", "is_secured", "is_public"], "a code"),
    **dict.fromkeys(
        ["precision", "starts_on", "ends_on", "reached_on", "as_of", "as_of_precision"],
        "a date: MILESTONES and the words of the city say it",
    ),
    **dict.fromkeys(["number", "as_reported"], "a value: a row of the results says it"),
    "text of a value": "the words of a value stand as they were reported",
    **dict.fromkeys(["amount", "currency", "year"], "money: ROWS says it"),
}
# Dates in the words of the city that read alike once they are read: documents say the date.
REWRITTEN = {
    "08/02/2021": "8 February 2021",
    "April to May 2021": "April 2021 – May 2021",
    "September to December 2021": "September 2021 – December 2021",
    "first quarter of 2022": "First quarter of 2022",
    "January to December 2022": "January 2022 – December 2022",
}
# What stands in one row of a table: it is there only if it stands side by side.
ROWS = [
    ("Opening of the first tiles", "September 2021"),
    ("Deployment of new functions", "2022"),
    ("Council decision on open data", "8 February 2021"),
    ("Municipalities express their interest in building the approach together", "June 2021"),
    ("Territorial roadmap", "at the end of 2021"),
    ("Opening of a shared platform", "2022"),
    ("Demonstrator", "First quarter of 2022"),
    ("Line to be included in the budget", "350,000.00 EUR"),
    ("Orange", "Develops the app; in contact with those who lead the project"),
    ("Leads of the metropolis and of the City of Rouen", "Lead the project", "Every two months"),
    ("Implement a responsible digital strategy", "Introduce responsible purchasing"),
    ("Energy Datahub", "The city keeps reporting the KPIs."),
]
# What the file names by a key.
NAMED = [
    "AD Normandie", "Normandie Web Xperts", "Pôle TES", "Seine Innopolis", "Datalab Normandie",
    "CRIGE", "Orange", "September 2020 – January 2021", "February 2021 – April 2021",
]  # fmt: skip
# What of them only the programme reads.
INTERNAL = ["350,000.00 EUR"]


def facts():
    """Every line that the documents have to say."""
    lines = [line.strip() for words in _leaves(written()) for line in words.splitlines()]
    return [*dict.fromkeys(REWRITTEN.get(line, line) for line in lines if line), *NAMED]


def results():
    """Each KPI with each value that was reported for it."""
    return [
        (kpi["name"], value["as_reported"])
        for one in written()["initiatives"]
        for kpi in one["kpis"]
        for value in kpi["measurements"]
    ]


def written():
    """The file as it is written."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def missing(words):
    """The facts that some words do not say, and the results that do not stand beside their KPI."""
    told = squeezed(words)
    lacking = [fact for fact in facts() if squeezed(fact) not in told]
    return lacking + [row for row in results() if squeezed("".join(row)) not in told]


def missing_rows(rows):
    """The rows of the list, and the results, of which no table has all words side by side."""
    tables = [[squeezed(cell) for cell in row] for row in rows]
    # A date may have the words of the city behind it; a value and a KPI are all that a cell says.
    lacking = [
        row
        for row in ROWS
        if not any(all(any(squeezed(w) in c for c in cells) for w in row) for cells in tables)
    ]
    return lacking + [
        row for row in results() if not any({*map(squeezed, row)} <= {*cells} for cells in tables)
    ]


def _leaves(value, key=""):
    if key in NOT_AS_WRITTEN:
        return
    if isinstance(value, dict):
        is_value = "as_reported" in value
        for name, part in value.items():
            yield from _leaves(part, "text of a value" if is_value and name == "text" else name)
    elif isinstance(value, list):
        for part in value:
            yield from _leaves(part, key)
    else:
        yield str(value)
