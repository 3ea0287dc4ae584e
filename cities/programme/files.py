"""The programme's data files, read into records that can say where they stand.

A fault in a file is a LoadError whose words name the file, the record and the field, and say what
to do about it.
"""

from __future__ import annotations

import csv
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml


class LoadError(Exception):
    """A data file cannot be loaded; the words tell its editor what to mend."""


try:
    # Written in C, as PyYAML's wheels bring it, it reads seven times as fast.
    from yaml import CSafeLoader as PlainReader
except ImportError:
    from yaml import SafeLoader as PlainReader  # type: ignore[assignment]


class _Reader(PlainReader):
    """Plain YAML that refuses a field written twice, of which the first would be lost."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Build a mapping; raise when a field stands in it twice."""
        seen = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)  # type: ignore[no-untyped-call]
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the field “{key}” stands here twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


@dataclass(frozen=True)
class Mark:
    """Where a record comes from: keys of sources, or our own invention."""

    source: str = ""
    demonstration: bool = False


@dataclass
class Record:
    """One record of a file. Each field that is read is ticked off; `close` reports the others."""

    file: str
    label: str
    data: dict[str, Any]
    inherited: Mark | None = None
    read: set[str] = field(default_factory=lambda: {"source", "demonstration"})

    def wrong(self, name: str, what: str) -> LoadError:
        """Return the error to raise about a field."""
        return LoadError(f"{self.file}, {self.label}, {name}: {what}")

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field as it stands in the file, or the default."""
        self.read.add(name)
        value = self.data.get(name)
        return default if value is None else value

    def need(self, name: str) -> Any:
        """Return a field that must be there."""
        value = self.get(name)
        if value in (None, ""):
            raise self.wrong(name, "is missing; add it to the record.")
        return value

    def text(self, name: str, default: str = "") -> str:
        """Return words; numbers and dates must be put in quotes to count as words."""
        value = self.get(name, default)
        if not isinstance(value, str):
            raise self.wrong(name, f"must be words, not {value!r}; put it in quotes.")
        return value.strip()

    def lines(self, name: str) -> str:
        """Return a list of words as lines of one text."""
        return "\n".join(str(item) for item in self.items(name))

    def items(self, name: str) -> list[Any]:
        """Return a list, empty when the field is missing."""
        value = self.get(name, [])
        if not isinstance(value, list):
            raise self.wrong(name, "must be a list; begin each item with “- ”, or use [ ].")
        return value

    def day(self, name: str) -> date | None:
        """Return a day, written as 2021-02-16."""
        value = self.get(name)
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                raise self.wrong(name, f"“{value}” is no day; write it as 2021-02-16.") from None
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            raise self.wrong(name, f"“{value}” is no day; write it as 2021-02-16.")
        return value

    def clock(self, name: str) -> time | None:
        """Return a time of the day, written as "13:45" in quotes."""
        value = self.get(name)
        if value is None:
            return None
        try:
            return time.fromisoformat(value)
        except (TypeError, ValueError):
            raise self.wrong(name, f'“{value}” is no time; write it as "13:45".') from None

    def number(self, name: str) -> Decimal | None:
        """Return an exact number."""
        value = self.get(name)
        if value in (None, ""):
            return None
        try:
            return Decimal(str(value))
        except InvalidOperation:
            raise self.wrong(name, f"“{value}” is no number; write it as 12 or 12.5.") from None

    def whole(self, name: str) -> int | None:
        """Return a whole number."""
        value = self.number(name)
        if value is not None and value != value.to_integral_value():
            raise self.wrong(name, f"“{value}” is no whole number.")
        return None if value is None else int(value)

    def child(self, name: str) -> Record | None:
        """Return a record within this one; it inherits where it comes from."""
        value = self.get(name)
        return None if value is None else self._nested(value, f"{self.label} › {name}", name)

    def children(self, name: str) -> list[Record]:
        """Return the records of a list within this one."""
        return [
            self._nested(item, f"{self.label} › {name} {number}", name)
            for number, item in enumerate(self.items(name), start=1)
        ]

    def mark(self) -> Mark:
        """Return where the record comes from, its own word or that of the record around it."""
        source, demonstration = self.data.get("source"), self.data.get("demonstration", False)
        if source and demonstration:
            raise self.wrong("demonstration", "a record has a source or is invented, never both.")
        if source:
            keys = source if isinstance(source, list) else str(source).split()
            return Mark(source=", ".join(keys))
        if demonstration:
            return Mark(demonstration=True)
        if self.inherited is None:
            raise self.wrong("source", "is missing; name the sources, or say demonstration: true.")
        return self.inherited

    def close(self) -> None:
        """Raise when the record holds a field that nobody reads: most often a slip of spelling."""
        unknown = sorted(set(self.data) - self.read)
        if unknown:
            known = ", ".join(sorted(self.read))
            raise self.wrong(unknown[0], f"is no field here. Fields that are: {known}.")

    def _nested(self, item: Any, label: str, name: str) -> Record:
        if not isinstance(item, dict):
            raise self.wrong(name, f"must hold records with fields, not {item!r}.")
        said = self.data.get("source") or self.data.get("demonstration") or self.inherited
        return Record(self.file, label, item, inherited=self.mark() if said else None)


@dataclass(frozen=True)
class ProgrammeFiles:
    """A folder with data files."""

    folder: Path
    _parsed: dict[str, Any] = field(default_factory=dict, compare=False)

    def names(self, folder: str) -> Iterator[str]:
        """Return the YAML files of a folder within this one, by name."""
        for path in sorted((self.folder / folder).glob("*.yaml")):
            yield f"{folder}/{path.name}"

    def records(self, name: str, key: str = "slug", part: str = "") -> list[Record]:
        """Return the records of a YAML file, or of one part of it, labelled by their `key`."""
        content = self._yaml(name)
        if part:
            content = content.get(part) if isinstance(content, dict) else None
        if isinstance(content, dict):
            content = [content]
        if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
            where = f"{name}, {part}" if part else name
            raise LoadError(f"{where}: must be a list of records; begin each one with “- ”.")
        return [
            Record(name, str(item.get(key) or f"record {number}"), item)
            for number, item in enumerate(content, start=1)
        ]

    def word(self, name: str, part: str) -> str:
        """Return one word or sentence that stands at the top of a YAML file."""
        return str(self._yaml(name)[part])

    def rows(self, name: str, key: str) -> list[Record]:
        """Return the rows of a CSV file; an empty cell is no field."""
        try:
            with (self.folder / name).open(encoding="utf-8", newline="") as lines:
                rows = list(csv.DictReader(lines))
        except (OSError, UnicodeDecodeError) as fault:
            raise LoadError(f"{name}: cannot be read ({fault}).") from fault
        for number, row in enumerate(rows, start=2):
            if None in row or None in row.values():
                raise LoadError(f"{name}, line {number}: has not as many cells as the first line.")
        return [
            Record(name, f"line {number} ({row[key]})", {k: v for k, v in row.items() if v != ""})
            for number, row in enumerate(rows, start=2)
        ]

    def _yaml(self, name: str) -> Any:
        if name not in self._parsed:
            self._parsed[name] = self._parse(name)
        return self._parsed[name]

    def _parse(self, name: str) -> Any:
        try:
            text = (self.folder / name).read_text(encoding="utf-8")
            return yaml.load(text, Loader=_Reader)  # noqa: S506 - a SafeLoader, see above
        except yaml.YAMLError as fault:
            mark = getattr(fault, "problem_mark", None)
            line = f", line {mark.line + 1}" if mark else ""
            what = getattr(fault, "problem", None) or str(fault)
            raise LoadError(f"{name}{line}: is not written correctly: {what}.") from fault
        except (OSError, UnicodeDecodeError) as fault:
            raise LoadError(f"{name}: cannot be read ({fault}).") from fault
