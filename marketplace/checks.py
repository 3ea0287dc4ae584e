"""What the portal checks by itself before a person reviews: advice, kept as rows.

Nothing in this file asks the network; what does is in links.py. Which checks of a revision stand
where is in checking.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marketplace import doubles, mentions, reading
from marketplace.models import (
    Attachment,
    Check,
    CheckOutcome,
    CheckState,
    EntryKind,
    Revision,
)

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
    "images": gettext_lazy("Pictures"),
    "links": gettext_lazy("Links"),
    "answers": gettext_lazy("Do links answer"),
}
TONES = {
    CheckOutcome.FAILED: "danger",
    CheckOutcome.ADVICE: "warning",
    CheckState.UNDONE: "neutral",
    CheckState.QUEUED: "info",
    CheckState.RUNNING: "info",
    CheckOutcome.PASSED: "success",
}
TEXTS = [
    *("title", "summary", "problem", "approach", "results", "needs", "did_not_work"),
    *("story", "strategy", "ambitions"),
]
# In pixels: what a page shows over its whole text.
SMALLEST_WIDTH = 600
# The columns of a check that say what was found.
FOUND = ["state", "outcome", "message", "details", "checked_at"]
LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")


@dataclass(frozen=True)
class Line:
    """A check as a page shows it: its name, the outcome with its tone, and what was found."""

    name: str
    outcome: str
    tone: str
    message: str


def report(revision: Revision) -> list[Line]:
    """Return what the checks of a revision found, those to be mended first."""
    gravity = list(TONES)
    rows = sorted(revision.checks.all(), key=lambda row: gravity.index(_standing(row)))
    return [
        Line(
            name=str(NAMES.get(row.name, row.name)),
            outcome=row.get_outcome_display() or row.get_state_display(),
            tone=TONES[_standing(row)],
            message=row.message,
        )
        for row in rows
    ]


def _standing(row: Check) -> CheckOutcome | CheckState:
    """Return what a check found, or where it stands as long as it found nothing."""
    return CheckOutcome(row.outcome) if row.outcome else CheckState(row.state)


def missing(revision: Revision) -> list[str]:
    """Return the names of required fields that are empty; a revision is submitted without any."""
    return [name for name in REQUIRED[_kind(revision)] if not _is_filled(revision, name)]


def pictures_without_words(revision: Revision) -> list[str]:
    """Return the names of pictures that do not say what they show; none of them is published."""
    return _without_words(revision.attachments.images())


def _without_words(images: Iterable[Attachment]) -> list[str]:
    return [image.name for image in images if not image.alt.strip()]


def advised(revision: Revision) -> list[str]:
    """Return the names of the fields that would make the entry better and are empty."""
    return [name for name in ADVISED[_kind(revision)] if not _is_filled(revision, name)]


def labels(names: list[str]) -> list[str]:
    """Return what people call these fields of a revision."""
    found = (str(getattr(Revision._meta.get_field(name), "verbose_name", name)) for name in names)
    return [label[:1].upper() + label[1:] for label in found]


def still_empty(names: list[str]) -> str:
    """Say which required fields are empty."""
    return _("Still empty: {fields}.").format(fields=", ".join(labels(names)))


@dataclass(frozen=True)
class Finding:
    """What a check found: how grave it is, in words, and line by line for machines."""

    outcome: CheckOutcome
    message: str
    details: list[dict[str, str]] = field(default_factory=list)


def names_for(revision: Revision) -> list[str]:
    """Return the names of the checks that are made here for a revision's kind of entry."""
    # A city has one profile; two profiles that read alike are no double of each other.
    is_profile = revision.entry.kind == EntryKind.CITY_PROFILE
    return [name for name in INSIDE if not (is_profile and name == "doubles")]


def find(revision: Revision, name: str) -> Finding:
    """Make one check of a revision and return what it found."""
    return INSIDE[name](revision)


def keep(check: Check, finding: Finding) -> None:
    """Write down what a check found."""
    _note(check, finding)
    check.save(update_fields=FOUND)


