"""Conditions: groups of comparisons of what was answered and of the profile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.questionnaires.schemas import GROUPS, Compare

Operand = bool | str | tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """All, any or none of the conditions in it."""

    how: str
    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Comparison:
    """An answer, the total of a column, or a fact of the profile, compared with a value.

    What is not answered, or hidden, compares as false whatever the value, but for `answered`.
    """

    compare: Compare
    value: Operand
    question: str | None = None
    column: str | None = None
    profile: str | None = None


Condition = Group | Comparison


def build_condition(found: Mapping[str, Any] | None) -> Condition | None:
    """Return the condition that a checked mapping describes."""
    return None if found is None else _build(found)


def _build(found: Mapping[str, Any]) -> Condition:
    for how in GROUPS:
        if how in found:
            return Group(how, tuple(_build(part) for part in found[how]))
    subject = {name: found.get(name) for name in ("question", "column", "profile")}
    ((name, value),) = ((name, value) for name, value in found.items() if name not in subject)
    operand = tuple(value) if isinstance(value, list) else value
    return Comparison(Compare(name.rstrip("_")), operand, **subject)


def dump_condition(condition: Condition) -> dict[str, Any]:
    """Return the mapping that describes a condition."""
    if isinstance(condition, Group):
        return {condition.how: [dump_condition(part) for part in condition.parts]}
    subject = {
        name: getattr(condition, name)
        for name in ("question", "column", "profile")
        if getattr(condition, name) is not None
    }
    value = list(condition.value) if isinstance(condition.value, tuple) else condition.value
    return {**subject, condition.compare.value: value}


def comparisons(condition: Condition | None, path: str = "") -> Iterator[tuple[str, Comparison]]:
    """Yield the comparisons in a condition, each with its place."""
    if isinstance(condition, Comparison):
        yield path, condition
    elif condition is not None:
        for i, part in enumerate(condition.parts):
            yield from comparisons(part, f"{path}.{condition.how}[{i}]")
