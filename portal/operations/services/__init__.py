"""What keeps the portal running: the worker, the start, back-ups, repairs, daily upkeep."""

from portal.operations.services.backing_up import make_backup
from portal.operations.services.repairs import retry_job, retry_mail
from portal.operations.services.restoring import opens_seals, restore_backup
from portal.operations.services.starting import Unwell, require_well
from portal.operations.services.store_care import check_files
from portal.operations.services.upkeep import compare_clocks, forget, verify_audit
from portal.operations.services.worker import (
    look_for_daily_jobs,
    send_due_mails,
    work_forever,
    work_once,
    worker_name,
)

__all__ = [
    "Unwell",
    "check_files",
    "compare_clocks",
    "forget",
    "look_for_daily_jobs",
    "make_backup",
    "opens_seals",
    "require_well",
    "restore_backup",
    "retry_job",
    "retry_mail",
    "send_due_mails",
    "verify_audit",
    "work_forever",
    "work_once",
    "worker_name",
]
