"""Commands for calls: check, import and export files, list the blueprints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from portal import i18n
from portal.calls import engine, queries
from portal.calls.services import import_call, publish_call
from portal.db import transaction
from portal.definitions import DefinitionError
from portal.errors import Invalid, NotFound
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


@call_commands.command("check")
@click.argument("file")
def check_file(file: str) -> None:
    """Say what is wrong in FILE, line by line; nothing is kept."""
    with told(file):
        found = engine.read_call(read_text(file))
    click.echo(f"{found.code}: ok")


@call_commands.command("import")
@click.argument("file")
@click.option("--code", help="Another code than the file's.")
@click.option("--opens", help="Another opening time, of Rome: 2026-10-01T09:00.")
@click.option("--closes", help="Another closing time, of Rome: 2026-10-31T12:00.")
@click.option("--publish", is_flag=True, help="Publish it at once.")
def import_file(file: str, publish: bool, **changes: str | None) -> None:
    """Make a draft call of FILE (YAML), or of a blueprint's name, and print its code."""
    given = {name: value for name, value in changes.items() if value is not None}
    with told(file):
        text = read_text(file)
        try:
            code = import_and_publish({**engine.read_yaml(text), **given}, publish)
        except DefinitionError as error:
            raise engine.locate(error, text, without=given) from error
    click.echo(code)


@call_commands.command("export")
@click.argument("code")
def export_call(code: str) -> None:
    """Write the call of this code as YAML, as a file of its own."""
    try:
        call = queries.get_call(code, Operator())
    except NotFound as error:
        raise click.ClickException(f"{code}: no such call") from error
    click.echo(engine.call_text(call), nl=False)


@call_commands.command("blueprints")
@click.option("--write", "folder", type=click.Path(file_okay=False), help="Write them there.")
def list_blueprints(folder: str | None) -> None:
    """Print the names of the blueprints that come with the portal."""
    for name in engine.blueprint_names():
        if folder is not None:
            Path(folder).mkdir(parents=True, exist_ok=True)
            text = engine.blueprint_text(name)
            Path(folder, f"{name}.yaml").write_text(text, encoding="utf-8", newline="\n")
        click.echo(name)


@contextmanager
def told(file: str) -> Iterator[None]:
    """End the command with all that is wrong with its file, one mistake on each line."""
    try:
        yield
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file}: not a text in UTF-8") from error
    except DefinitionError as error:
        lines = [f"{file}: {line}" for line in engine.describe(error)]
        raise click.ClickException("\n".join(lines)) from error
    except Invalid as error:
        raise click.ClickException(f"{file}: {i18n.message(error)}") from error


def read_text(file: str) -> str:
    """Return the text of a file, or of the blueprint of that name."""
    if file in engine.blueprint_names():
        return engine.blueprint_text(file)
    return Path(file).read_text(encoding="utf-8")


def import_and_publish(definition: dict[str, Any], publish: bool) -> str:
    """Import a call, publish it where asked, and return its code; all of it or nothing."""
    with transaction():
        call = import_call(definition, Operator())
        if publish:
            publish_call(call, Operator())
        return call.code
