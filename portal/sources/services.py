"""Deeds on money: sources, lines, what comes in, what is reserved and given back.

Whatever changes a line's money holds the line's row first. So who asks next sees what is left
after it, and not more is promised than there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from portal import audit, clock, ledger, permissions
from portal.db import db, lock, transaction
from portal.errors import Invalid, NotFound, Stale, WrongState, declare, mark
from portal.ledger import AccountKind
from portal.sources.engine import Holder, Part, Regime, account_key
from portal.sources.models import BudgetLine, FundingSource, Reservation
from portal.sources.queries import open_reservations, room_of
from portal.workflow import announce

LONGEST_KEY = 64
KINDS = {
    Part.FUNDED: AccountKind.OUTSIDE,
    Part.LEFT: AccountKind.AVAILABLE,
    Part.RESERVED: AccountKind.RESERVED,
}
COLUMNS = ("payer", "cup", "starts_on", "ends_on")

declare(
    {
        "source_code_taken": mark("There is already a source with this code."),
        "source_dates": mark("The last day cannot come before the first."),
        "line_code_taken": mark("There is already a budget line with this code."),
        "line_day_to_come": mark("This day is still to come. Write the day of the act."),
        "movement_key": mark("Reload the page and send it from there."),
        "line_below_reserved": mark(
            "Only %(left)s can be taken away: the rest has been promised to applications."
        ),
        "reservation_stands": mark("Another amount has already been reserved for this."),
    }
)


@dataclass(frozen=True)
class Change:
    """A change of what a line holds: how much, why, by which act, from which day."""

    amount: Decimal
    reason: str
    act: str
    effective_on: date


@transaction()
def create_source(actor: Any, **fields: Any) -> FundingSource:
    """Write down who gives money; `code`, `name_it`, `name_en` and so on, as typed in the form."""
    permissions.require(actor, "source.create")
    code = fields.pop("code")
    if db.session.scalar(select(FundingSource.id).where(FundingSource.code == code)):
        raise Invalid("source_code_taken", "code")
    source = FundingSource(code=code, created_at=clock.now(), **columns_of(fields))
    db.session.add(source)
    db.session.flush()
    audit.record("source.create", source, actor, facts={"regime": source.regime})
    return source


@transaction()
def edit_source(source: FundingSource, actor: Any, version: int, **fields: Any) -> None:
    """Put right what is written of a source as it was at `version`; Stale when it has changed."""
    permissions.require(actor, "source.edit", source)
    lock(source)
    if source.version != version:
        raise Stale
    wanted = columns_of(fields)
    changed = {name for name, value in wanted.items() if getattr(source, name) != value}
    for name in changed:
        setattr(source, name, wanted[name])
    if changed:
        audit.record("source.edit", source, actor, facts={"fields": audit.FieldNames(changed)})


def columns_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a source, or raise what doesn't hold together."""
    starts_on, ends_on = fields["starts_on"], fields.get("ends_on")
    if ends_on is not None and ends_on < starts_on:
        raise Invalid("source_dates", "ends_on")
    return {
        **{name: fields.get(name) for name in COLUMNS},
        "name": by_language(fields, "name"),
        "regime": Regime(fields["regime"]),
        "note": fields.get("note") or "",
    }


def by_language(fields: Mapping[str, Any], name: str) -> dict[str, str]:
    """Return a text by language; Italian stands in for what isn't written in English."""
    italian = fields[f"{name}_it"]
    return {"it": italian, "en": fields.get(f"{name}_en") or italian}


@transaction()
def open_line(source: FundingSource, actor: Any, code: str, **titles: Any) -> BudgetLine:
    """Open a line of a source, still empty, with its accounts."""
    permissions.require(actor, "line.open", source)
    if db.session.scalar(select(BudgetLine.id).where(BudgetLine.code == code)):
        raise Invalid("line_code_taken", "code")
    title = by_language(titles, "title")
    line = BudgetLine(code=code, source=source, title=title, opened_at=clock.now())
    db.session.add(line)
    db.session.flush()
    for part, kind in KINDS.items():
        ledger.open_account(account_key(code, part), kind)
    audit.record("line.open", line, actor)
    return line


@transaction()
def fund_line(line: BudgetLine, actor: Any, change: Change, request_key: str) -> None:
    """Add money to a line. The same request again adds nothing."""
    permissions.require(actor, "line.fund", line)
    if change_funds(line, actor, change, ("fund", request_key)):
        audit.record("line.fund", line, actor, facts=facts_of(change))
        announce("line.fund", line, actor)


