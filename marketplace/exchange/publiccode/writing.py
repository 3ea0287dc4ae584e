"""From a revision to its publiccode.yml: what its fields say, and what was kept beside them."""

from __future__ import annotations

import copy
from typing import Any

import yaml
from django.conf import settings

from marketplace.exchange.publiccode.reading import (
    FIELDS,
    MATURITIES,
    language_key,
    language_of,
)
from marketplace.exchange.publiccode.standard import CURRENT, KEYS, Key
from marketplace.models import Entry, EntryKind, Maturity, Revision

STATUSES = {
    Maturity.IDEA: "concept",
    Maturity.PILOT: "beta",
    Maturity.DEPLOYED: "stable",
    Maturity.SCALED: "stable",
    Maturity.STOPPED: "obsolete",
}


def is_software(entry: Entry) -> bool:
    """Say whether an entry is a solution with source code, which the standard is for."""
    live = entry.live_revision
    return bool(entry.kind == EntryKind.SOLUTION and live and live.repository_url)


def write(revision: Revision) -> str:
    """Return the publiccode.yml of a revision.

    Nothing is made up: keys that the standard requires and nobody told us are named in a comment.
    """
    data = contents(revision)
    missing = _missing(data, KEYS, "")
    lines = [f"# {settings.BASE_URL}{revision.entry.get_absolute_url()}"]
    if missing:
        lines += ["# The standard requires more than is known here:", f"# {', '.join(missing)}"]
    written = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=80)
    return "\n".join([*lines, written])


def contents(revision: Revision) -> dict[str, Any]:
    """Return what the file says, in the order of the standard."""
    data: dict[str, Any] = copy.deepcopy(revision.publiccode)
    data.setdefault("publiccodeYmlVersion", CURRENT)
    key = _key_of_language(data, revision.language)
    for name, path in FIELDS.items():
        value = getattr(revision, name)
        if value in (None, ""):
            continue
        at = data
        for part in path[:-1]:
            at = at.setdefault(key if part == "{language}" else part, {})
        at[path[-1]] = str(value)
    status = status_of(revision)
    if status:
        data["developmentStatus"] = status
    return _ordered({name: value for name, value in data.items() if value != {}}, KEYS)


def status_of(revision: Revision) -> str:
    """Return the status for a revision's maturity: the one it came with, where that still fits."""
    came_with = str(revision.publiccode.get("developmentStatus", ""))
    if not revision.maturity or MATURITIES.get(came_with) == revision.maturity:
        return came_with
    return STATUSES[Maturity(revision.maturity)]


def _key_of_language(data: dict[str, Any], language: str) -> str:
    """Return under which key the text stood, if it came from a file; else the language itself."""
    key = language_key(data)
    if key and language_of(key) == language:
        return key
    written = data.get("description") or {}
    return next((each for each in written if language_of(each) == language), language)


def _ordered(data: dict[str, Any], keys: dict[str, Key]) -> dict[str, Any]:
    places = {name: place for place, name in enumerate(keys)}
    names = sorted(data, key=lambda name: places.get(name, len(places)))
    ordered = {}
    for name in names:
        value, key = data[name], keys.get(name)
        if isinstance(value, dict) and key and key.kind == "map":
            value = _ordered(value, key.inside)
        elif isinstance(value, dict) and key and key.kind == "languages":
            value = {each: _ordered(text, key.inside) for each, text in value.items()}
        ordered[name] = value
    return ordered


def _missing(data: dict[str, Any], keys: dict[str, Key], before: str) -> list[str]:
    found = []
    for name, key in keys.items():
        if key.must and name not in data:
            found.append(f"{before}{name}")
        elif key.kind == "map" and isinstance(data.get(name), dict):
            found += _missing(data[name], key.inside, f"{before}{name}/")
    return found
