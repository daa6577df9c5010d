"""Names of files inside archives: of letters every system takes, never a path, never twice."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 100
# Names that one system or another keeps for itself.
KEPT = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def safe_name(name: str, taken: set[str]) -> str:
    """Return a name for an entry that is none of those taken, which it joins."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._ -]+", "_", plain).strip(" ._") or "file"
    if KEPT.fullmatch(plain):
        plain = f"_{plain}"
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 10:
        stem, dot, ending = plain, "", ""
    stem = stem[:LONGEST].rstrip(" .")
    found, number = f"{stem}{dot}{ending}", 1
    while found.casefold() in taken:
        number += 1
        found = f"{stem}-{number}{dot}{ending}"
    taken.add(found.casefold())
    return found
