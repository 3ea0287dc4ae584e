"""What the city does: the plan, the charters, KPIs, milestones, stakeholders."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives import dates, pictures
from initiatives.deliverable import blocks, charts, plans
from initiatives.deliverable.blocks import Block
from initiatives.deliverable.chapters.inside import budget_of, risks_of, support_of
from initiatives.deliverable.facts import Facts
from initiatives.deliverable.kinds import fills
from initiatives.models import Dependency, Initiative, Stakeholder

BY_AND_BY = "9999"


@fills("plan", gettext_lazy("The plan of all initiatives (10000m plan)"))
def plan(facts: Facts) -> list[Block]:
    """All initiatives over time."""
    return plans.whole_plan(facts)


@fills("milestones", gettext_lazy("Timetable: all milestones by date"))
def milestones(facts: Facts) -> list[Block]:
    """All milestones in the order of their dates; those without a date come last."""
    rows = []
    for one in facts.initiatives:
        for stone in one.milestones.all():
            _code, standing = pictures.standing(stone, facts.on)
            at = stone.starts_on.isoformat() if stone.starts_on else BY_AND_BY
            when = dates.told(dates.read(stone))
            rows.append((at, [stone.title, when, one.name, pictures.slip(stone), standing]))
    columns = [_("Milestone"), _("When"), _("Initiative"), _("Original plan"), _("State")]
    told = [row for _at, row in sorted(rows, key=lambda pair: pair[0])]
    return blocks.table(_("Milestones by date"), columns, told, widths=[3, 2, 2.4, 1.4, 1.2])


@fills("charters", gettext_lazy("Charters of the initiatives"))
def charters(facts: Facts) -> list[Block]:
    """The charter of each initiative: overview, content, follow-up."""
    return [block for one in facts.initiatives for block in charter(one, facts)]


def charter(initiative: Initiative, facts: Facts) -> Iterator[Block]:
    """Return an initiative's charter."""
    yield blocks.heading(initiative.name, anchor=initiative.slug)
    if initiative.summary:
        yield {"type": "lead", "text": initiative.summary}
    yield from blocks.pairs(_overview(initiative), _("Overview"))
    yield from blocks.pairs(_content(initiative, facts), _("Content"))
    yield from _stakeholders(initiative, facts)
    yield from _milestones(initiative, facts)
    yield from blocks.pairs(_follow_up(initiative, facts), _("Follow-up"))
    if facts.is_internal:
        yield from risks_of(initiative)
        yield from support_of(initiative)
        yield from budget_of(initiative)


def _overview(one: Initiative) -> list[tuple[str, object]]:
    return [
        (_("Status"), one.get_status_display()),
        (_("Themes"), ", ".join(theme.name for theme in one.themes.all())),
        (_("Sustainable Development Goals"), ", ".join(str(goal) for goal in one.goals.all())),
        (_("Lead"), one.lead),
        (_("Working team"), one.working_team),
        (_("Contributors"), one.contributors),
        (_("Partners"), ", ".join(partner.name for partner in one.partners.all())),
    ]


def _content(one: Initiative, facts: Facts) -> list[tuple[str, object]]:
    needed = [_dependency(need, facts) for need in one.dependencies.all()]
    return [
        (_("Ultimate goal and scope"), one.goal),
        (_("Dependencies"), [words for words in needed if words]),
        (_("Working with stakeholders"), one.stakeholder_note),
    ]


def _follow_up(one: Initiative, facts: Facts) -> list[tuple[str, object]]:
    told: list[tuple[str, object]] = [(_("Impact and timing"), one.impact_and_timing)]
    if facts.is_internal:
        told.append((_("Support needed"), one.support_needed))
    return told


def _dependency(need: Dependency, facts: Facts) -> str:
    parts = []
    if need.on_initiative is not None:
        hidden = _("An initiative that is not public")
        parts.append(need.on_initiative.name if facts.may_name(need.on_initiative) else hidden)
    if need.on_organisation is not None:
        parts.append(need.on_organisation.name)
    if need.text:
        parts.append(need.text)
    return ": ".join(parts)


def _milestones(one: Initiative, facts: Facts) -> list[Block]:
    stones = list(one.milestones.all())
    drawn = plans.plan_of(one, facts)
    if drawn:
        return drawn
    rows = []
    for stone in stones:
        _code, standing = pictures.standing(stone, facts.on)
        rows.append([stone.title, dates.told(dates.read(stone)), standing])
    caption = _("Milestones of %s") % one.name
    return blocks.table(caption, [_("Milestone"), _("When"), _("State")], rows, widths=[3, 2, 1])


def _stakeholders(one: Initiative, facts: Facts) -> list[Block]:
    rows = [_stakeholder(row, facts) for row in one.stakeholders.all()]
    columns = [_("Stakeholder"), _("Role"), _("How often you talk"), _("Influence"), _("Interest")]
    caption = _("Stakeholders of %s") % one.name
    return blocks.table(caption, columns, rows, widths=[2.4, 3, 1.6, 1, 1])


def _stakeholder(row: Stakeholder, facts: Facts) -> list[str]:
    name = row.name
    if row.organisation is not None and row.organisation.name != row.name:
        name = f"{row.name} ({row.organisation.name})"
    weighed = [row.influence, row.interest] if facts.is_internal else [None, None]
    return [name, row.role, row.rhythm, *(str(one or "") for one in weighed)]


@fills("stakeholders", gettext_lazy("Stakeholders of all initiatives"))
def stakeholders(facts: Facts) -> list[Block]:
    """Whom the teams talk to."""
    rows = [
        [*_stakeholder(row, facts)[:3], one.name]
        for one in facts.initiatives
        for row in one.stakeholders.all()
    ]
    columns = [_("Stakeholder"), _("Role"), _("How often you talk"), _("Initiative")]
    return blocks.table(_("Stakeholders"), columns, rows, widths=[2.2, 3, 1.4, 2])


@fills("activities", gettext_lazy("Table of all initiatives"))
def activities(facts: Facts) -> list[Block]:
    """Every initiative in a row."""
    rows = []
    for one in facts.initiatives:
        dated = [stone for stone in one.milestones.all() if stone.starts_on]
        start = min((stone.starts_on for stone in dated if stone.starts_on), default=None)
        ends = [stone.ends_on or stone.starts_on for stone in dated]
        end = max((day for day in ends if day), default=None)
        when = pictures.span_words(start, end)
        level = "· " * getattr(one, "level", 0)
        rows.append(
            [f"{level}{one.name}", one.summary, ", ".join(blocks.lines(one.lead)),
             when, one.get_status_display()]
        )  # fmt: skip
    columns = [_("Initiative"), _("In one sentence"), _("Lead"), _("When"), _("Status")]
    return blocks.table(_("Initiatives"), columns, rows, widths=[2, 3, 2, 1.5, 1])


@fills("kpis", gettext_lazy("KPIs and their targets"))
def kpis(facts: Facts) -> list[Block]:
    """What each initiative measures, and what it aims at."""
    return [block for one in facts.initiatives for block in charts.planned(one)]
