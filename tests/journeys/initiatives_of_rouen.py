"""Typing an initiative as Rouen's file has it: its charter, milestones, KPIs and their values."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import expect

STATUS = {"running": "Under way", "reached": "Reached", None: "Planned"}
# Each kind of row: its button, the name of a row, and the fields by their labels.
ROWS = {
    "dependencies": (
        "Save and add a dependency", "Dependency",
        {"Kind": "kind", "Organisation": "organisation", "In words": "text"},
    ),
    "stakeholders": (
        "Save and add a stakeholder", "Stakeholder",
        {"Name": "name", "Organisation": "organisation", "Role": "role",
         "How often you talk": "rhythm"},
    ),
    "risks": ("Save and add a risk", "Risk", {"Risk": "text"}),
    "budget_lines": (
        "Save and add a budget line", "Budget line",
        {"What for": "label", "Amount": "amount", "Currency": "currency", "Budget year": "year",
         "Funding level": "level"},
    ),
}  # fmt: skip
TEXTS = {
    "Lead": "lead",
    "Working team": "working_team",
    "Contributors": "contributors",
    "Ultimate goal and scope": "goal",
    "Working with stakeholders": "stakeholder_note",
    "Impact and timing": "impact_and_timing",
    "Support needed": "support_needed",
    "Results in words": "results",
    "Where results can be seen": "results_url",
}


class InitiativeWriter:
    """An officer with one initiative before them."""

    def __init__(self, writer, roadmap, names, themes):
        self.writer, self.visitor, self.roadmap = writer, writer.visitor, roadmap
        self.names, self.themes = names, themes
        self.address = ""

    def write(self, one, default):
        """Type everything that the file has of an initiative."""
        self.visitor.open(f"/initiatives/add/?roadmap={self.roadmap}")
        self.writer.fill("Name", one["name"])
        self.writer.fill("Summary in one sentence", one["summary"])
        self.visitor.press("Add the initiative")
        self.address = urlsplit(self.visitor.page.url).path.removesuffix("edit/")
        self.charter(one)
        for milestone in one["milestones"]:
            self.milestone(milestone)
        for kpi in one["kpis"]:
            self.kpi(kpi, default)

    def charter(self, one):
        main = self.visitor.main
        main.get_by_label("Status (required)").select_option(label=STATUS[one["status"]])
        for slug in one["themes"]:
            main.get_by_role("checkbox", name=self.themes[slug], exact=True).check()
        main.get_by_label("Partners", exact=True).select_option(
            label=[self.names[slug] for slug in one["partners"]]
        )
        for label, field in TEXTS.items():
            if field in one:
                main.get_by_label(re.compile(f"^{label}")).first.fill(one[field].strip())
        for kind, (button, row, fields) in ROWS.items():
            for values in one.get(kind, []):
                self.visitor.press(button)
                self.row(row, fields, values)
        self.writer.look()
        self.visitor.press("Save the charter")
        expect(self.visitor.page).to_have_url(re.compile(re.escape(self.address) + "$"))

    def row(self, name, fields, values):
        """Fill in the row that was added last."""
        group = self.visitor.main.get_by_role("group", name=re.compile(rf"^{name} \d+")).last
        for label, field in fields.items():
            if field not in values:
                continue
            words = str(values[field])
            place = group.get_by_label(re.compile(f"^{re.escape(label)}")).first
            if field == "organisation":
                place.select_option(label=self.names[words])
            elif place.evaluate("one => one.tagName") == "SELECT":
                place.select_option(value=words)
            else:
                place.fill(words)

    def milestone(self, one):
        self.visitor.open(f"{self.address}milestones/add/")
        self.writer.fill("Title", one["title"])
        # What stands in brackets is said of the date, and is none.
        self.writer.fill("When", re.sub(r" \(.*\)$", "", one["date_text"]))
        self.visitor.main.get_by_label("Status (required)").select_option(
            label=STATUS[one.get("status")]
        )
        if "reached_on" in one:
            self.writer.fill("Reached on", f"{one['reached_on']:%d/%m/%Y}")
        self.visitor.press("Save the milestone")
        expect(self.visitor.page).to_have_url(re.compile(f"{re.escape(self.address)}#milestones"))

    def kpi(self, one, default):
        self.visitor.open(f"{self.address}kpis/add/")
        self.writer.fill("Name", one["name"])
        self.visitor.main.get_by_label("Direction (required)").select_option(value=one["direction"])
        self.writer.fill("Note", one.get("note", "").strip())
        self.visitor.press("Save the KPI")
        page = urlsplit(self.visitor.page.url).path
        for value in one["measurements"]:
            self.visitor.open(f"{page}report/")
            note = value.get("note", "")
            if "as_of" not in value:
                note = f"{note} {default['note']}".strip()
            self.value({**default, **value, "note": note})

    def value(self, one):
        """Report a value; where it can be read twice, the reading that the file has."""
        typed = one["text"] if one["kind"] == "text" else one["as_reported"]
        self.writer.fill("Value as you report it", typed)
        year, quarter = one["as_of"].year, (one["as_of"].month + 2) // 3
        whole_year = one["as_of_precision"] == "year"
        self.writer.fill("As of", f"{year}" if whole_year else f"Q{quarter} {year}")
        self.writer.fill("Where it can be seen", one.get("source_url", ""))
        self.writer.fill("Note", one["note"])
        self.visitor.press("Save the value")
        asked = self.visitor.main.get_by_role("radio")
        if asked.count():
            words = "words" if one["kind"] == "text" else f"{one['number']:,}"
            self.visitor.main.get_by_role("radio", name=re.compile(words)).first.check()
            self.visitor.press("Save the value")
        expect(self.visitor.page).not_to_have_url(re.compile("/report/$"))
