"""Figures of results as a page shows them: words for the table, and bars where they compare."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cities.pictures.bars import Bar, BarChart, horizontal_bars
from marketplace import values
from marketplace.models import ResultFigure


@dataclass(frozen=True)
class ShownFigure:
    """A figure in words; `picture` compares before and now where both are numbers."""

    figure: ResultFigure
    value: str
    before: str
    as_of: str
    picture: BarChart | None


def shown(figure: ResultFigure) -> ShownFigure:
    """Return a figure ready for its row."""
    return ShownFigure(
        figure=figure,
        value=values.value_words(figure),
        before=values.before_words(figure),
        as_of=values.as_of_words(figure),
        picture=_picture(figure),
    )


def _picture(figure: ResultFigure) -> BarChart | None:
    """Draw before and now; "over 100" and the like have no length that could be drawn."""
    if figure.before_number is None or figure.number is None:
        return None
    if figure.kind != "number" or figure.qualifier:
        return None
    bars = [Bar(_("Before"), figure.before_number), Bar(_("Now"), figure.number)]
    return horizontal_bars(f"figure-{figure.pk}", figure.label, bars, unit=figure.unit)
