"""Exact money: Decimal euros in code, whole cents in the database, never a float."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency

CENT = Decimal("0.01")


def to_cents(amount: Decimal) -> int:
    """Whole cents of an amount of euros; ValueError when finer than a cent or not a number."""
    if not isinstance(amount, Decimal):
        raise TypeError("money is a Decimal")
    if not amount.is_finite():
        raise ValueError(f"{amount} is no amount of money")
    numerator, denominator = amount.as_integer_ratio()
    cents, rest = divmod(numerator * 100, denominator)
    if rest:
        raise ValueError(f"{amount} is finer than a cent")
    return cents


def from_cents(cents: int) -> Decimal:
    """The amount of euros, with two decimal places, that so many cents make."""
    if not isinstance(cents, int) or isinstance(cents, bool):
        raise TypeError("cents are whole numbers")
    digits = tuple(int(digit) for digit in str(abs(cents)))
    return Decimal((int(cents < 0), digits, -2))


@lru_cache(maxsize=4_096, typed=True)
def format_amount(amount: Decimal, locale: str = "it") -> str:
    """The amount as people of the language write it: ``1.234,56 €`` in Italian."""
    return format_currency(from_cents(to_cents(amount)), "EUR", locale=locale)
