"""Parts of pages that other floors add: they register here, this floor knows none of them.

An app registers its panels in `ready()` of its apps.py. `context` takes what the page is about and
whoever looks, and returns what the template needs, or None when there is nothing to show. A city's
page is about the city; other pages, such as that of a solution, are about a `Subject`. What a
city's panel calls `lead` (and `lead_language`) introduces a city that has no summary of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cities.models import Actor, City


@dataclass(frozen=True)
class Subject:
    """What a page is about: some themes, by short address, and a city if it belongs to one."""

    city: City | None
    themes: Sequence[str]


@dataclass(frozen=True)
class Panel:
    """A part of the page: its heading, its template, and where it stands among the others."""

    name: str
    title: Any
    template: str
    context: Callable[[Any, Actor], Mapping[str, Any] | None]
    position: int


@dataclass(frozen=True)
class FilledPanel:
    """A panel with what its template needs."""

    name: str
    title: str
    template: str
    context: Mapping[str, Any]


@dataclass(frozen=True)
class Beginning:
    """Something to begin elsewhere with words that stand here: a link, and where it leads.

    Where `sends` has something, a button sends it there, and what is begun is made at once.
    """

    label: str
    url: str
    sends: Mapping[str, str]


# Takes a city and words; returns an address, and what is sent there.
BeginningAt = Callable[[City, str], tuple[str, Mapping[str, str]]]
_panels: dict[str, Panel] = {}
_related: dict[str, Panel] = {}
_beginnings: dict[str, tuple[Any, BeginningAt]] = {}


def register(
    name: str,
    *,
    title: Any,
    template: str,
    context: Callable[[City, Actor], Mapping[str, Any] | None],
    position: int = 50,
) -> None:
    """Add a part to every city's page; registering a name again replaces the part."""
    _panels[name] = Panel(name, title, template, context, position)


def register_related(
    name: str,
    *,
    title: Any,
    template: str,
    context: Callable[[Subject, Actor], Mapping[str, Any] | None],
    position: int = 50,
) -> None:
    """Add a part to every page about a subject; registering a name again replaces the part."""
    _related[name] = Panel(name, title, template, context, position)


def register_beginning(of: str, *, label: Any, at: BeginningAt) -> None:
    """Say what is begun from words of a city, such as a "need" or a "practice", and where.

    `at` takes the city and the words. Its page has them filled in already, or is sent them.
    """
    _beginnings[of] = (label, at)


def beginning(of: str, city: City, words: str) -> Beginning | None:
    """Return where something is begun from such words; None where no app does."""
    if of not in _beginnings:
        return None
    label, at = _beginnings[of]
    return Beginning(str(label), *at(city, words))


def filled(city: City, user: Actor) -> list[FilledPanel]:
    """Return the parts of a city's page that have something to show, in order."""
    return _filled(_panels, city, user)


def related(subject: Subject, user: Actor) -> list[FilledPanel]:
    """Return the parts of a page about a subject that have something to show, in order."""
    return _filled(_related, subject, user)


def _filled(panels: Mapping[str, Panel], about: Any, user: Actor) -> list[FilledPanel]:
    found = []
    for panel in sorted(panels.values(), key=lambda panel: panel.position):
        context = panel.context(about, user)
        if context is not None:
            found.append(FilledPanel(panel.name, str(panel.title), panel.template, context))
    return found
