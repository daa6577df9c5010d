"""Changing a form's definition step by step: each function returns a new definition.

What comes out may still be wrong as a whole: `read_form` judges it before anything is kept.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from portal.definitions import LONGEST_KEY
from portal.errors import Invalid, NotFound, declare, mark
from portal.questionnaires.engine.telling import plain_message

Definition = dict[str, Any]

declare(
    {
        "form_last_question": mark(
            "A section holds at least one question: delete the section, or put another "
            "question into it first."
        ),
        "form_last_section": mark("A form has at least one section."),
        "form_last_column": mark("A table has at least one column."),
        "form_key_used": mark("This key is used already: choose another one."),
    }
)

_PLACE = re.compile(
    r"(?:form\.)?(?:sections\[(?P<section>\d+)\](?:\.questions\[(?P<question>\d+)\]"
    r"(?:\.columns\[(?P<column>\d+)\])?)?|checks\[(?P<check>\d+)\])(?:\.(?P<part>\w+))?.*"
)
_NO_KEY = re.compile(r"[^a-z0-9]+")
QUESTIONS, COLUMNS = "questions", "columns"


class Place(NamedTuple):
    """A part of a form: what kind it is, its key (`table.column` of a column), its texts."""

    kind: str
    key: str
    label: Mapping[str, str]
    part: str = ""


def place_at(form: Mapping[str, Any], path: str) -> Place | None:
    """Return the part of a form that a path leads into; None where it leads to none."""
    found = _PLACE.fullmatch(path)
    if found is None:
        return None
    part = found["part"] or ""
    try:
        if found["check"] is not None:
            check = form["checks"][int(found["check"])]
            return Place("check", check["key"], plain_message(check["message"]), part)
        section = form["sections"][int(found["section"])]
        if found["question"] is None:
            return Place("section", section["key"], section["title"], part)
        question = section[QUESTIONS][int(found["question"])]
        if found["column"] is None:
            return Place("question", question["key"], question["label"], part)
        column = question[COLUMNS][int(found["column"])]
        return Place("column", f"{question['key']}.{column['key']}", column["label"], part)
    except (IndexError, KeyError, TypeError):
        return None


def path_to(form: Mapping[str, Any], kind: str, key: str) -> str:
    """Return the path of a part as mistakes name it; NotFound where there is none."""
    if kind == "check":
        return f"form.checks[{place_in(form.get('checks', ()), key)}]"
    if kind == "section":
        return f"form.sections[{place_in(form['sections'], key)}]"
    name, _, column = key.partition(".")
    i, j = place_of_question(form, name)
    path = f"form.sections[{i}].questions[{j}]"
    if kind == "question":
        return path
    columns = form["sections"][i][QUESTIONS][j].get(COLUMNS, ())
    return f"{path}.columns[{place_in(columns, column)}]"


def place_in(parts: Sequence[Mapping[str, Any]], key: str) -> int:
    """Return where the part of this key stands; NotFound where there is none."""
    for place, part in enumerate(parts):
        if part["key"] == key:
            return place
    raise NotFound


def place_of_question(form: Mapping[str, Any], key: str) -> tuple[int, int]:
    """Return the numbers of the section and of the question in it; NotFound where none is."""
    for i, section in enumerate(form["sections"]):
        for j, question in enumerate(section[QUESTIONS]):
            if question["key"] == key:
                return i, j
    raise NotFound


def part_of(form: Mapping[str, Any], kind: str, key: str) -> dict[str, Any]:
    """Return a section, a question, a column or a check; NotFound where there is none."""
    name, _, column = key.partition(".")
    if kind in ("section", "check"):
        parts: Sequence[dict[str, Any]] = form.get(f"{kind}s", ())
        return parts[place_in(parts, key)]
    i, j = place_of_question(form, name)
    question: dict[str, Any] = form["sections"][i][QUESTIONS][j]
    if kind == "question":
        return question
    columns: Sequence[dict[str, Any]] = question.get(COLUMNS, ())
    return columns[place_in(columns, column)]


def keys_of(form: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of the questions in their order."""
    for section in form["sections"]:
        for question in section[QUESTIONS]:
            yield question["key"]


def _list_with(form: Definition, kind: str, key: str) -> tuple[list[Any], int]:
    """Return the list in which a part of a (copied) form stands, and its place in it."""
    if kind in ("section", "check"):
        found: list[Any] = form.get(f"{kind}s", [])
        return found, place_in(found, key)
    name, _, column = key.partition(".")
    i, j = place_of_question(form, name)
    if kind == "question":
        return form["sections"][i][QUESTIONS], j
    columns = form["sections"][i][QUESTIONS][j].get(COLUMNS, [])
    return columns, place_in(columns, column)


def replace_part(
    form: Mapping[str, Any], kind: str, key: str, part: Mapping[str, Any]
) -> Definition:
    """Return the form with a part in the place of the one of this key."""
    new = copy.deepcopy(dict(form))
    parts, place = _list_with(new, kind, key)
    parts[place] = dict(part)
    return new


def insert_section(
    form: Mapping[str, Any], section: Mapping[str, Any], after: str = ""
) -> Definition:
    """Return the form with one section more, after the one of this key or at the end."""
    new = copy.deepcopy(dict(form))
    _refuse_used(section["key"], [each["key"] for each in new["sections"]])
    place = place_in(new["sections"], after) + 1 if after else len(new["sections"])
    new["sections"].insert(place, dict(section))
    return new


