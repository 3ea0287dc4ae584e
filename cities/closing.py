"""Accounts that are closed: what somebody holds on other floors is given to others.

An app registers in `ready()` of its apps.py what it gives on; this floor knows none of it.
"""

from __future__ import annotations

from collections.abc import Callable

from cities.models import User

_given_on: dict[str, Callable[[User], object]] = {}


def register(name: str, give_on: Callable[[User], object]) -> None:
    """Say what becomes of what a closed account holds; a name again replaces what it stood for."""
    _given_on[name] = give_on


def closed(user: User) -> None:
    """Give on what somebody holds whose account was closed; called in the same transaction."""
    for give_on in _given_on.values():
        give_on(user)
