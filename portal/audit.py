"""The audit trail: append-only, hash-chained, without personal data.

An entry says who (an id), what, on which record, when, the state before and after, and facts:
names of changed fields, amounts, dates, scores. Texts that people typed never get in: `facts`
takes numbers, dates and members of enums only. Entries wait until the end of the transaction, so
that the lock on the chain's head is the last one taken and the shortest held.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import Index, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal import clock
from portal.db import Base, append_only, before_commit, db, in_transaction

GENESIS = "0" * 64


@append_only
class AuditEntry(Base):
    """One deed. `hash` covers every other column and the hash of the entry before."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_record", "record_kind", "record_id"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(index=True)
    record_kind: Mapped[str]
    record_id: Mapped[int | None]
    state_before: Mapped[str | None]
    state_after: Mapped[str | None]
    facts: Mapped[dict[str, Any]]
    previous_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)


class AuditHead(Base):
    """The one row that says where the chain ends; locked while entries are added."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    hash: Mapped[str]


@dataclass(frozen=True)
class Deed:
    """A deed waiting to be written at the end of the transaction."""

    action: str
    record: Any
    actor_id: int | None
    at: datetime
    state_before: str | None
    state_after: str | None
    facts: dict[str, Any]


def record(
    action: str,
    target: Any,
    actor: Any,
    *,
    states: tuple[str | None, str | None] = (None, None),
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Add a deed to the trail of the current transaction; refuse free text among its facts."""
    if not in_transaction():
        raise RuntimeError("a deed is recorded inside its transaction")
    deed = Deed(
        action=action,
        record=target,
        actor_id=actor.id if actor is not None else None,
        at=clock.now(),
        state_before=states[0],
        state_after=states[1],
        facts={name: plain(value) for name, value in (facts or {}).items()},
    )
    db.session.info.setdefault("deeds", []).append(deed)


def plain(value: Any) -> Any:
    """Return `value` as JSON holds it; a text that is no enum member is refused."""
    match value:
        case Enum():
            return value.value
        case bool() | int() | None:
            return value
        case Decimal():
            return str(value)
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case FieldNames():
            return sorted(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no place in the audit trail")


class FieldNames(frozenset[str]):
    """Names of fields, as the portal's own definitions give them; never what was typed."""


@before_commit
def write_deeds(session: Session) -> None:
    """Append the waiting deeds to the chain, under the lock of its head."""
    deeds: list[Deed] = session.info.pop("deeds", [])
    if not deeds:
        return
    session.flush()  # records made in this transaction get their ids
    append_entries(session, (columns_of(deed) for deed in deeds))


def columns_of(deed: Deed) -> dict[str, Any]:
    """Return the entry's columns but number and hashes."""
    return {
        "at": deed.at,
        "actor_id": deed.actor_id,
        "action": deed.action,
        "record_kind": getattr(deed.record, "__tablename__", "portal"),
        "record_id": getattr(deed.record, "id", None),
        "state_before": deed.state_before,
        "state_after": deed.state_after,
        "facts": deed.facts,
    }


def append_entries(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Number, chain and insert `rows` in their order (one statement however many)."""
    locked = select(AuditHead).with_for_update().execution_options(populate_existing=True)
    head = session.execute(locked).scalar_one()
    number, last = head.number, head.hash
    entries = []
    for row in rows:
        number += 1
        entry = {**row, "number": number, "previous_hash": last}
        last = entry["hash"] = entry_hash(entry)
        entries.append(entry)
    session.execute(insert(AuditEntry), entries)
    session.execute(update(AuditHead).values(number=number, hash=last))


def entry_hash(entry: Mapping[str, Any]) -> str:
    """Return the SHA-256 over the entry's canonical JSON, its own hash left out."""
    parts = {name: entry[name] for name in sorted(entry) if name != "hash"}
    parts["at"] = plain(parts["at"])
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Verdict:
    """The outcome of reading the whole chain; `bad_number` names the first entry that fails."""

    entries: int
    last_hash: str
    bad_number: int | None = None
    reason: str = ""


def read_chain() -> Generator[dict[str, Any], None, None]:
    """Yield every entry's columns in order, without keeping them in memory."""
    table = AuditEntry.__table__
    statement = select(table).order_by(table.c.number).execution_options(yield_per=2_000)
    with db.session.execute(statement) as rows:
        for row in rows:
            yield dict(row._mapping)


def verify() -> Verdict:
    """Read the chain from its beginning and compare its end with the head."""
    with closing(read_chain()) as chain:
        verdict = follow(chain)
    if verdict.bad_number is not None:
        return verdict
    head = db.session.execute(select(AuditHead)).scalar_one()
    if (head.number, head.hash) != (verdict.entries, verdict.last_hash):
        return replace(
            verdict, bad_number=verdict.entries + 1, reason="the newest entries are missing"
        )
    return verdict


def follow(chain: Iterable[Mapping[str, Any]]) -> Verdict:
    """Follow the hashes from entry to entry, up to the first that doesn't fit."""
    last, count = GENESIS, 0
    for entry in chain:
        count += 1
        if entry["number"] != count:
            return Verdict(count, last, count, "an entry is missing or out of order")
        if entry["previous_hash"] != last or entry["hash"] != entry_hash(entry):
            return Verdict(count, last, count, "an entry was changed")
        last = entry["hash"]
    return Verdict(count, last)


def number_of(entry_hash: str) -> int | None:
    """Return the number of the entry with this hash; None when the trail doesn't hold it."""
    return db.session.scalar(select(AuditEntry.number).where(AuditEntry.hash == entry_hash))
