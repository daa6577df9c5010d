"""The spreadsheet of applications that arrived on paper: its columns, and what a row of it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from portal import clock, parse
from portal.errors import Invalid, declare, mark
from portal.i18n import lazy, pick
from portal.questionnaires.engine import (
    Answers,
    Form,
    Given,
    Question,
    QuestionType,
    is_blank,
    read_answer,
    write_rows,
)
from portal.registry.engine import (
    MUNICIPALITIES,
    NATURAL_PERSON,
    ORGANISATION_LABELS,
    read_body_code,
    require_code_suits,
)

declare(
    {
        "hour_format": mark("Write the hour as 10:30."),
        "sheet_heads": mark(
            "The first row must hold the heads of our template. Missing: %(names)s."
        ),
        "sheet_head_unknown": mark("This call asks for nothing called %(name)s."),
        "sheet_head_twice": mark("The column %(name)s stands there twice."),
        "sheet_no_rows": mark("There is no row below the heads."),
        "sheet_many_rows": mark("At most %(most)s rows go at once. Make two files of it."),
    }
)
Q = QuestionType
EXAMPLE = "ESEMPIO"  # in the place of the number, it marks the row that shows how
NOT_ASKED = {Q.FILE, Q.COMPUTED}
KEY = re.compile(r"\[([a-z0-9_.]+)\]\s*$")
HOUR = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?:[:.][0-5][0-9])?")
LONGEST_HEAD = 60
LONGEST_REFERENCE = 60


def read_type(text: str) -> str:
    """Read a type of body or person, by its name or its key."""
    wanted = parse.line(text).casefold()
    for key, label in ORGANISATION_LABELS.items():
        if wanted in {key, str(label).casefold()}:
            return key
    raise Invalid("choice_unknown")


def read_place(text: str) -> str:
    """Read a municipality, by its name or its code."""
    return parse.municipality(place_code(text), MUNICIPALITIES)


def place_code(text: str) -> str:
    """Return the code of a municipality that is named; any other text as it is."""
    wanted = text.strip().casefold()
    found = (row.code for row in MUNICIPALITIES.values() if row.name.casefold() == wanted)
    return next(found, text.strip())


def read_hour(text: str) -> time:
    """Read an hour of the day."""
    written = HOUR.fullmatch(text.strip())
    if written is None:
        raise Invalid("hour_format")
    return time(int(written[1]), int(written[2]))


@dataclass(frozen=True)
class Fixed:
    """A column that every call has; `whose` says whom it is for: all, bodies, persons."""

    label: Any
    read: Callable[[str], Any]
    example: str
    required: bool = True
    whose: str = "all"


FIXED: Mapping[str, Fixed] = {
    "paper.reference": Fixed(
        lazy("Number in the paper register"),
        lambda text: parse.line(text, LONGEST_REFERENCE),
        EXAMPLE,
    ),
    "paper.day": Fixed(lazy("Day of receipt"), parse.date, "01/06/2026"),
    "paper.hour": Fixed(lazy("Hour of receipt"), read_hour, "10:30"),
    "profile.type": Fixed(lazy("Type of body or person"), read_type, ""),
    "profile.name": Fixed(lazy("Name"), parse.name, "Mario Rossi"),
    "profile.tax_code": Fixed(lazy("Codice fiscale"), read_body_code, "RSSMRA80A01H501U"),
    "profile.vat_number": Fixed(
        lazy("Partita IVA"), parse.partita_iva, "", required=False, whose="body"
    ),
    "profile.birth_date": Fixed(lazy("Birth date"), parse.birth_date, "01/01/1980", whose="person"),
    "profile.municipality_code": Fixed(lazy("Municipality"), read_place, "Bologna"),
    "profile.address": Fixed(lazy("Address"), parse.line, "via Lame 12"),
    "profile.postcode": Fixed(lazy("Postcode (CAP)"), parse.cap, "40122"),
    "profile.phone": Fixed(lazy("Telephone"), parse.phone, "051 000 0001"),
    "profile.email": Fixed(
        lazy("E-mail address"), parse.email, "mario@esempio.example.org", required=False
    ),
    "profile.certified_email": Fixed(lazy("PEC"), parse.email, "", required=False, whose="body"),
    "profile.representative_name": Fixed(
        lazy("Name and surname of the legal representative"), parse.name, "", whose="body"
    ),
    "profile.representative_tax_code": Fixed(
        lazy("Codice fiscale of the legal representative"), parse.tax_code, "", whose="body"
    ),
}


@dataclass(frozen=True)
class Entry:
    """What a row says: `profile` by column of a profile, `typed` by question."""

    reference: str
    received_at: datetime | None
    kind: str
    profile: Mapping[str, Any]
    typed: Mapping[str, Sequence[str]]


def asked_in(form: Form) -> list[Question]:
    """Return the questions that have a column: what is computed or a file has none."""
    return [question for question in form.questions if question.type not in NOT_ASKED]


def heads_of(form: Form) -> list[str]:
    """Return the heads of the sheet: the words, and the key in brackets that is read."""
    fixed = [f"{column.label} [{key}]" for key, column in FIXED.items()]
    return fixed + [
        f"{pick(question.label)[:LONGEST_HEAD]} [{question.key}]" for question in asked_in(form)
    ]


def read_heads(heads: Sequence[str], form: Form) -> dict[str, int]:
    """Return the column of each key; raises Invalid for one that is missing, unknown or twice."""
    known = [*FIXED, *(question.key for question in asked_in(form))]
    found: dict[str, int] = {}
    for column, head in enumerate(heads):
        written = KEY.search(head)
        if written is None:
            continue
        key = written[1]
        if key not in known:
            raise Invalid("sheet_head_unknown", "file", name=key)
        if key in found:
            raise Invalid("sheet_head_twice", "file", name=key)
        found[key] = column
    missing = [key for key in known if key not in found]
    if missing:
        raise Invalid("sheet_heads", "file", names=", ".join(missing))
    return found


def cell_name(column: int, row: int) -> str:
    """Return a cell's name as a spreadsheet shows it: C4."""
    letters, number = "", column + 1
    while number:
        number, left = divmod(number - 1, 26)
        letters = chr(ord("A") + left) + letters
    return f"{letters}{row}"


