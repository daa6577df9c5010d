"""Amounts of money, percentages and whole numbers, typed the Italian way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from portal.errors import Invalid
from portal.money import CENT
from portal.parse.texts import BLANKS, given, trim

LARGEST = Decimal("999999999.99")
LARGEST_INTEGER = 999_999_999
HUNDRED = Decimal("100.00")
LONGEST_CARRIED = len(str(LARGEST_INTEGER))

# Thousands in groups of three after a first group that is no zero: 0.250 may be an English decimal.
_WHOLE = r"(?:[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[0-9]+)"
_NUMBER = rf"({_WHOLE})(?:,([0-9]{{1,2}}))?"
_EURO = "(?:€|EUR)"
_GAP = f"[{BLANKS}]?"
_AMOUNT = re.compile(f"(?:{_EURO}{_GAP}{_NUMBER}|{_NUMBER}(?:{_GAP}{_EURO})?)", re.IGNORECASE)
_MINUS = ("-", "\N{MINUS SIGN}")
_SIGNS = ("+", *_MINUS)
_PERCENT = re.compile(f"([0-9]+)(?:[,.]([0-9]{{1,2}}))?{_GAP}%?")
_INTEGER = re.compile(f"(-?){_WHOLE}")


def amount(text: str, minimum: Decimal = CENT, maximum: Decimal = LARGEST) -> Decimal:
    """An amount of euros with two decimals: ``1.234,56``, with or without the sign of the euro.

    What could be read in two ways is refused: 25,000 and 1234.56 may be English.
    """
    return _require_amount_within(_read_amount(given(text)), minimum, maximum)


def signed_amount(text: str, minimum: Decimal = -LARGEST, maximum: Decimal = LARGEST) -> Decimal:
    """An amount that may be zero or less, where a sign has a meaning: a variation, a balance."""
    text = given(text)
    sign = text[0] if text[0] in _SIGNS else ""
    value = _read_amount(trim(text.removeprefix(sign)))
    if sign in _MINUS and value:
        value = value.copy_negate()
    return _require_amount_within(value, minimum, maximum)


def percent(text: str) -> Decimal:
    """A percentage from 0 to 100 with at most two decimals, after a comma or a dot."""
    number = _PERCENT.fullmatch(given(text))
    if not number:
        raise Invalid("percent_format")
    value = _decimal(*number.groups())
    if value > HUNDRED:
        raise Invalid("percent_range")
    return value


def carried(text: str) -> int | None:
    """Return the whole number that a page carried along for us; None for what no page wrote."""
    is_number = text.isascii() and text.isdigit() and len(text) <= LONGEST_CARRIED
    return int(text) if is_number else None


def integer(text: str, minimum: int = 0, maximum: int = LARGEST_INTEGER) -> int:
    """A whole number, thousands grouped with dots or not at all."""
    text = given(text)
    if not _INTEGER.fullmatch(text):
        raise Invalid("number_format")
    value = Decimal(text.replace(".", ""))
    if not minimum <= value <= maximum:
        raise Invalid("number_range", minimum=minimum, maximum=maximum)
    return int(value)


def number(
    text: str,
    decimals: int,
    minimum: Decimal = Decimal(0),
    maximum: Decimal = LARGEST,
) -> Decimal:
    """A number with at most so many decimals after a comma, thousands grouped or not at all."""
    found = re.fullmatch(
        rf"(-?{_WHOLE})(?:,([0-9]{{1,{decimals}}}))?" if decimals else rf"(-?{_WHOLE})()",
        given(text),
    )
    if not found:
        raise Invalid("decimals_format" if decimals else "number_format", decimals=decimals)
    places = (found[2] or "").ljust(decimals, "0")
    whole = found[1].replace(".", "")
    value = Decimal(f"{whole}.{places}" if places else whole)
    if not minimum <= value <= maximum:
        raise Invalid("decimals_range", minimum=_plain(minimum), maximum=_plain(maximum))
    return value


def _plain(limit: Decimal) -> str:
    """A limit as one types it: facts of a refusal that are Decimal would read as euros."""
    return f"{limit.normalize():f}".replace(".", ",")


def require_at_most(amount: Decimal, ceiling: Decimal, field: str | None = None) -> None:
    """Refuse an amount over what the call grants at most."""
    if amount > ceiling:
        raise Invalid("amount_over_call_max", field, amount=amount, ceiling=ceiling)


def require_total(rows: Iterable[Decimal], total: Decimal, field: str | None = None) -> None:
    """Refuse a total that is not the sum of its rows, to the cent."""
    found = sum(rows, Decimal("0.00"))
    if found != total:
        raise Invalid("amount_total_mismatch", field, sum=found, total=total)


def require_hundred(percents: Iterable[Decimal], field: str | None = None) -> None:
    """Refuse shares that do not make a whole."""
    found = sum(percents, Decimal("0.00"))
    if found != HUNDRED:
        raise Invalid("percent_total", field, total_percent=found)


def _read_amount(text: str) -> Decimal:
    number = _AMOUNT.fullmatch(text)
    if not number:
        raise Invalid("amount_format")
    return _decimal(number[1] or number[3], number[2] or number[4])


def _decimal(whole: str, decimals: str | None) -> Decimal:
    """The number with two decimal places, exact however many digits it has."""
    return Decimal(f"{whole.replace('.', '')}.{(decimals or '').ljust(2, '0')}")


def _require_amount_within(value: Decimal, minimum: Decimal, maximum: Decimal) -> Decimal:
    if not minimum <= value <= maximum:
        raise Invalid("amount_range", minimum=minimum, maximum=maximum)
    return value
