"""Dates as people type them. Days come before months; a date without a year is refused."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from django.utils import dates as django_dates
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.dates.partial import (
    COARSER,
    PartialDate,
    month_span,
    of_day,
    quarter_span,
    unit_from,
)
from initiatives.dates.writing import month_words, quarter_words, words
from initiatives.models import Precision

EARLIEST_YEAR, LATEST_YEAR = 1900, 2200
LONGEST_TEXT = 120
EXAMPLES = gettext_lazy("08/02/2021, February 2021, Q3 2021, 2021, from September 2021, month 7")
BY_WHEN = gettext_lazy("Write a date of the calendar that ends: 2025, June 2025, or 2025 to 2027.")
MONTHS_IN_A_YEAR = 12


class DateNotUnderstood(ValueError):
    """What was typed is no date we can place; the words can be shown."""


MONTH_NAMES = {
    name: number
    for number, names in enumerate(
        [
            "january jan", "february feb", "march mar", "april apr", "may", "june jun",
            "july jul", "august aug", "september sep sept", "october oct", "november nov",
            "december dec",
        ],
        start=1,
    )
    for name in names.split()
}  # fmt: skip
QUARTER_NAMES = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4,
    "1st": 1, "2nd": 2, "3rd": 3, "4th": 4,
}  # fmt: skip
PART_OF_A_YEAR = re.compile(
    r"(?:at |in |by |around )?(?:the )?"
    r"(?:(?:end|beginning|start|middle|course) of|early|late|mid)[ -]+(\d{4})"
)
# A date, and what stands beside it: "September 2021 (launched; the day is not told)".
BESIDE = re.compile(r"(?P<date>[^(,;]+?)(?P<rest>\s*[(,;].*)", re.DOTALL)
RANGE = re.compile(r"\s*(?:–|—|(?<=\s)-(?=\s)|\bto\b|\buntil\b|\btill\b)\s*")


def parse(text: str) -> PartialDate:
    """Return the partial date that somebody typed; raise DateNotUnderstood with what to type."""
    if len(text) > LONGEST_TEXT:
        raise DateNotUnderstood(_("Keep the date shorter than %d characters.") % LONGEST_TEXT)
    plain = _plain(text)
    found = _month_of_the_project(plain) or _open_end(plain) or _range(plain) or _single(plain)
    if found is None:
        raise DateNotUnderstood(_not_understood(plain))
    return PartialDate(
        found.precision, found.starts_on, found.ends_on, found.project_month, text.strip()
    )


def _plain(text: str) -> str:
    words = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(words.replace(",", " ").split()).rstrip(".")


def _not_understood(plain: str) -> str:
    if re.fullmatch(r"(?:from |since )?(?:\d{1,2}[./-]\d{1,2}|\D+)", plain) and _names_a_month(
        plain
    ):
        return _("The year is missing. Write it like one of these: %s") % EXAMPLES
    if re.fullmatch(r"\d{1,2}[./-]\d{1,2}", plain):
        return _("The year is missing. Write it like one of these: %s") % EXAMPLES
    return _("This is not a date we understand. Write it like one of these: %s") % EXAMPLES


def _names_a_month(plain: str) -> bool:
    return any(_month_number(word) for word in plain.split())


def _month_of_the_project(plain: str) -> PartialDate | None:
    told = re.fullmatch(r"(?:project )?(?:month|m) ?(\d{1,3})(?: of the project)?", plain)
    if not told:
        translated = re.escape(_plain(month_words(0))).replace("0", r"(\d{1,3})")
        told = re.fullmatch(translated, plain)
    if not told or int(told[1]) == 0:
        return None
    return PartialDate(Precision.PROJECT_MONTH, project_month=int(told[1]))


def _open_end(plain: str) -> PartialDate | None:
    told = re.fullmatch(r"(?:from|since|starting|as of|from the) (.+?)(?: on| onwards)?", plain)
    if not told or RANGE.search(told[1]):
        return None
    start = _single(told[1])
    return PartialDate(start.precision, start.starts_on) if start else None


def _range(plain: str) -> PartialDate | None:
    plain = re.sub(r"^(?:from|between) ", "", plain)
    years = re.fullmatch(r"(\d{4}) ?[-/] ?(\d{4})", plain)
    parts = list(years.groups()) if years else RANGE.split(plain)
    if len(parts) != 2:
        return None
    end = _single(parts[1])
    # "April to May 2021": the first part borrows its year from the second.
    start = _single(parts[0]) or (end and _single(f"{parts[0]} {parts[1][-4:]}"))
    if not start or not end or not start.starts_on or not end.ends_on:
        return None
    if end.ends_on < start.starts_on:
        raise DateNotUnderstood(
            _("It ends (%(end)s) before it begins (%(start)s).")
            % {"end": words(end), "start": words(start)}
        )
    precision = max(start.precision, end.precision, key=COARSER.index)
    return PartialDate(precision, start.starts_on, end.ends_on)


def _single(plain: str) -> PartialDate | None:
    return _year(plain) or _quarter(plain) or _numeric(plain) or _with_a_month_name(plain)


def _year(plain: str) -> PartialDate | None:
    told = re.fullmatch(r"(\d{4})", plain) or PART_OF_A_YEAR.fullmatch(plain)
    if not told:
        return None
    return _checked(unit_from(Precision.YEAR, date(max(int(told[1]), 1), 1, 1)))


def _quarter(plain: str) -> PartialDate | None:
    short = re.fullmatch(r"q([1-4])[ /-]?(\d{4})", plain)
    turned = re.fullmatch(r"(\d{4})[ /-]?q([1-4])", plain)
    long = re.fullmatch(r"(?:the )?(\S+) quarter(?: of)? (\d{4})", plain)
    if short:
        number, year = int(short[1]), int(short[2])
    elif turned:
        number, year = int(turned[2]), int(turned[1])
    elif long and long[1] in QUARTER_NAMES:
        number, year = QUARTER_NAMES[long[1]], int(long[2])
    else:
        return _translated_quarter(plain)
    return _checked(quarter_span(number, year))


def _translated_quarter(plain: str) -> PartialDate | None:
    year = re.search(r"\d{4}", plain)
    for number in range(1, 5):
        if year and plain == _plain(quarter_words(number, int(year[0]))):
            return _checked(quarter_span(number, int(year[0])))
    return None


def _numeric(plain: str) -> PartialDate | None:
    for pattern, order in (
        (r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", (1, 2, 3)),
        (r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", (3, 2, 1)),
    ):
        told = re.fullmatch(pattern, plain)
        if told:
            year, month, day = (int(told[place]) for place in order)
            return _day(year, month, day)
    told = re.fullmatch(r"(\d{1,2})[-/.](\d{4})", plain)
    turned = re.fullmatch(r"(\d{4})[-/](\d{1,2})", plain)
    if told:
        return _month(int(told[2]), int(told[1]))
    return _month(int(turned[1]), int(turned[2])) if turned else None


def _with_a_month_name(plain: str) -> PartialDate | None:
    words_ = [word for word in plain.replace(".", " ").split() if word not in {"of", "the", "de"}]
    months = [number for number in map(_month_number, words_) if number]
    years = [int(word) for word in words_ if re.fullmatch(r"\d{4}", word)]
    days = [int(told[1]) for word in words_ if (told := _day_word(word))]
    if len(months) != 1 or len(years) != 1 or len(words_) != 2 + len(days) or len(days) > 1:
        return None
    return _day(years[0], months[0], days[0]) if days else _month(years[0], months[0])


def _day_word(word: str) -> re.Match[str] | None:
    return re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", word)


def _month_number(word: str) -> int | None:
    """Return the month of a name, in English or the reader's language; short names too."""
    word = word.strip(".,")
    if word in MONTH_NAMES:
        return MONTH_NAMES[word]
    for names in (django_dates.MONTHS, django_dates.MONTHS_3, django_dates.MONTHS_ALT):
        for number, name in names.items():
            if word and word == _plain(str(name)):
                return number
    return None


