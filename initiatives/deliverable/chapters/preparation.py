"""Where the city stands: introduction, axes, needs, ecosystem, and the way through the phases."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import Organisation
from cities.pictures import RadarSeries, radar
from initiatives import dates, pictures
from initiatives.deliverable import blocks
from initiatives.deliverable.blocks import Block
from initiatives.deliverable.drawing import block_of
from initiatives.deliverable.facts import Facts
from initiatives.deliverable.kinds import fills
from initiatives.pictures import Figure

FEWEST_FOR_A_RADAR = 3


@fills("introduction", gettext_lazy("Introduction"))
def introduction(facts: Facts) -> list[Block]:
    """Why the city takes part, along which axes, and with whom it wants to work."""
    return [
        *blocks.paragraphs(facts.roadmap.introduction),
        *_under(_("Axes within the programme"), _axes(facts)),
        *_under(_("National and international openness"), _openness(facts)),
    ]


@fills("axes", gettext_lazy("Axes within the programme"))
def axes(facts: Facts) -> list[Block]:
    """The directions of the programme that the city chose."""
    return _axes(facts)


@fills("openness", gettext_lazy("National and international openness"))
def openness(facts: Facts) -> list[Block]:
    """With whom the city wants to work."""
    return _openness(facts)


@fills("journey", gettext_lazy("Journey through the phases"))
def journey(facts: Facts) -> list[Block]:
    """The phases of the edition, with the dates that its calendar has."""
    by_key = {phase.pk: phase for phase in facts.phases}
    items = []
    for phase in facts.phases:
        with_it = by_key.get(phase.reported_with_id or 0)
        together = _("Reported together with phase %d.") % with_it.number if with_it else ""
        items.append(
            {
                "number": str(phase.number),
                "label": phase.name,
                "when": pictures.span_words(phase.starts_on, phase.ends_on),
                "text": " ".join(filter(None, [phase.purpose, together])),
            }
        )
    return blocks.steps(items)


@fills("needs", gettext_lazy("Needs of the city"))
def needs(facts: Facts) -> list[Block]:
    """The state of the city in a few sentences."""
    return blocks.paragraphs(facts.roadmap.needs)


@fills("ecosystem", gettext_lazy("State of the city and its ecosystem, by dimension"))
def ecosystem(facts: Facts) -> list[Block]:
    """What the city answered about each dimension, and who works with it."""
    rows = []
    for one in facts.answers:
        level = f"{one.level} / {one.dimension.instrument.highest_level}" if one.level else ""
        rows.append([one.dimension.name, one.dimension.guidance, level, one.text])
    columns = [_("Dimension"), _("What it asks about"), _("Level"), _("State of the city")]
    days = {one.as_of for one in facts.answers if one.as_of}
    caption = _("State of the city by dimension")
    if len(days) == 1:
        caption = _("%(caption)s, as of %(day)s") % {
            "caption": caption, "day": dates.words(dates.of_day(days.pop())),
        }  # fmt: skip
    return [
        *blocks.table(caption, columns, rows, widths=[1.4, 1.6, 0.7, 5]),
        *_radar(facts),
        *_under(_("Organisations of the ecosystem"), _partners(facts.partners)),
    ]


@fills("partners", gettext_lazy("Organisations of the ecosystem"))
def partners(facts: Facts) -> list[Block]:
    """Who works with the city."""
    return _partners(facts.partners)


def _under(heading: str, found: list[Block]) -> list[Block]:
    return [blocks.heading(heading), *found] if found else []


def _axes(facts: Facts) -> list[Block]:
    return blocks.listing(one.name for one in facts.priority_axes)


def _openness(facts: Facts) -> list[Block]:
    return blocks.listing(blocks.lines(facts.roadmap.openness))


def _partners(organisations: list[Organisation]) -> list[Block]:
    return blocks.listing(one.name for one in organisations)


def _radar(facts: Facts) -> list[Block]:
    """Draw the levels where an instrument asked for them."""
    levels = [(one.dimension.name, one.level) for one in facts.answers if one.level is not None]
    highest = {one.dimension.instrument.highest_level for one in facts.answers if one.level}
    if len(levels) < FEWEST_FOR_A_RADAR or len(highest) != 1 or None in highest:
        return []
    caption = _("Levels by dimension")
    names = [name for name, _level in levels]
    series = [RadarSeries(str(facts.participant), [level for _name, level in levels])]
    picture = radar("assessment", caption, names, series, highest=highest.pop() or 1)
    rows = [[name, str(level)] for name, level in levels]
    figure = Figure("assessment-table", caption, picture, [_("Dimension"), _("Level")], rows)
    return [block_of(figure)]
