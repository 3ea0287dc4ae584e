"""Dates as precisely as they are known, and money to the cent, in the reader's language."""

from decimal import Decimal

from django import template
from django.utils.formats import number_format

from initiatives import dates, pictures, sections
from initiatives.models import Measurement, Milestone, PartlyDated

register = template.Library()


@register.filter
def when(dated: Milestone | PartlyDated) -> str:
    """The date of a milestone, or of what is dated like one, in words: `{{ milestone|when }}`."""
    return dates.told(dates.read(dated))


@register.filter
def has_date(dated: PartlyDated) -> bool:
    """Whether something has a date, or words in its place: `{% if deal|has_date %}`."""
    return dated.precision != "order" or bool(dated.date_text)


@register.filter
def as_of(measurement: Measurement) -> str:
    """As of when a value stands, in words; "" when that is not known."""
    found = dates.read_as_of(measurement)
    return dates.words(found) if found else ""


@register.filter
def with_unit(measurement: Measurement) -> str:
    """A value with the unit of its time, and the city that it is of: `{{ value|with_unit }}`."""
    words = pictures.value_words(measurement, measurement.kpi.unit)
    return f"{words} ({measurement.city.name})" if measurement.city else words


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """An amount with its cents and currency: `{{ line.amount|money:line.currency }}`."""
    return f"{number_format(amount, decimal_pos=2, force_grouping=True)} {currency}"


@register.filter
def is_talked_about(key: str) -> bool:
    """Whether people can talk about a section: `{% if section.key|is_talked_about %}`."""
    return key in sections.WRITTEN or key.startswith(sections.CHARTER)