def typed_in_cell(question: Question, text: str) -> list[str]:
    """Return what a page would send for the text of a cell."""
    if not text.strip():
        return []
    if question.type is Q.TABLE:
        return write_rows([table_row(question, line) for line in text.splitlines()])
    if question.type is Q.MUNICIPALITY:
        return [place_code(text)]
    if question.type is Q.CHOICES:
        parts = [part for part in re.split(r"[;\n]", text) if part.strip()]
        return [option_key(question, part) for part in parts]
    if question.options:
        return [option_key(question, text)]
    return [text]


def table_row(question: Question, line: str) -> dict[str, str]:
    """Return one line of a table's cell by column; `|` stands between its parts."""
    columns = [column for column in question.columns if not column.is_computed]
    parts = [part.strip() for part in line.split("|")]
    row = {
        column.key: option_key(column, part) if column.options else part
        for column, part in zip(columns, parts, strict=False)
    }
    if len(parts) > len(columns):  # too much is wrong, and shown where it stands
        row[columns[-1].key] = " | ".join(parts[len(columns) - 1 :])
    return row


def option_key(asked: Any, text: str) -> str:
    """Return the key of an option that is named in any language; any other text as it is."""
    wanted = text.strip().casefold()
    for option in asked.options:
        if wanted in {
            option.key,
            *(str(each).strip().casefold() for each in option.label.values()),
        }:
            return str(option.key)
    return text.strip()


def read_entry(
    cells: Mapping[str, str], form: Form, known: Mapping[str, str] | None
) -> tuple[Entry, dict[str, Invalid]]:
    """Return what a row says and what is wrong with it, by key.

    `known` are the facts of the profile when there is one with this code: it is used as it stands.
    """
    read, errors = read_fixed(cells, known is not None)
    typed = {each.key: typed_in_cell(each, cells.get(each.key, "")) for each in asked_in(form)}
    kind = "person" if read.get("profile.type") == NATURAL_PERSON else "body"
    place = MUNICIPALITIES.get(read.get("profile.municipality_code") or "")
    facts = known or {
        "organisation_type": read.get("profile.type") or "",
        "kind": kind,
        "area": place.area if place else "",
        "municipality_code": place.code if place else "",
    }
    errors |= wrong_answers(form, typed, facts)
    return Entry(read.get("paper.reference") or "", received(read), kind, own(read, kind), typed), (
        errors
    )


def read_fixed(
    cells: Mapping[str, str], has_profile: bool
) -> tuple[dict[str, Any], dict[str, Invalid]]:
    """Read the columns that every call has; of a profile that stands only the code is asked."""
    read: dict[str, Any] = {}
    errors: dict[str, Invalid] = {}
    is_person = option_type(cells.get("profile.type", "")) == NATURAL_PERSON
    for key, column in FIXED.items():
        text = cells.get(key, "")
        is_theirs = column.whose in {"all", "person" if is_person else "body"}
        if has_profile and key.startswith("profile.") and key != "profile.tax_code":
            continue
        try:
            if text.strip():
                read[key] = column.read(text) if is_theirs else None
            elif column.required and is_theirs:
                raise Invalid("required")
        except Invalid as refusal:
            errors[key] = refusal
    errors |= {} if has_profile or errors else wrong_together(read, is_person)
    return read, errors


def option_type(text: str) -> str:
    """Return a type of body that can be read; blank for any other text."""
    try:
        return read_type(text)
    except Invalid:
        return ""


def wrong_together(read: Mapping[str, Any], is_person: bool) -> dict[str, Invalid]:
    """Return what doesn't go together in a new profile."""
    try:
        if is_person:
            parse.require_birth_date_matches(read["profile.tax_code"], read["profile.birth_date"])
        else:
            require_code_suits(read["profile.type"], read["profile.tax_code"])
    except Invalid as refusal:
        return {"profile.tax_code": refusal}
    return {}


def received(read: Mapping[str, Any]) -> datetime | None:
    """Return the instant of receipt; None while day or hour is wrong."""
    if "paper.day" not in read or "paper.hour" not in read:
        return None
    return clock.from_rome(datetime.combine(read["paper.day"], read["paper.hour"]))


def own(read: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return the columns of a new profile."""
    profile = {
        key.removeprefix("profile."): read.get(key)
        for key, column in FIXED.items()
        if key.startswith("profile.") and column.whose in {"all", kind}
    }
    profile["email"] = profile["email"] or ""
    organisation_type = profile.pop("type")
    return profile if kind == "person" else {**profile, "organisation_type": organisation_type}


def wrong_answers(
    form: Form, typed: Mapping[str, Sequence[str]], facts: Mapping[str, str]
) -> dict[str, Invalid]:
    """Return what is missing or wrong in the answers, as the page of a draft would say it."""
    given: dict[str, Given] = {}
    for question in asked_in(form):
        texts = list(typed[question.key])
        if is_blank(texts):
            continue
        try:
            given[question.key] = Given(texts, read_answer(question, texts), None)
        except Invalid as refusal:
            given[question.key] = Given(texts, None, refusal.code)
    missing: Iterable[Any] = Answers(form, given, facts).missing()
    return {
        each.question.key: each.reason for each in missing if each.question.type not in NOT_ASKED
    }
