"""Credentials of sources: they must be sent, so they are sealed with the portal's secret key."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"initiatives.connectors: credentials of sources"


def seal(credential: str) -> str:
    """Return a credential as the database keeps it; "" stays ""."""
    return _box().encrypt(credential.encode()).decode() if credential else ""


def unseal(sealed: str) -> str | None:
    """Return a credential as it is sent; None when it was sealed with another secret key."""
    if not sealed:
        return ""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _box() -> MultiFernet:
    """Seal with today's secret key, and open what earlier ones have sealed."""
    return MultiFernet(
        [Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


def _key(secret: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
