"""Runs every operation, prints the table, writes results.json; exit 1 when a limit is broken.

Of a surge `median_ms` and `bare_ms` are 95th percentiles, the medians of its rounds.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from bench.measure import Result, measure
from bench.operations import operations
from bench.ranking import ranking
from bench.scene import scene
from bench.surge import SLOWEST_MS, surges

RESULTS = Path(__file__).with_name("results.json")
HEAD = f"{'operation':<28}{'median ms':>11}{'bare ms':>10}{'ratio':>8}{'limit':>8}{'queries':>9}"


def line(result: Result) -> str:
    """One line of the table."""
    limit = "-" if result.limit is None else f"{result.limit:.1f}"
    return (
        f"{result.operation:<28}{result.median_ms:>11.2f}{result.bare_ms:>10.2f}"
        f"{result.ratio:>8.2f}{limit:>8}{result.queries:>9}"
    )


def results() -> Iterator[Result]:
    """Yield every line of the table: single requests first, then the surge."""
    with scene() as place:
        for operation in operations(place):
            yield measure(operation, place)
        yield ranking(place)
    yield from surges()


def reasons(result: Result) -> Iterator[str]:
    """Yield why a result is not good enough."""
    if result.limit is not None and result.ratio > result.limit:
        yield f"{result.operation} {result.ratio:.2f} over {result.limit:.1f}"
    if result.operation.startswith("surge") and result.median_ms > SLOWEST_MS:
        yield f"{result.operation} {result.median_ms:.0f} ms over {SLOWEST_MS:.0f}"


def main() -> None:
    """Measure, print, write, judge."""
    print(f"load {os.getloadavg()[0]:.1f}: figures of a busy machine mean little")
    print(HEAD, flush=True)
    found = []
    for result in results():
        found.append(result)
        print(line(result), flush=True)
    RESULTS.write_text(json.dumps([asdict(item) for item in found], indent=2) + "\n")
    if broken := [reason for result in found for reason in reasons(result)]:
        print(f"bench failed: {', '.join(broken)}")
        sys.exit(1)


main()
