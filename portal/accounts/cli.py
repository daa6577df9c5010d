"""Commands about people: inviting them, also the first administrator, and closing accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from portal import i18n, parse
from portal.accounts import queries, services
from portal.accounts.models import Promoter, User
from portal.errors import NotFound, PortalError
from portal.permissions import Role

user_commands = AppGroup("user", help="People and their roles.")


@user_commands.command("invite")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--name", default="", help="Name and surname; without it, the address's first part.")
@click.option("--strand", help="Only for calls of this strand.")
@click.option("--call", "call_code", help="Only for this call.")
@click.option("--promoter", type=click.Choice([promoter.value for promoter in Promoter]))
def invite(
    email: str,
    role: str,
    name: str,
    strand: str | None,
    call_code: str | None,
    promoter: str | None,
) -> None:
    """Give EMAIL a role, with a mail; print the link where a password must be chosen."""
    try:
        user, token = services.send_invitation(
            parse.email(email),
            Role(role),
            None,
            name=parse.name(name) if name else "",
            strand=strand,
            call_code=call_code,
            promoter=Promoter(promoter) if promoter else None,
        )
    except PortalError as error:
        raise click.ClickException(i18n.message(error)) from error
    link: Any = current_app.jinja_env.globals["link"]
    click.echo(f"A mail to {user.email} is queued. The link it holds:")
    if token:
        click.echo(link("accounts.reset_password", token=token))
    else:
        click.echo(link("accounts.sign_in"))


@user_commands.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Close the account of EMAIL: its sessions and links end at once."""
    user = do_to(email, services.disable_user)
    click.echo(f"The account of {user.email} is closed.")


@user_commands.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Open the closed account of EMAIL again, with the password and the roles it had."""
    user = do_to(email, services.enable_user)
    click.echo(f"The account of {user.email} is open.")


@user_commands.command("reset-factor")
@click.argument("email")
def reset_factor(email: str) -> None:
    """Forget the app of EMAIL, who has lost it: at the next sign-in another one is set up."""
    user = do_to(email, services.reset_factor)
    click.echo(f"{user.email} sets up a new app at the next sign-in.")


def do_to(email: str, deed: Callable[[User, None], None]) -> User:
    """Do something to the account of an address, as the person at the command line."""
    try:
        user = queries.user_by_email(parse.email(email))
        if user is None:
            raise NotFound
        deed(user, None)
    except NotFound:
        raise click.ClickException("no account has this address") from None
    except PortalError as error:
        raise click.ClickException(i18n.message(error)) from error
    return user
