"""What keeps the portal running: the worker's round, the look at everything before the start."""

from portal.operations.services.starting import Unwell, require_well
from portal.operations.services.worker import (
    look_for_daily_jobs,
    send_due_mails,
    work_forever,
    work_once,
    worker_name,
)

__all__ = [
    "Unwell",
    "look_for_daily_jobs",
    "require_well",
    "send_due_mails",
    "work_forever",
    "work_once",
    "worker_name",
]
