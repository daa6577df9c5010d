"""Conditions and formulas as outlines: rows with a depth, as the builder shows and reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.errors import Invalid, declare, mark

declare({"outline_one": mark("Say how these go together, or leave only one of them.")})


@dataclass(frozen=True)
class Row:
    """One row: a group that takes in the deeper rows below it, or (`how` blank) a leaf."""

    depth: int
    how: str = ""
    leaf: Any = None


def to_rows(node: Any, names: Sequence[str]) -> tuple[str, list[Row]]:
    """Return how a condition or formula joins its parts (blank for one alone), and its rows."""
    if node is None:
        return "", []
    how = group_of(node, names)
    if not how:
        return "", [Row(0, leaf=node)]
    return how, [row for part in node[how] for row in _rows(part, names, 0)]


def _rows(node: Any, names: Sequence[str], depth: int) -> list[Row]:
    how = group_of(node, names)
    if not how:
        return [Row(depth, leaf=node)]
    below = [row for part in node[how] for row in _rows(part, names, depth + 1)]
    return [Row(depth, how), *below]


def group_of(node: Any, names: Sequence[str]) -> str:
    """Return the name of the group or operation that a node is; blank for a leaf."""
    if not isinstance(node, Mapping):
        return ""
    return next((name for name in names if name in node), "")


def from_rows(how: str, rows: Sequence[Row]) -> tuple[Any, list[str]]:
    """Return the node that rows stand for, and the path of each row in it.

    Without `how` there is one row alone at the top; none at all is no node.
    """
    parts: list[Any] = []
    top = f".{how}" if how else ""
    stack, paths = [(parts, top)], []
    for row in rows:
        stack = stack[: row.depth + 1]
        target, path = stack[-1]
        here = f"{path}[{len(target)}]"
        if row.how:
            below: list[Any] = []
            target.append({row.how: below})
            stack.append((below, f"{here}.{row.how}"))
        else:
            target.append(row.leaf)
        paths.append(here)
    if not parts:
        return None, []
    if how:
        return {how: parts}, paths
    if len(parts) > 1:
        raise Invalid("outline_one")
    return parts[0], [path.removeprefix("[0]") for path in paths]
