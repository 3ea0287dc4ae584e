"""What happened in roadmaps, in words and with links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cities.models import User
from initiatives.changes import events
from initiatives.models import KPI, Initiative, Milestone, Roadmap
from initiatives.sections.activity import CHARTER_DRAFTS, section_of
from initiatives.sections.tree import CHARTER, WRITTEN, label_of

KINDS = {
    "initiative": gettext_lazy("Initiative"),
    "milestone": gettext_lazy("Milestone"),
    "kpi": gettext_lazy("KPI"),
    "roadmap": gettext_lazy("Roadmap"),
}
DONE = {
    "+": gettext_lazy("added"),
    "~": gettext_lazy("changed"),
    "-": gettext_lazy("deleted"),
}
MOST_CHANGES, MOST_SAVED = 10, 12
# Who asks for more gets whatever was read.
ALL_CHANGES = events.MOST_READ


@dataclass(frozen=True)
class Change:
    """Somebody did something. `url` leads to it as it is today; "" when it is gone."""

    what: str
    url: str
    who: str
    """A person's name or address."""
    person: int
    when: datetime


@dataclass(frozen=True)
class Saved:
    """Somebody saved a section of a roadmap."""

    who: str
    user: int
    label: str
    url: str
    when: datetime


@dataclass(frozen=True)
class OpenComments:
    """Comments on a section that nobody has settled."""

    label: str
    url: str
    number: int


@dataclass
class Happened:
    """What people did, the latest first; what the reader did is only counted."""

    changes: list[Change] = field(default_factory=list)
    more: int = 0
    """How many changes of others were read beside these."""
    is_cut: bool = False
    """Whether there are more than were read."""
    own: int = 0
    own_last: datetime | None = None
    saved: list[Saved] = field(default_factory=list)
    open_comments: list[OpenComments] = field(default_factory=list)
    here_now: list[tuple[str, str]] = field(default_factory=list)
    """Who else types in which section or charter at the moment."""


def lately(
    roadmaps: Sequence[Roadmap],
    user: User,
    initiatives: Mapping[int, str] | None = None,
    *,
    most: int = MOST_CHANGES,
    in_team: bool = False,
) -> Happened:
    """Return what was done in these roadmaps, as this person is told: one query.

    `in_team` where the page has found them in the team of all these roadmaps.

    `initiatives` are the names of the roadmaps' initiatives by key, for what concerns charters.
    """
    found, names = Happened(), dict(initiatives or {})
    rows = list(events.of([one.pk for one in roadmaps], names, user, in_team=in_team))
    found.is_cut = len(rows) == events.MOST_READ
    for row in rows:
        label = _place(row, names)
        if row["event"] == "open":
            url = reverse("initiatives:section-talk", args=[row["roadmap_key"], row["named"]])
            found.open_comments.append(OpenComments(label, f"{url}#open", row["count"]))
        elif row["event"] == "draft":
            if label:
                found.here_now.append((row["who"], label))
        elif row["event"] == "save":
            if row["named"] in WRITTEN and len(found.saved) < MOST_SAVED:
                found.saved.append(_saved(row))
        elif row["event"] == "own":
            found.own += row["count"]
            found.own_last = max(filter(None, (found.own_last, row["when"])))
        elif len(found.changes) < most:
            found.changes.append(_change(row, label))
        else:
            found.more += 1
    return found


def last_changed(initiative: Initiative) -> datetime | None:
    """Return when a person last changed an initiative, its milestones or its KPIs: one query."""
    of = {Initiative: "id", Milestone: "initiative", KPI: "initiative"}
    stamps = [
        model.history.filter(**{key: initiative.pk}, history_user__isnull=False)  # type: ignore[attr-defined]
        .order_by()
        .values_list("history_date", flat=True)
        for model, key in of.items()
    ]
    newest: datetime | None = stamps[0].union(*stamps[1:]).order_by("-history_date").first()
    return newest


def _place(row: dict[str, Any], names: Mapping[int, str]) -> str:
    """Return what people call the section or the charter that a row is about; "" for others."""
    key = row["named"]
    if row["event"] == "draft":
        key = f"{CHARTER}{key}" if row["done"] == CHARTER_DRAFTS else section_of(key)
    if key in WRITTEN:
        return label_of(key)
    number = key.removeprefix(CHARTER)
    if number == key or not number.isdecimal():
        return ""
    return names.get(int(number), _("A charter"))


def _change(row: dict[str, Any], label: str) -> Change:
    what, url = _words_and_url(row, label)
    return Change(what, url, row["who"], row["person"], row["when"])


def _words_and_url(row: dict[str, Any], label: str) -> tuple[str, str]:
    kind, roadmap, number = row["event"], row["roadmap_key"], row["count"]
    if kind == "value":
        said = ngettext(
            "%(number)d value of “%(name)s” reported",
            "%(number)d values of “%(name)s” reported",
            number,
        ) % {"number": number, "name": row["named"]}
        return said, f"{reverse('initiatives:initiative-detail', args=[row['page_slug']])}#kpis"
    if kind == "comment":
        talk = reverse("initiatives:section-talk", args=[roadmap, row["named"]])
        return _("Comment on “%s”") % label, f"{talk}#comment-{row['row_key']}"
    if kind == "hand_in":
        said = _("“%(name)s” handed in as number %(number)d")
        url = reverse("initiatives:snapshot", args=[roadmap, number])
        return said % {"name": row["named"], "number": number}, url
    said = _("%(kind)s “%(name)s” %(done)s")
    told = {"kind": KINDS[kind], "name": row["named"], "done": DONE[row["done"]]}
    return said % told, _address(row)


def _address(row: dict[str, Any]) -> str:
    if row["event"] == "roadmap":
        return reverse("initiatives:roadmap-detail", args=[row["roadmap_key"]])
    if not row["page_slug"]:
        return ""
    if row["event"] == "kpi":
        return reverse("initiatives:kpi-detail", args=[row["page_slug"], row["row_key"]])
    page = reverse("initiatives:initiative-detail", args=[row["page_slug"]])
    return f"{page}#milestones" if row["event"] == "milestone" else page


def _saved(row: dict[str, Any]) -> Saved:
    url = reverse("initiatives:section-history", args=[row["roadmap_key"], row["named"]])
    return Saved(row["who"], row["person"], label_of(row["named"]), url, row["when"])
