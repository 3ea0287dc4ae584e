"""Holding a file to the standard: what is valid of it, and each deviation with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.exchange.publiccode.standard import CURRENT, KEYS, VERSIONS, Key
from marketplace.exchange.publiccode.yaml_text import Document, Path, Place

LANGUAGE = re.compile(r"^[a-zA-Z]{2,3}([-_][a-zA-Z0-9]{2,8})*$")
TRUE, FALSE = {"true", "yes", "on"}, {"false", "no", "off"}


class Weight(models.TextChoices):
    """How much a deviation matters."""

    LEFT_OUT = "left_out", gettext_lazy("Not taken")
    MISSING = "missing", gettext_lazy("Missing")
    WARNING = "warning", gettext_lazy("Taken with a remark")
    KEPT = "kept", gettext_lazy("Kept for the export")


@dataclass(frozen=True)
class Finding:
    """One deviation: how much it matters, where it stands, at which key, and what is expected."""

    weight: Weight
    line: int
    column: int
    key: str
    words: str
    excerpt: str = ""


class Unfit(Exception):
    """A value is not what its key expects; the words say what would be."""


class Checker:
    """Goes through one document. `findings` are in the order of the keys, `valid` what is left."""

    def __init__(self, document: Document) -> None:
        """Check the document."""
        self.document = document
        self.findings: list[Finding] = [
            Finding(
                Weight.LEFT_OUT, fault.place.line, fault.place.column, "", fault.words,
                fault.excerpt,
            )
            for fault in document.faults
        ]  # fmt: skip
        self.valid = self._map(document.data, KEYS, ())
        self._check_version()

    def say(self, weight: Weight, path: Path, words: str) -> None:
        """Note something about a key."""
        place = self._place(path)
        self.findings.append(Finding(weight, place.line, place.column, "/".join(path), words))

    def _place(self, path: Path) -> Place:
        while path and path not in self.document.places:
            path = path[:-1]
        return self.document.places.get(path, Place(1, 1))

    def _check_version(self) -> None:
        path = ("publiccodeYmlVersion",)
        version = self.valid.get(path[0])
        if version is None:
            return
        if version not in VERSIONS:
            self.say(
                Weight.WARNING,
                path,
                _("Version {version} is not known here; read as {current}.").format(
                    version=version[:20], current=CURRENT
                ),
            )
        elif not version.startswith(CURRENT):
            self.say(
                Weight.WARNING,
                path,
                _("An earlier version; the current one is {current}.").format(current=CURRENT),
            )

    def _map(self, found: dict[str, Any], keys: Mapping[str, Key], path: Path) -> dict[str, Any]:
        """Return the entries of a map that fit, those we do not know as they are."""
        valid: dict[str, Any] = {}
        for name, value in found.items():
            at = (*path, name)
            key = keys.get(name)
            if key is None:
                self.say(Weight.KEPT, at, _("No key of the standard; it is kept as it is."))
                valid[name] = value
                continue
            if key.since_ended:
                self.say(
                    Weight.KEPT,
                    at,
                    _("The standard does without this key since {version}; it is kept.").format(
                        version=key.since_ended
                    ),
                )
            try:
                valid[name] = self._fit(value, key, at)
            except Unfit as fault:
                self.say(Weight.LEFT_OUT, at, str(fault))
        for name, key in keys.items():
            if key.must and name not in found and (path or not self.document.faults):
                self.say(
                    Weight.MISSING,
                    (*path, name),
                    _("The standard requires “{key}”.").format(key="/".join((*path, name))),
                )
        return valid

    def _fit(self, value: Any, key: Key, path: Path) -> Any:
        if key.kind == "any":
            return value
        if key.kind in {"map", "languages", "maps"}:
            return getattr(self, f"_fit_{key.kind}")(value, key, path)
        if key.kind in {"texts", "urls"}:
            return self._fit_list(value, key, path)
        if isinstance(value, dict | list):
            raise Unfit(
                _("Expected {what}, found a list.").format(what=_what(key))
                if isinstance(value, list)
                else _("Expected {what}, found keys and values.").format(what=_what(key))
            )
        raw = self.document.raw.get(path, "" if value is None else str(value))
        return self._fit_text(_one_line(raw) if value is not None else "", key, path)

    def _fit_text(self, text: str, key: Key, path: Path) -> Any:
        if not text:
            raise Unfit(_("Empty; expected {what}.").format(what=_what(key)))
        if key.kind == "url" and not _is_address(text):
            raise Unfit(_("“{text}” is no web address.").format(text=text[:60]))
        if key.kind == "date":
            return _day(text)
        if key.kind == "bool":
            if text.lower() not in TRUE | FALSE:
                raise Unfit(_("“{text}” is neither true nor false.").format(text=text[:60]))
            return text.lower() in TRUE
        if key.kind == "choice" and text not in key.choices:
            raise Unfit(
                _("“{text}” is not one of: {known}.").format(
                    text=text[:60], known=", ".join(key.choices)
                )
            )
        if key.longest and len(text) > key.longest:
            self.say(
                Weight.WARNING,
                path,
                _("{count} characters; the standard allows {most}.").format(
                    count=len(text), most=key.longest
                ),
            )
        if len(text) < key.shortest:
            self.say(
                Weight.WARNING,
                path,
                _("{count} characters; the standard expects {least} or more.").format(
                    count=len(text), least=key.shortest
                ),
            )
        return text

    def _fit_list(self, value: Any, key: Key, path: Path) -> Any:
        """Return a list of texts or addresses; a single one may stand without its list."""
        one = Key("url" if key.kind == "urls" else "text")
        if not isinstance(value, list):
            fitted = self._fit(value, one, path)
            if path[-1] != "isBasedOn":
                self.say(Weight.WARNING, path, _("A list is expected; taken as one of one item."))
                return [fitted]
            return fitted
        return self._items(value, one, path)

    def _items(self, value: list[Any], one: Key, path: Path) -> list[Any]:
        fitted = []
        for number, each in enumerate(value):
            at = (*path, str(number))
            try:
                fitted.append(self._fit(each, one, at))
            except Unfit as fault:
                self.say(Weight.LEFT_OUT, at, str(fault))
        return fitted

    def _fit_map(self, value: Any, key: Key, path: Path) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Unfit(_("Expected keys and values: {keys}.").format(keys=", ".join(key.inside)))
        return self._map(value, key.inside, path)

    def _fit_maps(self, value: Any, key: Key, path: Path) -> list[Any]:
        if not isinstance(value, list):
            raise Unfit(_("Expected a list of: {keys}.").format(keys=", ".join(key.inside)))
        return self._items(value, Key("map", inside=key.inside), path)

    def _fit_languages(self, value: Any, key: Key, path: Path) -> dict[str, Any]:
        if not isinstance(value, dict) or not value:
            raise Unfit(_("Expected a text for each language, such as “en:”."))
        fitted = {}
        for name, inside in value.items():
            at = (*path, name)
            if not LANGUAGE.match(name):
                self.say(
                    Weight.LEFT_OUT,
                    at,
                    _("“{text}” is no code of a language, such as en.").format(text=name[:40]),
                )
                continue
            try:
                fitted[name] = self._fit_map(inside, key, at)
            except Unfit as fault:
                self.say(Weight.LEFT_OUT, at, str(fault))
        return fitted


def _what(key: Key) -> str:
    return {
        "url": _("a web address"),
        "date": _("a date as 2026-01-31"),
        "bool": _("true or false"),
    }.get(key.kind, _("a text"))


def _one_line(raw: str) -> str:
    return raw.replace("\r\n", "\n").strip()


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "")


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as fault:
        raise Unfit(_("“{text}” is not a date as 2026-01-31.").format(text=text[:60])) from fault
