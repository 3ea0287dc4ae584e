"""From a publiccode.yml to the fields of a draft."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cities.tables.cells import CellFault, clean
from marketplace.exchange.publiccode.checking import Checker, Finding, Weight
from marketplace.exchange.publiccode.yaml_text import Path, load
from marketplace.models import Maturity, Revision
from marketplace.search.words import language_names

# Which field takes what a key says; {language} is that of the text we take.
FIELDS: dict[str, Path] = {
    "title": ("name",),
    "summary": ("description", "{language}", "shortDescription"),
    "approach": ("description", "{language}", "longDescription"),
    "repository_url": ("url",),
    "website": ("landingURL",),
    "software_version": ("softwareVersion",),
    "released_on": ("releaseDate",),
    "licence": ("legal", "license"),
}
MATURITIES = {
    "concept": Maturity.IDEA,
    "development": Maturity.PILOT,
    "beta": Maturity.PILOT,
    "stable": Maturity.DEPLOYED,
    "obsolete": Maturity.STOPPED,
}
# ISO 639-2, as versions before 0.2 wrote languages.
THREE_LETTERS = {
    "eng": "en", "ita": "it", "fra": "fr", "fre": "fr", "deu": "de", "ger": "de", "spa": "es",
    "por": "pt", "nld": "nl", "dut": "nl", "ell": "el", "gre": "el", "pol": "pl", "swe": "sv",
}  # fmt: skip


@dataclass
class Understood:
    """What a file says: values for our fields, what is kept beside them, and every deviation."""

    values: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    status: str = ""

    @property
    def title(self) -> str:
        """What the software is called."""
        return str(self.values.get("title", ""))

    @property
    def kept_keys(self) -> list[str]:
        """The top-level keys that are kept beside our fields."""
        return [name for name, value in self.kept.items() if value not in ({}, [])]


def read(text: str) -> Understood:
    """Return what a publiccode.yml says, with every deviation and its place.

    Raises `yaml_text.TooMuch` for what is refused as a whole.
    """
    checker = Checker(load(text))
    valid = checker.valid
    key = language_key(valid)
    understood = Understood(kept=copy.deepcopy(valid), status=valid.get("developmentStatus", ""))
    for name, path in FIELDS.items():
        at = tuple(key if part == "{language}" else part for part in path)
        value = _at(valid, at)
        if value is None:
            continue
        try:
            understood.values[name] = _fitted(name, value)
        except (ValidationError, CellFault) as fault:
            words = " ".join(getattr(fault, "messages", [str(fault)]))
            checker.say(Weight.LEFT_OUT, at, words)
        _drop(understood.kept, at)
    if key:
        understood.values["language"] = language_of(key)
    if understood.status:
        understood.values["maturity"] = MATURITIES[understood.status].value
    if "licence" in understood.values:
        # The standard is for software that everybody may use and change.
        understood.values["is_open_source"] = True
    understood.findings = sorted(
        checker.findings, key=lambda finding: (finding.line, finding.column, finding.key)
    )
    return understood


def language_key(data: dict[str, Any]) -> str:
    """Return the key of the language whose text we take: English, else the first; "" for none."""
    written = data.get("description") or {}
    known = [key for key in written if language_of(key)]
    return next((key for key in known if language_of(key) == "en"), known[0] if known else "")


def language_of(key: str) -> str:
    """Return our code of a language; "" for one we do not know."""
    base = key.replace("_", "-").split("-")[0].lower()
    base = THREE_LETTERS.get(base, base)
    return base if base in language_names() else ""


def _fitted(name: str, value: str) -> Any:
    """Return a value as the field takes it; raise ValidationError or CellFault if it does not."""
    model_field: Any = Revision._meta.get_field(name)
    if name == "released_on":
        return date.fromisoformat(value)
    text = clean(value)
    if name == "summary":
        text = " ".join(text.split())
    try:
        return model_field.clean(text, None)
    except ValidationError as fault:
        raise ValidationError(
            _("{words} The field here takes up to {most} characters.").format(
                words=" ".join(fault.messages), most=model_field.max_length
            )
            if model_field.max_length and len(text) > model_field.max_length
            else fault.messages
        ) from fault


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data.get(part) if isinstance(data, dict) else None
    return data


def _drop(data: dict[str, Any], path: Path) -> None:
    """Take away what a field says from now on; the language stays, to be written under again."""
    for part in path[:-1]:
        data = data[part]
    del data[path[-1]]
