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
from portal.applications.engine.notices import OBSERVATION_DAYS, due_after_notice, restarts_on

__all__ = [
    "OBSERVATION_DAYS",
    "Seen",
    "canonical",
    "due_after_notice",
    "fingerprint",
    "merge",
    "plain",
    "read_marks",
    "read_seen",
    "restarts_on",
    "same",
    "seen_of",
    "sha256",
    "write_marks",
]
