"""Where an initiative may stand in the tree of its roadmap: one rule for form, admin and files."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.apps import apps
from django.utils.translation import gettext as _

MOST_LEVELS = 4


@dataclass(frozen=True)
class Family:
    """Who belongs to whom in a roadmap: each initiative's key with its parent's."""

    parents: dict[int, int | None]

    @classmethod
    def of(cls, roadmap: int | None) -> Family:
        """Read the tree of a roadmap: one query."""
        model = apps.get_model("initiatives", "Initiative")
        rows = model._default_manager.filter(roadmap=roadmap).order_by()
        return cls(dict(rows.values_list("pk", "parent")))

    @cached_property
    def _children(self) -> dict[int, list[int]]:
        children: dict[int, list[int]] = defaultdict(list)
        for child, parent in self.parents.items():
            if parent is not None:
                children[parent].append(child)
        return dict(children)

    def above(self, key: int | None) -> list[int]:
        """Return the initiatives above one, the nearest first; a circle ends the way."""
        found: list[int] = []
        at = self.parents.get(key) if key else None
        while at is not None and at not in found:
            found.append(at)
            at = self.parents.get(at)
        return found

    def below(self, key: int) -> set[int]:
        """Return all initiatives below one."""
        children = self._children
        found: set[int] = set()
        waiting = [key]
        while waiting:
            fresh = [one for one in children.get(waiting.pop(), ()) if one not in found]
            found.update(fresh)
            waiting += fresh
        return found

    def level(self, key: int) -> int:
        """Return on which level an initiative stands, the first being 1."""
        return len(self.above(key)) + 1

    def height(self, key: int | None) -> int:
        """Return how many levels an initiative takes, its own included."""
        if key is None or key not in self.parents:
            return 1
        own = self.level(key)
        return max((self.level(one) for one in self.below(key)), default=own) - own + 1

    def refusal(self, key: int | None, parent: int | None) -> str:
        """Say why an initiative cannot be part of another; "" when it can."""
        if parent is None:
            return ""
        if parent not in self.parents:
            return _("It can only be part of an initiative of the same roadmap.")
        if key is not None and (parent == key or parent in self.below(key)):
            return _("An initiative cannot be part of itself, nor of what is part of it.")
        if self.level(parent) + self.height(key) > MOST_LEVELS:
            return _("A roadmap has four levels at most; this would make a fifth.")
        return ""
