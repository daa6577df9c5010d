"""Hostile text in every field, in a real browser: no dialog, nothing for the policy to stop."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Error, Response

from tests import make
from tests.browser.served import ServedPortal, serve
from tests.browser.visitor import Visitor
from tests.security import hostile

STARTS = {
    "visitor": ("/", "/avvisi", "/graduatorie", "/accedi?next=<script>alert(1)</script>"),
    "owner": ("/area-personale", "/profili", "/account"),
    "evaluator": ("/valutazioni",),
    "staff": ("/pratiche", "/pratiche?q=<img%20src=x%20onerror=alert(1)>", "/gestione/avvisi"),
    "admin": ("/persone",),
}
# What tells apart the addresses of one kind of page: anything with a digit in it.
NUMBERED = re.compile(r"[^/]*\d[^/]*")
LEFT_OUT = ("/static/", "/esci")


SEEN = {"/pratiche/*", "/domande/*", "/valutazioni/*", "/profili/*", "/domande/*/ricevuta"}


@pytest.fixture
def tokens(committed: SQLAlchemy) -> dict[str, str]:
    """The open sessions of people whose records are hostile throughout."""
    who, _ = hostile.history(hostile.packed()[0])
    return {role: make.session_of(user) for role, user in who.items()}


@pytest.fixture
def hostile_portal(
    tokens: dict[str, str], committed: SQLAlchemy, tmp_path: Path
) -> Iterator[ServedPortal]:
    """The portal served on their records."""
    url = committed.engines[None].url.render_as_string(hide_password=False)
    with serve(url, tmp_path) as served:
        yield served


def opened(visitor: Visitor, address: str) -> Response | None:
    """Return the answer of a page; None for a file, which the browser puts aside unopened."""
    try:
        return visitor.page.goto(address, wait_until="domcontentloaded")
    except Error as error:
        if "Download is starting" in error.message:
            return None
        raise


def open_all(visitor: Visitor, portal: ServedPortal, starts: tuple[str, ...]) -> set[str]:
    """Open the starts and one page of each kind that they lead to; return the kinds."""
    waiting, seen = list(starts), set()
    for number, path in enumerate(waiting):
        kind = NUMBERED.sub("*", urlsplit(path).path)
        was_followed = number >= len(starts)
        if path.startswith(LEFT_OUT) or (was_followed and kind in seen):
            continue
        seen.add(kind)
        answer = opened(visitor, portal.url + path)
        if answer is None:
            continue
        assert answer.status < 500, path
        links = visitor.page.locator("main a[href^='/']").evaluate_all(
            "links => links.map(link => link.getAttribute('href'))"
        )
        waiting += [link.partition("#")[0] for link in links if "allegati" not in link]
    return seen


@pytest.mark.browser
@pytest.mark.check(27)
def test_hostile_text_runs_nowhere(
    hostile_portal: ServedPortal, tokens: dict[str, str], new_visitor: Callable[..., Visitor]
) -> None:
    dialogs: list[str] = []
    kinds = set()
    for role, starts in STARTS.items():
        visitor = new_visitor(at=hostile_portal)
        visitor.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        if role in tokens:
            visitor.take_session(tokens[role])
        kinds |= open_all(visitor, hostile_portal, starts)
    assert dialogs == []
    assert SEEN <= kinds
