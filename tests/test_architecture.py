"""The house rules that no linter holds: sizes, names, who sets a state, what a template may say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.uncounted

ROOT = Path(__file__).resolve().parents[1]
PORTAL = ROOT / "portal"
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
PYTHON = sorted(
    path
    for top in ("portal", "tests", "bench", "scripts", "migrations", "*.py")
    for found in ROOT.glob(top)
    for path in (found.rglob("*.py") if found.is_dir() else [found])
)
WRITTEN = PYTHON + sorted(
    path
    for top, endings in (("assets", ("css", "js", "mjs")), ("scripts", ("sh",)))
    for ending in endings
    for path in (ROOT / top).rglob(f"*.{ending}")
    if "node_modules" not in path.parts
)

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
LONGEST_TEMPLATE = 120
LONGEST_VIEW_P95 = 20

ROOMS = {"cli", "views", "api", "forms", "schemas", "consequences", "services", "queries"}
# An engine is pure: it reads no table and no request.
ROOMS |= {"models", "states", "engine", "__init__"}
# What the demo holds is told in its own words.
FREE = {"demo", "static", "translations"}


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name_of(path: Path) -> str:
    """Return a path as a reader of the project would write it."""
    return str(path.relative_to(ROOT))


def functions_of(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each function of a file with its length in lines, decorators left out."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{name_of(path)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1


def lines_matching(paths: list[Path], pattern: str) -> list[str]:
    """Return where a pattern stands, as file:line."""
    expression = re.compile(pattern)
    return [
        f"{name_of(path)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if expression.search(line)
    ]


def lengths_over(paths: list[Path], limit: int) -> list[str]:
    """Return the files longer than the limit, with their length."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    return [f"{name_of(path)}: {length}" for path, length in lengths.items() if length > limit]


def test_file_is_short_enough_to_read() -> None:
    assert lengths_over(WRITTEN, LONGEST_FILE) == []


def test_template_is_short_enough_to_read() -> None:
    assert lengths_over(TEMPLATES, LONGEST_TEMPLATE) == []


def test_function_fits_a_screen() -> None:
    # A migration is a listing, read from top to bottom once.
    long = [
        f"{name}: {length}"
        for path in PYTHON
        if ROOT / "migrations" not in path.parents
        for name, length in functions_of(path)
        if length > LONGEST_FUNCTION
    ]
    assert long == []


def test_views_only_read_call_and_answer() -> None:
    views = [*PORTAL.glob("*/views.py"), *PORTAL.glob("*/views/*.py")]
    views += [*PORTAL.glob("*/api.py"), *PORTAL.glob("*/api/*.py")]
    lengths = sorted(length for path in views for _, length in functions_of(path))
    p95 = lengths[int(len(lengths) * 0.95)] if lengths else 0
    assert p95 <= LONGEST_VIEW_P95


def test_every_module_says_what_it_is_for() -> None:
    silent = [name_of(path) for path in PYTHON if not ast.get_docstring(parsed(path))]
    assert silent == []


def test_every_folder_of_code_is_a_package() -> None:
    # The import contracts don't see a folder without __init__.py.
    folders = {path.parent for path in PYTHON if PORTAL in path.parents}
    assert [name_of(path) for path in sorted(folders) if not (path / "__init__.py").exists()] == []


def test_packages_have_the_same_rooms() -> None:
    strange = [
        name_of(path)
        for package in PORTAL.iterdir()
        if package.is_dir() and package.name not in FREE and is_feature(package)
        for path in package.iterdir()
        if (path.suffix == ".py" or (path / "__init__.py").exists()) and path.stem not in ROOMS
    ]
    assert strange == []


def is_feature(package: Path) -> bool:
    """Tell a feature from a concern that outgrew its one module."""
    concerns = {"audit", "documents", "files", "jobs", "outbox", "parse", "permissions"}
    concerns |= {"api", "logs", "protocol", "tables", "web", "workflow", "__pycache__"}
    return package.name not in concerns


