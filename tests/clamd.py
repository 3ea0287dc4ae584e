"""An imitation of clamd, in a thread: it knows one virus, and can misbehave."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from pathlib import Path

# Known as harmful here, so that no real test file needs to lie in the repository.
HARMFUL = b"a-harmful-thing"


class Clamd:
    """Listens until it is left. `received` holds what it was shown.

    `behaves`: "well"; "silent" (takes everything, answers nothing); "mute" (hangs up without an
    answer); "slow" (answers drop by drop); "small" (takes no more than so many bytes); "strange"
    (answers that it cannot say).
    """

    def __init__(self, behaves: str = "well", *, path: Path | None = None, most: int = 1000):
        self.behaves, self.path, self.most = behaves, path, most
        self.received: list[bytes] = []
        self.hurry = threading.Event()

    @property
    def url(self) -> str:
        """Return what CLAMD_URL says of it."""
        if self.path:
            return f"unix:{self.path}"
        host, port = self.listening.getsockname()
        return f"tcp://{host}:{port}"

    def __enter__(self) -> Clamd:
        if self.path:
            self.listening = socket.socket(socket.AF_UNIX)
            self.listening.bind(str(self.path))
            self.listening.listen()
        else:
            self.listening = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        self.hurry.set()
        self.listening.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listening.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _who = self.listening.accept()
            except OSError:
                return
            with line:
                line.settimeout(10)
                self._answer(line)

    def _answer(self, line: socket.socket) -> None:
        command = _until_end(line)
        if command == b"zPING":
            line.sendall(b"PONG\0")
            return
        assert command == b"zINSTREAM", command
        if self.behaves == "mute":
            return
        content = b""
        while size := struct.unpack("!L", _exactly(line, 4))[0]:
            content += _exactly(line, size)
            if self.behaves == "small" and len(content) > self.most:
                line.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.received.append(content)
        answers = {"silent": self._say_nothing, "slow": self._drip, "strange": self._be_strange}
        answers.get(self.behaves, self._judge)(line, content)

    def _judge(self, line: socket.socket, content: bytes) -> None:
        is_harmful = HARMFUL in content
        line.sendall(b"stream: Harmful.Test-1 FOUND\0" if is_harmful else b"stream: OK\0")

    def _say_nothing(self, line: socket.socket, _content: bytes) -> None:
        """Wait until the portal has had enough."""
        line.recv(1)

    def _be_strange(self, line: socket.socket, _content: bytes) -> None:
        line.sendall(b"stream: Can't allocate memory ERROR\0")

    def _drip(self, line: socket.socket, _content: bytes) -> None:
        """Answer so that no single wait is long."""
        with suppress(OSError):
            while not self.hurry.wait(0.02):
                line.sendall(b"s")


def _exactly(line: socket.socket, size: int) -> bytes:
    content = b""
    while len(content) < size:
        piece = line.recv(size - len(content))
        if not piece:
            raise ConnectionError("The portal hung up in the middle.")
        content += piece
    return content


def _until_end(line: socket.socket) -> bytes:
    command = b""
    while not command.endswith(b"\0"):
        command += _exactly(line, 1)
    return command[:-1]
