"""The ledger's own command."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from portal import ledger

ledger_commands = AppGroup("ledger", help="The ledger of all money.")


@ledger_commands.command("verify")
def verify_ledger() -> None:
    """Add everything up anew; exit 1 and the first account that is wrong."""
    verdict = ledger.verify()
    if verdict.bad_account is not None:
        click.echo(f"account {verdict.bad_account}: {verdict.reason}")
        sys.exit(1)
    click.echo(f"{verdict.accounts} accounts, {verdict.transactions} transactions, all add up")
