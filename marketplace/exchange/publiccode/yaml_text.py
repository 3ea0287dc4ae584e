"""YAML from strangers: plain values with their places, within limits, nothing executed.

The text is first read as a flat stream of events, which costs little and recurses nowhere; what is
too deep, too large or refers to itself too often is refused there, before anything is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils.translation import gettext as _

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LARGEST = 1_000_000
MOST_ALIASES = 100
MOST_VALUES = 10_000
MOST_DEPTH = 20
# A file that is broken is read part by part: so many parts, until so many of them are broken.
MOST_PARTS, MOST_FAULTS = 500, 20
# From “description” to a language, and to a key of it.
DEEPEST = 2
EXCERPT = 120
CORE = "tag:yaml.org,2002:"
ALLOWED = {f"{CORE}{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq")}
ONLY_A_KEY = re.compile(r"^ *[^\s#\-][^#]*:\s*(#.*)?$")
TOP_LEVEL = re.compile(r"^[^\s#\-].*", re.M)

Path = tuple[str, ...]


class TooMuch(Exception):
    """The text is refused as a whole; the words say why."""


@dataclass(frozen=True)
class Place:
    """Where something stands, counted from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Fault:
    """What could not be read, where, and the line it stands in."""

    place: Place
    words: str
    excerpt: str = ""


