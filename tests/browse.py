"""A visitor's way through pages: reads the token of a form, sends what was typed."""

from __future__ import annotations

import html
import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.db import db
from portal.outbox import Mail

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
SHOWN = re.compile(r'name="(version|seen)"[^>]*value="([^"]*)"')
SHOWN_AT = re.compile(r'data-now="[^"]*"')
ADDRESS = re.compile(r"http://localhost(/\S+)")


def submit(client: FlaskClient, url: str, page: str = "", **typed: Any) -> TestResponse:
    """Open `page` (or `url`), then post what was typed to `url` with what the page carries.

    That is the token, and what the page showed: of a record its version, else a mark of it.
    """
    opened = client.get(page or url)
    token = TOKEN.search(opened.text)
    if token is None:
        raise AssertionError(f"{page or url} has no form: {opened.status}")
    carried = {name: html.unescape(value) for name, value in reversed(SHOWN.findall(opened.text))}
    return client.post(url, data={"csrf_token": token[1], **carried, **typed})


def words(response: TestResponse) -> str:
    """Return the page's text as a reader sees it, without marks, blanks made single."""
    text = re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))
    return " ".join(html.unescape(text).split())


def without_token(response: TestResponse) -> str:
    """Return the page without what differs from one showing to the next."""
    return SHOWN_AT.sub("", TOKEN.sub("", response.get_data(as_text=True)))


def mails_to(address: str) -> list[Mail]:
    """Return the mails to an address in the order they were written."""
    return list(db.session.scalars(db.select(Mail).filter_by(recipient=address).order_by(Mail.id)))


def link_in(mail: Mail, part: str) -> str:
    """Return the path of the mail's link that holds `part`."""
    return next(path for path in ADDRESS.findall(mail.body) if part in path)


def beside(response: TestResponse, field: str) -> str:
    """Return what the page says is wrong beside a field; nothing where it says nothing."""
    found = re.search(rf'id="{field}-error"[^>]*>(.*?)</p>', response.text, re.DOTALL)
    told = "" if found is None else html.unescape(re.sub(r"<[^>]+>", " ", found[1]))
    return " ".join(told.split()).removeprefix("Errore: ")
