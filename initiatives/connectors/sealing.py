"""Credentials of sources, sealed with a key that is made from the portal's secret key."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from initiatives.connectors.addresses import server_of

PURPOSE = b"initiatives.connectors: credentials of sources"
# Stands around the server in what is sealed; no credential has it.
MARK = "\0"


def seal(credential: str, address: str) -> str:
    """Return a credential as the database keeps it, for the server of an address; "" stays ""."""
    if not credential:
        return ""
    return _box().encrypt(f"{MARK}{server_of(address)}{MARK}{credential}".encode()).decode()


def unseal(sealed: str, address: str) -> str | None:
    """Return a credential as it is sent to the server of an address.

    None when it is another server's, or was sealed with another secret key.
    """
    if not sealed:
        return ""
    try:
        opened = _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None
    if not opened.startswith(MARK):
        # Sealed before servers were: whatever changes the address drops it.
        return opened
    _nothing, server, credential = opened.split(MARK, 2)
    return credential if server == server_of(address) else None


def _box() -> MultiFernet:
    """Seal with today's secret key, and open what earlier ones have sealed."""
    return MultiFernet(
        [Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


def _key(secret: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
