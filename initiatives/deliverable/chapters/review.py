"""What came of it and how it goes on: impact, results, lessons, commitments, three years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.deliverable import blocks, charts
from initiatives.deliverable.blocks import Block
from initiatives.deliverable.facts import Facts
from initiatives.deliverable.kinds import fills
from initiatives.models import CommitmentKind, Horizon, Initiative, Lesson, LessonKind

SHORT_VIEW = (LessonKind.WORKED, LessonKind.WORKED_LESS, LessonKind.LEARNED)


@fills("impact", gettext_lazy("Summary of the impact: what worked, what did not, what was learned"))
def impact(facts: Facts) -> list[Block]:
    """What came of it, in short."""
    groups = [
        (LessonKind(kind).label, [_told(one) for one in facts.lessons if one.kind == kind])
        for kind in SHORT_VIEW
    ]
    return [*blocks.paragraphs(facts.roadmap.impact_summary), *blocks.columns(groups)]


@fills("concepts", gettext_lazy("The measurable concepts"))
def concepts(facts: Facts) -> list[Block]:
    """The concepts of KPIs, and how many KPIs of this roadmap are about each."""
    counts: dict[int, int] = defaultdict(int)
    for one in facts.initiatives:
        for kpi in one.kpis.all():
            counts[kpi.concept_id or 0] += 1
    if not counts:
        return []
    rows = [
        [one.name, one.summary, one.crosswalk, str(counts.get(one.pk, 0))] for one in facts.concepts
    ]
    if counts.get(0):
        rows.append([_("Not assigned to a concept"), "", "", str(counts[0])])
    columns = [_("Concept"), _("What it is about"), _("Elsewhere called"), _("KPIs of this city")]
    caption = _("From local context to final effect")
    return blocks.table(caption, columns, rows, numeric=[3], widths=[1.6, 4, 1.6, 1])


@fills("results", gettext_lazy("Results of each initiative"))
def results(facts: Facts) -> list[Block]:
    """What each initiative reports: words, where it can be seen, values as they were reported."""
    return [block for one in facts.initiatives for block in _results(one, facts.on)]


def _results(initiative: Initiative, on: date) -> Iterator[Block]:
    told = [
        *blocks.paragraphs(initiative.results),
        *blocks.link(_("Results of %s") % initiative.name, initiative.results_url),
        *charts.reported(initiative, on),
    ]
    if told:
        yield blocks.heading(initiative.name)
        yield from told


@fills("lessons", gettext_lazy("Key lessons"))
def lessons(facts: Facts) -> list[Block]:
    """The key lessons, numbered, below their headings."""
    groups: dict[str, list[str]] = {}
    for one in facts.lessons:
        if one.kind == LessonKind.KEY:
            groups.setdefault(one.heading, []).append(one.told)
    found: list[Block] = []
    for heading, texts in groups.items():
        if heading:
            found.append(blocks.heading(heading))
        found += blocks.listing(texts, ordered=True)
    return found


@fills("commitments", gettext_lazy("Commitments: resources, collaboration, KPIs"))
def commitments(facts: Facts) -> list[Block]:
    """What the city goes on with, by initiative."""
    cells: dict[int | None, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in facts.commitments:
        cells[one.initiative_id][one.kind].append(one.told)
    names: dict[int | None, str] = {one.pk: one.name for one in facts.initiatives}
    names[None] = _("The roadmap as a whole")
    rows = [
        [name, *("\n".join(cells[key][kind]) for kind in CommitmentKind.values)]
        for key, name in names.items()
        if key in cells
    ]
    columns = [_("Initiative"), *(kind.label for kind in CommitmentKind)]
    return blocks.table(_("Commitments"), columns, rows, widths=[1.4, 2, 2, 2])


@fills("three_years", gettext_lazy("Ambitions for the next three years, with steps"))
def three_years(facts: Facts) -> list[Block]:
    """What the city wants to have done in three years, and the steps on the way."""
    rows = [
        [one.statement, "\n".join(step.text for step in one.steps.all())]
        for one in facts.ambitions_of(Horizon.THREE_YEARS)
    ]
    columns = [_("What we aim at"), _("Steps on the way")]
    return blocks.table(_("In three years"), columns, rows, widths=[2, 3])


def _told(lesson: Lesson) -> str:
    return f"{lesson.heading}: {lesson.told}" if lesson.heading else lesson.told
