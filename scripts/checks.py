"""The table of docs/security.md: which tests show which check, read from the tests' own markers.

    python scripts/checks.py           tell where the page and the markers differ
    python scripts/checks.py write     put the markers of today into the page

A test says what it shows by `@pytest.mark.check(13)`; a module, by a `pytestmark`. The page holds
the rest: what must hold, what is not covered. The first command exits 1 when something differs.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "security.md"
ROW = re.compile(r"^\| (\d+) \| (.*) \| (.*) \| (.*) \|$")
BETWEEN = "<br>"


@dataclass(frozen=True)
class Row:
    """A line of the table: a check, what must hold, the tests as written, what isn't covered."""

    number: int
    claim: str
    shown_by: str
    not_covered: str

    def __str__(self) -> str:
        cells = (str(self.number), self.claim, self.shown_by, self.not_covered)
        return f"| {' | '.join(cells)} |"


def read_rows(text: str) -> list[Row]:
    """Return the lines of the page's tables that belong to a check."""
    found = (ROW.match(line) for line in text.splitlines())
    return [Row(int(row[1]), *row.groups()[1:]) for row in found if row]


def marked_tests(folder: Path) -> dict[int, list[str]]:
    """Return the tests by the number of the check they show, as `tests/x/test_y.py::test_z`.

    A module whose every test shows it stands without a test's name.
    """
    shown: dict[int, list[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        name = path.relative_to(folder.parent).as_posix()
        for number, test in markers_of(ast.parse(path.read_text(encoding="utf-8"))):
            label = f"{name}::{test}" if test else name
            if label not in shown.setdefault(number, []):
                shown[number].append(label)
    return shown


def markers_of(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield each number with the test that carries it; "" for all tests of the module."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield from ((number, node.name) for number in numbers_in(node.decorator_list))
        elif isinstance(node, ast.Assign) and is_named(node.targets[0], "pytestmark"):
            yield from ((number, "") for number in numbers_in([node.value]))


def is_named(node: ast.expr, name: str) -> bool:
    """Tell whether an expression is the plain name."""
    return isinstance(node, ast.Name) and node.id == name


def numbers_in(expressions: Sequence[ast.expr]) -> Iterator[int]:
    """Yield the numbers of every `pytest.mark.check(…)`, within parameters too."""
    for expression in expressions:
        for node in ast.walk(expression):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.check":
                yield from (ast.literal_eval(number) for number in node.args)


def written(tests: Sequence[str]) -> str:
    """Return tests as a cell of the table shows them: each file once, its tests after it."""
    by_file: dict[str, list[str]] = {}
    for label in tests:
        file, _, test = label.partition("::")
        by_file.setdefault(file, []).append(test)
    cells = []
    for file, names in by_file.items():
        named = " ".join(f"`{name}`" for name in names if name and "" not in names)
        cells.append(f"`{file}` {named}".strip())
    return BETWEEN.join(cells)


def rewrite(text: str, shown: dict[int, list[str]]) -> str:
    """Return the page with the tests of today; a line without any keeps what stands there."""

    def with_tests(line: str) -> str:
        found = ROW.match(line)
        if not found:
            return line
        row = Row(int(found[1]), *found.groups()[1:])
        tests = written(shown.get(row.number, []))
        kept = "" if "`tests/" in row.shown_by else row.shown_by
        return str(Row(row.number, row.claim, tests or kept, row.not_covered))

    return "".join(f"{with_tests(line)}\n" for line in text.splitlines())


def differences(text: str, shown: dict[int, list[str]]) -> list[str]:
    """Return the checks whose line says otherwise than the markers, or that have no line."""
    today = {row.number: row for row in read_rows(rewrite(text, shown))}
    missing = [f"check {number}: no line in the table" for number in shown.keys() - today.keys()]
    return sorted(missing) + [
        f"check {row.number}: the tests are {today[row.number].shown_by or 'none'}"
        for row in read_rows(text)
        if row != today[row.number]
    ]


def main(words: Sequence[str]) -> int:
    """Do what the command line says; return the exit code."""
    shown, text = marked_tests(ROOT / "tests"), PAGE.read_text(encoding="utf-8")
    if list(words) == ["write"]:
        PAGE.write_text(rewrite(text, shown), encoding="utf-8")
        return 0
    found = differences(text, shown)
    print("\n".join(found) or "docs/security.md names the tests as they are marked.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
