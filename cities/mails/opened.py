"""What staff read of mails to others: what was said about rows they look after, without secrets.

Other mails stay private: staff see that they went, not what they say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.conf import settings
from django.urls import Resolver404, resolve

from cities.models import Mail

# The parts of an address that are secrets, as urls.py and the library of accounts name them.
SECRET = "token"  # noqa: S105
SECRETS = (SECRET, "key", "uidb36")
HIDDEN = "…"
# What ends a sentence or closes a bracket stands behind an address, not in it.
BEHIND = ".,;:!?)]}'*’”»"
ADDRESS = re.compile(r"(?:https?://[^\s/<>\"”]+)?(/[^\s<>\"”]+)", re.IGNORECASE)
_opened: dict[str, frozenset[str]] = {}


def open_to_staff(about: str, *, without: Iterable[str] = ()) -> None:
    """Let staff read the words of mails about rows of a kind, such as "marketplace.entry".

    `without` names the kinds of mail about them that stay private.
    """
    _opened[about] = frozenset(without)


def is_open(mail: Mail) -> bool:
    """Say whether staff may read the words of a mail: in a demonstration nobody in it is real."""
    about = mail.about.partition(":")[0]
    return settings.DEMO or (about in _opened and mail.kind not in _opened[about])


def without_secrets(text: str) -> str:
    """Return a text with the addresses in it that open something to whoever has them cut.

    Mails keep a mark in the place of most such links. Those that end a saved search, and those
    that somebody pasted, would stand there whole. Whatever the host: the portal has several names.
    """
    return ADDRESS.sub(_cut, text)


def _cut(found: re.Match[str]) -> str:
    path = re.sub("/{2,}", "/", found[1].partition("?")[0].partition("#")[0]).rstrip(BEHIND)
    text = found[0]
    for secret in _secrets(path) or _secrets(f"{path}/"):
        text = text.replace(secret, HIDDEN)
    return text


def _secrets(path: str) -> list[str]:
    try:
        parts = resolve(path).kwargs
    except Resolver404:
        return []
    return [str(parts[name]) for name in SECRETS if name in parts]
