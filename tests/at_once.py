"""Deeds done at the same moment, each by a hand of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

from flask import Flask

from portal.db import db
from portal.errors import PortalError

Deed = Callable[[], Any]
START_LIMIT_S = 20


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


def came_to(app: Flask, deeds: Sequence[Deed], hands: int = 0) -> list[str]:
    """Do the deeds so; return what each came to: done, or the code of its refusal."""
    return at_once(app, [partial(done, deed) for deed in deeds], hands)


def done(deed: Deed) -> str:
    """Do a deed, whatever it returns."""
    deed()
    return "done"
