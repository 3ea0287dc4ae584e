"""Addresses of sources: whose server they lead to, and what of them everybody may read."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from initiatives.connectors.sources import page_of

DEFAULT_PORTS = {"http": 80, "https": 443}
# Names of parameters that let somebody in, without what joins their words: "api-key", "apiKey".
SECRET_NAMES = {"key", "sig", "pass", "pwd", "auth", "authorization", "credential", "appid"}
SECRET_ENDS = (
    *("apikey", "appkey", "accesskey", "authkey", "userkey", "secretkey", "subscriptionkey"),
    *("wskey", "token", "secret", "password", "passwd", "signature", "amzcredential"),
)


def server_of(address: str) -> str:
    """Return scheme, host and port: a credential belongs to these three together."""
    try:
        parts = urlsplit(address)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError:
        return ""
    return f"{parts.scheme}://{(parts.hostname or '').rstrip('.')}:{port}"


def secrets_in(address: str) -> list[str]:
    """Return the parameters of an address that look as if they let somebody in."""
    query = urlsplit(address).query
    return [name for name, _value in parse_qsl(query, keep_blank_values=True) if _is_secret(name)]


def for_the_public(kind: str, address: str) -> str:
    """Return where people can see what a source has: the page of a dataset, and no key."""
    address = page_of(kind, address)
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    if secrets_in(address):
        known = parse_qsl(parts.query, keep_blank_values=True)
        query = urlencode([pair for pair in known if not _is_secret(pair[0])])
        parts = parts._replace(query=query)
    return urlunsplit(parts._replace(netloc=host, fragment=""))


def _is_secret(name: str) -> bool:
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    return plain in SECRET_NAMES or plain.endswith(SECRET_ENDS)
