"""One request to another server: short, small, and followed no further than allowed."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urljoin

from django.conf import settings

from cities.outbound.addresses import (
    CONNECT_S,
    RULES,
    Place,
    Problem,
    Refusal,
    Rules,
    addresses_of,
    left,
    place_of,
)

TOTAL_S = 15.0
MOST_BYTES = 2 * 1024 * 1024
MOST_REDIRECTS = 3
REDIRECTS = {301, 302, 303, 307, 308}
USER_AGENT = "ICC-Portal/1"
CHUNK = 64 * 1024
# A page is there, but not for programs.
NOT_FOR_PROGRAMS = {401, 403, 405, 406, 429}


@dataclass(frozen=True)
class Answer:
    """What came of asking: a status, or a problem. `url` is where the way ended."""

    url: str
    status: int | None = None
    problem: Problem | None = None
    content_type: str = ""
    body: bytes = field(default=b"", repr=False)
    retry_after: str = ""
    """What a busy server says about when to come back: seconds, or a date of HTTP."""

    @property
    def ok(self) -> bool:
        """Say whether the server gave what was asked for."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_there(self) -> bool:
        """Say whether there is a page at the address, be it only for people."""
        return self.ok or self.status in NOT_FOR_PROGRAMS


def fetch(
    url: str,
    *,
    with_body: bool = True,
    rules: Rules | None = None,
    headers: Mapping[str, str] | None = None,
    within: float | None = None,
) -> Answer:
    """Ask for a page by GET and return what came of it; raises nothing, takes 15 seconds at most.

    Without `with_body` nothing is read after the status. Redirects are followed three times.
    `headers`, such as a credential, go to the server that was named and to none it leads on to;
    `within` shortens the time.
    """
    rules = rules or RULES
    if not settings.ASKS_OTHER_SERVERS:
        return Answer(url, problem=Problem.OFF)
    deadline = time.monotonic() + min(TOTAL_S, TOTAL_S if within is None else within)
    named = url
    for _hop in range(MOST_REDIRECTS + 1):
        try:
            own = headers if headers and _same_server(named, url, rules) else {}
            answer, onward = _ask(url, rules, deadline, with_body=with_body, headers=own)
        except Refusal as refusal:
            return Answer(url, problem=refusal.problem)
        except ssl.SSLError:
            return Answer(url, problem=Problem.UNSAFE)
        except TimeoutError:
            return Answer(url, problem=Problem.SLOW)
        except OSError:
            return Answer(url, problem=Problem.SILENT)
        except (http.client.HTTPException, ValueError, zlib.error):
            return Answer(url, problem=Problem.GARBLED)
        if onward is None:
            return answer
        url = onward
    return Answer(url, problem=Problem.LOST)


def _same_server(one: str, other: str, rules: Rules) -> bool:
    """Say whether two addresses lead to the same server, by the same kind of line."""
    places = [place_of(url, rules) for url in (one, other)]
    return len({(place.scheme, place.host, place.port) for place in places}) == 1


def _lines(headers: Mapping[str, str]) -> str:
    """Write headers down; raise ValueError where one would become two."""
    lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
    if any(len(line.split("\n")) > 2 or "\r" in line[:-2] or "\0" in line for line in lines):
        raise ValueError("A header holds the end of a line.")
    return "".join(lines)


def _ask(
    url: str, rules: Rules, deadline: float, *, with_body: bool, headers: Mapping[str, str]
) -> tuple[Answer, str | None]:
    """Send one request; return the answer, or with it the address it sends us on to."""
    place = place_of(url, rules)
    line = _connect(place, addresses_of(place, rules, deadline), deadline)
    try:
        head = (
            f"GET {place.target} HTTP/1.1\r\nHost: {place.header}\r\n"
            f"User-Agent: {USER_AGENT} (+{settings.BASE_URL})\r\nAccept: */*\r\n"
            f"Accept-Encoding: gzip\r\n{_lines(headers)}Connection: close\r\n\r\n"
        )
        line.settimeout(left(deadline))
        line.sendall(head.encode("ascii"))
        response = http.client.HTTPResponse(cast("socket.socket", _TimedLine(line, deadline)))
        response.begin()
        onward = response.getheader("Location")
        if response.status in REDIRECTS and onward:
            return Answer(url, response.status), urljoin(url, onward)
        answer = Answer(
            url,
            response.status,
            content_type=(response.getheader("Content-Type") or "")[:200],
            body=_body(response) if with_body else b"",
            retry_after=(response.getheader("Retry-After") or "")[:100],
        )
        return answer, None
    finally:
        line.close()


def _connect(place: Place, addresses: list[str], deadline: float) -> socket.socket:
    """Return a line to the first of the addresses that answers, over TLS where asked for."""
    fault: OSError = TimeoutError()
    for address in addresses:
        try:
            line = socket.create_connection(
                (address, place.port), timeout=min(CONNECT_S, left(deadline))
            )
            break
        except OSError as failure:
            fault = failure
    else:
        raise fault
    if place.scheme == "http":
        return line
    try:
        line.settimeout(min(CONNECT_S, left(deadline)))
        return ssl.create_default_context().wrap_socket(line, server_hostname=place.host)
    except BaseException:
        line.close()
        raise


def _body(response: http.client.HTTPResponse) -> bytes:
    """Return what a server sends, unpacked; raise Refusal beyond two megabytes of it."""
    packing = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if packing not in {"identity", "gzip", "x-gzip"}:
        raise Refusal(Problem.GARBLED)
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16) if packing != "identity" else None
    parts, size = [], 0
    while chunk := response.read1(CHUNK):
        if unpack is not None:
            chunk = unpack.decompress(chunk, MOST_BYTES + 1 - size)
        size += len(chunk)
        if size > MOST_BYTES:
            raise Refusal(Problem.LARGE)
        parts.append(chunk)
    return b"".join(parts)


class _TimedLine:
    """A connection for http.client that ends at a moment, however slowly it drips."""

    def __init__(self, line: socket.socket, deadline: float) -> None:
        self._line, self._deadline = line, deadline

    def makefile(self, *_args: Any) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._line, self._deadline))


class _TimedReader(io.RawIOBase):
    def __init__(self, line: socket.socket, deadline: float) -> None:
        self._line, self._deadline = line, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._line.settimeout(left(self._deadline))
        return self._line.recv_into(buffer)
