"""Where the city stands: introduction, axes, needs, ecosystem, and the way through the phases."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import AssessmentAnswer, City, Organisation
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
    """The state of the city in a few sentences; in a consortium, city by city as well."""
    found = blocks.paragraphs(facts.roadmap.needs)
    for one in facts.city_needs:
        found += _under(one.city.name, blocks.paragraphs(one.text))
    return found


@fills("ecosystem", gettext_lazy("State of the city and its ecosystem, by dimension"))
def ecosystem(facts: Facts) -> list[Block]:
    """What the city answered about each dimension, in a consortium each city; and who helps it."""
    found: list[Block] = []
    for city, answers in _by_city(facts.answers).items():
        told = _state(answers)
        found += _under(city.name, told) if city else told
    return [
        *found,
        *_radar(facts),
        *_under(_("Organisations of the ecosystem"), _partners(facts.partners)),
    ]


def _by_city(answers: list[AssessmentAnswer]) -> dict[City | None, list[AssessmentAnswer]]:
    """Return the answers of all together, then those of each member city."""
    found: dict[City | None, list[AssessmentAnswer]] = {}
    for one in answers:
        found.setdefault(one.city, []).append(one)
    return found


def _state(answers: list[AssessmentAnswer]) -> list[Block]:
    rows = []
    for one in answers:
        level = f"{one.level} / {one.dimension.instrument.highest_level}" if one.level else ""
        rows.append([one.dimension.name, one.dimension.guidance, level, one.text])
    columns = [_("Dimension"), _("What it asks about"), _("Level"), _("State of the city")]
    days = {one.as_of for one in answers if one.as_of}
    caption = _("State of the city by dimension")
    if len(days) == 1:
        caption = _("%(caption)s, as of %(day)s") % {
            "caption": caption, "day": dates.words(dates.of_day(days.pop())),
        }  # fmt: skip
    return blocks.table(caption, columns, rows, widths=[1.4, 1.6, 0.7, 5])


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
    """Draw the levels where an instrument asked for them, a line for each who answered all."""
    leveled = [one for one in facts.answers if one.level is not None]
    highest = {one.dimension.instrument.highest_level for one in leveled}
    names = list(dict.fromkeys(one.dimension.name for one in leveled))
    lines = []
    for city, answers in _by_city(leveled).items():
        levels = {one.dimension.name: one.level for one in answers}
        if set(levels) == set(names):
            whose = city.name if city else str(facts.participant)
            lines.append(RadarSeries(whose, [levels[name] for name in names]))
    if len(names) < FEWEST_FOR_A_RADAR or len(highest) != 1 or None in highest or not lines:
        return []
    caption = _("Levels by dimension")
    picture = radar("assessment", caption, names, lines, highest=highest.pop() or 1)
    heads = [line.label for line in lines] if len(lines) > 1 else [_("Level")]
    rows = [
        [name, *(str(line.values[place]) for line in lines)] for place, name in enumerate(names)
    ]
    figure = Figure("assessment-table", caption, picture, [_("Dimension"), *heads], rows)
    return [block_of(figure)]
