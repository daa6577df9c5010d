"""A mail server that notes what it takes, and refuses, or falls silent, when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.controller import Controller

from tests.network import free_port

LONG_S = 3600


class MailServer:
    """Notes the Message-ID of every mail it says OK to, with its recipient."""

    def __init__(self, answer: str = "250 OK", is_silent: bool = False) -> None:
        self.answer, self.is_silent = answer, is_silent
        self.taken: list[tuple[str, str]] = []
        self.port = free_port()

    @property
    def url(self) -> str:
        """Return what MAIL_URL says of this server."""
        return f"smtp://127.0.0.1:{self.port}"

    @contextmanager
    def open(self) -> Iterator[MailServer]:
        """Take mails until the block ends."""
        controller = Controller(self, hostname="127.0.0.1", port=self.port)
        controller.start()
        try:
            yield self
        finally:
            controller.stop()

    async def handle_RCPT(self, _s: Any, _n: Any, envelope: Any, to: str, _o: Any) -> str:
        """Answer the name of a recipient."""
        if self.is_silent:
            await asyncio.sleep(LONG_S)
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(to)
        return self.answer

    async def handle_DATA(self, _s: Any, _n: Any, envelope: Any) -> str:
        """Take a mail."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.taken.append((str(message["Message-ID"]), envelope.rcpt_tos[0]))
        return "250 OK"
