"""Numbers with decimals of their own, and codes of economic activities."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import parse
from portal.errors import Invalid


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("000000012", 12),
        ("999999999", 999_999_999),
        ("1000000000", None),
        ("-1", None),
        ("+1", None),
        ("1.000", None),
        ("\u0661", None),
        (" 1", None),
        ("", None),
    ],
)
def test_number_that_a_page_carries_is_one_of_ours_or_none(text: str, number: int | None) -> None:
    assert parse.carried(text) == number


@pytest.mark.parametrize(
    ("typed", "decimals", "number"),
    [
        ("12", 2, "12.00"),
        ("12,5", 2, "12.50"),
        ("1.234,5678", 4, "1234.5678"),
        ("12", 0, "12"),
        (" 0,05 ", 2, "0.05"),
    ],
)
def test_number_is_read_with_its_decimals(typed: str, decimals: int, number: str) -> None:
    assert str(parse.number(typed, decimals)) == number


@pytest.mark.parametrize(
    ("typed", "decimals", "code"),
    [
        ("12,5", 0, "number_format"),
        ("12,505", 2, "decimals_format"),
        ("12.5", 2, "decimals_format"),
        ("-1", 2, "decimals_range"),
        ("0,250.000", 2, "decimals_format"),
        ("", 2, "required"),
        ("mille", 2, "decimals_format"),
    ],
)
def test_number_that_could_be_misread_is_refused(typed: str, decimals: int, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse.number(typed, decimals)
    assert caught.value.code == code


def test_number_keeps_its_limits() -> None:
    assert parse.number("2,5", 1, Decimal("2.5"), Decimal(3)) == Decimal("2.5")
    with pytest.raises(Invalid) as caught:
        parse.number("3,1", 1, Decimal("2.50"), Decimal(3))
    assert caught.value.facts == {"minimum": "2,5", "maximum": "3"}


@given(st.decimals(0, 10**8, places=3))
def test_number_written_the_italian_way_is_read_back(number: Decimal) -> None:
    assert parse.number(str(number).replace(".", ","), 3) == number


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("62.10.00", "62.10.00"),
        ("621000", "62.10.00"),
        (" 62 . 10 . 00 ", "62.10.00"),
        ("62.10.0", "62.10.0"),
        ("62.10", "62.10"),
        ("6210", "62.10"),
    ],
)
def test_activity_is_written_with_its_dots(typed: str, code: str) -> None:
    assert parse.ateco(typed) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        ("A", "ateco_format"),
        ("62,10", "ateco_format"),
        ("62.100.0", "ateco_format"),
        ("62.10.00.1", "ateco_format"),
        ("６2.10.00", "ateco_format"),
        ("62", "ateco_wide"),
        ("62.1", "ateco_wide"),
        ("62.01.00", "ateco_unknown"),
        ("99.99.99", "ateco_unknown"),
    ],
)
def test_activity_that_is_none_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse.ateco(typed)
    assert caught.value.code == code


def test_activity_has_its_title_in_its_edition() -> None:
    assert parse.ateco_title("62.10.00") == "Attività di programmazione informatica"
    assert parse.ateco_title("62.10.00", "2007") == ""
    assert parse.ateco_title("99.99.99") == ""