@dataclass
class Document:
    """What was read: plain values, where each stands, and how it was written."""

    data: dict[str, Any] = field(default_factory=dict)
    places: dict[Path, Place] = field(default_factory=dict)
    raw: dict[Path, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    visited: int = 0


def load(text: str) -> Document:
    """Return what a text says. Where it is broken, the parts that stand are read nevertheless.

    Raises TooMuch for what is too large, too deep, refers to itself too often, or asks for objects.
    """
    if len(text.encode()) > LARGEST:
        raise TooMuch(_("The text is larger than one megabyte; no publiccode.yml is."))
    document = Document()
    try:
        _build(document, text)
    except yaml.YAMLError as whole:
        document = Document()
        if len(TOP_LEVEL.findall(text)) > MOST_PARTS:
            document.faults.append(_fault(whole, text))
            return document
        lines = text.split("\n")
        for part in _parts(text):
            _read_what_stands(document, lines, [], part, DEEPEST)
        if not document.faults:
            document.faults.append(_fault(whole, text))
    return document


def _read_what_stands(
    document: Document, lines: list[str], above: list[int], part: range, deeper: int
) -> None:
    """Read some lines, below the keys that stand `above`; where they are broken, what is in them.

    Every line keeps its number: the others are left empty.
    """
    if len(document.faults) >= MOST_FAULTS:
        return
    kept = {*above, *part}
    until = lines[: part.stop]
    alone = "\n".join(line if number in kept else "" for number, line in enumerate(until))
    try:
        _build(document, alone)
    except yaml.YAMLError as fault:
        inside = _children(lines, part) if deeper else []
        if not inside:
            document.faults.append(_fault(fault, "\n".join(lines)))
        for each in inside:
            _read_what_stands(document, lines, [*above, part.start], each, deeper - 1)


def _children(lines: list[str], part: range) -> list[range]:
    """Return the lines of each key below the first one; none where that holds a value itself."""
    if not ONLY_A_KEY.match(lines[part.start]):
        return []
    own = _indent(lines[part.start])
    said = [at for at in part[1:] if lines[at].strip() and not lines[at].lstrip().startswith("#")]
    least = min((_indent(lines[at]) for at in said), default=0)
    starts = [at for at in said if _indent(lines[at]) == least]
    if least <= own or len(starts) > MOST_PARTS:
        return []
    return [range(start, end) for start, end in zip(starts, [*starts[1:], part.stop], strict=True)]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _build(document: Document, text: str) -> None:
    _refuse_bombs(text)
    node = yaml.compose(text, Loader=LOADER)
    if node is None:
        return
    if not isinstance(node, yaml.MappingNode):
        document.faults.append(
            Fault(_place(node), _("Expected keys and values, such as “name: Medusa”."))
        )
        return
    _take_in(document.data, _value(node, (), document, 0))


def _take_in(known: dict[str, Any], more: dict[str, Any]) -> None:
    """Add what one part says to what the others said."""
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(known.get(key), dict):
            _take_in(known[key], value)
        elif value is not None or key not in known:
            known[key] = value


def _refuse_bombs(text: str) -> None:
    depth = aliases = 0
    for values, event in enumerate(yaml.parse(text, Loader=LOADER)):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            aliases += 1
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        tag = getattr(event, "tag", None)
        if tag not in {None, "!"} and tag not in ALLOWED:
            raise TooMuch(
                _("Line {line} asks for an object ({tag}); only plain values are read.").format(
                    line=line, tag=str(tag).replace(CORE, "!!")[:60]
                )
            )
        if depth > MOST_DEPTH or values > MOST_VALUES or aliases > MOST_ALIASES:
            raise TooMuch(
                _("From line {line} on, the text is too deep or too large to be read.").format(
                    line=line
                )
            )


def _value(node: Any, path: Path, document: Document, depth: int) -> Any:
    """Return the plain value of a node; an alias costs as much as what it stands for."""
    document.visited += 1
    if depth > MOST_DEPTH or document.visited > MOST_VALUES:
        raise TooMuch(_("The text refers to itself too often to be read."))
    document.places[path] = _place(node)
    if isinstance(node, yaml.ScalarNode):
        # No text here holds NUL, and no database keeps it.
        document.raw[path] = node.value.replace("\0", "�")
        return _scalar(node, document.raw[path])
    if isinstance(node, yaml.SequenceNode):
        return [
            _value(each, (*path, str(number)), document, depth + 1)
            for number, each in enumerate(node.value)
        ]
    found: dict[str, Any] = {}
    for key, value in node.value:
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
        if not name or name == "<<":
            document.faults.append(Fault(_place(key), _("This key is not read.")))
            continue
        if name in found:
            document.faults.append(
                Fault(_place(key), _("“{key}” stands here twice.").format(key=name))
            )
        found[name] = _value(value, (*path, name), document, depth + 1)
        document.places[*path, name] = _place(key)
    return found


def _scalar(node: yaml.ScalarNode, raw: str) -> Any:
    """Return true, false, nothing or a number only where it reads the same when written again."""
    if node.tag == f"{CORE}null":
        return None
    if node.tag == f"{CORE}bool" and raw.lower() in {"true", "false"}:
        return raw.lower() == "true"
    if node.tag == f"{CORE}int" and re.fullmatch(r"0|-?[1-9][0-9]{0,14}", raw):
        return int(raw)
    if node.tag == f"{CORE}float" and re.fullmatch(r"-?[0-9]{1,9}\.[0-9]{1,9}", raw):
        number = float(raw)
        return number if str(number) == raw else raw
    return raw


def _parts(text: str) -> Iterator[range]:
    """Yield the lines of each top-level key with what belongs to it."""
    starts = [text.count("\n", 0, match.start()) for match in TOP_LEVEL.finditer(text)]
    for start, end in zip(starts, [*starts[1:], text.count("\n") + 1], strict=True):
        yield range(start, end)


def _fault(fault: yaml.YAMLError, text: str) -> Fault:
    mark = getattr(fault, "problem_mark", None) or getattr(fault, "context_mark", None)
    if mark is not None:
        place = Place(mark.line + 1, mark.column + 1)
    else:
        before = text[: int(getattr(fault, "position", 0) or 0)]
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
    lines = text.split("\n")
    excerpt = lines[place.line - 1][:EXCERPT] if place.line <= len(lines) else ""
    said = getattr(fault, "problem", None) or getattr(fault, "reason", "") or ""
    return Fault(place, _("No valid YAML: {words}.").format(words=said), excerpt.strip())


def _place(node: Any) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)
