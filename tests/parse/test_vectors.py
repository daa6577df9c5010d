"""The golden vectors: what each kind of input must become, or why it is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from portal import clock, parse
from portal.errors import Invalid

VECTORS = json.loads((Path(__file__).parents[1] / "golden" / "bad_inputs.json").read_text("utf-8"))
JUDGED_AT = datetime(2026, 11, 22, 11, tzinfo=UTC)


def check_birth_date(fields: dict[str, str]) -> None:
    code = parse.codice_fiscale(fields["codice_fiscale"])
    parse.require_birth_date_matches(code, parse.date(fields["data_nascita"]))


def check_ceiling(fields: dict[str, str]) -> None:
    parse.require_at_most(parse.amount(fields["amount"]), Decimal(fields["call_max"]))


def check_total(fields: dict[str, list[str]]) -> None:
    total = parse.amount(str(fields["declared_total"]))
    parse.require_total([parse.amount(row) for row in fields["rows"]], total)


def check_shares(fields: dict[str, list[str]]) -> None:
    parse.require_hundred([parse.percent(share) for share in fields["quote_soci"]])


def check_order(fields: dict[str, str]) -> None:
    parse.require_order(parse.deadline(fields["open"]), parse.deadline(fields["close"]))


ACROSS_FIELDS: dict[str, Callable[[dict], None]] = {
    "codice_fiscale-29": check_birth_date,
    "amount-47": check_ceiling,
    "amount-49": check_total,
    "percent-22": check_shares,
    "deadline-07": check_order,
}


def outcome(vector: dict) -> str:
    """The value as it is printed, or the code of the refusal; a check across fields prints ok."""
    try:
        with clock.at(JUDGED_AT):
            if vector["id"] in ACROSS_FIELDS:
                ACROSS_FIELDS[vector["id"]](vector["input"])
                return "ok"
            value = getattr(parse, vector["field"])(vector["input"])
    except Invalid as refusal:
        return refusal.code
    return f"{value:%Y-%m-%dT%H:%MZ}" if isinstance(value, datetime) else str(value)


def expected(vector: dict) -> str:
    if vector["expect"] == "reject":
        return vector["error"]
    if vector["id"] in ACROSS_FIELDS:
        return "ok"
    return vector.get("normalised", vector["input"])


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_vector_has_its_outcome(vector: dict) -> None:
    assert outcome(vector) == expected(vector)
