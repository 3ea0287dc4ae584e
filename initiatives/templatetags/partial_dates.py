"""Dates as precisely as they are known, in the reader's language."""

from django import template

from initiatives import dates
from initiatives.models import Measurement, Milestone

register = template.Library()


@register.filter
def when(milestone: Milestone) -> str:
    """The date of a milestone in words: `{{ milestone|when }}`."""
    return dates.told(dates.read(milestone))


@register.filter
def as_of(measurement: Measurement) -> str:
    """As of when a value stands, in words; "" when that is not known."""
    found = dates.read_as_of(measurement)
    return dates.words(found) if found else ""
