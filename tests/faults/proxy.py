"""A proxy as the manual wants it in front of the portal: it reads a request whole first."""

from __future__ import annotations

import socket
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from urllib.parse import urlsplit

END_OF_HEAD = b"\r\n\r\n"
AT_ONCE = 65_536
TIMEOUT_S = 60


class Passing(socketserver.BaseRequestHandler):
    """Passes one request on when all of it is here, and its answer back."""

    server: Proxy

    def handle(self) -> None:
        """Read, pass on, give back."""
        self.request.settimeout(TIMEOUT_S)
        message = whole_request(self.request)
        with socket.create_connection(self.server.target, TIMEOUT_S) as portal:
            portal.sendall(message)
            while part := portal.recv(AT_ONCE):
                self.request.sendall(part)


def whole_request(client: socket.socket) -> bytes:
    """Return head and body of a request, asking for the connection to be closed after it."""
    message = b""
    while END_OF_HEAD not in message:
        message += client.recv(AT_ONCE)
    head, _, body = message.partition(END_OF_HEAD)
    lines = head.split(b"\r\n")
    lengths = [line.split(b":")[1] for line in lines if line.lower().startswith(b"content-length")]
    while len(body) < int(lengths[0] if lengths else 0):
        body += client.recv(AT_ONCE)
    return b"\r\n".join([*lines, b"Connection: close"]) + END_OF_HEAD + body


class Proxy(socketserver.ThreadingTCPServer):
    """Listens on a free port of loopback."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.target = (str(parts.hostname), int(parts.port or 80))
        super().__init__(("127.0.0.1", 0), Passing)

    @property
    def url(self) -> str:
        """Return the address of the portal behind the proxy."""
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def proxy_before(url: str) -> Iterator[str]:
    """Run a proxy in front of a portal until the block ends; give its address."""
    with Proxy(url) as proxy:
        thread = Thread(target=proxy.serve_forever, daemon=True)
        thread.start()
        try:
            yield proxy.url
        finally:
            proxy.shutdown()
            thread.join()
