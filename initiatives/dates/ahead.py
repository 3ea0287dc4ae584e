"""What lies ahead cannot have been measured or reached yet."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from initiatives.dates.partial import PartialDate
from initiatives.dates.writing import words


def refuse_ahead(when: PartialDate, today: date) -> str:
    """Return why nothing can be reported for a date yet, naming both; "" when it has begun."""
    if when.starts_on is None or when.starts_on <= today:
        return ""
    return _(
        "%(date)s lies ahead: today is %(today)s. Check the year; what should be reached by then "
        "is a target or a milestone's date."
    ) % {"date": words(when), "today": date_format(today)}
