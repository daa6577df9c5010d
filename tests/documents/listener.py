"""A server on loopback that counts who calls."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Listener:
    """Takes any connection on a free port and notes the first line sent."""

    def __init__(self, server: socket.socket) -> None:
        self.server = server
        self.port: int = server.getsockname()[1]
        self.calls: list[bytes] = []

    def listen(self) -> None:
        """Note every call until the socket is closed."""
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(1)
                try:
                    self.calls.append(connection.recv(200))
                except OSError:
                    self.calls.append(b"")


@contextmanager
def listening() -> Iterator[Listener]:
    """Listen for as long as the test runs."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        listener = Listener(server)
        thread = threading.Thread(target=listener.listen, daemon=True)
        thread.start()
        yield listener
        server.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)
