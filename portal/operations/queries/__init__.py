"""How the portal is: its parts, its settings, its queue, who looked, and its back-ups."""

from portal.operations.queries.backups import BackupError, Manifest, backups_in
from portal.operations.queries.health import Readiness, readiness
from portal.operations.queries.looks import (
    looks_page,
    page_name,
    people_looked_at,
    read_looks_listing,
)
from portal.operations.queries.queue import (
    failed_jobs,
    get_job,
    get_mail,
    queue_lines,
    troubled_mails,
)
from portal.operations.queries.self_check import Finding, drift, schema_state, self_check
from portal.operations.queries.signs import Sign, revision, signs

__all__ = [
    "BackupError",
    "Finding",
    "Manifest",
    "Readiness",
    "Sign",
    "backups_in",
    "drift",
    "failed_jobs",
    "get_job",
    "get_mail",
    "looks_page",
    "page_name",
    "people_looked_at",
    "queue_lines",
    "read_looks_listing",
    "readiness",
    "revision",
    "schema_state",
    "self_check",
    "signs",
    "troubled_mails",
]
