"""How the portal is: its parts, its settings, its queue and what cares for it."""

from portal.operations.queries.health import Readiness, readiness
from portal.operations.queries.self_check import Finding, drift, schema_state, self_check

__all__ = [
    "Finding",
    "Readiness",
    "drift",
    "readiness",
    "schema_state",
    "self_check",
]
