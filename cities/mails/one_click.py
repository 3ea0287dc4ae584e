"""Links that work without signing in: the portal alone can work them out, and keeps a digest.

The kept text of a mail has a mark in the link's place; it is worked out when the mail leaves.
"""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings


def token(purpose: str, *said: object) -> str:
    """Work out a link's token: 256 bits that only this portal can know."""
    words = "|".join(str(part) for part in said)
    key = f"{purpose}:{settings.SECRET_KEY}".encode()
    return hmac.new(key, words.encode(), hashlib.sha256).hexdigest()


def digest(words: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(words.encode()).hexdigest()
