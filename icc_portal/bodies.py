"""What a browser sends: all of what it announced, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class WholeBodies:
    """Around a WSGI application: what is cut off on the way cannot be read.

    A server says of a lost connection no more than that nothing comes any more. The files of a form
    would be kept as far as they came, and nobody would know.
    """

    def __init__(self, application: Application) -> None:
        """Take the application that reads what is sent."""
        self.application = application

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Hand the request on, with a body that counts."""
        announced = environ.get("CONTENT_LENGTH") or ""
        if announced.isascii() and announced.isdecimal() and announced.strip("0"):
            environ["wsgi.input"] = _Counted(environ["wsgi.input"], int(announced))
        return self.application(environ, start_response)


class _Counted:
    """A body of so many bytes. Django answers an OSError as a request that cannot be read."""

    def __init__(self, body: BinaryIO, announced: int) -> None:
        self.body, self.waiting = body, announced

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes; raise OSError where the body ends too early."""
        return self._counted(self.body.read(size), size)

    def readline(self, size: int = -1, /) -> bytes:
        """Return the next line, or the beginning of it."""
        return self._counted(self.body.readline(size), size)

    def _counted(self, found: bytes, size: int) -> bytes:
        self.waiting -= len(found)
        if self.waiting > 0 and size and not found:
            raise OSError("The connection ended before all was sent.")
        return found
