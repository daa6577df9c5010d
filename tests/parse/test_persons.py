"""Codes of persons beside their names: provisional ones, names written in many ways."""

from __future__ import annotations

import pytest

from portal import parse
from portal.errors import Invalid
from portal.registry.engine import require_code_suits

# Luhn holds; 137 is no office of a partita IVA.
PROVISIONAL = "12345671379"


@pytest.mark.parametrize(
    ("code", "name", "matches"),
    [
        ("RSSMRA80A01H501U", "Mario Rossi", True),
        ("RSSMRA80A01H501U", "ROSSI MARIO", True),
        ("RSSMRAULALMHRLMD", "Mario Rossi", True),
        ("DLLGNN80A01A944V", "Giovanni Dell'Ò", True),
        ("DLLGNN80A01A944V", "Gianna Dalla", True),
        ("FOXHEI80A01Z110W", "Fo Hei", True),
        ("FOXHEX80A01Z110W", "He Fo", True),
        ("BNCNLS80A41A944Z", "Annalisa Bianchi", True),
        ("RSSMRA80A01H501U", "Maria Luisa Bianchi", False),
        ("RSSMRA80A01H501U", "Rossi", False),
        (PROVISIONAL, "Ahmed Karimi", True),
    ],
)
def test_code_is_compared_with_the_name_whichever_part_comes_first(
    code: str, name: str, matches: bool
) -> None:
    assert parse.name_matches(code, name) is matches


def test_person_may_have_a_provisional_code_of_any_office_and_a_body_may_not() -> None:
    assert parse.tax_code(PROVISIONAL) == PROVISIONAL
    require_code_suits("natural_person", PROVISIONAL)
    require_code_suits("informal_group", PROVISIONAL)
    with pytest.raises(Invalid) as refusal:
        require_code_suits("aps", PROVISIONAL)
    assert (refusal.value.code, refusal.value.field) == ("cf_component", "tax_code")


@pytest.mark.parametrize("text", ["12345671377", "00000001370", "1234567137"])
def test_eleven_digits_that_do_not_hold_together_are_no_code(text: str) -> None:
    with pytest.raises(Invalid):
        parse.tax_code(text)


@pytest.mark.parametrize("text", ["IT05X0542811101000000123456", "IT64Y0542811101000000123456"])
def test_wrong_cin_of_an_iban_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse.iban(text)
    assert refusal.value.code in ("iban_cin", "iban_invalid")
