"""States move here and nowhere else.

A feature's `states.py` declares a `Workflow`: which verb leads from which states to which state.
`advance` checks the permission and the table, sets the state *and* the facts that belong to it
together (CHECKs tie them), records the deed and announces it. Upper floors subscribe with
`@on("application.submit")`; their handlers run in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from portal import audit, permissions
from portal.errors import WrongState

Handler = Callable[..., None]
_handlers: dict[str, list[Handler]] = {}


def on(deed: str) -> Callable[[Handler], Handler]:
    """Subscribe a function `(record, actor, **facts)` to a deed such as "application.submit"."""

    def subscribe(handler: Handler) -> Handler:
        handlers = _handlers.setdefault(deed, [])
        if handler not in handlers:
            handlers.append(handler)
        return handler

    return subscribe


def announce(deed: str, record: Any, actor: Any, **facts: Any) -> None:
    """Call the deed's subscribers, in the order of their subscription."""
    for handler in _handlers.get(deed, []):
        handler(record, actor, **facts)


@dataclass(frozen=True)
class Move:
    """One arrow of a workflow; `guard` may add a reason of the record's own to refuse it."""

    verb: str
    sources: frozenset[StrEnum]
    target: StrEnum
    label: Any = ""


@dataclass(frozen=True)
class Workflow:
    """The states of one noun and the moves between them."""

    noun: str
    moves: Mapping[str, Move] = field(default_factory=dict)

    def deed(self, verb: str) -> str:
        """Return the name under which the verb is permitted, announced and recorded."""
        return f"{self.noun}.{verb}"

    def choices(self, record: Any, user: Any) -> list[Move]:
        """Return the moves open to `user` now: the buttons of the page."""
        return [
            move
            for move in self.moves.values()
            if record.state in move.sources and permissions.can(user, self.deed(move.verb), record)
        ]

    def require_open(self, record: Any, verb: str) -> None:
        """Raise WrongState when the verb can't be done from the record's state."""
        if record.state not in self.moves[verb].sources:
            raise WrongState("wrong_state", state=record.state.value, verb=verb)

    def advance(self, record: Any, verb: str, actor: Any, **facts: Any) -> None:
        """Move `record` by `verb`; `facts` are columns set together with the state.

        Raises NotFound or Forbidden (permission) and WrongState (table). The trail gets the
        values that `audit.plain` lets in; of other facts it gets the names.
        """
        permissions.require(actor, self.deed(verb), record)
        self.require_open(record, verb)
        before, after = record.state, self.moves[verb].target
        for name, value in facts.items():
            setattr(record, name, value)
        record.state = after
        audit.record(
            self.deed(verb),
            record,
            actor,
            states=(before.value, after.value),
            facts=tellable(facts),
        )
        announce(self.deed(verb), record, actor, **facts)


def tellable(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Split facts into values the trail may hold and the names of the others."""
    kept, names = {}, set()
    for name, value in facts.items():
        try:
            audit.plain(value)
        except TypeError:
            names.add(name)
        else:
            kept[name] = value
    return {**kept, "fields": audit.FieldNames(names)} if names else kept


def moves(*rows: tuple[str, tuple[StrEnum, ...], StrEnum, Any]) -> dict[str, Move]:
    """Build a move table from (verb, sources, target, label) rows."""
    return {
        verb: Move(verb, frozenset(sources), target, label) for verb, sources, target, label in rows
    }
