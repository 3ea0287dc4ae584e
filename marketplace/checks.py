"""What the portal checks by itself before a person reviews: advice, kept as rows.

Nothing here asks the network, so no slow host can hold up the queue.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from rapidfuzz import fuzz, process

from marketplace.models import Check, CheckOutcome, CheckState, Entry, EntryKind, Revision

REQUIRED = {
    EntryKind.SOLUTION: ["title", "summary", "problem", "approach", "maturity"],
    EntryKind.CITY_PROFILE: ["title", "summary", "story"],
}
ADVISED = {
    EntryKind.SOLUTION: [
        *("themes", "results", "evidence_url", "needs", "did_not_work", "cost_band", "goals"),
    ],
    EntryKind.CITY_PROFILE: ["themes", "strategy", "ambitions", "website"],
}
NAMES = {
    "complete": gettext_lazy("Completeness"),
    "doubles": gettext_lazy("Likely doubles"),
    "language": gettext_lazy("Language"),
    "links": gettext_lazy("Links"),
}
TONES = {
    CheckOutcome.PASSED: "success",
    CheckOutcome.ADVICE: "warning",
    CheckOutcome.FAILED: "danger",
}
# From this share of common words on (0 to 100), an entry is shown to people as a likely double.
ALIKE = 70
MOST_SHOWN = 3
LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")


@dataclass(frozen=True)
class Double:
    """A live entry that reads much like a revision: how much, from 0 to 100."""

    entry: Entry
    likeness: int


@dataclass(frozen=True)
class Line:
    """A check as a page shows it: its name, the outcome with its tone, and what was found."""

    name: str
    outcome: str
    tone: str
    message: str


def report(revision: Revision) -> list[Line]:
    """Return what the checks of a revision found, those to be mended first."""
    gravity = [CheckOutcome.FAILED, CheckOutcome.ADVICE, CheckOutcome.PASSED]
    rows = sorted(revision.checks.all(), key=lambda row: gravity.index(CheckOutcome(row.outcome)))
    return [
        Line(
            name=str(NAMES.get(row.name, row.name)),
            outcome=row.get_outcome_display(),
            tone=TONES[CheckOutcome(row.outcome)],
            message=row.message,
        )
        for row in rows
    ]


def missing(revision: Revision) -> list[str]:
    """Return the names of required fields that are empty; a revision is submitted without any."""
    return [name for name in REQUIRED[_kind(revision)] if not _is_filled(revision, name)]


def pictures_without_words(revision: Revision) -> list[str]:
    """Return the names of pictures that do not say what they show; none of them is published."""
    return [row.name for row in revision.attachments.images() if not row.alt.strip()]


def advised(revision: Revision) -> list[str]:
    """Return the names of the fields that would make the entry better and are empty."""
    return [name for name in ADVISED[_kind(revision)] if not _is_filled(revision, name)]


def labels(names: list[str]) -> list[str]:
    """Return what people call these fields of a revision."""
    found = (str(getattr(Revision._meta.get_field(name), "verbose_name", name)) for name in names)
    return [label[:1].upper() + label[1:] for label in found]


def doubles(revision: Revision, limit: int = MOST_SHOWN) -> list[Double]:
    """Return live entries of the same kind whose title and summary read alike, likest first."""
    live = (
        Entry.objects.live()
        .filter(kind=revision.entry.kind)
        .exclude(pk=revision.entry_id)
        .order_by()
        .values_list("pk", "live_revision__title", "live_revision__summary")
    )
    words = {pk: _comparable(title, summary) for pk, title, summary in live}
    found = process.extract(
        _comparable(revision.title, revision.summary),
        words,
        scorer=fuzz.token_set_ratio,
        score_cutoff=ALIKE,
        limit=limit,
    )
    entries = Entry.objects.select_related("live_revision", "city").in_bulk(
        [pk for _words, _score, pk in found]
    )
    return [Double(entries[pk], round(score)) for _words, score, pk in found]


def run(revision: Revision) -> list[Check]:
    """Check a revision and keep what was found, one row for each check; run again, they change."""
    found = {
        "complete": _complete(revision),
        "language": _language(revision),
        "links": _links(revision),
    }
    if revision.entry.kind == EntryKind.SOLUTION:
        # A city has one profile; two profiles that read alike are no double of each other.
        found["doubles"] = _doubles(revision)
    rows = []
    for name, (outcome, message) in found.items():
        row, _is_new = Check.objects.update_or_create(
            revision=revision,
            name=name,
            defaults={
                "state": CheckState.DONE,
                "outcome": outcome,
                "message": message,
                "checked_at": timezone.now(),
            },
        )
        rows.append(row)
    return rows


Finding = tuple[CheckOutcome, str]


def _complete(revision: Revision) -> Finding:
    if empty := missing(revision):
        return CheckOutcome.FAILED, _("Still empty: {fields}.").format(
            fields=", ".join(labels(empty))
        )
    if empty := advised(revision):
        return CheckOutcome.ADVICE, _("Would help readers: {fields}.").format(
            fields=", ".join(labels(empty))
        )
    return CheckOutcome.PASSED, _("Everything is filled in.")


def _language(revision: Revision) -> Finding:
    if LANGUAGE.match(revision.language):
        return CheckOutcome.PASSED, _("Written in {language}.").format(
            language=revision.get_language_display()
        )
    return CheckOutcome.ADVICE, _("The language of the text is not stated.")


def _links(revision: Revision) -> Finding:
    names = ["evidence_url", "repository_url", "website"]
    given = {name: getattr(revision, name) for name in names if getattr(revision, name)}
    bad = [name for name, url in given.items() if not _is_web_address(url)]
    if bad:
        return CheckOutcome.ADVICE, _("No web address that can be opened: {fields}.").format(
            fields=", ".join(labels(bad))
        )
    count = len(given)
    if not count:
        return CheckOutcome.PASSED, _("There are no links.")
    return CheckOutcome.PASSED, ngettext(
        "{count} link, well formed.", "{count} links, well formed.", count
    ).format(count=count)


def _doubles(revision: Revision) -> Finding:
    alike = doubles(revision)
    if not alike:
        return CheckOutcome.PASSED, _("No published entry reads like this one.")
    named = [f"{double.entry} ({double.likeness} %)" for double in alike]
    return CheckOutcome.ADVICE, _("Reads much like: {entries}.").format(entries="; ".join(named))


def _kind(revision: Revision) -> EntryKind:
    return EntryKind(revision.entry.kind)


def _is_filled(revision: Revision, name: str) -> bool:
    field = Revision._meta.get_field(name)
    if field.many_to_many:
        return bool(getattr(revision, name).exists())
    return bool(str(getattr(revision, name) or "").strip())


def _comparable(title: str, summary: str) -> str:
    return " ".join(re.findall(r"\w+", f"{title} {summary}".casefold()))


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "")
