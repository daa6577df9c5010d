"""The tax codes of the demo's invented bodies."""

from __future__ import annotations

import pytest
from stdnum.it import iva

from portal.demo.engine import body_number


@pytest.mark.parametrize("number", [1, 37, 100, 101, 999, 1000, 10_000, 99_999])
@pytest.mark.parametrize("first", [9_000_000, 9_100_000])
def test_codes_of_invented_bodies_are_valid_however_many(first: int, number: int) -> None:
    assert iva.is_valid(body_number(first + number))