def _note(check: Check, finding: Finding) -> None:
    check.state, check.outcome = CheckState.DONE, finding.outcome
    check.message, check.details = finding.message, finding.details
    check.checked_at = timezone.now()


def run(revision: Revision) -> list[Check]:
    """Make every check that is made here, at once, one row for each; run again, they change."""
    rows = [Check(revision=revision, name=name) for name in names_for(revision)]
    for row in rows:
        _note(row, find(revision, row.name))
    return Check.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["revision", "name"], update_fields=FOUND
    )


def _complete(revision: Revision) -> Finding:
    if empty := missing(revision):
        return Finding(CheckOutcome.FAILED, still_empty(empty))
    if empty := advised(revision):
        words = _("Would help readers: {fields}.").format(fields=", ".join(labels(empty)))
        return Finding(CheckOutcome.ADVICE, words)
    return Finding(CheckOutcome.PASSED, _("Everything is filled in."))


def _language(revision: Revision) -> Finding:
    if not LANGUAGE.match(revision.language):
        return Finding(CheckOutcome.ADVICE, _("The language of the text is not stated."))
    stated = revision.get_language_display()
    text = " ".join(str(getattr(revision, name)) for name in TEXTS)
    read = reading.language_of(text)
    if read and not reading.is_alike(read, revision.language):
        return Finding(
            CheckOutcome.ADVICE,
            _("Stated is {stated}, but it reads like {read}.").format(
                stated=stated, read=reading.name_of(read)
            ),
        )
    return Finding(CheckOutcome.PASSED, _("Written in {language}.").format(language=stated))


def _links(revision: Revision) -> Finding:
    given = mentions.links_of(revision)
    bad = [link.label for link in given if not link.is_web_address]
    if bad:
        words = _("No web address that can be opened: {fields}.").format(fields=", ".join(bad))
        return Finding(CheckOutcome.ADVICE, words)
    count = len(given)
    if not count:
        return Finding(CheckOutcome.PASSED, _("There are no links."))
    words = ngettext("{count} link, well formed.", "{count} links, well formed.", count)
    return Finding(CheckOutcome.PASSED, words.format(count=count))


def _images(revision: Revision) -> Finding:
    images = list(revision.attachments.images())
    if silent := _without_words(images):
        words = _("Say what these pictures show, for those who cannot see them: {names}.")
        return Finding(CheckOutcome.FAILED, words.format(names=", ".join(silent)))
    if small := [each.name for each in images if (each.width or 0) < SMALLEST_WIDTH]:
        words = _("Too small to be shown large: {names}.").format(names=", ".join(small))
        return Finding(CheckOutcome.ADVICE, words)
    if not images:
        return Finding(CheckOutcome.PASSED, _("There are no pictures."))
    count = len(images)
    words = ngettext("{count} picture, described.", "{count} pictures, described.", count)
    return Finding(CheckOutcome.PASSED, words.format(count=count))


def _doubles(revision: Revision) -> Finding:
    # City and reviewers read the report alike: it names what is published, and nothing else.
    alike = doubles.published(revision)
    if not alike:
        return Finding(CheckOutcome.PASSED, _("No published entry reads like this one."))
    named = [f"{double.entry} ({double.likeness} %)" for double in alike]
    return Finding(
        CheckOutcome.ADVICE,
        _("Reads much like: {entries}.").format(entries="; ".join(named)),
        [{"entry": double.entry.slug, "likeness": str(double.likeness)} for double in alike],
    )


def _kind(revision: Revision) -> EntryKind:
    return EntryKind(revision.entry.kind)


def _is_filled(revision: Revision, name: str) -> bool:
    field = Revision._meta.get_field(name)
    if field.many_to_many:
        return bool(getattr(revision, name).exists())
    return bool(str(getattr(revision, name) or "").strip())


INSIDE: dict[str, Callable[[Revision], Finding]] = {
    "complete": _complete,
    "language": _language,
    "links": _links,
    "images": _images,
    "doubles": _doubles,
}
