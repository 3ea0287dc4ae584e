"""Reading settings from the environment, with a sentence for the operator when one is wrong."""

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
