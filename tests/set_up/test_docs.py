"""What the documents name exists: paths, targets, commands, settings, pictures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from config import make_settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
CODE = re.compile(r"`([^`\n]+)`")
TARGET = re.compile(r"\bmake ([a-z]+)\b")
COMMAND = re.compile(r"\bflask ((?:[a-z]+(?:-[a-z]+)* ?)+)")
# Folders that stand at the top, or among the packages of the portal.
PLACES = ("", "portal/", "portal/applications/")
# Made by the set-up, or on the machine that runs the portal.
MADE = (".cache/", "instance/", ".venv/", "bench/results.json", "portal/static/build")


@pytest.fixture(params=PAGES, ids=NAMES)
def page(request: pytest.FixtureRequest) -> Path:
    """Each page in turn."""
    return Path(request.param)


def code_of(page: Path) -> list[str]:
    """Return what a page sets as code, blocks line by line."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^```\n.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()] + CODE.findall(prose)


def paths_in(code: list[str]) -> list[str]:
    """Return the words that are paths of this project."""
    tops = {path.name for top in (ROOT, ROOT / "portal") for path in top.iterdir()}
    words = [word for text in code for word in text.split()]
    return [
        word
        for word in words
        if re.fullmatch(r"[\w./-]+", word)
        and word.partition("/")[0] in tops
        and ("/" in word or "." in word)
        and not word.startswith(MADE)
    ]


def test_links_lead_to_files(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_paths_exist(page: Path) -> None:
    paths = paths_in(code_of(page))
    assert [path for path in paths if not any((ROOT / x / path).exists() for x in PLACES)] == []


def test_targets_exist(page: Path) -> None:
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {target for text in code_of(page) for target in TARGET.findall(text)}
    assert named - made == set()


def test_commands_exist(page: Path, app: Flask) -> None:
    known = {f"{group} {name}" for group, x in app.cli.commands.items() for name in commands_of(x)}
    found = [words for text in code_of(page) for words in COMMAND.findall(text)]
    named = {" ".join(words.split()[:2]) for words in found}
    assert {name for name in named if name not in known and name not in app.cli.commands} == set()


def commands_of(group: object) -> list[str]:
    """Return the names of a group's commands; a command of its own has none."""
    return list(getattr(group, "commands", {}))


def described_settings() -> dict[str, str]:
    """Return the settings of the table in operations.md with their defaults."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = text.partition("\n## Settings\n")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \|", section, re.MULTILINE))


def test_every_setting_is_described() -> None:
    read = set()
    for name in ("config.py", "gunicorn.conf.py"):
        source = (ROOT / name).read_text(encoding="utf-8")
        read |= set(re.findall(r"(?:given|os\.environ)\.get\(\s*[\"']([A-Z_]+)[\"']", source))
    assert set(described_settings()) == read


def test_defaults_are_those_described() -> None:
    needed = {"SECRET_KEY": "x" * 32, "PUBLIC_URL": "http://localhost", "DATABASE_URL": "sqlite://"}
    settings = make_settings({"PORTAL_ENV": "test", **needed})
    plain = {
        name: text.strip("`")
        for name, text in described_settings().items()
        if name in settings and text.startswith("`") and name != "PORTAL_ENV"
    }
    assert plain == {name: str(settings[name]) for name in plain}
    assert {"MAIL_SENDER", "PROXY_HOPS", "OFFICE_EMAIL", "MAX_CONTENT_LENGTH"} <= set(plain)
    empty = [name for name, text in described_settings().items() if text.startswith("empty")]
    assert {name: settings[name] for name in empty} == dict.fromkeys(empty, "")


def test_pictures_are_those_that_are_kept() -> None:
    script = (ROOT / "scripts" / "pictures.py").read_text(encoding="utf-8")
    chosen = set(re.findall(r"^    \"([a-z-]+)\": \(\"\w+\", \d+, \d+\),", script, re.MULTILINE))
    shown = {
        name
        for page in PAGES
        for name in re.findall(r"pictures/([a-z-]+)\.png", page.read_text(encoding="utf-8"))
    }
    assert shown == chosen
    assert {path.stem for path in (ROOT / "docs" / "pictures").glob("*.png")} == chosen
