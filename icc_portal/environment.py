"""Reading settings from the environment, with a sentence for the operator when one is wrong."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

ON, OFF = ("1", "on", "true", "yes"), ("0", "off", "false", "no", "")


def switch(env: Env, name: str, *, default: bool = False) -> bool:
    """Read what is on or off; raise ImproperlyConfigured for any other word."""
    word = env.str(name, default=ON[0] if default else OFF[0]).strip().lower()
    if word not in ON + OFF:
        raise ImproperlyConfigured(f"{name} must be 1 (on) or 0 (off), and not “{word}”.")
    return word in ON


def port(env: Env, name: str, *, default: int) -> int:
    """Read a port's number; raise ImproperlyConfigured when it is none."""
    word = env.str(name, default="") or str(default)
    if not (word.isascii() and word.isdigit() and 0 < int(word) < 65_536):
        raise ImproperlyConfigured(f"{name} must be a number from 1 to 65535, and not “{word}”.")
    return int(word)


def scanner(env: Env, name: str) -> str:
    """Read where a scanner listens; raise ImproperlyConfigured for what is no such place."""
    word = env.str(name, default="").strip()
    try:
        where = urlsplit(word)
        is_tcp = where.scheme == "tcp" and bool(where.hostname) and bool(where.port)
        is_socket = where.scheme == "unix" and not where.netloc and where.path.startswith("/")
    except ValueError:
        is_tcp = is_socket = False
    if word and not (is_tcp or is_socket):
        raise ImproperlyConfigured(
            f"{name} must be tcp://host:3310 or unix:/path/to/clamd.sock, and not “{word}”."
        )
    return word
