"""The ledger: every euro is a posting, in balanced transactions that are never changed.

A transaction has two postings or more that sum to zero. It is kept under three locks: the mapper
refuses changes, triggers refuse raw SQL, and its unique key makes the same notice twice one deed.
A mistake is put right by a reversal, never by a change. Accounts count in euros, in whole cents;
each posting holds the balance it left behind, so that a balance at any moment is read and not
computed. Accounts are locked in the order of their keys; a caller that posts more than once in a
transaction holds a row of its own first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Select, UniqueConstraint, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import clock, money
from portal.db import Base, append_only, db, in_transaction, insert_unless_there, lock
from portal.errors import Invalid, declare, mark

Line = tuple[str, Decimal]
NOTHING = Decimal("0.00")

declare(
    {
        "limit_reached": mark("There is not enough money: %(left)s are left."),
        "ledger_key_taken": mark(
            "This has been recorded already, with other amounts. Reload the page."
        ),
        "ledger_overdrawn": mark("An account would fall below zero: nothing was recorded."),
    }
)


class AccountKind(StrEnum):
    """What stands on an account. Only what lies outside falls below zero: by what has come."""

    OUTSIDE = "outside"
    AVAILABLE = "available"
    RESERVED = "reserved"


class Account(Base):
    """A place where money stands. `balance` is that of its last posting."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        CheckConstraint("currency = 'EUR'", name="currency"),
        CheckConstraint("kind = 'outside' OR balance >= 0", name="balance"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[AccountKind]
    currency: Mapped[str] = mapped_column(default="EUR")
    balance: Mapped[Decimal] = mapped_column(default=NOTHING)
    opened_at: Mapped[datetime]


@append_only
class Transaction(Base):
    """A deed in money. `effective_on` is its day, `recorded_at` was taken under the locks.

    `note` says why, `act` by which act, where a person decided it.
    """

    __tablename__ = "ledger_transaction"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    note: Mapped[str]
    act: Mapped[str]
    reverses_id: Mapped[int | None] = mapped_column(
        ForeignKey("ledger_transaction.id"), unique=True
    )

    postings: Mapped[list[Posting]] = relationship(lazy="select", order_by="Posting.id")


@append_only
class Posting(Base):
    """What one transaction does to one account, and the balance that it leaves there."""

    __tablename__ = "ledger_posting"
    __table_args__ = (
        UniqueConstraint("transaction_id", "account_id"),
        CheckConstraint("amount <> 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transaction.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"), index=True)
    amount: Mapped[Decimal]
    balance: Mapped[Decimal]

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)


def open_account(key: str, kind: AccountKind) -> None:
    """Open an empty account; one that stands is left as it is."""
    values = {"currency": "EUR", "balance": NOTHING, "opened_at": clock.now()}
    insert_unless_there(Account, key=key, kind=kind, **values)


def post(
    lines: Sequence[Line],
    key: str,
    effective_on: date,
    actor: Any,
    note: str = "",
    act: str = "",
) -> Transaction:
    """Record a transaction. The same key with the same lines is a no-op, with others an error."""
    facts = {"effective_on": effective_on, "note": note, "act": act}
    return write(lines, key, actor, facts)


def reverse(
    transaction: Transaction, effective_on: date, actor: Any, note: str = ""
) -> Transaction:
    """Take a transaction back by one with its lines turned round; twice is once."""
    if transaction.reverses_id is not None:
        raise ValueError("a reversal is not reversed: post anew")
    lines = [(posting.account.key, -posting.amount) for posting in transaction.postings]
    facts = {"effective_on": effective_on, "note": note, "act": ""}
    return write(lines, f"reverse:{transaction.key}", actor, facts, reverses_id=transaction.id)


def write(
    lines: Sequence[Line],
    key: str,
    actor: Any,
    facts: Mapping[str, Any],
    reverses_id: int | None = None,
) -> Transaction:
    """Write transaction, postings and balances under the locks of the accounts."""
    amounts = balanced(lines)
    accounts = hold_accounts(amounts)
    standing = find_transaction(key)
    if standing is not None:
        if amounts_of(standing) != amounts:
            raise Invalid("ledger_key_taken")
        return standing
    transaction = Transaction(
        key=key,
        recorded_at=clock.now(),
        actor_id=getattr(actor, "id", None),
        reverses_id=reverses_id,
        **facts,
    )
    for name, amount in amounts.items():
        account = accounts[name]
        balance = account.balance + amount
        if balance < 0 and account.kind is not AccountKind.OUTSIDE:
            raise Invalid("ledger_overdrawn")
        account.balance = balance
        transaction.postings.append(Posting(account=account, amount=amount, balance=balance))
    db.session.add(transaction)
    db.session.flush()
    return transaction


def balanced(lines: Sequence[Line]) -> dict[str, Decimal]:
    """Return the amounts by account; ValueError unless they are a transaction."""
    amounts = dict(lines)
    if len(lines) < 2 or len(amounts) != len(lines):
        raise ValueError("a transaction has two postings or more, one to each account")
    if not all(money.to_cents(amount) for amount in amounts.values()):
        raise ValueError("a posting of nothing is none")
    if sum(amounts.values()) != 0:
        raise ValueError("the postings of a transaction sum to zero")
    return amounts


