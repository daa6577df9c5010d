"""Timing: rounds of requests to the portal and to its bare page, taken in turns."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter_ns

from sqlalchemy import Engine, event

from bench.scene import Scene

WARM_UP = 10
ROUNDS = 5
REQUESTS = 30

Request = Callable[[], None]


@dataclass(frozen=True)
class Asked:
    """How many statements a request asks of the database: reading, and writing."""

    reads: int
    writes: int

    @property
    def together(self) -> int:
        """Return how many statements there are."""
        return self.reads + self.writes


@dataclass(frozen=True)
class Operation:
    """What is measured: a request to the portal, and the same made bare.

    `bare` is made when it is known what the portal asks, and has to ask as much of each kind.
    """

    name: str
    request: Request
    bare: Callable[[Asked], Request]
    limit: float | None = None


@dataclass(frozen=True)
class Result:
    """One line of the table; `ratio` is the median of the rounds' ratios."""

    operation: str
    median_ms: float
    bare_ms: float
    ratio: float
    limit: float | None
    queries: int


def measure(operation: Operation, scene: Scene) -> Result:
    """Warm up, count the queries of both, then time them in turns."""
    for _ in range(WARM_UP):
        operation.request()
    asked = counted(scene.portal_engine, operation.request)
    bare = operation.bare(asked)
    for _ in range(WARM_UP):
        bare()
    asked_bare = counted(scene.bare_engine, bare)
    assert asked_bare == asked, f"{operation.name}: {asked_bare} bare, {asked} here"
    rounds = [one_round(operation.request, bare) for _ in range(ROUNDS)]
    return Result(
        operation=operation.name,
        median_ms=round(statistics.median(own for own, _ in rounds), 3),
        bare_ms=round(statistics.median(other for _, other in rounds), 3),
        ratio=round(statistics.median(own / other for own, other in rounds), 3),
        limit=operation.limit,
        queries=asked.together,
    )


def one_round(request: Request, bare: Request) -> tuple[float, float]:
    """Return the median milliseconds of both, request by request in turns."""
    gc.collect()
    gc.freeze()  # as gunicorn's workers do
    pairs = [(timed(request), timed(bare)) for _ in range(REQUESTS)]
    return statistics.median(x for x, _ in pairs), statistics.median(x for _, x in pairs)


def timed(request: Request) -> float:
    """Return how many milliseconds a request takes."""
    start = perf_counter_ns()
    request()
    return (perf_counter_ns() - start) / 1e6


def counted(engine: Engine, request: Request) -> Asked:
    """Return what a request asks of the database."""
    with counting(engine) as statements:
        request()
    reads = sum(statement.startswith("SELECT") for statement in statements)
    return Asked(reads, len(statements) - reads)


@contextmanager
def counting(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements asked of the database, but for the beginnings of transactions."""
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
