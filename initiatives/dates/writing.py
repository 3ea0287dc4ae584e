"""Dates in the reader's language, no more precise than they are known."""

from __future__ import annotations

from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from initiatives.dates.partial import COARSER, PartialDate
from initiatives.models import Precision


def words(partial: PartialDate) -> str:
    """Return the date in the reader's language, no more precise than it is known."""
    if partial.precision == Precision.PROJECT_MONTH and partial.project_month:
        return month_words(partial.project_month)
    if partial.starts_on is None:
        return partial.text or _("No date yet")
    start = _at(partial.precision, partial.starts_on)
    if partial.ends_on is None:
        return _("from %(date)s") % {"date": start}
    if _unit(partial.precision, partial.starts_on) == _unit(partial.precision, partial.ends_on):
        return start
    end = _at(partial.precision, partial.ends_on)
    return f"{start} – {end}"


def _unit(precision: str, day: date) -> tuple[int, ...]:
    """Return what two days share that read alike: most dates are of one month or one year."""
    if precision == Precision.DAY or precision not in COARSER:
        return day.year, day.month, day.day
    if precision == Precision.MONTH:
        return day.year, day.month
    if precision == Precision.QUARTER:
        return day.year, (day.month + 2) // 3
    return (day.year,)


def _at(precision: str, day: date) -> str:
    if precision == Precision.DAY or precision not in COARSER:
        return formats.date_format(day, "DATE_FORMAT")
    if precision == Precision.MONTH:
        return formats.date_format(day, "YEAR_MONTH_FORMAT")
    if precision == Precision.QUARTER:
        return quarter_words((day.month + 2) // 3, day.year)
    return str(day.year)


def quarter_words(number: int, year: int) -> str:
    """Return a quarter in words."""
    quarters = {
        1: _("First quarter of %(year)d"),
        2: _("Second quarter of %(year)d"),
        3: _("Third quarter of %(year)d"),
        4: _("Fourth quarter of %(year)d"),
    }
    return quarters[number] % {"year": year}


def month_words(number: int) -> str:
    """Return a month counted from the start of the project, in words."""
    return pgettext("of a project", "Month %d of the project") % number
