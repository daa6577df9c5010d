"""Money is exact: euros and cents are the same thing written twice."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import money


@given(st.integers(-(10**18), 10**18))
def test_cents_become_euros_and_cents_again(cents: int) -> None:
    amount = money.from_cents(cents)
    assert money.to_cents(amount) == cents
    assert amount.as_tuple().exponent == -2


@pytest.mark.parametrize(("amount", "cents"), [("1E+3", 100_000), ("0.1", 10), ("-0.01", -1)])
def test_to_cents_takes_any_way_to_write_the_same_amount(amount: str, cents: int) -> None:
    assert money.to_cents(Decimal(amount)) == cents


@pytest.mark.parametrize("amount", ["0.001", "1E-10", "NaN", "sNaN", "Infinity", "-Infinity"])
def test_to_cents_refuses_what_no_cents_can_hold(amount: str) -> None:
    with pytest.raises(ValueError, match=r"cent|money"):
        money.to_cents(Decimal(amount))


def test_money_refuses_floats_and_booleans() -> None:
    with pytest.raises(TypeError):
        money.to_cents(0.1)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        money.from_cents(1.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        money.from_cents(True)


@pytest.mark.parametrize(
    ("amount", "locale", "text"),
    [
        ("1234.56", "it", "1.234,56\xa0€"),
        ("25000", "it", "25.000,00\xa0€"),
        ("-3.5", "it", "-3,50\xa0€"),
        ("1234.56", "en", "€1,234.56"),
    ],
)
def test_format_amount_writes_as_people_do(amount: str, locale: str, text: str) -> None:
    assert money.format_amount(Decimal(amount), locale) == text
