"""Commands that keep the portal running: the worker, the checks, the outbox."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import AppGroup, with_appcontext

from portal import audit, outbox
from portal.db import db
from portal.files import StoreAway
from portal.operations.queries import BackupError, backups_in, self_check
from portal.operations.services import (
    Unwell,
    check_files,
    make_backup,
    opens_seals,
    require_well,
    restore_backup,
    send_due_mails,
    work_forever,
    worker_name,
)

audit_commands = AppGroup("audit", help="The audit trail.")
outbox_commands = AppGroup("outbox", help="The mails that wait.")
files_commands = AppGroup("files", help="The file store.")
backup_commands = AppGroup("backup", help="Copies of database and files.")

Folder = click.Path(path_type=Path, file_okay=False)
KEYS = "The VAULT_KEYS are not in it: keep them apart, nothing sealed opens without them."
OTHER_KEYS = "These VAULT_KEYS do not open what is sealed in it: second factors, kept forms."


@audit_commands.command("verify")
@click.option("--until", default="", help="A last hash noted before: it must still be there.")
def verify_audit(until: str) -> None:
    """Read the whole chain; exit 1 and the first bad entry when it is broken."""
    verdict = audit.verify()
    if verdict.bad_number is not None:
        click.echo(f"entry {verdict.bad_number}: {verdict.reason}")
        sys.exit(1)
    click.echo(f"{verdict.entries} entries, chain whole, last hash {verdict.last_hash}")
    if until:
        number = audit.number_of(until)
        if number is None:
            click.echo("the noted hash is not in it: the chain was cut or written anew")
            sys.exit(1)
        click.echo(f"the noted hash is that of entry {number}: all before it is as it was then")


@outbox_commands.command("send")
def send_mails() -> None:
    """Send the mails that are due now; exit 1 when some could not be sent."""
    tried = send_due_mails(worker_name())
    click.echo(f"{tried} mails tried")
    if troubled := outbox.troubled():
        click.echo(f"{troubled} mails could not be sent and are tried again later")
        sys.exit(1)


@files_commands.command("check")
@click.option("--repair-orphans", is_flag=True, help="Remove files without a row after 48 hours.")
def check_store(repair_orphans: bool) -> None:
    """Compare rows and files; exit 1 when one is missing or has changed."""
    try:
        found = check_files(removes=repair_orphans)
    except StoreAway as error:
        refuse(RuntimeError(f"the file store does not answer ({error})"))
    for kind, word in (("missing", "missing"), ("changed", "changed"), ("orphans", "orphan")):
        for key in found.named[kind]:
            click.echo(f"{word}: {key}")
    flaws = f"{found.missing} missing, {found.changed} changed, {found.orphans} without a row"
    click.echo(f"{found.seen} files looked at: {flaws}, {found.removed} removed")
    if not found.is_well:
        sys.exit(1)


@backup_commands.command("make")
@click.argument("folder", type=Folder)
@click.option("--keep", type=click.IntRange(min=1), help="How many to leave, this one included.")
def make(folder: Path, keep: int | None) -> None:
    """Copy the database and the files it names into FOLDER, while the portal runs."""
    try:
        path, manifest = make_backup(folder, keep or 0)
    except BackupError as error:
        refuse(error)
    rows = sum(manifest.counts.values())
    click.echo(f"{path}: {rows} rows, {len(manifest.files)} files, {manifest.size} octets")
    click.echo(f"{manifest.audit_number} audit entries, last hash {manifest.audit_hash}")
    click.echo(KEYS)
    if manifest.missing:
        click.echo(f"files lost or changed in the store: {len(manifest.missing)}")
        sys.exit(1)


@backup_commands.command("restore")
@click.argument("folder", type=Folder)
@click.option("--replace", is_flag=True, help="Overwrite a database that is not empty.")
def restore(folder: Path, replace: bool) -> None:
    """Put the back-up at FOLDER back; stop web and worker first."""
    try:
        manifest = restore_backup(folder, replace=replace)
    except BackupError as error:
        refuse(error)
    click.echo(f"restored as it was at {manifest.made_at}; the audit trail is whole")
    click.echo("Everybody signs in again; links mailed before and keys of programs are void.")
    if not opens_seals(manifest):
        click.echo(OTHER_KEYS)
    click.echo("Now run flask --app wsgi db upgrade, then flask --app wsgi check, then start.")


@backup_commands.command("list")
@click.argument("folder", type=Folder)
def show_backups(folder: Path) -> None:
    """List the back-ups in FOLDER, the newest first."""
    try:
        for path, manifest in backups_in(folder):
            lost = f", {len(manifest.missing)} files missing" if manifest.missing else ""
            files = f"{len(manifest.files)} files, {manifest.size} octets{lost}"
            click.echo(f"{path.name}  {manifest.dialect} {manifest.revision}  {files}")
    except BackupError as error:
        refuse(error)


def refuse(error: Exception) -> NoReturn:
    """Say why it can't be done, and end."""
    click.echo(str(error), err=True)
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
