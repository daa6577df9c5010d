"""The command that imports calls."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal import clock
from portal.calls.engine import BLUEPRINTS, blueprint_names
from portal.calls.models import Call
from portal.calls.states import CallState
from tests.conftest import ROOT

FILE = ROOT / "portal" / "demo" / "spring-2023.yaml"

WINDOW = ("--opens", "2099-03-01T09:00", "--closes", "2099-04-30T12:00")


def run(app: Flask, *arguments: str) -> Result:
    """Run `flask call …`."""
    return app.test_cli_runner().invoke(args=["call", *arguments])


def calls(db: SQLAlchemy) -> list[tuple[str, CallState]]:
    """What stands in the database."""
    rows = db.session.scalars(sa.select(Call).order_by(Call.code))
    return [(row.code, row.state) for row in rows]


def test_import_prints_the_code_of_the_draft(app: Flask, db: SQLAlchemy) -> None:
    done = run(app, "import", str(FILE))
    assert (done.exit_code, done.output) == (0, "innovazione-sociale-2023\n")
    assert calls(db) == [("innovazione-sociale-2023", CallState.DRAFT)]


def test_import_takes_another_code_and_window_and_publishes(app: Flask, db: SQLAlchemy) -> None:
    done = run(app, "import", "self-employment", "--code", "autoimpiego-2027", *WINDOW, "--publish")
    assert (done.exit_code, done.output) == (0, "autoimpiego-2027\n")
    call = db.session.scalars(sa.select(Call)).one()
    assert call.state is CallState.PUBLISHED
    assert clock.to_rome(call.closes_at).isoformat() == "2099-04-30T12:00:00+02:00"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (["--closes", "2023-04-01T12:00"], ": call.closes: La chiusura"),
        (["--code", "Call 1"], ": call.code: Scrivi lettere minuscole"),
        (["--opens", "2023-03-26T02:30"], ": call.opens: "),
    ],
)
def test_import_says_on_its_last_line_what_is_wrong(
    app: Flask, db: SQLAlchemy, change: list[str], reason: str
) -> None:
    done = run(app, "import", str(FILE), *change)
    assert done.exit_code == 1
    assert f"{FILE}{reason}" in done.output.splitlines()[-1]
    assert calls(db) == []


def test_import_of_what_is_no_call_says_so(app: Flask, db: SQLAlchemy, tmp_path: Path) -> None:
    binary, broken = tmp_path / "binary.yaml", tmp_path / "broken.yaml"
    binary.write_bytes(b"\xff\xfe\x00")
    broken.write_text("code: [", encoding="utf-8")
    for file, words in (
        (tmp_path / "nothing.yaml", "No such file or directory"),
        (binary, "not a text in UTF-8"),
        (broken, "riga 1, call: Questo non è YAML valido."),
    ):
        done = run(app, "import", str(file))
        assert (done.exit_code, done.output.splitlines()[-1]) == (1, f"Error: {file}: {words}")


def test_published_call_is_not_imported_again(app: Flask, db: SQLAlchemy) -> None:
    assert run(app, "import", str(FILE), *WINDOW, "--publish").exit_code == 0
    again = run(app, "import", str(FILE))
    assert again.exit_code == 1
    assert ": riga 4, call.code: " in again.output


def test_check_of_a_good_file_names_its_call_and_keeps_nothing(app: Flask, db: SQLAlchemy) -> None:
    done = run(app, "check", str(FILE))
    assert (done.exit_code, done.output) == (0, "innovazione-sociale-2023: ok\n")
    assert calls(db) == []


def test_check_names_line_and_field_of_every_mistake(app: Flask, tmp_path: Path) -> None:
    text = (BLUEPRINTS / "social-innovation.yaml").read_text(encoding="utf-8")
    for right, wrong in (
        ("strand: social\n", "strand: sport\n"),
        ("type: short_text", "type: shorttext"),
        ("kind: judged", "kind: guessed"),
    ):
        text = text.replace(right, wrong, 1)
    file = tmp_path / "call.yaml"
    file.write_text(text, encoding="utf-8")
    lines = text.splitlines()
    done = run(app, "check", str(file))
    assert done.exit_code == 1
    told = [line.removeprefix("Error: ") for line in done.output.splitlines()]
    assert [line.partition(": ")[2].partition(":")[0] for line in told] == [
        f"riga {lines.index('strand: sport') + 1}, call.strand",
        f"riga {line_with(lines, 'shorttext')}, form.sections[0].questions[0].type",
        f"riga {line_with(lines, 'guessed')}, grid.criteria[3].kind",
    ]


def line_with(lines: list[str], word: str) -> int:
    """The number of the first line that holds a word."""
    return next(number for number, line in enumerate(lines, start=1) if word in line)


def test_option_in_the_place_of_a_line_is_not_said_to_stand_there(
    app: Flask, db: SQLAlchemy
) -> None:
    done = run(app, "import", str(FILE), "--code", "Call 1")
    assert f"{FILE}: call.code: " in done.output


def test_blueprints_are_listed(app: Flask) -> None:
    done = run(app, "blueprints")
    assert done.output.split() == blueprint_names()


@pytest.mark.parametrize("name", blueprint_names())
def test_shipped_blueprint_comes_back_byte_for_byte(
    app: Flask, db: SQLAlchemy, tmp_path: Path, name: str
) -> None:
    assert run(app, "blueprints", "--write", str(tmp_path)).exit_code == 0
    file = tmp_path / f"{name}.yaml"
    code = run(app, "import", str(file)).output.strip()
    exported = run(app, "export", code)
    assert exported.exit_code == 0
    assert exported.output.encode() == file.read_bytes() == (BLUEPRINTS / file.name).read_bytes()


def test_export_of_an_unknown_call_says_so(app: Flask, db: SQLAlchemy) -> None:
    done = run(app, "export", "nessuno")
    assert (done.exit_code, done.output) == (1, "Error: nessuno: no such call\n")
