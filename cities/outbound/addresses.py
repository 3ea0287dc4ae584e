"""Where requests may go: what an address means, and which machines it leads to."""

from __future__ import annotations

import ipaddress
import re
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import SplitResult, urlsplit

from django.db import models
from django.utils.translation import gettext_lazy as _

CONNECT_S = 5.0
LONGEST_URL = 2000
DEFAULT_PORTS = {"http": 80, "https": 443}
PORTS = frozenset({80, 443, 8443})
# What Python calls global, or did in some release, although it leads to a machine near us.
NEAR_US = [
    ipaddress.ip_network(text)
    for text in (
        *("0.0.0.0/8", "100.64.0.0/10", "168.63.129.16/32", "169.254.0.0/16", "192.0.0.0/24"),
        *("192.88.99.0/24", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4"),
        # Those that carry another one inside: compatible, mapped, NAT64, Teredo, 6to4.
        *("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48"),
        *("2001::/23", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10"),
        *("fec0::/10", "ff00::/8"),
    )
]
# What looks like a number in any notation; only the plain one, 192.0.2.1, is an address.
NUMBER_LIKE = re.compile(r"^(0x[0-9a-f]*|[0-9]+)$")
HOST = re.compile(r"^[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?$")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Problem(models.TextChoices):
    """Why there is no answer, in words that can be shown."""

    NOT_ALLOWED = "not_allowed", _("This address may not be asked.")
    UNKNOWN = "unknown", _("No server has this name.")
    SILENT = "silent", _("The server does not answer.")
    SLOW = "slow", _("The server takes too long.")
    UNSAFE = "unsafe", _("The server's certificate is not valid.")
    LOST = "lost", _("The server sends visitors on too often.")
    LARGE = "large", _("The answer is too large.")
    GARBLED = "garbled", _("The answer is not one a browser understands.")
    OFF = "off", _("This portal asks no other servers.")


class Refusal(Exception):
    """Raised on the way when there will be no answer."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def is_public(address: Address) -> bool:
    """Say whether an address is anybody's on the Internet, and not one near us."""
    if any(address in network for network in NEAR_US if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


@dataclass(frozen=True)
class Rules:
    """Where requests may go. Tests put others in place; the portal has these."""

    resolve: Callable[[str, int], list[str]] = resolve
    allows: Callable[[Address], bool] = is_public
    ports: frozenset[int] = PORTS


RULES = Rules()


def may_be_asked(url: str) -> bool:
    """Say whether an address is one `fetch` would try, before anything is resolved."""
    try:
        place_of(url, RULES)
    except Refusal:
        return False
    return True


@dataclass(frozen=True)
class Place:
    """Where one request goes: what the address says, and how it is written on the wire."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def place_of(url: str, rules: Rules) -> Place:
    """Take an address apart; raise Refusal for whatever two readers could read differently."""
    if len(url) > LONGEST_URL or re.search(r"[\x00-\x20\x7f\\]", url):
        raise Refusal(Problem.NOT_ALLOWED)
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
        host = _host(parts)
    except ValueError as fault:
        raise Refusal(Problem.NOT_ALLOWED) from fault
    if parts.scheme not in DEFAULT_PORTS or port not in rules.ports or "@" in parts.netloc:
        raise Refusal(Problem.NOT_ALLOWED)
    path = parts.path or "/"
    target = f"{path}?{parts.query}" if parts.query else path
    # Letters beyond ASCII go as a browser sends them.
    quoted = "".join(
        letter if letter.isascii() else "".join(f"%{byte:02X}" for byte in letter.encode())
        for letter in target
    )
    return Place(parts.scheme, host, port, quoted)


def _host(parts: SplitResult) -> str:
    """Return the host as a server would be asked for it; raise ValueError when it is none."""
    host = (parts.hostname or "").rstrip(".")
    if "[" in parts.netloc:
        if "%" in host:
            raise ValueError(host)  # a zone, as in fe80::1%eth0, is near us
        return str(ipaddress.IPv6Address(host))
    host = host.encode("idna").decode("ascii").lower().rstrip(".")
    if NUMBER_LIKE.match(host.rsplit(".", 1)[-1]):
        # 127.1, 0x7f.1, 0177.0.0.1, 2130706433: others read them as addresses, so nobody may.
        return str(ipaddress.IPv4Address(host))
    if not HOST.match(host):
        raise ValueError(host)
    return host


def addresses_of(place: Place, rules: Rules, deadline: float) -> list[str]:
    """Return the addresses to try; raise Refusal if there is none, or a single one is near us."""
    found = _resolved(place, rules, deadline)
    if not found:
        raise Refusal(Problem.UNKNOWN)
    try:
        addresses = [ipaddress.ip_address(text) for text in found]
    except ValueError as fault:
        raise Refusal(Problem.NOT_ALLOWED) from fault
    if not all(rules.allows(address) for address in addresses):
        raise Refusal(Problem.NOT_ALLOWED)
    return [str(address) for address in addresses]


def _resolved(place: Place, rules: Rules, deadline: float) -> list[str]:
    """Ask for the addresses of a name, no longer than may be waited: the system has no limit."""
    with suppress(ValueError):
        return [str(ipaddress.ip_address(place.host))]
    answers: SimpleQueue[list[str]] = SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(rules.resolve(place.host, place.port))
        except (OSError, UnicodeError):
            answers.put([])

    Thread(target=look_up, daemon=True).start()
    try:
        return answers.get(timeout=min(CONNECT_S, left(deadline)))
    except Empty as nothing:
        raise Refusal(Problem.SLOW) from nothing


def left(deadline: float) -> float:
    """Return the seconds until a moment; raise TimeoutError when it has passed."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds
