"""What stands around the words of an entry: labels, sources, versions, in one query together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse

from cities.models import Actor, Organisation, Source, Theme
from initiatives.models import Initiative
from marketplace.models import Entry, Funding, Goal, Revision, RevisionState, Standard, Technology

MOST_INITIATIVES = 4
# Revisions that the public has seen, or sees.
SHOWN = [RevisionState.PUBLISHED, RevisionState.SUPERSEDED]


@dataclass(frozen=True)
class Version:
    """A revision the public has seen: its number, and since when."""

    number: int
    published_on: date | None


@dataclass(frozen=True)
class Facts:
    """Rows around a revision, ready for a page."""

    labels: dict[str, list[dict[str, str]]] = field(default_factory=lambda: defaultdict(list))
    sources: list[dict[str, Any]] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    initiatives: list[dict[str, str]] = field(default_factory=list)

    @property
    def themes(self) -> list[str]:
        """Return the short addresses of the themes."""
        return [label["key"] for label in self.labels["theme"]]


def facts_of(entry: Entry, revision: Revision, user: Actor) -> Facts:
    """Read labels, sources, published versions and the city's initiatives of an entry at once."""
    asked = [
        _columns("theme", Theme.objects.filter(revisions=revision), "slug", "name"),
        _columns("technology", Technology.objects.filter(revisions=revision), "slug", "name"),
        _columns("goal", Goal.objects.filter(revisions=revision), "number", "name"),
        _columns(
            "standard", Standard.objects.filter(revisions=revision), "slug", "name", url="url"
        ),
        _columns("funding", Funding.objects.filter(revisions=revision), "slug", "name"),
        _columns("partner", Organisation.objects.filter(revisions=revision), "slug", "name"),
        _columns("version", _versions(entry), "number", "number", day="published_at"),
    ]
    if revision.source_keys:
        sources = Source.objects.filter(key__in=revision.source_keys)
        asked.append(_columns("source", sources, "key", "title", url="url", day="seen_on"))
    if entry.city_id is not None:
        asked.append(_columns("initiative", _initiatives(entry, revision, user), "slug", "name"))
    facts = Facts()
    for what, key, name, url, day in asked[0].union(*asked[1:], all=True):
        when = date.fromisoformat(day[:10]) if day else None
        if what == "source":
            facts.sources.append({"title": name, "url": url, "seen_on": when})
        elif what == "version":
            facts.versions.append(Version(int(key), when))
        elif what == "initiative":
            address = reverse("initiatives:initiative-detail", args=[key])
            facts.initiatives.append({"name": name, "url": address})
        else:
            facts.labels[what].append(_label(what, key, name, url))
    return _in_order(facts)


def _columns(
    what: str, rows: QuerySet[Any], key: str, name: str, url: str = "", day: str = ""
) -> QuerySet[Any, Any]:
    """Ask for rows of any kind in the same five columns of text."""
    text = CharField()
    return rows.order_by().values_list(
        Value(what, text),
        Cast(key, text),
        Cast(name, text),
        F(url) if url else Value("", text),
        Cast(day, text) if day else Value("", text),
    )


def _versions(entry: Entry) -> QuerySet[Revision]:
    return Revision.objects.filter(entry=entry, state__in=SHOWN)


def _initiatives(entry: Entry, revision: Revision, user: Actor) -> QuerySet[Initiative]:
    """Ask for what the city undertakes on a theme of the entry."""
    themes = Theme.objects.filter(revisions=revision).order_by().values("slug")
    return (
        Initiative.objects.visible_to(user)
        .filter(roadmap__participation__city=entry.city_id, themes__slug__in=themes)
        .distinct()
    )


def _label(what: str, key: str, name: str, url: str) -> dict[str, str]:
    if what == "partner":
        address = reverse("cities:organisation-detail", kwargs={"slug": key})
    else:
        address = f"{reverse('marketplace:entry-list')}?{what}={key}"
    label = f"{key}. {name}" if what == "goal" else name
    return {"key": key, "label": label, "url": address, "outside": url or ""}


def _in_order(facts: Facts) -> Facts:
    for labels in facts.labels.values():
        labels.sort(key=lambda each: (each["key"].zfill(2) if each["key"].isdecimal() else "",
                                      each["label"].casefold()))  # fmt: skip
    facts.sources.sort(key=lambda each: each["title"])
    facts.versions.sort(key=lambda each: -each.number)
    facts.initiatives.sort(key=lambda each: each["name"])
    del facts.initiatives[MOST_INITIATIVES:]
    return facts
