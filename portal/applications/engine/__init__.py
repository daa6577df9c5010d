"""What an application comes to without a database: canonical text, hashes, two at one answer."""

from portal.applications.engine.canonical import canonical, fingerprint, sha256
from portal.applications.engine.merging import (
    Seen,
    merge,
    plain,
    read_marks,
    read_seen,
    same,
    seen_of,
    write_marks,
)

__all__ = [
    "Seen",
    "canonical",
    "fingerprint",
    "merge",
    "plain",
    "read_marks",
    "read_seen",
    "same",
    "seen_of",
    "sha256",
    "write_marks",
]
