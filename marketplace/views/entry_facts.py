"""What stands around the words of an entry: labels, sources and more in one query."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, JSONObject
from django.urls import reverse
from django_countries import countries

from cities.models import Actor, Goal, Organisation, Source, Theme
from cities.prepared import Prepared, padded
from initiatives.models import Initiative
from marketplace.models import (
    Attachment,
    Entry,
    Funding,
    Revision,
    RevisionState,
    Standard,
    Technology,
)
from marketplace.search.answers import MOST_SIMILAR

MOST_INITIATIVES = 4
MOST_SOURCES = 6
SIMILAR = JSONObject(
    slug="slug",
    summary="live_revision__summary",
    demonstration="live_revision__demonstration",
    city="city__name",
    country="city__country",
)
# What a page shows of a picture or a document: words and whole numbers.
OF_ATTACHMENTS = (
    *("id", "position", "kind", "media_type", "size", "width", "height"),
    *("name", "alt", "caption", "credit"),
)
# Revisions that the public has seen, or sees.
SHOWN = [RevisionState.PUBLISHED, RevisionState.SUPERSEDED]


@dataclass(frozen=True)
class Version:
    """A revision the public has seen: its number, and since when."""

    number: int
    published_on: date | None


@dataclass(frozen=True)
class SimilarEntry:
    """A live entry like another one, as components/card.html takes it."""

    title: str
    url: str
    place: str
    summary: str
    demonstration: bool


@dataclass(frozen=True)
class Facts:
    """Rows around a revision, ready for a page."""

    labels: dict[str, list[dict[str, str]]] = field(default_factory=lambda: defaultdict(list))
    sources: list[dict[str, Any]] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    initiatives: list[dict[str, str]] = field(default_factory=list)
    similar: list[SimilarEntry] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)

    @property
    def themes(self) -> list[str]:
        """Return the short addresses of the themes."""
        return [label["key"] for label in self.labels["theme"]]


def facts_of(entry: Entry, revision: Revision, user: Actor, similar: Sequence[int]) -> Facts:
    """Read what stands around a revision at once.

    Labels, sources, files, published versions, the city's initiatives, and entries that are
    `similar`.
    """
    keys = (revision.pk, entry.pk, entry.city_id or 0)
    sources = revision.source_keys
    if user.is_authenticated or len(sources) > MOST_SOURCES or len(similar) > MOST_SIMILAR:
        rows: Iterable[Any] = _around(user, *keys, sources, similar)
    else:
        words = [*sources, *[""] * (MOST_SOURCES - len(sources))]
        rows = _around_for_visitors(*keys, *words, *padded(similar, MOST_SIMILAR))
    facts, found = Facts(), {}
    list_url = reverse("marketplace:entry-list")
    for what, key, name, url, day, more in rows:
        when = date.fromisoformat(day[:10]) if day else None
        if what == "similar":
            found[int(key)] = _similar(name, json.loads(more))
        elif what == "attachment":
            facts.attachments.append(Attachment(revision=revision, **json.loads(more)))
        elif what == "source":
            facts.sources.append({"title": name, "url": url, "seen_on": when})
        elif what == "version":
            facts.versions.append(Version(int(key), when))
        elif what == "initiative":
            address = reverse("initiatives:initiative-detail", args=[key])
            facts.initiatives.append({"name": name, "url": address})
        else:
            facts.labels[what].append(_label(list_url, what, key, name, url))
    facts.similar.extend(found[key] for key in similar if key in found)
    return _in_order(facts)


def _around(
    user: Actor,
    revision: int,
    entry: int,
    city: int,
    sources: Sequence[str],
    similar: Sequence[int],
) -> QuerySet[Any, Any]:
    """Ask for rows of many kinds in the same six columns of text."""
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
        _columns(
            "source",
            Source.objects.filter(key__in=sources),
            *("key", "title"),
            url="url",
            day="seen_on",
        ),
        _columns("initiative", _initiatives(city, revision, user), "slug", "name"),
        _columns(
            "attachment",
            Attachment.objects.filter(revision=revision),
            *("pk", "name"),
            more=JSONObject(**{name: name for name in OF_ATTACHMENTS}),
        ),
        _columns(
            "similar",
            Entry.objects.live().visible_to(user).filter(pk__in=similar),
            *("pk", "live_revision__title"),
            more=SIMILAR,
        ),
    ]
    return asked[0].union(*asked[1:], all=True)


def _for_visitors(revision: int, entry: int, city: int, *more: Any) -> QuerySet[Any, Any]:
    return _around(AnonymousUser(), revision, entry, city, more[:MOST_SOURCES], more[MOST_SOURCES:])


_around_for_visitors = Prepared(
    _for_visitors, *[int] * 3, *[str] * MOST_SOURCES, *[int] * MOST_SIMILAR
)


def _columns(
    what: str,
    rows: QuerySet[Any],
    key: str,
    name: str,
    url: str = "",
    day: str = "",
    more: JSONObject | None = None,
) -> QuerySet[Any, Any]:
    """Ask for rows of any kind in the same six columns of text."""
    text = CharField()
    return rows.order_by().values_list(
        Value(what, text),
        Cast(key, text),
        Cast(name, text),
        F(url) if url else Value("", text),
        Cast(day, text) if day else Value("", text),
        Cast(more, text) if more else Value("", text),
    )


def _versions(entry: int) -> QuerySet[Revision]:
    return Revision.objects.filter(entry=entry, state__in=SHOWN)


def _initiatives(city: int, revision: int, user: Actor) -> QuerySet[Initiative]:
    """Ask for what the city undertakes on a theme of the entry."""
    themes = Theme.objects.filter(revisions=revision).order_by().values("slug")
    return (
        Initiative.objects.visible_to(user)
        .filter(roadmap__participation__city=city, themes__slug__in=themes)
        .distinct()
    )


def _label(list_url: str, what: str, key: str, name: str, url: str) -> dict[str, str]:
    if what == "partner":
        address = reverse("cities:organisation-detail", kwargs={"slug": key})
    else:
        address = f"{list_url}?{what}={key}"
    label = f"{key}. {name}" if what == "goal" else name
    return {"key": key, "label": label, "url": address, "outside": url or ""}


def _similar(title: str, more: dict[str, Any]) -> SimilarEntry:
    country = str(countries.name(more["country"])) if more["country"] else ""
    return SimilarEntry(
        title=title,
        url=reverse("marketplace:entry-detail", kwargs={"slug": more["slug"]}),
        place=", ".join(filter(None, (more["city"], country))),
        summary=more["summary"],
        demonstration=bool(more["demonstration"]),
    )


def _in_order(facts: Facts) -> Facts:
    for labels in facts.labels.values():
        labels.sort(key=lambda each: (each["key"].zfill(2) if each["key"].isdecimal() else "",
                                      each["label"].casefold()))  # fmt: skip
    facts.sources.sort(key=lambda each: each["title"])
    facts.attachments.sort(key=lambda each: (each.position, each.pk))
    facts.versions.sort(key=lambda each: -each.number)
    facts.initiatives.sort(key=lambda each: each["name"])
    del facts.initiatives[MOST_INITIATIVES:]
    return facts
