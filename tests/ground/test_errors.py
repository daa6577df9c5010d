"""Every refusal has a code, every code a sentence, every sentence the facts it names."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal import errors
from portal.errors import MESSAGES, Forbidden, Invalid, InvalidMany, NotFound, Stale, WrongState

ROOT = Path(__file__).resolve().parents[2]
KINDS = {"Invalid", "WrongState", "Forbidden", "NotFound", "Stale"}
FACT = re.compile(r"%\((\w+)\)s")


def calls_in_the_portal() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted((ROOT / "portal").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def called(node: ast.Call) -> str:
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def first_text(node: ast.AST) -> str | None:
    argument = node.args[0] if isinstance(node, ast.Call) and node.args else None
    return argument.value if isinstance(argument, ast.Constant) else None


def declared_messages() -> dict[str, str]:
    """The sentences of the ground and of every feature, read without importing the features."""
    found = dict(MESSAGES)
    for _, node in calls_in_the_portal():
        if called(node) == "declare" and node.args and isinstance(node.args[0], ast.Dict):
            for key, value in zip(node.args[0].keys, node.args[0].values, strict=True):
                found[str(getattr(key, "value", ""))] = first_text(value) or ""
    return found


def test_every_code_raised_has_a_sentence_and_its_facts() -> None:
    messages, faults = declared_messages(), []
    for place, node in calls_in_the_portal():
        code = first_text(node) if called(node) in KINDS else None
        if code is None:
            continue
        given = {keyword.arg for keyword in node.keywords}
        missing = set(FACT.findall(messages.get(code, ""))) - given
        if code not in messages:
            faults.append(f"{place}: no sentence for {code}")
        elif missing and None not in given:
            faults.append(f"{place}: {code} does not say {sorted(missing)}")
    assert faults == []


def test_every_code_of_the_vectors_has_a_sentence() -> None:
    vectors = json.loads((ROOT / "tests" / "golden" / "bad_inputs.json").read_text("utf-8"))
    codes = {vector["error"] for vector in vectors if vector["expect"] == "reject"}
    assert codes - set(MESSAGES) == set()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFound(), "not_found"),
        (Forbidden(), "forbidden"),
        (WrongState(), "wrong_state"),
        (Stale(), "stale"),
        (Invalid(), "invalid"),
    ],
)
def test_errors_have_a_code_of_their_own(error: errors.PortalError, code: str) -> None:
    assert (error.code, str(error), error.facts) == (code, code, {})


def test_invalid_is_told_of_a_field() -> None:
    refused = Invalid("too_long", length=3, maximum=2)
    assert refused.errors == {None: refused}
    moved = refused.on("title")
    assert (moved.code, moved.field, moved.facts) == ("too_long", "title", refused.facts)


def test_invalid_many_holds_one_refusal_a_field() -> None:
    refused = InvalidMany({"title": Invalid("required"), "email": Invalid("email_format")})
    assert {field: error.code for field, error in refused.errors.items()} == {
        "title": "required",
        "email": "email_format",
    }
    assert [error.field for error in refused.errors.values()] == ["title", "email"]
    assert refused.code == "invalid_many"
    assert InvalidMany({"title": Invalid("required")}).code == "required"


def test_declare_refuses_a_second_sentence_for_a_code() -> None:
    errors.declare({"required": MESSAGES["required"]})
    with pytest.raises(ValueError, match="declared twice"):
        errors.declare({"required": "Something else."})
