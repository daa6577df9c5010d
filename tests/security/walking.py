"""Walks the portal by its links, and reads each page as a browser would."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

ADDRESSES = {"href", "src", "action", "formaction", "data", "xlink:href", "srcset", "poster"}
HARMLESS = re.compile(r"(/(?!/)|#|\?|mailto:|tel:|https://|otpauth://totp/|$)")
PICTURE = re.compile(r"data:image/svg\+xml[;,]")
# What no page of the portal holds, and hostile text would bring.
FOREIGN = {"object", "embed", "base", "applet", "marquee", "style", "frame"}
# The one frame that is ours: a PDF of the dossier, beside the sheet of who judges it.
FRAMED = re.compile(r"/valutazioni/[A-Z0-9-]+/allegati/[\w-]+#navpanes=0&view=FitH")
FRAME_FACTS = {"src", "title", "loading"}


class Page(HTMLParser):
    """What a page links to, what can be read in it, and what in it could run."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.texts: list[str] = []
        self.dangers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element and all that is said of it."""
        facts = {name: value or "" for name, value in attrs}
        is_framed = facts.keys() == FRAME_FACTS and FRAMED.fullmatch(facts["src"])
        if tag in FOREIGN or (tag == "iframe" and not is_framed):
            self.dangers.append(f"<{tag}>")
        if tag == "script" and "src" not in facts:
            self.dangers.append(f"<{tag}>")
        if tag == "meta" and "http-equiv" in facts and not facts["content"].strip().isdigit():
            self.dangers.append(f"<meta {facts}>")
        for name, value in facts.items():
            self.look_at(tag, name, value)
        if tag == "a":
            self.links.append(facts.get("href", ""))
        self.texts += facts.values()

    def look_at(self, tag: str, name: str, value: str) -> None:
        """Note an attribute that runs something, or leads to where something runs."""
        leads_out = name in ADDRESSES and not HARMLESS.match(value)
        is_picture = (tag, name) == ("img", "src") and PICTURE.match(value)
        runs = name.startswith("on") or name in {"style", "srcdoc"}
        if runs or (leads_out and not is_picture):
            self.dangers.append(f"<{tag} {name}={value!r}>")

    def handle_data(self, data: str) -> None:
        """Keep what can be read."""
        self.texts.append(data)

    def holds(self, text: str) -> bool:
        """Tell whether a text can be read somewhere, to the character but for blanks."""
        wanted = " ".join(text.split())
        return any(wanted in " ".join(read.split()) for read in (*self.texts, "".join(self.texts)))


@dataclass(frozen=True)
class Visit:
    """A page that was opened: which, where, and what it answered."""

    endpoint: str
    path: str
    answer: TestResponse
    page: Page | None


def walk(client: FlaskClient, starts: Iterable[str], most: int = 1) -> Iterator[Visit]:
    """Open the starts, then what they link to, and so on: each kind of page at most `most` times.

    A start is always opened.
    """
    waiting, begun = list(starts), len(list(starts))
    seen: set[str] = set()
    opened: Counter[str] = Counter()
    for number, path in enumerate(waiting):
        endpoint = endpoint_of(client, path)
        if path in seen or (number >= begun and opened[endpoint] >= most) or not endpoint:
            continue
        seen.add(path)
        opened[endpoint] += 1
        answer = client.get(path)
        page = Page(answer.text) if answer.mimetype == "text/html" else None
        yield Visit(endpoint, path, answer, page)
        waiting += onward(answer, page)


def onward(answer: TestResponse, page: Page | None) -> list[str]:
    """Return the addresses of the portal that an answer leads to."""
    links = [answer.location or "", *(page.links if page else ())]
    return [link.partition("#")[0] for link in links if link.startswith("/")]


def endpoint_of(client: FlaskClient, path: str) -> str:
    """Return the name of the page at an address; "" where there is none."""
    adapter = client.application.url_map.bind("localhost")
    try:
        return str(adapter.match(urlsplit(path).path, method="GET")[0])
    except HTTPException:
        return ""
