"""The ledger: balanced, written once, never changed, never below zero, all of it provable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal import clock, ledger
from portal.db import transaction
from portal.errors import Invalid
from portal.ledger import Account, AccountKind, Posting, Transaction
from tests import make

pytestmark = pytest.mark.database

DAY = date(2026, 5, 4)
TEN, FOUR = Decimal("10.00"), Decimal("4.00")


@pytest.fixture
def accounts(db: SQLAlchemy) -> None:
    """What is outside, what is free, what is promised."""
    open_accounts()


def open_accounts() -> None:
    """Open an account of each kind, named after it."""
    with transaction():
        for kind in AccountKind:
            ledger.open_account(kind.value, kind)


def post(*lines: tuple[str, Decimal], key: str = "first", actor: Any = None) -> Transaction:
    """Record a transaction of the day."""
    with transaction():
        return ledger.post(lines, key, DAY, actor)


def fund(amount: Decimal = TEN, key: str = "first") -> Transaction:
    """Bring money in."""
    return post(("outside", -amount), ("available", amount), key=key)


def promise(amount: Decimal = FOUR, key: str = "second") -> Transaction:
    """Reserve money."""
    return post(("available", -amount), ("reserved", amount), key=key)


def standing() -> list[Decimal]:
    """Return the balances of outside, available, reserved."""
    return list(ledger.balances(["outside", "available", "reserved"]).values())


def test_balances_are_what_has_been_posted(accounts: None) -> None:
    fund()
    promise()
    assert standing() == [-TEN, Decimal("6.00"), FOUR]
    assert ledger.balance("nobody opened this") == 0


def test_transaction_has_two_dates_and_who_wrote_it(accounts: None) -> None:
    staff = make.user()
    with clock.at(make.NOON):
        found = post(("outside", -TEN), ("available", TEN), actor=staff)
    assert (found.effective_on, found.recorded_at, found.actor_id) == (DAY, make.NOON, staff.id)


def test_posting_holds_the_balance_it_leaves(accounts: None, db: SQLAlchemy) -> None:
    fund()
    promise()
    fund(FOUR, "third")
    steps = db.session.execute(
        sa.select(Posting.amount, Posting.balance)
        .join(Account)
        .where(Account.key == "available")
        .order_by(Posting.id)
    )
    assert [tuple(row) for row in steps] == [(TEN, TEN), (-FOUR, TEN - FOUR), (FOUR, TEN)]


@pytest.mark.parametrize(
    "lines",
    [
        [("outside", -TEN), ("available", FOUR)],
        [("outside", -TEN)],
        [("available", TEN), ("available", -TEN)],
        [("outside", Decimal(0)), ("available", Decimal(0))],
        [("outside", Decimal("-0.001")), ("available", Decimal("0.001"))],
        [("outside", -TEN), ("no such account", TEN)],
    ],
)
def test_what_is_no_transaction_is_refused(
    accounts: None, db: SQLAlchemy, lines: Sequence[tuple[str, Decimal]]
) -> None:
    with pytest.raises(ValueError):
        post(*lines)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Posting)) == 0


def test_money_moves_inside_a_transaction_only(accounts: None) -> None:
    with pytest.raises(RuntimeError, match="inside the deed's transaction"):
        ledger.post([("outside", -TEN), ("available", TEN)], "first", DAY, None)


def test_same_key_with_the_same_lines_does_nothing(accounts: None) -> None:
    first = fund()
    assert fund().id == first.id
    assert standing() == [-TEN, TEN, Decimal("0.00")]


def test_same_key_with_other_lines_is_refused(accounts: None) -> None:
    fund()
    with pytest.raises(Invalid) as refusal:
        fund(FOUR)
    assert refusal.value.code == "ledger_key_taken"
    assert standing() == [-TEN, TEN, Decimal("0.00")]


@pytest.mark.check(58)
def test_only_what_is_outside_falls_below_zero(accounts: None) -> None:
    fund()
    with pytest.raises(Invalid) as refusal:
        promise(Decimal("10.01"))
    assert refusal.value.code == "ledger_overdrawn"
    assert standing() == [-TEN, TEN, Decimal("0.00")]


@pytest.mark.check(58)
def test_mistake_is_put_right_by_a_reversal_once(accounts: None) -> None:
    fund()
    wrong = promise()
    with transaction():
        first = ledger.reverse(wrong, DAY, None, "Mistyped")
        again = ledger.reverse(wrong, DAY, None, "Mistyped")
    assert (first.id, first.reverses_id) == (again.id, wrong.id)
    assert standing() == [-TEN, TEN, Decimal("0.00")]
    with pytest.raises(ValueError, match="not reversed"), transaction():
        ledger.reverse(first, DAY, None)


@pytest.mark.check(58)
@pytest.mark.parametrize("model", [Transaction, Posting])
def test_mapper_refuses_changes(accounts: None, db: SQLAlchemy, model: Any) -> None:
    fund()
    row = db.session.scalars(sa.select(model)).first()
    with pytest.raises(RuntimeError, match="append-only"), transaction():
        db.session.delete(row)


@pytest.mark.check(58)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_posting SET amount = 1",
        "DELETE FROM ledger_posting",
        "UPDATE ledger_transaction SET note = 'x'",
        "DELETE FROM ledger_transaction",
    ],
)
def test_triggers_refuse_raw_changes(accounts: None, db: SQLAlchemy, statement: str) -> None:
    fund()
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), transaction():
        db.session.execute(sa.text(statement))


@pytest.mark.check(58)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_account SET balance = -1 WHERE key = 'available'",
        "UPDATE ledger_account SET currency = 'USD'",
    ],
)
def test_database_keeps_accounts_sound(accounts: None, db: SQLAlchemy, statement: str) -> None:
    with pytest.raises(sa.exc.IntegrityError), transaction():
        db.session.execute(sa.text(statement))


def test_limit_is_judged_over_several_accounts(accounts: None) -> None:
    fund()
    promise()
    owner = make.user()
    held = ["available", "reserved"]
    with transaction():
        ledger.require_within(owner, held, lambda: Decimal("12.00"), Decimal("2.00"))
        with pytest.raises(Invalid) as refusal:
            ledger.require_within(owner, held, lambda: Decimal("12.00"), Decimal("2.01"))
    assert (refusal.value.code, refusal.value.facts) == ("limit_reached", {"left": Decimal("2.00")})


def spoil(statement: str, **values: Any) -> None:
    """Change a row behind the ledger's back."""
    with transaction():
        make.db.session.execute(sa.text(statement), values)


