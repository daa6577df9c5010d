"""The table of docs/security.md is true: its tests exist and carry the numbers."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from scripts import checks, known_weaknesses

TEXT = checks.PAGE.read_text(encoding="utf-8")
ROWS = {row.number: row for row in checks.read_rows(TEXT)}
SHOWN = checks.marked_tests(checks.ROOT / "tests")
ASKED = {*range(1, 23), 26, 27, 29, *range(31, 36), *range(39, 45), *range(46, 50), 51, 53}
ASKED |= {*range(62, 70), *range(71, 77), 78}
# Shown by a target of their own, whatever tests show besides.
MEASURED = {51: "make bench", 78: "make audit"}


def test_every_check_has_its_line_once() -> None:
    assert sorted(row.number for row in checks.read_rows(TEXT)) == list(range(1, 82))


def test_page_names_the_tests_that_carry_the_numbers() -> None:
    assert checks.differences(TEXT, SHOWN) == []


def test_every_check_that_is_asked_for_is_shown() -> None:
    assert {number for number in ASKED if number not in SHOWN} <= set(MEASURED)
    for number, target in MEASURED.items():
        assert target in str(ROWS[number])


def test_check_that_nothing_shows_says_why() -> None:
    silent = [row for row in ROWS.values() if row.number not in SHOWN and row.not_covered == "-"]
    assert silent == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("@pytest.mark.check(3)\ndef test_a(): ...", [(3, "test_a")]),
        ("@pytest.mark.check(3, 4)\n@other\ndef test_a(): ...", [(3, "test_a"), (4, "test_a")]),
        ("pytestmark = [pytest.mark.database, pytest.mark.check(5)]", [(5, "")]),
        (
            "@pytest.mark.parametrize('x', [pytest.param(1, marks=pytest.mark.check(6))])\n"
            "def test_b(x): ...",
            [(6, "test_b")],
        ),
        ("def test_c(): ...", []),
    ],
)
def test_markers_are_found_wherever_they_stand(source: str, found: list[tuple[int, str]]) -> None:
    assert list(checks.markers_of(ast.parse(source))) == found


def test_line_that_differs_is_told_and_rewritten() -> None:
    text = "| 7 | It holds | `tests/old.py` `test_gone` | - |\n| 8 | Another | `make x` | - |\n"
    shown = {7: ["tests/new.py::test_a", "tests/new.py::test_b"], 9: ["tests/new.py::test_c"]}
    told = checks.differences(text, shown)
    assert told[0] == "check 9: no line in the table"
    assert told[1:] == ["check 7: the tests are `tests/new.py` `test_a` `test_b`"]
    mended = checks.rewrite(text, shown)
    assert checks.differences(mended, {7: shown[7]}) == []
    assert "| 8 | Another | `make x` | - |" in mended


LIBRARY = {"name": "pdfkit", "version": "1.0.0"}
WEAK = {**LIBRARY, "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"]}]}


@pytest.mark.parametrize(
    ("libraries", "ignored", "verdict"),
    [
        ([{**LIBRARY, "vulns": []}], "", 0),
        ([WEAK], "", 1),
        ([WEAK], "CVE-2 another one\n", 1),
        ([WEAK], "CVE-1 never called\n", 0),
        ([WEAK], "CVE-1\n", 1),
        ([{"name": "pdfkit", "skip_reason": "not found"}], "", 2),
        ([{**LIBRARY, "vulns": []}, {"name": "x", "skip_reason": "not found"}], "", 2),
        ([], "", 2),
    ],
)
def test_library_nobody_answered_for_is_never_taken_for_a_safe_one(
    tmp_path: Path, libraries: list[object], ignored: str, verdict: int
) -> None:
    report, reasons = tmp_path / "report.json", tmp_path / "ignored.txt"
    report.write_text(known_weaknesses.json.dumps({"dependencies": libraries}))
    reasons.write_text(f"# why\n{ignored}")
    assert known_weaknesses.main([str(report), str(reasons)]) == verdict
