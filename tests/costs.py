"""What a page or a deed costs: how many statements it sends to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from portal import clock


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements that the block sends to the database."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            statements.append(statement)

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)


def cost(client: FlaskClient, address: str) -> int:
    """How many statements a page runs, not counting the first time it is drawn.

    Time stands still: a session in use is noted once a minute. That somebody looked is noted when
    the page has left already.
    """
    with clock.at(clock.now()):
        client.get(address)
        with counted() as statements:
            assert client.get(address).status_code == 200
    return len([one for one in statements if "INSERT INTO access_log" not in one])
