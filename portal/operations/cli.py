"""Commands that keep the portal running: the worker, the checks, the outbox."""

from __future__ import annotations

import signal
import sys
import threading

import click
from flask.cli import AppGroup, with_appcontext

from portal import audit, outbox
from portal.db import db
from portal.operations.queries import self_check
from portal.operations.services import (
    Unwell,
    require_well,
    send_due_mails,
    work_forever,
    worker_name,
)

audit_commands = AppGroup("audit", help="The audit trail.")
outbox_commands = AppGroup("outbox", help="The mails that wait.")


@audit_commands.command("verify")
def verify_audit() -> None:
    """Read the whole chain; exit 1 and the first bad entry when it is broken."""
    verdict = audit.verify()
    if verdict.bad_number is not None:
        click.echo(f"entry {verdict.bad_number}: {verdict.reason}")
        sys.exit(1)
    click.echo(f"{verdict.entries} entries, chain whole, last hash {verdict.last_hash}")


@outbox_commands.command("send")
def send_mails() -> None:
    """Send the mails that are due now; exit 1 when some could not be sent."""
    tried = send_due_mails(worker_name())
    click.echo(f"{tried} mails tried")
    if troubled := outbox.troubled():
        click.echo(f"{troubled} mails could not be sent and are tried again later")
        sys.exit(1)


@click.command("check")
@with_appcontext
def check() -> None:
    """Look at all the portal counts on; exit 1 when something is not as it must be."""
    findings = self_check()
    for finding in findings:
        click.echo(f"{finding.part}: {finding.trouble or 'well'}")
    if any(finding.trouble for finding in findings):
        sys.exit(1)


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Draw documents, send mails and do jobs until told to stop."""
    try:
        require_well()
    except Unwell as trouble:
        click.echo(f"the worker does not start: {trouble}", err=True)
        sys.exit(1)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work_forever(stop)
    db.session.remove()
