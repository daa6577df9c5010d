"""The daily look at the file store, in short jobs: mails go on leaving between them."""

from __future__ import annotations

from portal import files, jobs
from portal.db import transaction

SECONDS_A_JOB = 20.0  # well within the lease of a job
SECONDS_A_STEP = 5.0


@jobs.handles("files.check", daily=True)
def begin_daily_check() -> None:
    """Begin the check of the day; it removes orphans that are old enough."""
    with transaction():
        check = files.begin_check(removes=True)
        add_step(check)


@jobs.handles("files.check_on")
def go_on_with_check(check_id: int) -> None:
    """Look at the next part of the store, and leave the rest to another job."""
    if not files.go_on_checking(check_id, SECONDS_A_JOB):
        with transaction():
            add_step(files.get_check(check_id))


def add_step(check: files.FileCheck) -> None:
    """Write the job that goes on from where the check stands."""
    jobs.add_job("files.check_on", f"files.check:{check.id}:{check.cursor}", check_id=check.id)


@jobs.handles("files.erase", daily=True)
def erase_removed_files() -> None:
    """Erase the content of files that were removed long enough ago."""
    files.erase_removed_files()


def check_files(*, removes: bool) -> files.FileCheck:
    """Look at the whole store now."""
    check = files.begin_check(removes=removes)
    while not files.go_on_checking(check.id, SECONDS_A_STEP):
        pass
    return files.get_check(check.id)
