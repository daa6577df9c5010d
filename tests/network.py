"""No test leaves this machine: sockets reach loopback and Unix addresses only."""

from __future__ import annotations

import ipaddress
import socket
import sys

REACHING = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"}
LOCAL_NAMES = {None, "", "localhost", b"localhost"}


def is_local(address: object) -> bool:
    """Tell whether a socket address, or the host alone, is on this machine."""
    host = address[0] if isinstance(address, tuple) else address
    if host in LOCAL_NAMES:
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return not isinstance(address, tuple) and text.startswith(("/", "\0"))


def _refuse_outside(event: str, arguments: tuple[object, ...]) -> None:
    if event not in REACHING:  # thousands of other events a second come here too
        return
    target = (arguments[0],) if event == "socket.getaddrinfo" else arguments[1]
    if not is_local(target):
        raise RuntimeError(f"a test tried to reach {target!r}: only loopback is open")


def close_network() -> None:
    """Refuse, for the rest of the process, every address that is not on this machine."""
    sys.addaudithook(_refuse_outside)


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Tell whether somebody listens on a port of loopback."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
