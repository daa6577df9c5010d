"""Reads a report of pip-audit: which libraries have known weaknesses, and how many it knew at all.

    python scripts/known_weaknesses.py report.json ignored.txt

Exits 1 when a weakness is neither mended nor named, with its reason, in the second file; 2 when the
registry answered for some library or none: what it didn't answer for was not looked at.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FOUND, UNANSWERED = 1, 2


def read_report(path: Path) -> list[dict[str, Any]]:
    """Return the libraries of a report; none when the tool could not write it."""
    try:
        return list(json.loads(path.read_text(encoding="utf-8"))["dependencies"])
    except (OSError, ValueError, KeyError):
        return []


def read_ignored(path: Path) -> set[str]:
    """Return the weaknesses that are named with a reason: lines of `NAME reason`."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {line.split()[0] for line in lines if len(line.split()) > 1 and line[0] != "#"}


def open_weaknesses(libraries: Sequence[dict[str, Any]], ignored: set[str]) -> list[str]:
    """Return the weaknesses nobody has answered, each with its library."""
    return [
        f"{library['name']} {library['version']}: {weakness['id']}"
        for library in libraries
        for weakness in library.get("vulns", ())
        if not {weakness["id"], *weakness.get("aliases", ())} & ignored
    ]


def main(words: Sequence[str]) -> int:
    """Print what a report says; return the exit code."""
    libraries = read_report(Path(words[0]))
    found = open_weaknesses(libraries, read_ignored(Path(words[1])))
    known = sum("skip_reason" not in library for library in libraries)
    if found:
        print("\n".join(found))
        return FOUND
    print(f"the registry answered for {known} of {len(libraries)}")
    return 0 if libraries and known == len(libraries) else UNANSWERED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
