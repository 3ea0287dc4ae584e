"""Which address to ask for what an officer named: a page of a portal, or its interface."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from initiatives.models import SourceKind

# OpenDataSoft: the page of a dataset, and its interfaces of today and before.
ODS_PAGE = re.compile(r"^(?P<base>.*)/explore/dataset/(?P<id>[\w.@~-]+)(/.*)?$")
ODS_RECORDS = re.compile(r"^.*/api/explore/v2\.[01]/catalog/datasets(/[\w.@~-]+/records)?/?$")
ODS_DATASET = re.compile(
    r"^(?P<base>.*)/api/explore/v2\.[01]/catalog/datasets/(?P<id>[^/]+)/records/?$"
)
ODS_FORMER = re.compile(r"^(?P<base>.*)/api/records/1\.0/search/?$")
# What narrows a page by a facet, and by what only pages understand.
FACET = re.compile(r"^(?P<how>refine|exclude)\.(?P<facet>.+)$")
UNSAID = re.compile(r"^(q|geofilter\..*)$")
# CKAN: the page of a resource, and its interface.
CKAN_PAGE = re.compile(r"^(?P<base>.*)/dataset/[^/]+/resource/(?P<id>[0-9a-fA-F-]{36})(/.*)?$")
CKAN_SEARCH = re.compile(r"^.*/api/(3/)?action/datastore_search/?$")
PAGE_SIZES = {SourceKind.OPENDATASOFT: 100, SourceKind.CKAN: 1000}
# What OpenDataSoft gives at most: offset and limit together.
FARTHEST = {SourceKind.OPENDATASOFT: 10_000, SourceKind.CKAN: 1_000_000}


@dataclass(frozen=True)
class Table:
    """An interface that gives rows page by page."""

    kind: SourceKind
    address: str
    where: str

    def page(self, offset: int, limit: int) -> str:
        """Return the address of some of its rows."""
        parts = urlsplit(self.address)
        former = ODS_FORMER.match(parts.path) is not None
        ours = {
            "rows" if former else "limit": str(limit),
            "start" if former else "offset": str(offset),
        }
        if self.where:
            ours[self._filter_name(former)] = self.where
        # A name may stand there twice: an OpenDataSoft page narrowed by two of its facets.
        known = [pair for pair in _pairs(parts.query) if pair[0] not in ours]
        return urlunsplit(parts._replace(query=urlencode([*known, *ours.items()]), fragment=""))

    def _filter_name(self, former: bool) -> str:
        if self.kind == SourceKind.OPENDATASOFT:
            return "q" if former else "where"
        return "filters" if self.where.startswith("{") else "q"

    @property
    def page_size(self) -> int:
        """Return how many rows it gives at most at a time."""
        return PAGE_SIZES[self.kind]

    @property
    def farthest(self) -> int:
        """Return beyond which row it gives none."""
        return FARTHEST[self.kind]


def table_of(kind: str, address: str, where: str) -> Table | None:
    """Return the interface behind an address; None where it is none that is known."""
    parts = urlsplit(address)
    if kind == SourceKind.OPENDATASOFT:
        path = _ods(parts.path)
        query = parts.query if path == parts.path else _narrowed(parts.query)
    elif kind == SourceKind.CKAN:
        path, query = _ckan(parts.path, parts.query)
    else:
        return None
    if not path:
        return None
    whole = urlunsplit(parts._replace(path=path, query=query, fragment=""))
    return Table(SourceKind(kind), whole, where)


def left_behind(kind: str, address: str) -> list[str]:
    """Return what narrows a page and cannot be said to its interface: words, a stretch of land."""
    parts = urlsplit(address)
    if kind != SourceKind.OPENDATASOFT or not ODS_PAGE.match(parts.path):
        return []
    return [name for name, _value in _pairs(parts.query) if UNSAID.match(name)]


def page_of(kind: str, address: str) -> str:
    """Return the page for people of a dataset, where the address of its interface tells it."""
    parts = urlsplit(address)
    if kind != SourceKind.OPENDATASOFT:
        return address
    found = ODS_DATASET.match(parts.path)
    base, dataset = (found["base"], found["id"]) if found else ("", "")
    if former := ODS_FORMER.match(parts.path):
        base, dataset = former["base"], dict(_pairs(parts.query)).get("dataset", "")
    if not dataset:
        return address
    path = f"{base}/explore/dataset/{quote(dataset)}/"
    return urlunsplit(parts._replace(path=path, query="", fragment=""))


def is_understood(kind: str, address: str) -> bool:
    """Say whether an address is one that a kind of source can have."""
    return kind in {SourceKind.CSV, SourceKind.JSON} or table_of(kind, address, "") is not None


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)


def _narrowed(query: str) -> str:
    """Return how an interface is told what a page is narrowed by: refine.year=2022 and the like."""
    found = [(FACET.match(name), value) for name, value in _pairs(query)]
    return urlencode([(name["how"], f"{name['facet']}:{value}") for name, value in found if name])


def _ods(path: str) -> str:
    if page := ODS_PAGE.match(path):
        return f"{page['base']}/api/explore/v2.1/catalog/datasets/{page['id']}/records"
    return path if ODS_RECORDS.match(path) or ODS_FORMER.match(path) else ""


def _ckan(path: str, query: str) -> tuple[str, str]:
    if page := CKAN_PAGE.match(path):
        wanted = urlencode({"resource_id": page["id"]})
        return f"{page['base']}/api/3/action/datastore_search", wanted
    is_search = CKAN_SEARCH.match(path) and "resource_id" in dict(parse_qsl(query))
    return (path, query) if is_search else ("", "")
