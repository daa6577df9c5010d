"""A form as long as they come: 60 questions, 12 conditions, 3 tables, in five sections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.make_definitions import SECTORS, question, text

QUESTIONS, CONDITIONS, TABLES = 60, 12, 3
KINDS = ("short_text", "long_text", "integer", "amount", "date", "yes_no", "choice", "email")
MORE: dict[str, dict[str, Any]] = {"choice": {"options": SECTORS}}


def definition() -> dict[str, Any]:
    """The form: sums over tables, questions that appear, checks across sections."""
    titles = ("Chi siete", "Il progetto", "I costi", "Le entrate", "Le persone")
    parts = (plain(14), plain(13, 14), costs(), incomes(), people())
    return {
        "sections": [
            {"key": f"part_{number}", "title": text(title, title), "questions": list(part)}
            for number, (title, part) in enumerate(zip(titles, parts, strict=True))
        ],
        "checks": [
            {
                "key": "balance",
                "left": {"question": "costs", "column": "amount"},
                "must": "equal",
                "right": {"question": "incomes", "column": "amount"},
                "message": text("Le entrate non coprono i costi: %(difference)s.", "Off."),
                "at": "incomes",
            }
        ],
    }


def plain(count: int, first: int = 0, prefix: str = "q") -> Iterator[dict[str, Any]]:
    """Questions of every kind; each fifth one appears only after a yes."""
    for number in range(first, first + count):
        kind = KINDS[number % len(KINDS)]
        asked = dict(MORE.get(kind, {}), required=number % 3 == 0)
        if number % 5 == 4 and (before := last_yes_no(number, first)) is not None:
            asked["visible_if"] = {"question": f"{prefix}{before}", "is": True}
        yield question(f"{prefix}{number}", kind, f"Domanda {number}", **asked)


def last_yes_no(number: int, first: int) -> int | None:
    """The question answered by yes or no that stands before this one."""
    found = [each for each in range(first, number) if KINDS[each % len(KINDS)] == "yes_no"]
    return found[-1] if found else None


def table(key: str, *columns: dict[str, Any]) -> dict[str, Any]:
    """A table of short texts and amounts, with totals."""
    return question(key, "table", key.capitalize(), columns=list(columns), most_rows=20)


def column(key: str, kind: str, **facts: Any) -> dict[str, Any]:
    """A column of a table."""
    return {"key": key, "type": kind, "label": text(key.capitalize(), key), **facts}


COLUMNS = (
    column("name", "short_text"),
    column("amount", "amount", total=True, minimum="0"),
)


def sum_of(key: str) -> dict[str, Any]:
    """The total of a table's amounts."""
    return {"question": key, "column": "amount"}


def costs() -> Iterator[dict[str, Any]]:
    """A table of costs, its sum, and questions that appear when it is large."""
    yield table("costs", *COLUMNS)
    yield question("whole", "computed", "Totale", result="amount", formula=sum_of("costs"))
    large = {**sum_of("costs"), "more_than": "1000"}
    for number in range(9):
        facts = {"visible_if": large} if number < 4 else {}
        yield question(f"cost{number}", "short_text", f"Costo {number}", required=False, **facts)


def incomes() -> Iterator[dict[str, Any]]:
    """A table of incomes and what is left of them."""
    yield table("incomes", *COLUMNS)
    left = {"difference": [sum_of("incomes"), sum_of("costs")]}
    yield question("left", "computed", "Resta", result="amount", formula=left)
    for number in range(9):
        some = {"all": [{"question": "incomes", "answered": True}, {"question": "q5", "is": True}]}
        facts = {"visible_if": some} if number < 4 else {}
        yield question(f"income{number}", "short_text", f"Entrata {number}", **facts)


def people() -> Iterator[dict[str, Any]]:
    """A table of people, with a computed column."""
    product = {"product": [{"column": "hours"}, {"column": "rate"}]}
    yield table(
        "people",
        column("name", "short_text"),
        column("hours", "integer"),
        column("rate", "amount"),
        column("cost", "computed", result="amount", formula=product, total=True),
    )
    for number in range(10):
        facts = {"visible_if": {"profile": "kind", "is": "body"}} if number < 2 else {}
        yield question(f"person{number}", "short_text", f"Persona {number}", **facts)


# What a page sends for the sections with tables.
ROWS = {
    "costs": [{"name": f"Voce {n}", "amount": f"{n}00,50"} for n in range(1, 9)],
    "incomes": [{"name": f"Ente {n}", "amount": f"{n}00,50"} for n in range(1, 9)],
    "people": [{"name": f"Socio {n}", "hours": f"{n}0", "rate": "18,50"} for n in range(1, 9)],
}
