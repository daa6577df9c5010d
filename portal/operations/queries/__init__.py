"""How the portal is: its parts, its settings, its queue and what cares for it."""

from portal.operations.queries.backups import BackupError, Manifest, backups_in
from portal.operations.queries.health import Readiness, readiness
from portal.operations.queries.self_check import Finding, drift, schema_state, self_check

__all__ = [
    "BackupError",
    "Finding",
    "Manifest",
    "Readiness",
    "backups_in",
    "drift",
    "readiness",
    "schema_state",
    "self_check",
]
