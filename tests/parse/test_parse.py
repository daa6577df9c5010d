"""What the vectors do not say: limits, forms and the checks across fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from time import perf_counter

import pytest

from portal import clock, parse
from portal.errors import Invalid, InvalidMany


def refusal(parser: Callable[..., object], *given: object) -> str:
    with pytest.raises(Invalid) as refused:
        parser(*given)
    return refused.value.code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("rssmra80a01h501u", "RSSMRA80A01H501U"),
        ("RSSMRA80A01H501U\r\n", "RSSMRA80A01H501U"),
        (" 80007010376 ", "80007010376"),
        ("12345671379", "12345671379"),
    ],
)
def test_tax_code_is_of_a_person_or_of_a_body(text: str, code: str) -> None:
    assert parse.tax_code(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("8000701037", "cf_length"),
        ("80007010377", "cf_checksum"),
        ("00000000000", "cf_format"),
        ("RSSMRA80A01H501X", "cf_checksum"),
        ("\u0430\u0430", "cf_chars"),
        ("", "cf_length"),
    ],
)
def test_tax_code_says_what_is_wrong(text: str, code: str) -> None:
    assert refusal(parse.tax_code, text) == code


@pytest.mark.parametrize(
    ("code", "born"),
    [
        ("RSSMRA80A01H501U", date(1980, 1, 1)),
        ("RSSMRA80A41H501Y", date(1980, 1, 1)),
        ("RSSMRAULALMHRLMD", date(1980, 1, 1)),
        ("RSSMRA00B29H501Y", date(2000, 2, 29)),
        ("RSSMRA80A01H501U", date(1880, 1, 1)),
        ("80007010376", date(1955, 5, 5)),
    ],
)
def test_birth_date_matches_codes_of_any_century(code: str, born: date) -> None:
    parse.require_birth_date_matches(code, born)


def test_birth_date_mismatch_marks_both_fields() -> None:
    with pytest.raises(InvalidMany) as refused:
        parse.require_birth_date_matches("RSSMRA80A01H501U", date(1980, 1, 2), ("cf", "born"))
    assert {field: error.code for field, error in refused.value.errors.items()} == {
        "cf": "cf_birthdate_mismatch",
        "born": "cf_birthdate_mismatch",
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("BR1500000000000010932840814P2", "iban_country"),
        ("TR330006100519786457841326", "iban_country"),
        ("IT", "iban_invalid"),
        ("DE00370400440532000052", "iban_invalid"),  # divides like 97, the only right one
        ("", "iban_invalid"),
    ],
)
def test_iban_outside_the_payment_area_is_told_from_a_wrong_one(text: str, code: str) -> None:
    assert refusal(parse.iban, text) == code


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("051/123456", "+39051123456"),
        ("(+39) 333-123.45.67", "+393331234567"),
        ("0039 051 123456", "+39051123456"),
        ("+49 30 901820", "+4930901820"),
    ],
)
def test_phone_is_kept_with_its_country(text: str, number: str) -> None:
    assert parse.phone(text) == number


@pytest.mark.parametrize("text", ["333 1234567 int. 2", "+39 333 1234 5678 9", "+0 511 234567", ""])
def test_phone_refuses_what_cannot_be_dialled(text: str) -> None:
    assert refusal(parse.phone, text) == "phone_format"


@pytest.mark.parametrize("text", ["00009", "98169", "40121 BO", ""])
def test_cap_not_in_use_is_refused(text: str) -> None:
    assert refusal(parse.cap, text) == "cap_format"


@pytest.mark.parametrize("text", ["J12F1700002000", "112F17000020006", "J12F1700002000\uff16", ""])
def test_cup_has_letters_and_digits_in_their_places(text: str) -> None:
    assert refusal(parse.cup, text) == "cup_format"


def test_email_counts_both_its_lengths() -> None:
    assert parse.email(f"{'a' * 64}@comune.it") == f"{'a' * 64}@comune.it"
    assert refusal(parse.email, f"{'a' * 65}@comune.it") == "too_long"
    assert refusal(parse.email, "") == "email_format"


@pytest.mark.parametrize(
    "text", ["0.250", "025.000", "1.000.00", "€ 5 €", "5 euro", "-5", "1.0000"]
)
def test_amount_refuses_what_reads_in_two_ways(text: str) -> None:
    assert refusal(parse.amount, text) == "amount_format"


def test_amount_may_be_zero_where_the_caller_says_so() -> None:
    assert parse.amount("0", minimum=Decimal(0)) == Decimal("0.00")
    assert refusal(parse.amount, "10,01", Decimal(0), Decimal(10)) == "amount_range"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-1.234,56", "-1234.56"),
        ("\N{MINUS SIGN}5", "-5.00"),
        ("+ 5 €", "5.00"),
        ("-0,00", "0.00"),
        ("7", "7.00"),
    ],
)
def test_signed_amount_reads_its_sign(text: str, value: str) -> None:
    assert str(parse.signed_amount(text)) == value


@pytest.mark.parametrize("text", ["--5", "-", "5-", "-1.000.000.000"])
def test_signed_amount_refuses_odd_signs_and_sizes(text: str) -> None:
    assert refusal(parse.signed_amount, text) in {"amount_format", "amount_range"}


def test_integer_reads_groups_and_keeps_its_limits() -> None:
    assert parse.integer(" 1.500 ") == 1500
    assert parse.integer("-3", minimum=-5) == -3
    assert refusal(parse.integer, "1,5") == "number_format"
    assert refusal(parse.integer, "-1") == "number_range"
    assert refusal(parse.integer, "11", 0, 10) == "number_range"
    assert refusal(parse.integer, "٣") == "number_format"
    assert refusal(parse.integer, " ") == "required"


def test_totals_and_shares_are_compared_to_the_cent() -> None:
    rows = [Decimal("0.10")] * 3
    parse.require_total(rows, Decimal("0.30"))
    assert refusal(parse.require_total, rows, Decimal("0.31")) == "amount_total_mismatch"
    assert refusal(parse.require_hundred, [Decimal("33.33")] * 3) == "percent_total"
    parse.require_at_most(Decimal("25000.00"), Decimal("25000"))


def test_birth_date_counts_the_years_of_rome() -> None:
    just_before_midnight_in_rome = datetime(2026, 11, 21, 22, 59, tzinfo=UTC)
    with clock.at(just_before_midnight_in_rome):
        assert refusal(parse.birth_date, "22/11/2008") == "under_age"
        assert parse.birth_date("22/11/2008", minimum_age=16) == date(2008, 11, 22)
        assert refusal(parse.birth_date, "22/11/2027") == "under_age"
        assert parse.birth_date("22/11/1905") == date(1905, 11, 22)
        assert refusal(parse.birth_date, "21/11/1905") == "date_range"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-03-29T02:30", "time_not_real"),
        ("2026-10-31 12:00", "datetime_format"),
        ("2026-10-31T12:00+02:00", "datetime_format"),
        ("2026-02-30T12:00", "date_not_real"),
        ("1899-12-31T12:00", "date_range"),
        ("", "required"),
    ],
)
def test_deadline_says_what_is_wrong(text: str, code: str) -> None:
    assert refusal(parse.deadline, text) == code


def test_order_needs_a_later_closing() -> None:
    noon = datetime(2026, 10, 31, 11, tzinfo=UTC)
    assert refusal(parse.require_order, noon, noon) == "close_before_open"
    parse.require_order(noon, noon.replace(minute=1))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a" * 201, "too_long"),
        ("Mario\nRossi", "text_control"),
        ("Mario\ud800", "text_control"),
        ("Mario\uffff", "text_control"),
        ("a" + "\u0301" * 31, "text_control"),
        ("Mario\u3164", "text_invisible"),
        ("\ufeffMario", "text_invisible"),
    ],
)
def test_name_refuses_what_cannot_be_seen(text: str, code: str) -> None:
    assert refusal(parse.name, text) == code


def test_line_needs_no_letters_and_has_its_own_length() -> None:
    assert parse.line("a\u2003b\xa0c") == "a b c"
    assert parse.line(" --- ") == "---"
    assert refusal(parse.line, "12345", 4) == "too_long"


def test_free_text_counts_after_line_ends_and_composition() -> None:
    assert parse.free_text("e\u0300\r\n" * 5_000) == "è\n" * 5_000
    assert parse.free_text("a\rb") == "a\nb"
    assert refusal(parse.free_text, "12345", 4) == "too_long"
    assert refusal(parse.free_text, "a\x1bb") == "text_control"


def test_free_text_of_half_a_megabyte_is_refused_at_once() -> None:
    started = perf_counter()
    assert refusal(parse.free_text, "a" + "\u0301\u0316" * 250_000) == "too_long"
    assert refusal(parse.free_text, "a" + "\u0301\u0316" * 15_000) == "text_control"
    assert refusal(parse.name, " " * 500_000 + "\x00") == "text_control"
    assert perf_counter() - started < 1


def test_choices_keep_the_order_of_the_options() -> None:
    options = ["work", "home", "school"]
    assert parse.choices(["school", "work", "work"], options) == ["work", "school"]
    assert refusal(parse.choices, [], options) == "required"
    assert refusal(parse.choices, ["work", "beach"], options) == "choice_unknown"
    assert refusal(parse.choice, "", options) == "required"


def test_municipality_is_one_the_caller_knows() -> None:
    assert parse.municipality("A944", {"A944"}) == "A944"
    assert refusal(parse.municipality, "H501", {"A944"}) == "municipality_unknown"


@pytest.mark.parametrize(("text", "answer"), [("Sì", True), ("on", True), ("NO", False)])
def test_yes_no_reads_pages_and_spreadsheets(text: str, answer: bool) -> None:
    assert parse.yes_no(text) is answer


def test_yes_no_refuses_anything_else() -> None:
    assert refusal(parse.yes_no, "forse") == "yes_no"
    assert refusal(parse.yes_no, "") == "required"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("../../../etc/cron.d/x.pdf", "x.pdf"),
        ("C:\\Users\\Mario\\visura.pdf", "visura.pdf"),
        ("Visura.PDF.p7m", "Visura.PDF.p7m"),
    ],
)
def test_upload_name_loses_its_folders(text: str, name: str) -> None:
    assert parse.upload_name(text) == name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("doc\u202efdp.exe", "file_type_not_allowed"),
        ("doc\u202efdp.pdf", "file_name"),
        ("visura.pdf\x00.exe", "file_name"),
        ("", "file_name"),
        (".pdf", "file_name"),
        ("cartella/", "file_name"),
        ("..", "file_name"),
        ("a" * 200 + ".pdf", "file_name"),
        ("visura", "file_type_not_allowed"),
        ("visura.pdf.", "file_type_not_allowed"),
        ("lista.zip", "file_type_not_allowed"),
    ],
)
def test_upload_name_says_what_is_wrong(text: str, code: str) -> None:
    assert refusal(parse.upload_name, text) == code


def test_upload_name_allows_archives_where_the_call_does() -> None:
    assert parse.upload_name("lista.zip", {"zip"}) == "lista.zip"
