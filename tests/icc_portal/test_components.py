"""Components: every one can be drawn, by itself, with nothing that the content policy forbids."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import RequestContext, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.safestring import mark_safe

from cities.desk import DeskItem
from cities.pictures import Bar, bar_chart
from cities.templatetags.drawing import fill

FOLDER = Path(settings.BASE_DIR) / "templates" / "components"


class SampleForm(forms.Form):
    """A field of every kind that pages use."""

    title = forms.CharField(label="Title", help_text="Short and plain.")
    goal = forms.CharField(label="Goal", widget=forms.Textarea, required=False)
    precision = forms.ChoiceField(choices=[("d", "Day"), ("m", "Month")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Agreed")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


LINKS = [{"label": "Charter", "url": "/a/"}, {"label": "Results", "url": "/b/", "count": 2}]
OPTIONS = [{"value": str(n), "label": f"No {n}", "count": n, "selected": n == 1} for n in range(12)]
GROUPS = [{"name": "theme", "label": "Theme", "options": OPTIONS}]
COLUMNS = ["Name", {"label": "Value", "numeric": True}]
ROWS = [
    ["Tiles", {"text": 0, "numeric": True}],
    ["State", {"text": "In review", "state": "in_review"}],
    ["Link", {"text": "There", "url": "/there/"}],
]
WHEN = dt.datetime(2021, 2, 18, 14, 30, tzinfo=dt.UTC)
PICTURE = bar_chart("sample", "Sample", [Bar("A", 1)])
# What each component is drawn with. Those of no inputs, and parts of others, are not listed.
SAMPLES = {
    "alert.html": {
        "tone": "warning",
        "title": "Due",
        "text": "Soon",
        "url": "/",
        "url_label": "See",
    },
    "breadcrumbs.html": {"items": LINKS},
    "card.html": {"title": "T", "url": "/t/", "tags": ["a"], "meta": ["b"], "summary": "S"},
    "confirm.html": {"title": "Sure?", "submit_label": "Yes", "cancel_url": "/", "version": 1},
    "conflicts.html": {
        "conflicts": [{"label": "Goal", "choice_name": "keep-goal", "mine": "A", "theirs": "B"}]
    },
    "definition_list.html": {"items": [{"label": "A", "value": "B"}]},
    "demonstration.html": {},
    "diff.html": {
        "label": "L",
        "parts": [{"op": "insert", "text": "x"}, {"op": "equal", "text": "y"}],
    },
    "empty.html": {"title": "Nothing", "url": "/", "url_label": "Add"},
    "upload_field.html": {"url": "/upload/"},
    "error_summary.html": {"form": SampleForm({})},
    "external_link.html": {"url": "https://example.org/", "label": "There"},
    "facet_chips.html": {"groups": GROUPS, "query": QueryDict("theme=1&page=2")},
    "facets.html": {"groups": GROUPS, "query_label": "Search", "target": "#results"},
    "fieldset.html": {"legend": "L", "fields": list(SampleForm())[:2], "two": True},
    "figure.html": {"value": 136, "label": "cities", "as_of": WHEN.date(), "url": "/"},
    "form.html": {"form": SampleForm({}), "autosave_url": "/s/", "version": 0, "cancel_url": "/"},
    "formset.html": {"formset": forms.formset_factory(SampleForm)()},
    "formset_row.html": {"form": SampleForm(), "number": 1, "label": "Milestone"},
    "hero.html": {
        "title": "T",
        "lead": "L",
        "search_url": "/m/",
        "search_label": "S",
        "picture": PICTURE,
    },
    "history.html": {"entries": [{"when": WHEN, "what": "Sent", "who": "W", "after": "In review"}]},
    "messages.html": {"messages": []},
    "meter.html": {"label": "L", "value": 2, "maximum": 3, "missing": ["x"]},
    "page_header.html": {"title": "T", "tags": ["a"], "actions": LINKS, "demonstration": True},
    "pagination.html": {"page": Paginator(range(300), 10).page(7)},
    "person.html": {"name": "N", "role": "R", "organisation": "O"},
    "picture_with_table.html": {"picture": PICTURE, "id": "s", "columns": COLUMNS, "rows": ROWS},
    "prose.html": {"text": "One.\n\nTwo.", "lang": "fr"},
    "search_field.html": {"action": "/c/", "label": "Search"},
    "section_header.html": {"title": "T", "url": "/", "url_label": "All"},
    "source_note.html": {"source": "S", "url": "https://example.org/", "demonstration": True},
    "status.html": {"state": "in_review", "label": "In review"},
    "steps.html": {"items": [{"label": "A", "state": "done"}, {"label": "B"}]},
    "subnav.html": {"items": LINKS, "label": "L", "path": "/a/"},
    "table.html": {"caption": "C", "id": "t", "columns": COLUMNS, "rows": ROWS},
    "tag.html": {"label": "A", "url": "/a/"},
    "tags.html": {"tags": ["a", {"label": "b", "url": "/b/"}]},
    "work_item.html": {
        "item": DeskItem("T", "/t/", "Milestone", due_on=WHEN.date(), action="Say how it stands")
    },
}


def drawn(name: str, given: dict, query: str = "") -> str:
    """A component as a page includes it: with its own inputs only, and a request behind it."""
    request = RequestFactory().get(f"/list/?{query}")
    inputs = " ".join(f"{key}={key}" for key in given)
    page = Template(f'{{% include "components/{name}" {"with" if given else ""} {inputs} only %}}')
    return page.render(RequestContext(request, given))


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_component_is_drawn_without_inline_style_or_script(name):
    html = drawn(name, SAMPLES[name])

    assert html.strip() or name == "messages.html"
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", html)


def test_every_component_is_sampled_listed_and_says_what_it_takes():
    listed = (Path(settings.BASE_DIR) / "docs" / "components.md").read_text(encoding="utf-8")
    for path in sorted(FOLDER.glob("*.html")):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("{#"), f"{path.name} does not say what it takes"
        part = "Part of" in first or "Named in" in first or "skeleton" in first
        assert part or path.name in SAMPLES, f"{path.name} has no sample"
        assert part or path.name in listed, f"{path.name} is not in docs/components.md"


def test_templates_hold_no_inline_style_or_handler():
    # One page is no page of the portal: it leaves it in an archive and brings its styles along.
    taken_away = {"standalone.html"}
    for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        if path.name in taken_away:
            continue
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=\"|\son(click|load|change|submit)=|<style", text), path


def test_a_field_names_its_hint_and_its_error_and_says_required_in_words():
    html = str(SampleForm({})["title"].as_field_group())

    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_helptext"' in html
    assert 'id="id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert "(required)" in html
    assert 'class="ds-input"' in html


def test_a_group_of_choices_is_a_fieldset_that_errors_lead_to():
    form = SampleForm({})
    html = str(form["precision"].as_field_group())

    assert "<fieldset" in html
    assert 'id="id_precision_group"' in html
    assert 'href="#id_precision_group"' in drawn("error_summary.html", {"form": form})


def test_the_error_summary_is_silent_while_all_is_well():
    form = SampleForm({"title": "T", "precision": "d", "agreed": "on"})

    assert drawn("error_summary.html", {"form": form}).strip() == ""


def test_pages_of_a_list_keep_the_rest_of_the_query():
    html = drawn("pagination.html", SAMPLES["pagination.html"], "theme=a&theme=b&page=7")

    assert 'href="?theme=a&amp;theme=b&amp;page=8"' in html
    assert html.count('aria-current="page"') == 1


def test_a_chip_takes_away_its_own_value_only_and_goes_back_to_page_one():
    query = QueryDict("theme=1&theme=5&country=fr&page=3")
    html = drawn("facet_chips.html", {"groups": GROUPS, "query": query})

    assert 'href="?theme=5&amp;country=fr"' in html


def test_a_zero_in_a_table_is_shown():
    assert re.search(
        r'<td[^>]* class="number">\s*0\s*</td>', drawn("table.html", SAMPLES["table.html"])
    )


def test_an_error_page_needs_no_context():
    for code in (400, 403, 404, 410, 500):
        assert "<h1>" in render_to_string(f"{code}.html")


def test_a_page_for_the_public_sets_no_cookie_and_loads_nothing_from_elsewhere(client, db):
    answer = client.get("/accounts/signup/")
    html = answer.content.decode()

    assert not answer.cookies
    assert not re.findall(r'(?:src|href)="https?://(?!testserver)[^"]*\.(?:js|css|woff2)', html)


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        ("card.html", SAMPLES["card.html"]),
        (
            "card.html",
            {"title": "<b>&", "url": "/?a=1&b=2", "highlight": mark_safe("<mark>x</mark>")},
        ),
        (
            "card.html",
            {"title": "", "url": "/", "tags": [], "meta": ["", "a"], "kicker": "\ue0000\ue001"},
        ),
        ("definition_list.html", SAMPLES["definition_list.html"]),
        ("table.html", {**SAMPLES["table.html"], "rows": [ROWS[0], ["", ROWS[2][1]]]}),
    ],
)
def test_words_put_into_a_shape_make_the_component_itself(name, inputs):
    whole = render_to_string(f"components/{name}", inputs)
    assert fill(name, **inputs) == whole
    other = {part: "Other" if value else value for part, value in inputs.items() if part == "title"}
    assert fill(name, **{**inputs, **other}) == render_to_string(
        f"components/{name}", {**inputs, **other}
    )