def assigned_attributes(tree: ast.Module) -> Iterator[ast.Attribute]:
    """Yield every `x.name` that something is assigned to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node


def sets_state_by_name(node: ast.AST) -> bool:
    """Tell `setattr(x, "state", …)`."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "setattr"
        and isinstance(node.args[1], ast.Constant)
        and node.args[1].value == "state"
    )


def test_only_the_workflow_sets_a_state() -> None:
    # The queue moves its own rows, under a lease, as no person does.
    movers = {"portal/workflow.py", "portal/jobs.py"}
    others = [path for path in PYTHON if PORTAL in path.parents and name_of(path) not in movers]
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in others
        for node in assigned_attributes(parsed(path))
        if node.attr == "state"
    ]
    found += [
        f"{name_of(path)}:{node.lineno}"
        for path in others
        for node in ast.walk(parsed(path))
        if sets_state_by_name(node)
    ]
    assert found == []


@pytest.mark.parametrize(
    "word", ["TO" + "DO", "FIX" + "ME", r"pytest\.mark\.skip", r"pytest\.skip", "importor" + "skip"]
)
def test_nothing_is_left_for_later(word: str) -> None:
    others = [path for path in WRITTEN + TEMPLATES if path != Path(__file__)]
    assert lines_matching(others, rf"\b{word}") == []


def test_every_suppression_has_a_reason() -> None:
    bare = r"#\s*noqa(?!: [A-Z]+\d+(, ?[A-Z]+\d+)*\s+(- )?\w)"
    others = [path for path in PYTHON if path != Path(__file__)]
    assert lines_matching(others, bare) == []


@pytest.mark.check(27, 78)
@pytest.mark.parametrize(
    "danger", [r"\|\s*safe\b", r"\bmark_safe\b", "render_template_string", r"shell\s*=\s*True"]
)
def test_nothing_skips_escaping_or_quoting(danger: str) -> None:
    others = [path for path in PYTHON + TEMPLATES if path != Path(__file__)]
    assert lines_matching(others, danger) == []


# Where a sentence of ours becomes markup; where a database is set up, examined, copied whole.
MARKUP = {"portal/i18n.py"}
RAW_SQL = {
    "portal/db.py",
    "portal/operations/queries/self_check.py",
    "portal/operations/queries/signs.py",
    "portal/operations/services/dumps.py",
}


def calls_of(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield each call of a file with the name it is called by."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func).rpartition(".")[2], node


def is_written_sql(name: str, call: ast.Call) -> bool:
    """Tell a statement that is a text: not one of SQLAlchemy's, whose values are bound."""
    if name in {"exec_driver_sql", "literal_column", "TextClause"}:
        return True
    statements = {"execute", "scalar", "scalars", "text"}
    texts = (ast.JoinedStr, ast.Constant, ast.BinOp)
    return name in statements and bool(call.args) and isinstance(call.args[0], texts)


@pytest.mark.check(78)
def test_statements_and_markup_are_never_put_together_from_texts() -> None:
    found = {
        name_of(path)
        for path in PYTHON
        if PORTAL in path.parents and name_of(path) not in RAW_SQL
        for name, call in calls_of(path)
        if is_written_sql(name, call) or (name == "Markup" and name_of(path) not in MARKUP)
    }
    assert found == set()


@pytest.mark.check(78)
@pytest.mark.parametrize("name", ["run", "test", "audit"])
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    entries = [entry for entry in re.split(r"\n(?=\S)", text) if not entry.startswith("#")]
    loose = [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry]
    assert (loose, len(entries) > 20) == ([], True)


@pytest.mark.check(71)
@pytest.mark.parametrize(
    "inline",
    [
        r"<style\b",
        r"\sstyle\s*=",
        r"<script(?![^>]*\ssrc=)",
        r"<[^>]*\son[a-z]+\s*=",
        "javascript:",
    ],
)
def test_pages_hold_no_inline_style_or_script(inline: str) -> None:
    # Documents are drawn without scripts and without a policy, and carry their own styles.
    pages = [path for path in TEMPLATES if not {"documents", "mail"} & set(path.parts)]
    assert lines_matching(pages, inline) == []
