"""Viruses: where there is a scanner, files are shown to it before anything looks into them.

The scanner is clamd of ClamAV, spoken to as it documents itself: INSTREAM, over TCP or a socket of
the machine. It is the operator's own (`CLAMD_URL`), so the address is not one people could give.
"""

from __future__ import annotations

import logging
import socket
import struct
import threading
import time
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from cities.uploads.refusals import UploadRefused

log = logging.getLogger(__name__)

CONNECT_S = 3.0
# For the whole of it; somebody waits in front of a page.
LONGEST_S = 30.0
# To say that it is there, before whoever watches over the portal gives up.
PING_S = 2.0
# So long nobody waits for it again, or ten files of one form would take ten times as long; longer
# than one waits for it, so that one at a time tries whether it answers by now.
REST_S = LONGEST_S + 5.0
# So many threads of a process show files to it at once, and others wait so long for their turn: a
# scanner that keeps silent must not hold up those who only read.
AT_ONCE, TURN_S = 2, 10.0
PIECE = 64 * 1024
LONGEST_ANSWER = 4096
CLEAN, FOUND = "OK", " FOUND"


# When it last kept silent, by its address; since then nobody had an answer.
_silent_at: dict[str, float] = {}
_turns = threading.BoundedSemaphore(AT_ONCE)


class ScannerAway(Exception):
    """The scanner does not answer, or does not say whether the file is clean."""


def is_wanted() -> bool:
    """Say whether files are shown to a scanner at all."""
    return bool(settings.CLAMD_URL)


def refuse_infected(name: str, content: bytes) -> None:
    """Raise UploadRefused for what the scanner knows as harmful, and while it does not answer.

    A file that nobody looked at is not taken: whoever sent it is told to try again.
    """
    if not is_wanted():
        return
    try:
        found = _unless_it_rests(content)
    except (ScannerAway, OSError) as away:
        log.error("The scanner for viruses did not answer: %s", away)
        raise UploadRefused(
            name,
            _(
                "it could not be checked for viruses just now, so it was not taken. Keep it, and "
                "try again in a few minutes; everything else is saved as usual."
            ),
        ) from away
    if found:
        raise UploadRefused(
            name,
            _(
                "it carries something harmful ({what}). Do not open it, and tell whoever looks "
                "after your computer."
            ).format(what=found),
        )


def _unless_it_rests(content: bytes) -> str:
    """Return what was found, as `_infection` does; after a silence, do not wait at once again."""
    _refuse_while_it_rests()
    if not _turns.acquire(timeout=TURN_S):
        raise ScannerAway("It is busy with other files.")
    url = settings.CLAMD_URL
    try:
        _refuse_while_it_rests()
        if url in _silent_at:
            # One tries whether it answers again; the others wait for what comes of it.
            _silent_at[url] = time.monotonic()
        found = _infection(content)
    except TimeoutError:
        _silent_at[url] = time.monotonic()
        raise
    finally:
        _turns.release()
    _silent_at.pop(url, None)
    return found


def _refuse_while_it_rests() -> None:
    if time.monotonic() - _silent_at.get(settings.CLAMD_URL, -REST_S) < REST_S:
        raise ScannerAway("It kept silent a moment ago.")


def ask_whether_it_is_there() -> None:
    """Raise ScannerAway or OSError unless the scanner answers."""
    _refuse_while_it_rests()
    until = time.monotonic() + PING_S
    with _connected(until) as line:
        line.sendall(b"zPING\0")
        answer = _answer(line, until)
    if answer != "PONG":
        raise ScannerAway(f"It answers {answer[:80]!r} to PING.")


def _infection(content: bytes) -> str:
    """Return what the scanner calls what it found in a file, or nothing."""
    until = time.monotonic() + LONGEST_S
    with _connected(until) as line:
        try:
            _send(line, content, until)
        except (BrokenPipeError, ConnectionResetError):
            # It hangs up in the middle of what it does not take, and says why.
            log.info("The scanner stopped listening before the end of a file.")
        answer = _answer(line, until)
    _what, _colon, verdict = answer.partition(": ")
    if verdict == CLEAN:
        return ""
    if verdict.endswith(FOUND):
        return verdict.removesuffix(FOUND)
    raise ScannerAway(f"It answers {answer[:80]!r}.")


def _connected(until: float) -> socket.socket:
    where, longest = urlsplit(settings.CLAMD_URL), min(CONNECT_S, _left(until))
    if where.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(longest)
        try:
            line.connect(where.path)
        except OSError:
            line.close()
            raise
    else:
        line = socket.create_connection((where.hostname or "", where.port or 0), longest)
    line.settimeout(_left(until))
    return line


def _send(line: socket.socket, content: bytes, until: float) -> None:
    line.sendall(b"zINSTREAM\0")
    for start in range(0, len(content), PIECE):
        piece = content[start : start + PIECE]
        line.settimeout(_left(until))
        line.sendall(struct.pack("!L", len(piece)) + piece)
    line.sendall(struct.pack("!L", 0))


def _answer(line: socket.socket, until: float) -> str:
    answer = b""
    while b"\0" not in answer and len(answer) < LONGEST_ANSWER:
        line.settimeout(_left(until))
        piece = line.recv(LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer.partition(b"\0")[0].decode(errors="replace").strip("\n")


def _left(until: float) -> float:
    """Return the seconds that are left; raise TimeoutError when there are none."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("It took too long.")
    return left
