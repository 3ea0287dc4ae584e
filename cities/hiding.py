"""Rows that staff may not read, by rules of upper floors: a conflict of interest is one."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from cities.models import User

Rule = Callable[[User], Q]


class Hiding:
    """The rules for one kind of row, such as mails, each added by the app that has a reason."""

    def __init__(self) -> None:
        self._rules: dict[str, Rule] = {}

    def hide(self, name: str, rule: Rule) -> None:
        """Add a rule that says which rows somebody of the staff does not find."""
        self._rules[name] = rule

    def hidden_from(self, user: User) -> Q:
        """Return what holds for the rows that this person does not find."""
        hidden = Q(pk__in=[])
        for rule in self._rules.values():
            hidden |= rule(user)
        return hidden
