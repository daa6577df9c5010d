"""Following the links of a portal as somebody who is signed in."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient

LINK = re.compile(r'<a [^>]*href="([^"]+)"')
MOST_OF_A_KIND = 2  # pages that differ only in the record they are about


def kind_of(app: Flask, address: str) -> str:
    """Return the endpoint that an address leads to; nothing for another site."""
    parts = urlsplit(address)
    if parts.netloc not in ("", "localhost") or parts.scheme not in ("", "http"):
        return ""
    return str(app.url_map.bind("localhost").match(parts.path, method="GET")[0])


def refusals(app: Flask, client: FlaskClient, *starts: str) -> list[tuple[int, str, str]]:
    """Look at pages of every kind that links lead to; return what was refused, and from where."""
    left, seen, found = [(start, "") for start in starts], set(starts), []
    counted: dict[str, int] = {}
    while left:
        path, page = left.pop(0)
        answer = client.get(path)
        if answer.status_code >= 400:
            found.append((answer.status_code, path, page))
        if answer.mimetype != "text/html":
            continue
        for link in LINK.findall(answer.text):
            address = urljoin(path, unescape(link)).partition("#")[0]
            kind = "" if address in seen else kind_of(app, address)
            seen.add(address)
            if kind and counted.get(kind, 0) < MOST_OF_A_KIND:
                counted[kind] = counted.get(kind, 0) + 1
                left.append((address, path))
    return found
