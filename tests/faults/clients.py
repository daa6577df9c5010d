"""People's browsers as plain sockets: they send forms and files, and try again when told to."""

from __future__ import annotations

import http.client
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

TIMEOUT_S = 60
MONEY = "sezioni/money"
LINE = "\r\n"
VERSION = re.compile(r'name="version" value="([^"]+)"')
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
LOST = 0  # the status of an answer that never came


@dataclass(frozen=True)
class Answer:
    """What came back: status 0 means that the connection broke."""

    status: int
    location: str = ""
    text: str = ""
    seconds: float = 0.0
    cookie: str = ""

    @property
    def is_receipt(self) -> bool:
        """Tell whether the portal said that it has the application."""
        return self.status == 303 and self.location.endswith("/ricevuta")


@dataclass(frozen=True)
class Sender:
    """Somebody signed in, with an application ready to be sent."""

    practice_code: str
    email: str
    cookie: str
    token: str
    key: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def address(self) -> str:
        """Return the application's own page."""
        return f"/domande/{self.practice_code}"

    def form(self) -> dict[str, str]:
        """Return what the button that sends the application posts."""
        return {"csrf_token": self.token, "request_key": self.key, "confirmed": "y"}


class Browser:
    """Asks one portal, each time on a connection of its own, over a line as slow as is said."""

    def __init__(self, url: str, octets_per_s: int = 0) -> None:
        parts = urlsplit(url)
        self.host, self.port, self.octets_per_s = str(parts.hostname), parts.port, octets_per_s

    def get(self, path: str, cookie: str = "") -> Answer:
        """Open a page."""
        return self.ask("GET", path, cookie)

    def fetch(self, path: str, cookie: str) -> bytes:
        """Download a file."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_S)
        try:
            connection.request("GET", path, headers={"Cookie": cookie})
            return connection.getresponse().read()
        finally:
            connection.close()

    def post(self, path: str, form: Mapping[str, str], cookie: str = "") -> Answer:
        """Send a form."""
        kind = "application/x-www-form-urlencoded"
        return self.ask("POST", path, cookie, urlencode(form).encode(), kind)

    def send(self, sender: Sender) -> Answer:
        """Press the button that sends the application."""
        return self.post(f"{sender.address}/invia", sender.form(), sender.cookie)

    def version_of(self, sender: Sender) -> str:
        """Return what the page of the money says of the version it shows."""
        found = VERSION.search(self.get(f"{sender.address}/{MONEY}", sender.cookie).text)
        return found[1] if found else ""

    def attach(self, sender: Sender, content: bytes, version: str = "") -> Answer:
        """Add a file to the application, on the page of the money."""
        version = version or self.version_of(sender)
        form = {"csrf_token": sender.token, "version": version, "action": "stay"}
        kind, body = multipart(form, "budget", content)
        return self.ask("POST", f"{sender.address}/{MONEY}", sender.cookie, body, kind)

    def sign_in(self, email: str, password: str) -> Answer:
        """Sign in as somebody who has just come."""
        return self.fill_in("/accedi", email=email, password=password)

    def ask_for_reset(self, email: str) -> Answer:
        """Ask for a link that sets a new password."""
        return self.fill_in("/password/dimenticata", email=email)

    def fill_in(self, path: str, **typed: str) -> Answer:
        """Open a page as somebody who has just come, and send its form."""
        page = self.get(path)
        token = TOKEN.search(page.text)
        if token is None:
            return page
        return self.post(path, {"csrf_token": token[1], **typed}, page.cookie)

    def send_until_received(self, sender: Sender, seconds: float) -> list[Answer]:
        """Press again and again, as people do, until the receipt comes or patience ends."""
        answers, limit = [self.send(sender)], time.monotonic() + seconds
        while not answers[-1].is_receipt and time.monotonic() < limit:
            time.sleep(0.2)
            answers.append(self.send(sender))
        return answers

    def ask(self, method: str, path: str, cookie: str, body: bytes = b"", kind: str = "") -> Answer:
        """Send a request and read what comes back."""
        headers = {"Cookie": cookie} if cookie else {}
        if kind:
            headers["Content-Type"] = kind
        connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_S)
        began = time.monotonic()
        try:
            if self.octets_per_s:
                headers["Content-Length"] = str(len(body))
            connection.request(method, path, self.dripping(body) or None, headers)
            reply = connection.getresponse()
            text = reply.read().decode("utf-8", "replace")
            location = urlsplit(reply.headers.get("Location", "")).path
            cookie = str(reply.headers.get("Set-Cookie", "")).partition(";")[0]
            return Answer(reply.status, location, text, time.monotonic() - began, cookie)
        except (OSError, http.client.HTTPException):
            return Answer(LOST, seconds=time.monotonic() - began)
        finally:
            connection.close()

    def dripping(self, body: bytes) -> bytes | Iterator[bytes]:
        """Return the body as this line takes it: whole, or a tenth of a second at a time."""
        if not self.octets_per_s or not body:
            return body
        step = self.octets_per_s // 10
        return (slowly(body[at : at + step]) for at in range(0, len(body), step))


def slowly(part: bytes) -> bytes:
    """Return a part of a body after a tenth of a second."""
    time.sleep(0.1)
    return part


def multipart(form: Mapping[str, str], name: str, content: bytes) -> tuple[str, bytes]:
    """Return type and body of a form with one PDF."""
    mark = secrets.token_hex(8)
    parts = [
        f'--{mark}{LINE}Content-Disposition: form-data; name="{key}"{LINE}{LINE}{value}{LINE}'
        for key, value in form.items()
    ]
    disposition = f'form-data; name="{name}"; filename="bilancio.pdf"'
    head = f"--{mark}{LINE}Content-Disposition: {disposition}{LINE}"
    head += f"Content-Type: application/pdf{LINE}{LINE}"
    body = "".join(parts).encode() + head.encode() + content + f"{LINE}--{mark}--{LINE}".encode()
    return f"multipart/form-data; boundary={mark}", body
