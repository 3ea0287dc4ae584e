"""Values as people report them. Nothing is rounded, guessed or forced into a number."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from django.utils.formats import get_format
from django.utils.translation import gettext as _

from initiatives import dates
from initiatives.models import Precision, Qualifier, ValueKind, exact
from initiatives.values.reported import Reading, Reported

LONGEST_REPORT = 300
EARLIEST_YEAR, LATEST_YEAR = 1900, 2200


class ValueRefused(ValueError):
    """What was typed can be no value at all; the words can be shown."""


IN_PROGRESS = {
    "in progress", "work in progress", "still in progress", "wip", "ongoing", "under way",
    "underway",
}  # fmt: skip
YES, NO = {"yes", "y", "true"}, {"no", "n", "false"}
NO_NUMBER = re.compile(r"[+-]?(?:nan|inf|infinity|∞)", re.IGNORECASE)
SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?e[+-]?\d+", re.IGNORECASE)
# Sign, digits with whatever groups them, and what stands behind.
NUMBER = re.compile(
    r"(?P<digits>(?:[+-] ?)?\d+(?:[\s.,'’٫٬]\d+)*)(?P<plus>\+(?=\s|$))?(?P<rest>.*)", re.S
)
QUALIFIERS = {
    Qualifier.OVER: ["over", "more than", "above", ">", "at least", "≥", ">="],
    Qualifier.UNDER: ["under", "less than", "fewer than", "below", "<", "at most", "≤", "<="],
    Qualifier.ABOUT: ["about", "around", "approximately", "approx.", "circa", "ca.", "~", "≈"],
}
# "At least 200" is not quite "over 200": such readings are put to the person.
LOOSE = {"at least", "≥", ">=", "at most", "≤", "<="}
PER_CENT = re.compile(r"\s*(?:%|percent\b|per cent\b)\s*", re.IGNORECASE)
AGAINST = re.compile(
    r"(?:vs\.?|versus|against|compared (?:to|with)|relative to|from|since)"
    r"\s+(?:the year\s+)?(\d{4})",
    re.IGNORECASE,
)


def read(text: str, *, unit: str = "") -> Reading:
    """Return what a report may mean; raise ValueRefused when it can be nothing.

    `unit` is that of the KPI: behind a number it goes without saying.
    """
    report = text.strip()
    _refuse_what_is_no_value(report)
    plain = _plain(report)
    as_text = Reported(ValueKind.TEXT, report, text=report)
    said = _said_in_a_word(plain, report) or _date(plain, report)
    if said is not None:
        readings, is_certain = said
        return Reading((*readings, as_text), is_certain)
    readings, is_certain = _numbers(plain, report, _plain(unit))
    if not readings:
        return Reading((as_text,), is_certain)
    return Reading((*readings, as_text), is_certain)


def _refuse_what_is_no_value(report: str) -> None:
    if not report:
        raise ValueRefused(_("Write the value as you report it."))
    if len(report) > LONGEST_REPORT:
        raise ValueRefused(
            _("Keep the value shorter than %d characters; explain it in the note.") % LONGEST_REPORT
        )
    if "\x00" in report:
        raise ValueRefused(_("The value holds a character that cannot be stored. Type it again."))
    plain = _plain(report)
    if NO_NUMBER.fullmatch(plain):
        raise ValueRefused(
            _("“%s” is not a number. Write a number, or say in words how it stands.") % report
        )
    if SCIENTIFIC.fullmatch(plain) and not exact.is_kept(Decimal(plain.replace(",", "."))):
        raise ValueRefused(exact.refusal(report))


def _plain(text: str) -> str:
    """Write digits of any script as 0 to 9, minus signs as "-", and every space as one."""
    folded = unicodedata.normalize("NFKC", text).replace("−", "-").replace("\u2013", "-")
    digits = "".join(
        str(unicodedata.digit(letter)) if letter.isdecimal() else letter for letter in folded
    )
    return " ".join(digits.split()).casefold()


def _said_in_a_word(plain: str, report: str) -> tuple[list[Reported], bool] | None:
    word = plain.rstrip(".!")
    if word in IN_PROGRESS or word == _plain(_("in progress")):
        return [Reported(ValueKind.IN_PROGRESS, report)], True
    if word in YES | {_plain(_("yes"))}:
        return [Reported(ValueKind.YES_NO, report, yes=True)], True
    if word in NO | {_plain(_("no"))}:
        return [Reported(ValueKind.YES_NO, report, yes=False)], True
    return None


def _date(plain: str, report: str) -> tuple[list[Reported], bool] | None:
    """Read a whole date; one known only to the month or the year stays words or a number."""
    try:
        found = dates.parse(plain)
    except dates.DateNotUnderstood:
        return None
    if found.precision != Precision.DAY or found.starts_on is None:
        return None
    if found.starts_on != found.ends_on:
        return None
    told = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-]\d{4}", plain)
    swappable = told is not None and max(int(told[1]), int(told[2])) <= 12 and told[1] != told[2]
    return [Reported(ValueKind.DATE, report, date=found.starts_on)], not swappable


def _numbers(plain: str, report: str, unit: str) -> tuple[list[Reported], bool]:
    qualifier, word, behind = _qualified(plain)
    told = NUMBER.fullmatch(behind)
    if SCIENTIFIC.fullmatch(behind):
        return [Reported(ValueKind.NUMBER, report, Decimal(behind.replace(",", ".")))], False
    if not told:
        return [], True
    numbers = _decimals(told["digits"])
    if not numbers:
        return [], False
    if not all(exact.is_kept(number) for number in numbers):
        raise ValueRefused(exact.refusal(report))
    if told["plus"]:
        qualifier = Qualifier.OVER
    changes, is_sure = _changes(numbers, told["rest"], qualifier, report)
    if changes:
        return changes, is_sure and len(numbers) == 1
    rest = told["rest"].strip(" .,;:")
    if unit and rest == unit:
        rest = ""
    if re.search(r"\d", rest):
        # Two numbers in one report: which of them is meant is not ours to say.
        return [], True
    if rest:
        rest = _as_typed(report, rest)
    readings = [
        Reported(ValueKind.NUMBER, report, number, qualifier, text=rest) for number in numbers
    ]
    is_plain = re.fullmatch(r"(?:[+-] ?)?\d+", told["digits"]) is not None
    return readings, is_plain and not rest and word not in LOOSE and not told["plus"]


def _qualified(plain: str) -> tuple[Qualifier, str, str]:
    """Split a qualifier from what stands behind it."""
    found = [
        (qualifier, word)
        for qualifier, words in QUALIFIERS.items()
        for word in [*words, _plain(_qualifier_words(qualifier))]
        if re.match(re.escape(word) + (r"\s" if word[-1].isalpha() else ""), plain)
    ]
    if not found:
        return Qualifier.EXACT, "", plain
    qualifier, word = max(found, key=lambda pair: len(pair[1]))
    return qualifier, word, plain[len(word) :].lstrip()


def _qualifier_words(qualifier: Qualifier) -> str:
    return str(qualifier.label)


def _changes(
    numbers: list[Decimal], rest: str, qualifier: Qualifier, report: str
) -> tuple[list[Reported], bool]:
    """Read "-12 % against 2015" as a change; without a sign it is asked which way it went."""
    per_cent = PER_CENT.match(rest)
    against = AGAINST.fullmatch(rest[per_cent.end() :].strip(" ().")) if per_cent else None
    if not against or not EARLIEST_YEAR <= int(against[1]) <= LATEST_YEAR:
        return [], False
    year = int(against[1])
    is_signed = _plain(report).startswith(("+", "-"))
    return [
        Reported(ValueKind.CHANGE, report, sign * number, qualifier, base_year=year)
        for sign in ([1] if is_signed else [1, -1])
        for number in numbers
    ], is_signed


def _as_typed(report: str, rest: str) -> str:
    """Return the words behind the number as they were typed, not as they were compared."""
    return report[-len(rest) :] if report.casefold().endswith(rest) else rest


def _decimals(digits: str) -> list[Decimal]:
    """Return the numbers that digits with separators may mean, the reader's way first; or none."""
    sign = "-" if digits.startswith("-") else ""
    body = digits.lstrip("+- ")
    spaced = re.sub(r"(?<=\d)[\s'’٬](?=\d{3}(?:\D|$))", "_", body)
    if re.search(r"[\s'’٬]", spaced):
        return []
    found: dict[Decimal, None] = {}
    for decimal, thousands in _ways_to_write():
        grouped = re.escape(thousands)
        pattern = rf"(\d+|\d{{1,3}}(?:[{grouped}_]\d{{3}})+)(?:{re.escape(decimal)}(\d+))?"
        told = re.fullmatch(pattern, spaced)
        if told:
            whole = re.sub(rf"[{grouped}_]", "", told[1])
            number = Decimal(f"{sign}{whole}.{told[2]}" if told[2] else f"{sign}{whole}")
            found.setdefault(number + 0)
    return list(found)


def _ways_to_write() -> list[tuple[str, str]]:
    """Return the pairs of decimal mark and thousands separator, the reader's own first."""
    usual = (get_format("DECIMAL_SEPARATOR"), get_format("THOUSAND_SEPARATOR"))
    ways = [usual, (".", ","), (",", "."), ("٫", "٬")]
    return [(mark, sep if not sep.isspace() else "_") for mark, sep in dict.fromkeys(ways)]
