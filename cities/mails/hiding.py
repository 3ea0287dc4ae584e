"""Which mails staff may not read about, by rules of upper floors: a conflict of interest is one."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from cities.models import User

Rule = Callable[[User], Q]
_rules: dict[str, Rule] = {}


def hide(name: str, rule: Rule) -> None:
    """Add a rule that says which mails somebody of the staff does not find in the list of mails."""
    _rules[name] = rule


def hidden_from(user: User) -> Q:
    """Return what holds for the mails that this person does not find."""
    hidden = Q(pk__in=[])
    for rule in _rules.values():
        hidden |= rule(user)
    return hidden
