"""What there is of each line, and how it came to that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import cast, func, select
from sqlalchemy.orm import aliased

from portal import ledger, permissions, tables
from portal.accounts.models import User
from portal.db import Cents, db
from portal.errors import NotFound
from portal.ledger import Account, Posting, Transaction
from portal.sources.engine import Holder, Part, Room, account_key
from portal.sources.models import BudgetLine, FundingSource, Reservation

MOVEMENTS = tables.Table(
    sorts={"recorded": Posting.id}, default_sort="recorded", descending=True, tie=Posting.id
)


class Deed(StrEnum):
    """What a movement was."""

    FUNDED = "funded"
    REDUCED = "reduced"
    RESERVED = "reserved"
    RELEASED = "released"


@dataclass(frozen=True)
class LineRoom:
    """A line with how it stands."""

    line: BudgetLine
    room: Room


@dataclass(frozen=True)
class SourceRoom:
    """A source with its lines, and how it stands as a whole."""

    source: FundingSource
    lines: list[LineRoom]

    @property
    def room(self) -> Room:
        """Return the sums of the lines."""
        parts = ("funded", "reserved", "left")
        return Room(
            **{
                part: sum((getattr(each.room, part) for each in self.lines), ledger.NOTHING)
                for part in parts
            }
        )


@dataclass(frozen=True)
class Movement:
    """One move of a line's money, and what it left free; `by` is a name, empty for nobody."""

    deed: Deed
    amount: Decimal
    left: Decimal
    effective_on: date
    recorded_at: datetime
    by: str
    note: str
    act: str
    holder: Holder | None


def rooms() -> Any:
    """Select lines with what was funded, what is reserved and what is left."""
    funded, reserved, left = aliased(Account), aliased(Account), aliased(Account)
    return (
        select(BudgetLine, -funded.balance, reserved.balance, left.balance)
        .join(funded, funded.key == key_of(Part.FUNDED))
        .join(reserved, reserved.key == key_of(Part.RESERVED))
        .join(left, left.key == key_of(Part.LEFT))
        .order_by(BudgetLine.code)
    )


def key_of(part: Part) -> Any:
    """Return the key of a line's account, in SQL."""
    before, _code, after = account_key("*", part).partition("*")
    return before + BudgetLine.code + after


def read_rooms(statement: Any) -> list[LineRoom]:
    """Run a selection of lines with how they stand: one query."""
    rows = db.session.execute(statement)
    return [LineRoom(line, Room(*amounts)) for line, *amounts in rows]


def list_sources(user: Any) -> list[SourceRoom]:
    """Return every source with its lines: two queries."""
    permissions.require(user, "source.read")
    lines: dict[int, list[LineRoom]] = {}
    for each in read_rooms(rooms()):
        lines.setdefault(each.line.source_id, []).append(each)
    sources = db.session.scalars(select(FundingSource).order_by(FundingSource.code))
    return [SourceRoom(source, lines.get(source.id, [])) for source in sources]


def get_source(code: str, user: Any) -> FundingSource:
    """Return a source; NotFound where there is none or `user` may not see it."""
    source = db.session.scalar(select(FundingSource).where(FundingSource.code == code))
    if source is None or not permissions.can(user, "source.read", source):
        raise NotFound
    return source


def lines_of(source: FundingSource) -> SourceRoom:
    """Return a source with its lines: one query."""
    return SourceRoom(source, read_rooms(rooms().where(BudgetLine.source_id == source.id)))


def get_line(code: str, user: Any) -> BudgetLine:
    """Return a line; NotFound where there is none or `user` may not see it."""
    line = db.session.scalar(select(BudgetLine).where(BudgetLine.code == code))
    if line is None or not permissions.can(user, "source.read", line):
        raise NotFound
    return line


def title_of_line(code: str) -> Mapping[str, str] | None:
    """Return the title by language of the line of this code, to whoever decides on its money."""
    return db.session.scalar(select(BudgetLine.title).where(BudgetLine.code == code))


def room_of(line: BudgetLine) -> Room:
    """Return how a line stands now."""
    return rooms_of([line.code])[line.code]


def rooms_of(codes: Iterable[str]) -> dict[str, Room]:
    """Return how lines stand by their codes, one query; a line nobody opened is left out."""
    wanted = set(codes)
    if not wanted:
        return {}
    found = read_rooms(rooms().where(BudgetLine.code.in_(wanted)))
    return {each.line.code: each.room for each in found}


def open_reservations(holder: Holder) -> list[Reservation]:
    """Return what is reserved for a record and has not been given back."""
    statement = (
        select(Reservation)
        .where(
            Reservation.record_kind == holder.kind,
            Reservation.record_key == holder.key,
            ~ledger.is_reversed(Reservation.transaction_id),
        )
        .order_by(Reservation.line_id)
    )
    return list(db.session.scalars(statement))


def reserved_for(kind: str, keys: Any) -> Decimal:
    """Return what stands reserved together for records, named by a select of their keys."""
    total = db.session.scalar(
        select(cast(func.sum(Reservation.amount), Cents)).where(
            Reservation.record_kind == kind,
            Reservation.record_key.in_(keys),
            ~ledger.is_reversed(Reservation.transaction_id),
        )
    )
    return total or ledger.NOTHING


def statement_of(line: BudgetLine, listing: tables.Listing) -> tables.Page[Movement]:
    """Return a page of the line's movements with what each left, the newest first: two queries."""
    account = select(Account.id).where(Account.key == account_key(line.code, Part.LEFT))
    counted = select(Posting.id).where(Posting.account_id == account.scalar_subquery())
    statement: Any = (
        select(Posting, Transaction, Reservation, User.name)
        .join(Transaction, Transaction.id == Posting.transaction_id)
        .outerjoin(User, User.id == Transaction.actor_id)
        .outerjoin(Reservation, Reservation.transaction_id == reserving_id())
        .where(Posting.account_id == account.scalar_subquery())
    )
    found = tables.paginate(statement, MOVEMENTS, listing, counted)
    movements = [movement_of(*row) for row in found.items]
    return tables.Page(movements, found.total, found.number, found.pages)


def reserving_id() -> Any:
    """Return, in SQL, the transaction that reserved: itself, or the one it takes back."""
    return func.coalesce(Transaction.reverses_id, Transaction.id)


def movement_of(
    posting: Posting, deed: Transaction, reservation: Reservation | None, by: str | None
) -> Movement:
    """Return a movement as people read it."""
    if reservation is None:
        what = Deed.FUNDED if posting.amount > 0 else Deed.REDUCED
    else:
        what = Deed.RESERVED if deed.reverses_id is None else Deed.RELEASED
    return Movement(
        deed=what,
        amount=posting.amount,
        left=posting.balance,
        effective_on=deed.effective_on,
        recorded_at=deed.recorded_at,
        by=by or "",
        note=deed.note,
        act=deed.act,
        holder=None if reservation is None else reservation.holder,
    )


def read_movements_listing(args: Mapping[str, str]) -> tables.Listing:
    """Read from the address which page of the movements is asked for."""
    return tables.read_listing(MOVEMENTS, args)
