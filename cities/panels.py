"""Parts of a city's page that upper floors add: they register here, this floor knows none of them.

An app registers its panels in `ready()` of its apps.py. `context` takes the city and whoever looks,
and returns what the template needs, or None when there is nothing to show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cities.models import Actor, City


@dataclass(frozen=True)
class Panel:
    """A part of the page: its heading, its template, and where it stands among the others."""

    name: str
    title: Any
    template: str
    context: Callable[[City, Actor], Mapping[str, Any] | None]
    position: int


@dataclass(frozen=True)
class FilledPanel:
    """A panel with what its template needs."""

    name: str
    title: str
    template: str
    context: Mapping[str, Any]


_panels: dict[str, Panel] = {}


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


def filled(city: City, user: Actor) -> list[FilledPanel]:
    """Return the parts that have something to show, in order."""
    found = []
    for panel in sorted(_panels.values(), key=lambda panel: panel.position):
        context = panel.context(city, user)
        if context is not None:
            found.append(FilledPanel(panel.name, str(panel.title), panel.template, context))
    return found
