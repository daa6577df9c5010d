"""Deeds done at the same moment, each by a hand of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Barrier, Event
from time import sleep
from typing import Any

from flask import Flask
from sqlalchemy import event

from portal.db import db
from portal.errors import PortalError

Deed = Callable[[], Any]
START_LIMIT_S = 20
PAUSE_S = 0.4


def at_once(app: Flask, deeds: Sequence[Deed], hands: int = 0) -> list[Any]:
    """Do the deeds with so many hands, as many as there are deeds unless told otherwise.

    Each reads its records anew, in a session of its own. What it returns comes back, or the code of
    its refusal.
    """
    db.session.commit()
    start = Barrier(hands or len(deeds), timeout=START_LIMIT_S)

    def do(deed: Deed) -> Any:
        with app.app_context():
            try:
                return deed()
            except PortalError as refusal:
                return refusal.code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(start.parties, initializer=start.wait) as threads:
        found = list(threads.map(do, deeds))
    db.session.expire_all()
    return found


@contextmanager
def held_at(model: type[Any]) -> Iterator[Event]:
    """Have whoever adds a row of `model` wait a moment before he goes on; the event says he is.

    So another deed, which waits for the event, begins while the first is half done.
    """
    begun = Event()

    def wait(*_args: object) -> None:
        begun.set()
        sleep(PAUSE_S)

    event.listen(model, "after_insert", wait)
    try:
        yield begun
    finally:
        event.remove(model, "after_insert", wait)


def came_to(app: Flask, deeds: Sequence[Deed], hands: int = 0) -> list[str]:
    """Do the deeds so; return what each came to: done, or the code of its refusal."""
    return at_once(app, [partial(done, deed) for deed in deeds], hands)


def done(deed: Deed) -> str:
    """Do a deed, whatever it returns."""
    deed()
    return "done"
