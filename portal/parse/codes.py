"""Codes of people, bodies, accounts and projects: codice fiscale, partita IVA, IBAN, CUP."""

from __future__ import annotations

import datetime as dt
import re

from stdnum import iban as iban_number
from stdnum import luhn
from stdnum.exceptions import InvalidComponent, ValidationError
from stdnum.it import codicefiscale

from portal.errors import Invalid, InvalidMany
from portal.parse.texts import squeeze

# The seven digits of a codice fiscale may be letters, where two people would share a code.
_OMOCODIA = str.maketrans("LMNPQRSTUV", "0123456789")
_DIGIT = "[0-9LMNPQRSTUV]"
_PERSON = re.compile(f"[A-Z]{{6}}{_DIGIT}{{2}}[ABCDEHLMPRST]{_DIGIT}{{2}}[A-Z]{_DIGIT}{{3}}[A-Z]")
_MONTHS = "ABCDEHLMPRST"
_FEMALE_DAYS = 40

# Offices that gave out a partita IVA: the provinces, and four that are none.
_OFFICES = frozenset({*(f"{number:03}" for number in range(1, 101)), "120", "121", "888", "999"})

# Countries and territories of the Single Euro Payments Area with an IBAN of their own.
_SEPA = frozenset(
    "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK "
    "MT NL NO PL PT RO RS SE SI SK SM VA".split()
)
_APP_CODE = re.compile(r"[0-9]{6}")
_RECOVERY_CODE = re.compile(r"[2-9A-HJ-NP-Z]{12}")
_CUP = re.compile(r"[A-Z][0-9]{2}[A-Z][0-9]{11}")


def codice_fiscale(text: str) -> str:
    """A person's codice fiscale: 16 characters, a real date, the right last letter."""
    code = _plain(text, "cf_chars")
    if len(code) != 16:
        raise Invalid("cf_length")
    if not _PERSON.fullmatch(code):
        raise Invalid("cf_format")
    if codicefiscale.calc_check_digit(code[:15]) != code[15]:
        raise Invalid("cf_checksum")
    if not _has_real_date(code):
        raise Invalid("cf_component")
    return code


def codice_fiscale_ente(text: str) -> str:
    """The codice fiscale of a body: 11 digits, the same as its partita IVA or a number apart."""
    return _eleven_digits(_plain(text, "cf_chars"), "cf")


def tax_code(text: str) -> str:
    """The codice fiscale of a person (16 characters, or 11 digits) or of a body (11 digits).

    Provisional codes of persons are given out by more offices than those of bodies: any will do.
    """
    code = squeeze(text)
    if code.isascii() and code.isdigit():
        return _eleven_digits(code, "cf", any_office=True)
    return codice_fiscale(code)


def partita_iva(text: str) -> str:
    """An Italian VAT number: 11 digits as text, the prefix IT dropped."""
    code = _plain(text, "piva_format")
    return _eleven_digits(code.removeprefix("IT"), "piva")


def iban(text: str) -> str:
    """An IBAN of any SEPA country, in capitals without blanks.

    Beside the check digits and the country's structure, the CIN letter of Italian and Sanmarinese
    accounts is checked: transposed digits can leave the check digits right.
    """
    code = _plain(text, "iban_chars").replace(".", "")
    try:
        iban_number.validate(code)
    except InvalidComponent:
        raise Invalid("iban_country") from None
    except ValidationError:
        raise Invalid("iban_invalid") from None
    if code[:2] not in _SEPA:
        raise Invalid("iban_country")
    if not "02" <= code[2:4] <= "98":
        raise Invalid("iban_invalid")
    if code[:2] in {"IT", "SM"} and codicefiscale.calc_check_digit(code[5:]) != code[4]:
        raise Invalid("iban_cin")
    return code


def cup(text: str) -> str:
    """The code of a public project: 15 characters, their form only."""
    code = squeeze(text)
    if not code.isascii() or not _CUP.fullmatch(code.upper()):
        raise Invalid("cup_format")
    return code.upper()


def require_birth_date_matches(
    tax_code: str, birth_date: dt.date, fields: tuple[str, str] = ("tax_code", "birth_date")
) -> None:
    """Refuse a birth date that is not the one in the person's codice fiscale, on both fields.

    The code holds two digits of the year, so the century is the birth date's. Provisional codes,
    made of 11 digits, hold no date and pass.
    """
    if len(tax_code) != 16:
        return
    year, month, day = _date_figures(tax_code)
    if (year, month, day) != (birth_date.year % 100, birth_date.month, birth_date.day):
        raise InvalidMany({field: Invalid("cf_birthdate_mismatch") for field in fields})


def app_code(text: str) -> str:
    """What an app shows for half a minute: six digits, however they are grouped."""
    code = squeeze(text)
    if not _APP_CODE.fullmatch(code):
        raise Invalid("app_code_format")
    return code


def recovery_code(text: str) -> str:
    """A recovery code as it stands on its sheet, however it is written."""
    code = squeeze(text).upper()
    if not _RECOVERY_CODE.fullmatch(code):
        raise Invalid("recovery_code_format")
    return "-".join(code[start : start + 4] for start in range(0, 12, 4))


def _plain(text: str, refusal: str) -> str:
    """The code without blanks and hyphens, in capitals; only ASCII, so that no letter is a twin."""
    code = squeeze(text)
    if not code.isascii():
        raise Invalid(refusal)
    return code.upper()


def _eleven_digits(code: str, family: str, any_office: bool = False) -> str:
    if not re.fullmatch("[0-9]+", code) or not int(code[:7]):
        raise Invalid(f"{family}_format")
    if len(code) != 11:
        raise Invalid(f"{family}_length")
    if not any_office and code[7:10] not in _OFFICES:
        raise Invalid(f"{family}_component")
    if not luhn.is_valid(code):
        raise Invalid(f"{family}_checksum")
    return code


def _date_figures(code: str) -> tuple[int, int, int]:
    """Year of the century, month and day of birth; the day may not exist."""
    year = int(code[6:8].translate(_OMOCODIA))
    day = int(code[9:11].translate(_OMOCODIA))
    return year, _MONTHS.index(code[8]) + 1, day - _FEMALE_DAYS if day > _FEMALE_DAYS else day


def _has_real_date(code: str) -> bool:
    """Whether the day exists in either century; both have their leap years alike, but for 1900."""
    year, month, day = _date_figures(code)
    try:
        dt.date(2000 + year, month, day)
    except ValueError:
        return False
    return True