def _month(year: int, month: int) -> PartialDate:
    if not 1 <= month <= MONTHS_IN_A_YEAR:
        raise DateNotUnderstood(_("There is no month %d.") % month)
    return _checked(month_span(max(year, 1), month))


def _day(year: int, month: int, day: int) -> PartialDate:
    try:
        found = date(year, month, day)
    except ValueError:
        raise DateNotUnderstood(
            _("There is no such day in the calendar. Write it like one of these: %s") % EXAMPLES
        ) from None
    return _checked(of_day(found))


def _checked(found: PartialDate) -> PartialDate:
    if found.starts_on is None or not EARLIEST_YEAR <= found.starts_on.year <= LATEST_YEAR:
        raise DateNotUnderstood(
            _("The year must lie between %(first)d and %(last)d.")
            % {"first": EARLIEST_YEAR, "last": LATEST_YEAR}
        )
    return found


def told(partial: PartialDate) -> str:
    """Return the date in words, with the words it was given in where they say more."""
    if partial.text and partial.starts_on and _says_more(partial):
        more = BESIDE.fullmatch(partial.text)
        if more and _means(more["date"], partial):
            return f"{words(partial)}{more['rest']}"
        return f"{words(partial)} (“{partial.text}”)"
    return words(partial)


def _says_more(partial: PartialDate) -> bool:
    plain = _plain(partial.text)
    if PART_OF_A_YEAR.fullmatch(plain):
        return True
    return not _means(partial.text, partial)


def _means(text: str, partial: PartialDate) -> bool:
    try:
        return parse(text).same_as(partial)
    except DateNotUnderstood:
        return False


def compact(partial: PartialDate) -> str:
    """Return the date as it can be typed again, to fill a form's field with."""
    if partial.text and not _contradicts(partial):
        return partial.text
    return "" if partial.precision == Precision.ORDER else words(partial)


def _contradicts(partial: PartialDate) -> bool:
    """Say whether the words and the span differ, as after a change in the admin."""
    try:
        return not parse(partial.text).same_as(partial)
    except DateNotUnderstood:
        return partial.precision != Precision.ORDER
