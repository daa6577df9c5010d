"""Runs every operation, prints the table, writes results.json; exit 1 when a limit is broken."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from bench.measure import Result, measure
from bench.operations import operations
from bench.scene import scene

RESULTS = Path(__file__).with_name("results.json")
HEAD = f"{'operation':<16}{'median ms':>11}{'bare ms':>10}{'ratio':>8}{'limit':>8}{'queries':>9}"


def line(result: Result) -> str:
    """One line of the table."""
    limit = "-" if result.limit is None else f"{result.limit:.1f}"
    return (
        f"{result.operation:<16}{result.median_ms:>11.2f}{result.bare_ms:>10.2f}"
        f"{result.ratio:>8.2f}{limit:>8}{result.queries:>9}"
    )


def main() -> None:
    """Measure, print, write, judge."""
    with scene() as place:
        print(HEAD, flush=True)
        results = []
        for operation in operations(place):
            results.append(measure(operation, place))
            print(line(results[-1]), flush=True)
    RESULTS.write_text(json.dumps([asdict(item) for item in results], indent=2) + "\n")
    broken = [item for item in results if item.limit is not None and item.ratio > item.limit]
    if broken:
        reasons = ", ".join(f"{x.operation} {x.ratio:.2f} over {x.limit:.1f}" for x in broken)
        print(f"bench failed: {reasons}")
        sys.exit(1)


main()
