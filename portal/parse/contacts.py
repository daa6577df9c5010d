"""Ways to reach people: e-mail address, telephone, postcode."""

from __future__ import annotations

import re

from email_validator import EmailNotValidError, validate_email

from portal.errors import Invalid
from portal.parse.texts import squeeze, trim

LONGEST_EMAIL = 254
LONGEST_LOCAL_PART = 64
_PHONE_MARKS = re.compile(r"[./()]")
_PHONE = re.compile(r"\+(?:39[0-9]{6,11}|(?!39)[1-9][0-9]{6,14})")
_FIRST_CAP, _LAST_CAP = "00010", "98168"


def email(text: str) -> str:
    """One e-mail address, its domain in lower case and in Unicode.

    The part before the @ stays as typed and must be ASCII: mail servers may refuse others, and a
    look-alike letter would make a second account. Who compares addresses compares them casefolded.
    """
    text = trim(text)
    _require_email_length(text)
    try:
        checked = validate_email(
            text, allow_smtputf8=False, check_deliverability=False, strict=True
        )
    except EmailNotValidError:
        raise Invalid("email_format") from None
    _require_email_length(checked.normalized)
    return checked.normalized


def phone(text: str) -> str:
    """A telephone number with its country, ``+39051123456``; Italian where none is typed."""
    number = _PHONE_MARKS.sub("", squeeze(text))
    if number.startswith("00"):
        number = f"+{number[2:]}"
    if not number.startswith("+"):
        number = f"+39{number}"
    if not _PHONE.fullmatch(number):
        raise Invalid("phone_format")
    return number


def cap(text: str) -> str:
    """An Italian postcode: five digits as text, from Rome's 00010 to Messina's 98168."""
    code = trim(text)
    if not re.fullmatch("[0-9]{5}", code) or not _FIRST_CAP <= code <= _LAST_CAP:
        raise Invalid("cap_format")
    return code


def _require_email_length(text: str) -> None:
    local_part = text.rpartition("@")[0]
    if len(text) > LONGEST_EMAIL:
        raise Invalid("too_long", length=len(text), maximum=LONGEST_EMAIL)
    if len(local_part) > LONGEST_LOCAL_PART:
        raise Invalid("too_long", length=len(local_part), maximum=LONGEST_LOCAL_PART)
