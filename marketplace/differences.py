"""What changed between two revisions, word by word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.differences import Part, words
from marketplace import values
from marketplace.models import Attachment, EntryKind, Revision

COMMON = ["title", "summary", "language", "themes"]
FIELDS = {
    EntryKind.CITY_PROFILE: [*COMMON, "story", "strategy", "ambitions", "website", "partners"],
    EntryKind.SOLUTION: [
        *(*COMMON, "problem", "approach", "results", "evidence_url", "needs", "did_not_work"),
        *("maturity", "cost_band", "yearly_cost", "fundings", "months_to_deploy"),
        *("is_open_source", "licence", "software_version", "released_on", "repository_url"),
        *("website", "technologies", "standards", "goals", "partners"),
    ],
}
LISTS = ["themes", "technologies", "standards", "fundings", "goals", "partners"]
# Rows of a revision, each told in a line of its own.
ROWS = {"figures": gettext_lazy("Figures"), "attachments": gettext_lazy("Pictures and documents")}


@dataclass(frozen=True)
class FieldDifference:
    """One field of two revisions: what people call it, its text in both, and what changed."""

    name: str
    label: str
    before: str
    after: str
    parts: list[Part]

    @property
    def is_changed(self) -> bool:
        """Say whether the texts differ."""
        return self.before != self.after


def compare(earlier: Revision | None, later: Revision) -> list[FieldDifference]:
    """Return the fields of `later` in reading order, beside `earlier` (None: there is none).

    Fields that are empty in both are left out. Without an earlier revision nothing is marked.
    """
    before = describe(earlier) if earlier else {}
    after = describe(later)
    found = []
    for name, text in after.items():
        old = before.get(name, "")
        if text or old:
            parts = words(old, text) if earlier else [Part("equal", text)]
            found.append(FieldDifference(name, _label(name), old, text, parts))
    return found


def part_names(revision: Revision) -> dict[str, str]:
    """Return the parts of a revision and what people call them, in reading order."""
    return {name: _label(name) for name in [*FIELDS[EntryKind(revision.entry.kind)], *ROWS]}


def describe(revision: Revision) -> dict[str, str]:
    """Return the fields of a revision as people read them, in reading order, then its rows.

    Asks once for each of `LISTS` and `ROWS` unless they were prefetched.
    """
    fields = FIELDS[EntryKind(revision.entry.kind)]
    told = {name: _text(revision, name).strip() for name in fields}
    told["figures"] = "\n".join(values.line(row) for row in revision.figures.all())
    told["attachments"] = "\n".join(_file(row) for row in revision.attachments.all())
    return told


def _text(revision: Revision, name: str) -> str:
    if name in LISTS:
        return ", ".join(sorted(str(each) for each in getattr(revision, name).all()))
    value = getattr(revision, name)
    if isinstance(value, date):
        return date_format(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value is None:
        return ""
    show = getattr(revision, f"get_{name}_display", None)
    return str(show() if show else value)


def _file(row: Attachment) -> str:
    said = [row.caption, row.alt, row.credit]
    return "; ".join(filter(None, [f"{row.name} ({filesizeformat(row.size)})", *said]))


def _label(name: str) -> str:
    if name in ROWS:
        return str(ROWS[name])
    field = Revision._meta.get_field(name)
    label = _("themes") if name == "themes" else str(getattr(field, "verbose_name", name))
    return label[:1].upper() + label[1:]
