"""Fields of a form that stand for places in a call's definition, both ways.

A cell knows how to show the value of its place in a field, and what to write there for what was
typed; a blank writes nothing. So pages change the same mapping that a file holds, and the same
checks read it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal import parse
from portal.errors import Invalid

Show = Callable[[Any], Any]
Write = Callable[[Any], Any]


@dataclass(frozen=True)
class Cell:
    """A place in a definition, how it is shown in a field and how it is written back."""

    path: str
    show: Show = lambda value: "" if value is None else str(value)
    write: Write = lambda value: value or None
    default: Any = None


def number(path: str, default: int | None = None) -> Cell:
    """A whole number."""
    return Cell(path, default=default, write=lambda value: value)


def amount(path: str) -> Cell:
    """An amount of money: with a comma on the page, exact in the definition."""
    return Cell(path, show_amount, lambda value: None if value is None else str(value))


def flag(path: str, default: bool = False) -> Cell:
    """A tick; one that says what holds anyway is not written."""
    return Cell(path, bool, lambda value: None if value is default else value, default)


def many(path: str) -> Cell:
    """Some of several words."""
    return Cell(path, lambda value: list(value or ()), lambda value: list(value) or None)


def show_amount(value: Any) -> str:
    """Return an exact number as it is typed here."""
    return "" if value is None else str(Decimal(str(value))).replace(".", ",")


def read_points(text: str) -> str:
    """Read a number of points, with a comma or a point."""
    return str(parse.percent(text))


def read_instants(text: str) -> list[dict[str, str]]:
    """Read local times, one on each line: 28/02/2027 12:00."""
    found = []
    for line in text.splitlines():
        if line.strip():
            day, _, hour = line.strip().replace("T", " ").partition(" ")
            moment = f"{parse.date(day).isoformat()}T{hour.strip()}"
            parse.deadline(moment)
            found.append({"until": moment})
    return found


def show_instants(windows: Any) -> str:
    """Return local times one on each line, day first."""
    return "\n".join(_day_first(window["until"]) for window in windows or ())


def _day_first(moment: str) -> str:
    day, _, hour = moment.partition("T")
    return f"{'/'.join(reversed(day.split('-')))} {hour}"


def place(definition: Mapping[str, Any], path: str) -> Any:
    """Return what stands at a path of names; None where nothing does."""
    found: Any = definition
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def put(definition: dict[str, Any], path: str, value: Any) -> None:
    """Write a value at a path of names; None takes away what stands there."""
    *above, last = path.split(".")
    found = definition
    for name in above:
        found[name] = dict(found.get(name) or {})
        found = found[name]
    if value is None:
        found.pop(last, None)
    else:
        found[last] = value


def lines_of(texts: Any, language: str) -> str:
    """Return a list of texts by language as lines of one language."""
    return "\n".join(text.get(language, "") for text in texts or ())


def texts_of(italian: str, english: str) -> list[dict[str, str]]:
    """Read two columns of lines as texts by language; English may have fewer."""
    own = [line.strip() for line in italian.splitlines() if line.strip()]
    other = [line.strip() for line in english.splitlines() if line.strip()]
    if len(other) > len(own):
        raise Invalid("lines_differ", count=len(own))
    other += [""] * (len(own) - len(other))
    return [
        {"it": text, **({"en": translated} if translated else {})}
        for text, translated in zip(own, other, strict=True)
    ]