@transaction()
def reduce_line(line: BudgetLine, actor: Any, change: Change, request_key: str) -> None:
    """Take money off a line, never what is reserved (`line_below_reserved`)."""
    permissions.require(actor, "line.reduce", line)
    if change_funds(line, actor, change, ("reduce", request_key)):
        audit.record("line.reduce", line, actor, facts=facts_of(change))
        announce("line.reduce", line, actor)


def facts_of(change: Change) -> dict[str, Any]:
    """Return what the trail keeps of a change."""
    return {"amount": change.amount, "effective_on": change.effective_on}


def change_funds(line: BudgetLine, actor: Any, change: Change, request: tuple[str, str]) -> bool:
    """Post a change of what the line holds; False where this request has been posted before."""
    verb, request_key = request
    lock(line)
    key = f"{verb}:{line.code}:{own_key(request_key)}"
    if change.effective_on > clock.today():
        raise Invalid("line_day_to_come", "effective_on")
    amount = change.amount if verb == "fund" else -change.amount
    is_new = ledger.find_transaction(key) is None
    if is_new and amount < 0:
        require_free(line, change.amount)
    lines = [(account_key(line.code, Part.FUNDED), -amount), left_line(line, amount)]
    ledger.post(lines, key, change.effective_on, actor, change.reason, change.act)
    return is_new


def own_key(request_key: str) -> str:
    """Return the key of a request, if it can be one."""
    if not request_key or len(request_key) > LONGEST_KEY or not request_key.isalnum():
        raise Invalid("movement_key")
    return request_key


def require_free(line: BudgetLine, amount: Decimal) -> None:
    """Refuse to take away what is promised."""
    left = room_of(line).left
    if amount > left:
        raise Invalid("line_below_reserved", "amount", left=left)


def left_line(line: BudgetLine, amount: Decimal) -> ledger.Line:
    """Return the posting that changes what is left."""
    return account_key(line.code, Part.LEFT), amount


def reserved_line(line: BudgetLine, amount: Decimal) -> ledger.Line:
    """Return the posting that changes what is reserved."""
    return account_key(line.code, Part.RESERVED), amount


def hold_line(code: str) -> BudgetLine:
    """Lock a line until the transaction ends: what is left stands still."""
    line = db.session.scalar(select(BudgetLine).where(BudgetLine.code == code))
    if line is None:
        raise NotFound
    lock(line)
    return line


@transaction()
def reserve(line: BudgetLine, amount: Decimal, holder: Holder, actor: Any) -> Reservation:
    """Promise money of the line to a record: `limit_reached` says what is left if it is too much.

    The deed that needs the money has judged who may. Asked again, what stands is returned.
    """
    accounts = [account_key(line.code, Part.RESERVED)]
    lock(line)
    if standing := open_reservations(holder):
        return require_same(standing[0], line, amount)
    ledger.require_within(line, accounts, lambda: room_of(line).funded, amount)
    key = f"reserve:{holder}:{times_reserved(holder) + 1}"
    lines = [left_line(line, -amount), reserved_line(line, amount)]
    posted = ledger.post(lines, key, clock.today(), actor)
    reservation = Reservation(
        line=line,
        record_kind=holder.kind,
        record_key=holder.key,
        amount=amount,
        transaction_id=posted.id,
    )
    db.session.add(reservation)
    db.session.flush()
    audit.record("line.reserve", line, actor, facts={"amount": amount})
    return reservation


def require_same(standing: Reservation, line: BudgetLine, amount: Decimal) -> Reservation:
    """Return what stands if it is what is asked for; a record holds one reservation."""
    if (standing.line_id, standing.amount) != (line.id, amount):
        raise WrongState("reservation_stands")
    return standing


def times_reserved(holder: Holder) -> int:
    """Return how often money has been reserved for a record."""
    statement = select(func.count()).where(
        Reservation.record_kind == holder.kind, Reservation.record_key == holder.key
    )
    return db.session.scalar(statement) or 0


@transaction()
def release(holder: Holder, actor: Any) -> Decimal:
    """Give back what is reserved for a record, and return how much: nothing if nothing is."""
    freed = ledger.NOTHING
    for found in open_reservations(holder):
        lock(found.line)
        if found not in open_reservations(holder):
            continue  # somebody else gave it back while we waited
        posted = db.session.get_one(ledger.Transaction, found.transaction_id)
        ledger.reverse(posted, clock.today(), actor)
        audit.record("line.release", found.line, actor, facts={"amount": found.amount})
        freed += found.amount
    return freed
