"""Links that work without signing in: the portal alone can work them out, and keeps a digest.

The kept text of a mail has a mark in the link's place; it is worked out when the mail leaves.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from cities.models import Mail, User


def token(purpose: str, *said: object) -> str:
    """Work out a link's token: 256 bits that only this portal can know."""
    words = "|".join(str(part) for part in said)
    key = f"{purpose}:{settings.SECRET_KEY}".encode()
    return hmac.new(key, words.encode(), hashlib.sha256).hexdigest()


def digest(words: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(words.encode()).hexdigest()


def text_with_link(
    mail: Mail,
    causes: QuerySet[Any],
    token_of: Callable[[Any, User], str],
    *,
    mark: str,
    page: str,
) -> str:
    """Return the text of a mail as it leaves: where `mark` stands, its person's own link.

    The mail's key ends with the number of its cause, one of `causes`; `page` names the address.
    """
    cause = causes.filter(pk=mail.key.rpartition(":")[2]).first()
    if cause is None or mail.recipient is None:
        return mail.text
    path = reverse(page, kwargs={"token": token_of(cause, mail.recipient)})
    return mail.text.replace(mark, settings.BASE_URL + path)