def test_verify_adds_everything_up(accounts: None, app: Flask) -> None:
    fund()
    promise()
    assert ledger.verify() == ledger.Verdict(3, 2)
    answer = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert (answer.exit_code, answer.output) == (0, "3 accounts, 2 transactions, all add up\n")


def test_verify_names_the_first_account_whose_balance_is_wrong(accounts: None, app: Flask) -> None:
    fund()
    spoil("UPDATE ledger_account SET balance = balance + 1 WHERE key = 'available'")
    assert ledger.verify().bad_account == "available"
    answer = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert (answer.exit_code, answer.output) == (
        1,
        "account available: its balance is not the sum of its postings\n",
    )


RAW_POSTING = """
INSERT INTO ledger_posting (transaction_id, account_id, amount, balance)
SELECT t.id, a.id, :amount, :balance FROM ledger_transaction t, ledger_account a
WHERE t.key = 'first' AND a.key = :account
"""


@pytest.mark.parametrize(
    ("balance", "reason"),
    [
        (399, "a posting does not hold the balance it left"),
        (400, "a transaction on it does not sum to zero"),
    ],
)
def test_verify_finds_a_posting_written_by_hand(accounts: None, balance: int, reason: str) -> None:
    fund()
    spoil(RAW_POSTING, amount=400, balance=balance, account="reserved")
    spoil("UPDATE ledger_account SET balance = 400 WHERE key = 'reserved'")
    found = ledger.verify()
    assert found.reason == reason
    assert found.bad_account == ("reserved" if balance == 399 else "outside")
