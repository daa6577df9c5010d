"""The commands of `flask --app wsgi`, each from its feature's cli.py."""

from __future__ import annotations

import click
from flask import Flask

from portal.accounts.cli import user_commands
from portal.calls.cli import call_commands
from portal.demo.cli import demo_commands
from portal.operations.cli import (
    audit_commands,
    backup_commands,
    check,
    files_commands,
    outbox_commands,
    worker,
)
from portal.sources.cli import ledger_commands

COMMANDS: tuple[click.Command, ...] = (
    user_commands,
    call_commands,
    audit_commands,
    ledger_commands,
    outbox_commands,
    backup_commands,
    files_commands,
    check,
    worker,
    demo_commands,
)


def register(app: Flask) -> None:
    """Add every command and command group to the app."""
    for command in COMMANDS:
        app.cli.add_command(command)