def hold_accounts(keys: Iterable[str]) -> dict[str, Account]:
    """Lock the accounts in the order of their keys, and read them under the lock."""
    if not in_transaction():
        raise RuntimeError("money moves inside the deed's transaction")
    wanted = sorted(keys)
    statement = select(Account).where(Account.key.in_(wanted)).order_by(Account.key)
    locked = statement.with_for_update().execution_options(populate_existing=True)
    db.session.flush()
    accounts = {account.key: account for account in db.session.scalars(locked)}
    if missing := set(wanted) - set(accounts):
        raise ValueError(f"no such account: {', '.join(sorted(missing))}")
    return accounts


def find_transaction(key: str) -> Transaction | None:
    """Return the transaction of this key, if it stands."""
    return db.session.scalar(select(Transaction).where(Transaction.key == key))


def amounts_of(transaction: Transaction) -> dict[str, Decimal]:
    """Return what a transaction did, by account."""
    return {posting.account.key: posting.amount for posting in transaction.postings}


def is_reversed(transaction_id: Any) -> Any:
    """Return the condition that a transaction, given by its column, has been taken back."""
    later = Transaction.__table__.alias()
    return select(later.c.id).where(later.c.reverses_id == transaction_id).exists()


def balance(key: str) -> Decimal:
    """Return what stands on an account; nothing where there is none."""
    return balances([key])[key]


def balances(keys: Iterable[str]) -> dict[str, Decimal]:
    """Return what stands on several accounts: one query."""
    wanted = list(keys)
    rows = db.session.execute(select(Account.key, Account.balance).where(Account.key.in_(wanted)))
    return dict.fromkeys(wanted, NOTHING) | {key: amount for key, amount in rows}


def require_within(
    owner: Any, accounts: Sequence[str], ceiling: Callable[[], Decimal], amount: Decimal
) -> None:
    """Refuse `amount` where these accounts together would pass the ceiling (`limit_reached`).

    The row that owns the limit is locked first, and ceiling and balances are read under its lock.
    """
    lock(owner)
    left = ceiling() - sum(balances(accounts).values(), NOTHING)
    if amount > left:
        raise Invalid("limit_reached", left=left)


@dataclass(frozen=True)
class Verdict:
    """The outcome of adding everything up; `bad_account` is the first that is wrong."""

    accounts: int
    transactions: int
    bad_account: str | None = None
    reason: str = ""


def verify() -> Verdict:
    """Add up every account and every transaction anew."""
    for reason, statement in (
        ("its balance is not the sum of its postings", wrong_balances()),
        ("a posting does not hold the balance it left", wrong_steps()),
        ("a transaction on it does not sum to zero", unbalanced()),
        ("it is below zero", below_zero()),
    ):
        bad = db.session.scalar(statement.limit(1))
        if bad is not None:
            return Verdict(*counts(), bad, reason)
    return Verdict(*counts())


def counts() -> tuple[int, int]:
    """Return how many accounts and transactions there are."""
    accounts = db.session.scalar(select(func.count()).select_from(Account))
    transactions = db.session.scalar(select(func.count()).select_from(Transaction))
    return accounts or 0, transactions or 0


def wrong_balances() -> Select[Any]:
    """Select the accounts whose balance is not the sum of their postings."""
    total = func.coalesce(func.sum(Posting.amount), NOTHING)
    return (
        select(Account.key)
        .outerjoin(Posting, Posting.account_id == Account.id)
        .group_by(Account.id)
        .having(Account.balance != total)
        .order_by(Account.id)
    )


def wrong_steps() -> Select[Any]:
    """Select the accounts with a posting whose balance is not the sum up to it."""
    running = func.sum(Posting.amount).over(
        partition_by=Posting.account_id, order_by=Posting.id, rows=(None, 0)
    )
    steps = select(
        Posting.account_id, Posting.balance.label("kept"), running.label("running")
    ).subquery()
    return (
        select(Account.key)
        .join(steps, steps.c.account_id == Account.id)
        .where(steps.c.kept != steps.c.running)
        .order_by(Account.id)
    )


def unbalanced() -> Select[Any]:
    """Select the accounts touched by transactions of one posting, or that don't sum to zero."""
    bad = (
        select(Posting.transaction_id)
        .group_by(Posting.transaction_id)
        .having(or_(func.sum(Posting.amount) != NOTHING, func.count() < 2))
    )
    return (
        select(Account.key)
        .join(Posting, Posting.account_id == Account.id)
        .where(Posting.transaction_id.in_(bad))
        .order_by(Account.id)
    )


def below_zero() -> Select[Any]:
    """Select the accounts that are below zero and may not be."""
    is_below = Account.balance < NOTHING
    return (
        select(Account.key)
        .where(is_below, Account.kind != AccountKind.OUTSIDE)
        .order_by(Account.id)
    )