def insert_question(
    form: Mapping[str, Any], question: Mapping[str, Any], section: str, after: str = ""
) -> Definition:
    """Return the form with one question more: after another one, or first in the section."""
    new = copy.deepcopy(dict(form))
    _refuse_used(question["key"], keys_of(new))
    questions = new["sections"][place_in(new["sections"], section)][QUESTIONS]
    place = place_in(questions, after) + 1 if after else 0
    questions.insert(place, dict(question))
    return new


def insert_column(form: Mapping[str, Any], column: Mapping[str, Any], table: str) -> Definition:
    """Return the form with one column more at the end of a table."""
    new = copy.deepcopy(dict(form))
    columns = part_of(new, "question", table).setdefault(COLUMNS, [])
    _refuse_used(column["key"], [each["key"] for each in columns])
    columns.append(dict(column))
    return new


def insert_check(form: Mapping[str, Any], check: Mapping[str, Any]) -> Definition:
    """Return the form with one check more at the end."""
    new = copy.deepcopy(dict(form))
    checks = new.setdefault("checks", [])
    _refuse_used(check["key"], [each["key"] for each in checks])
    checks.append(dict(check))
    return new


def _refuse_used(key: str, used: Iterator[str] | Sequence[str]) -> None:
    if key in used:
        raise Invalid("form_key_used", "key")


def move_part(form: Mapping[str, Any], kind: str, key: str, step: int) -> Definition:
    """Return the form with a part one place further up (-1) or down (1).

    A question goes on into the neighbouring section at the end of its own. At the end of all
    nothing moves.
    """
    new = copy.deepcopy(dict(form))
    parts, place = _list_with(new, kind, key)
    if 0 <= place + step < len(parts):
        parts.insert(place + step, parts.pop(place))
    elif kind == "question":
        _move_across(new, key, step)
    return new


def _move_across(form: Definition, key: str, step: int) -> None:
    i, j = place_of_question(form, key)
    if not 0 <= i + step < len(form["sections"]):
        return
    own, other = (form["sections"][n][QUESTIONS] for n in (i, i + step))
    if len(own) == 1:
        raise Invalid("form_last_question")
    other.insert(0 if step > 0 else len(other), own.pop(j))


def copy_part(form: Mapping[str, Any], kind: str, key: str) -> tuple[Definition, str]:
    """Return the form with a question or column twice, and the key of the copy beside it.

    A copy goes to no column of the lists: only one question can.
    """
    new = copy.deepcopy(dict(form))
    parts, place = _list_with(new, kind, key)
    used = keys_of(new) if kind == "question" else [each["key"] for each in parts]
    copied = copy.deepcopy(parts[place])
    copied.pop("copies", None)
    copied["key"] = free_key(copied["key"], used)
    parts.insert(place + 1, copied)
    return new, copied["key"]


def drop_part(form: Mapping[str, Any], kind: str, key: str) -> Definition:
    """Return the form without a part; the last of its list can't go, but for checks."""
    new = copy.deepcopy(dict(form))
    parts, place = _list_with(new, kind, key)
    if len(parts) == 1 and kind != "check":
        raise Invalid(f"form_last_{kind}")
    parts.pop(place)
    if not new.get("checks", True):
        new.pop("checks")
    return new


def key_from(text: str) -> str:
    """Return a key made of the words of a text: small letters, digits and _."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    found = _NO_KEY.sub("_", plain).strip("_")[: LONGEST_KEY - 8].strip("_")
    return found if found[:1].isalpha() else f"q_{found}".rstrip("_")


def free_key(wanted: str, used: Iterator[str] | Sequence[str]) -> str:
    """Return the key, or the first with a number behind it that isn't used."""
    taken, number, found = set(used), 2, wanted
    while found in taken:
        found, number = f"{wanted[: LONGEST_KEY - 5]}_{number}", number + 1
    return found


def users_of(form: Mapping[str, Any], key: str, column: str = "") -> list[str]:
    """Return the paths of the parts that look at a question, or at one column of it."""
    wanted = {"question": key, "column": column} if column else None
    found = []
    for kind, part, path in _looking(form):
        if wanted:
            looks = any(wanted.items() <= each.items() for each in _mappings(part))
        else:
            named = ("question", "rows")
            looks = any(each.get(name) == key for each in _mappings(part) for name in named)
        if looks or (kind == "at" and part == key and not column):
            found.append(path)
    return found + (_row_users(form, key, column) if column else [])


def _looking(form: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    """Yield what may look at a question, with its path."""
    for i, section in enumerate(form["sections"]):
        yield "visible_if", section.get("visible_if"), f"form.sections[{i}].visible_if"
        for j, question in enumerate(section[QUESTIONS]):
            for name in ("visible_if", "formula"):
                path = f"form.sections[{i}].questions[{j}].{name}"
                yield name, question.get(name), path
    for i, check in enumerate(form.get("checks", ())):
        for name in ("when", "left", "right", "at"):
            yield name, check.get(name), f"form.checks[{i}].{name}"


def _row_users(form: Mapping[str, Any], table: str, column: str) -> list[str]:
    """Return the paths of the columns that are computed from a column of their row."""
    path = path_to(form, "question", table)
    return [
        f"{path}.columns[{n}].formula"
        for n, each in enumerate(part_of(form, "question", table).get(COLUMNS, ()))
        if any(part == {"column": column} for part in _mappings(each.get("formula")))
    ]


def _mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        for each in value.values():
            yield from _mappings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _mappings(each)
