"""Mail to a server that offers encryption: sent under a certificate that holds, or not at all."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask_sqlalchemy import SQLAlchemy

from portal import clock, outbox
from portal.db import transaction
from portal.jobs import WorkState
from portal.operations.services import send_due_mails
from portal.outbox import Mail
from tests.network import free_port

ELSEWHERE = "127.0.0.2"  # on this machine, but not known to be
READER = "anna@esempio.example.org"


class Inbox:
    """A mail server that notes who signed in and whom it took mail for."""

    def __init__(self) -> None:
        self.signed_in: list[tuple[bytes, bytes]] = []
        self.taken: list[str] = []

    def sign_in(self, _s: Any, _n: Any, _e: Any, _mechanism: str, given: Any) -> AuthResult:
        """Take any password, and note it."""
        self.signed_in.append((given.login, given.password))
        return AuthResult(success=True)

    async def handle_DATA(self, _s: Any, _n: Any, envelope: Any) -> str:
        """Take a mail, and note whom it is for."""
        self.taken.append(envelope.rcpt_tos[0])
        return "250 OK"


class Reached(Controller):
    """A server that has started once it is reached, whatever it speaks."""

    def _trigger_server(self) -> None:
        socket.create_connection((self.hostname, self.port)).close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of the server's own, with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), clock.now()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "posta")])
    places = [x509.IPAddress(ipaddress.ip_address(host)) for host in ("127.0.0.1", ELSEWHERE)]
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(places), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = tmp_path / "posta.pem"
    path.write_bytes(secret + signed.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(params=["smtps", "smtp"])
def inbox(request: pytest.FixtureRequest, certificate: Path) -> Iterator[Inbox]:
    """A server reached encrypted from the start, and one that offers it on the way."""
    server, port = Inbox(), free_port()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    is_whole = request.param == "smtps"
    host = "127.0.0.1" if is_whole else ELSEWHERE
    controller = Reached(
        server,
        hostname=host,
        port=port,
        authenticator=server.sign_in,
        auth_require_tls=not is_whole,
        require_starttls=not is_whole,
        **{"ssl_context" if is_whole else "tls_context": tls},
    )
    controller.start()
    outbox.current().url = f"{request.param}://portale:una%20parola@{host}:{port}"
    yield server
    outbox.current().url = ""
    controller.stop()


def queue_and_send() -> None:
    """Queue a mail, and let a worker send it."""
    with transaction():
        outbox.queue_mail("role_granted", READER, "key", name="Anna", role_label="U")
    assert send_due_mails("one") == 1


def test_mail_and_password_go_encrypted_under_a_certificate_that_holds(
    db: SQLAlchemy, inbox: Inbox, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    queue_and_send()
    assert db.session.scalars(sa.select(Mail.error)).all() == [None]
    assert inbox.signed_in == [(b"portale", b"una parola")]
    assert inbox.taken == [READER]


def test_server_whose_certificate_does_not_hold_gets_nothing(db: SQLAlchemy, inbox: Inbox) -> None:
    queue_and_send()
    ((state, error),) = db.session.execute(sa.select(Mail.state, Mail.error)).all()
    assert (state, "certificate verify failed" in str(error).lower()) == (WorkState.WAITING, True)
    assert (inbox.signed_in, inbox.taken) == ([], [])
