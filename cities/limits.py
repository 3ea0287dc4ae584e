"""How often somebody may do something: counted in the cache, which all processes share.

    wait_s = limits.take("contact", limits.network(limits.visitor(request)), most=5, seconds=3600)

Where the cache is away, each process counts for itself: the limit is looser then, and still there.
Having waited for it in vain, a process leaves it alone for a while.
"""

from __future__ import annotations

import hashlib
import logging
import math
import time
from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

log = logging.getLogger(__name__)
_own_count = LocMemCache("limits", {})
REST_S = 10
_rest = {"until": 0.0}


def take(what: str, who: str, *, most: int, seconds: int) -> int:
    """Take one of `most` turns within `seconds`; return 0, or how many seconds to wait for one.

    Each turn is a key of its own that ends by itself. Adding a key succeeds for one process alone,
    so that however many ask at once, no more than `most` get a turn.
    """
    if time.monotonic() < _rest["until"]:
        return _take(_own_count, what, who, most, seconds)
    try:
        return _take(cache, what, who, most, seconds)
    except Exception as failure:  # noqa: BLE001 - whatever a cache raises, the limit stays on
        log.warning("The cache does not count turns: %s", failure)
        _rest["until"] = time.monotonic() + REST_S
        return _take(_own_count, what, who, most, seconds)


def wait_for(what: str, who: str, *, most: int) -> int:
    """Return 0 while a turn is left, or how many seconds to wait for one; take none.

    For what counts only when it fails, such as a code that is wrong.
    """
    if time.monotonic() < _rest["until"]:
        return _wait(_own_count, _turns(what, who, most))
    try:
        return _wait(cache, _turns(what, who, most))
    except Exception as failure:  # noqa: BLE001 - as above
        log.warning("The cache does not count turns: %s", failure)
        _rest["until"] = time.monotonic() + REST_S
        return _wait(_own_count, _turns(what, who, most))


def visitor(request: HttpRequest) -> str:
    """Return the address a request comes from; behind a proxy, not the proxy's."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return str(request.META.get("REMOTE_ADDR", ""))


def network(address: str) -> str:
    """Return the network of an address: /24 of IPv4, /56 of IPv6; what is none stays as it is.

    A household or an office has many addresses of IPv6, and a few of IPv4: they count as one.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is None:
            return str(ip_network(f"{ip}/56", strict=False))
        ip = ip.ipv4_mapped
    return str(ip_network(f"{ip}/24", strict=False))


def mailbox(address: str) -> str:
    """Return the mailbox of an e-mail address: in lower case, without what follows a plus."""
    name, _at, host = address.strip().lower().rpartition("@")
    return f"{name.partition('+')[0]}@{host}"


def _take(store: BaseCache, what: str, who: str, most: int, seconds: int) -> int:
    turns = _turns(what, who, most)
    ends = time.time() + seconds
    if any(store.add(turn, ends, seconds) for turn in turns):
        return 0
    return _until_next(store.get_many(turns).values())


def _wait(store: BaseCache, turns: list[str]) -> int:
    taken = store.get_many(turns)
    return _until_next(taken.values()) if len(taken) == len(turns) else 0


def _until_next(ends: Iterable[float]) -> int:
    return max(1, math.ceil(min(ends, default=0) - time.time()))


def _turns(what: str, who: str, most: int) -> list[str]:
    # Hashed: the cache is no place for addresses.
    digest = hashlib.sha256(f"{what}:{who}".encode()).hexdigest()[:32]
    return [f"limit:{digest}:{number}" for number in range(most)]
