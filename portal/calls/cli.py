"""Commands for calls: import a file, list the blueprints."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from portal import i18n
from portal.calls.engine import blueprint_names, complete, load_blueprint, read_yaml
from portal.calls.services import import_call, publish_call
from portal.db import transaction
from portal.errors import Invalid
from portal.permissions import Role

call_commands = AppGroup("call", help="Calls for applications.")


@dataclass(frozen=True)
class OperatorRole:
    """The role of whoever may type commands at the machine."""

    role: Role = Role.STAFF
    strand: str | None = None
    call_code: str | None = None


@dataclass(frozen=True)
class Operator:
    """Whoever may type commands at the machine: nobody in particular, with the staff's role."""

    id: int | None = None
    roles: list[OperatorRole] = field(default_factory=lambda: [OperatorRole()])


@call_commands.command("import")
@click.argument("file")
@click.option("--code", help="Another code than the file's.")
@click.option("--opens", help="Another opening time, of Rome: 2026-10-01T09:00.")
@click.option("--closes", help="Another closing time, of Rome: 2026-10-31T12:00.")
@click.option("--publish", is_flag=True, help="Publish it at once.")
def import_file(file: str, publish: bool, **changes: str | None) -> None:
    """Make a draft call of FILE (YAML), or of a blueprint's name, and print its code."""
    try:
        given = {name: value for name, value in changes.items() if value is not None}
        code = import_and_publish({**read_source(file), **given}, publish)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file}: not a text in UTF-8") from error
    except Invalid as error:
        raise click.ClickException(f"{file}: {error.field}: {i18n.message(error)}") from error
    click.echo(code)


def read_source(file: str) -> dict[str, Any]:
    """Return the definition in a file, or the blueprint of that name."""
    if file in blueprint_names():
        return load_blueprint(file)
    return complete(read_yaml(Path(file).read_text(encoding="utf-8")))


def import_and_publish(definition: dict[str, Any], publish: bool) -> str:
    """Import a call, publish it where asked, and return its code; all of it or nothing."""
    with transaction():
        call = import_call(definition, Operator())
        if publish:
            publish_call(call, Operator())
        return call.code


@call_commands.command("blueprints")
def list_blueprints() -> None:
    """Print the names of the blueprints that come with the portal."""
    for name in blueprint_names():
        click.echo(name)
