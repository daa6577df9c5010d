"""What holds for any text at all: a value or a reason, never a crash, never a hidden character."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import clock, money, parse
from portal.errors import Invalid

pytestmark = pytest.mark.uncounted

VECTORS = json.loads((Path(__file__).parents[1] / "golden" / "bad_inputs.json").read_text("utf-8"))
SAMPLES = [vector["input"] for vector in VECTORS if isinstance(vector["input"], str)]
PARSERS: dict[str, Callable[[str], object]] = {
    "amount": parse.amount,
    "birth_date": parse.birth_date,
    "cap": parse.cap,
    "choice": lambda text: parse.choice(text, ["ateco", "terzo settore"]),
    "choices": lambda text: parse.choices([text], ["ateco", "terzo settore"]),
    "codice_fiscale": parse.codice_fiscale,
    "codice_fiscale_ente": parse.codice_fiscale_ente,
    "cup": parse.cup,
    "date": parse.date,
    "deadline": parse.deadline,
    "email": parse.email,
    "free_text": parse.free_text,
    "iban": parse.iban,
    "integer": parse.integer,
    "line": parse.line,
    "municipality": lambda text: parse.municipality(text, {"A944", "H501"}),
    "name": parse.name,
    "partita_iva": parse.partita_iva,
    "percent": parse.percent,
    "phone": parse.phone,
    "signed_amount": parse.signed_amount,
    "tax_code": parse.tax_code,
    "upload_name": parse.upload_name,
    "yes_no": parse.yes_no,
}

any_character = st.characters(exclude_categories=())
any_text = st.text(any_character, max_size=60)
near_misses = st.builds(
    lambda sample, place, inserted: sample[:place] + inserted + sample[place:],
    st.sampled_from([sample for sample in SAMPLES if len(sample) < 500]),
    st.integers(0, 40),
    st.text(any_character, max_size=2),
)
cents = st.integers(1, 99_999_999_999)
minutes = st.builds(
    lambda day, hour, minute: datetime.combine(day, time(hour, minute)),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.integers(0, 23),
    st.integers(0, 59),
)


def parsed(parser: Callable[[str], object], text: str) -> object:
    """The value, or None where the text is refused with a reason."""
    try:
        return parser(text)
    except Invalid:
        return None


@pytest.mark.parametrize("field", PARSERS)
@settings(max_examples=150, deadline=None)
@given(text=any_text | near_misses)
def test_any_text_becomes_a_clean_value_or_a_reason(field: str, text: str) -> None:
    value = parsed(PARSERS[field], text)
    if isinstance(value, str):
        kept = value.replace("\n", "").replace("\t", "") if field == "free_text" else value
        assert [c for c in kept if unicodedata.category(c) in {"Cc", "Cs"}] == []
        assert PARSERS[field](value) == value


@given(cents)
def test_amount_reads_back_what_it_writes(number: int) -> None:
    amount = money.from_cents(number)
    assert parse.amount(money.format_amount(amount)) == amount


@given(cents | cents.map(lambda number: -number) | st.just(0))
def test_signed_amount_reads_back_what_it_writes(number: int) -> None:
    amount = money.from_cents(number)
    assert str(parse.signed_amount(money.format_amount(amount))) == str(amount)


@given(st.decimals(0, 100, places=2))
def test_percent_reads_comma_and_dot_alike(share: Decimal) -> None:
    assert parse.percent(str(share)) == parse.percent(f"{share} %".replace(".", ",")) == share


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_date_reads_italian_and_iso_alike(day: date) -> None:
    written = f"{day.day}/{day.month}/{day.year}"
    assert parse.date(written) == parse.date(day.isoformat()) == day


@given(minutes)
def test_deadline_is_the_minute_that_rome_shows(local: datetime) -> None:
    instant = parsed(parse.deadline, f"{local:%Y-%m-%dT%H:%M}")
    if isinstance(instant, datetime):
        assert clock.to_rome(instant).replace(tzinfo=None) == local
        assert instant.tzinfo is UTC
    else:
        assert local.month in {3, 10}
        assert local.weekday() == 6


@pytest.mark.parametrize("year", range(2020, 2040))
def test_deadline_refuses_one_hour_in_spring_and_one_in_autumn(year: int) -> None:
    refused: dict[str, int] = {}
    local = datetime.combine(date(year, 1, 1), time())
    while local.year == year:
        try:
            parse.deadline(f"{local:%Y-%m-%dT%H:%M}")
        except Invalid as refusal:
            refused[refusal.code] = refused.get(refusal.code, 0) + 1
        local += timedelta(minutes=30)
    assert refused == {"time_not_real": 2, "time_ambiguous": 2}
