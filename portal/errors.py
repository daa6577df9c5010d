"""What can go wrong, as services say it: a few kinds of error, each with a stable code.

A code never changes once it is in use (tests, API clients and imports rely on it); its sentence
may. Sentences are English message ids; ``portal.i18n.message`` says them in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar


class PortalError(Exception):
    """Anything the portal refuses, with the code of the reason and the facts its sentence names."""

    default_code: ClassVar[str] = "refused"

    def __init__(self, code: str | None = None, **facts: object) -> None:
        self.code = code or self.default_code
        self.facts = facts
        super().__init__(self.code)


class NotFound(PortalError):
    """The record does not exist, or this person may not know that it does."""

    default_code = "not_found"


class Forbidden(PortalError):
    """The person may see the record, but this deed is not theirs."""

    default_code = "forbidden"


class WrongState(PortalError):
    """The deed is not possible in the state the record is in."""

    default_code = "wrong_state"


class Stale(WrongState):
    """Somebody else changed the record after this person opened it."""

    default_code = "stale"


class TooMany(PortalError):
    """Too many requests in too little time; the fact `wait` says how many seconds to let pass."""

    default_code = "too_many_requests"


class Invalid(PortalError):
    """A typed value is refused; ``field`` names the field to mark, None means the whole form."""

    default_code = "invalid"

    def __init__(self, code: str | None = None, field: str | None = None, **facts: object) -> None:
        self.field = field
        super().__init__(code, **facts)

    @property
    def errors(self) -> dict[str | None, Invalid]:
        """The refusals by field: one here, several in ``InvalidMany``."""
        return {self.field: self}

    def on(self, field: str) -> Invalid:
        """The same refusal, said of a field: ``raise refusal.on("email")``."""
        return Invalid(self.code, field, **self.facts)


@contextmanager
def beside(field: str) -> Iterator[None]:
    """Say of a field what is refused within: ``with beside("reason"): parse.free_text(...)``."""
    try:
        yield
    except Invalid as refusal:
        raise refusal.on(field) from refusal


class InvalidMany(Invalid):
    """Several fields of a form are refused at once; caught wherever ``Invalid`` is.

    Its code is the one all its refusals share, ``invalid_many`` where they differ.
    """

    def __init__(self, errors: Mapping[str, Invalid]) -> None:
        self._errors: dict[str | None, Invalid] = {}
        for field, error in errors.items():
            self._errors[field] = error.on(field)
        super().__init__("invalid_many")
        if len({error.code for error in errors.values()}) == 1:
            shared = next(iter(errors.values()))
            self.code, self.facts = shared.code, shared.facts

    @property
    def errors(self) -> dict[str | None, Invalid]:
        return self._errors


def mark(message_id: str) -> str:
    """Mark a message id for the translators; it is translated later, when it is shown."""
    return message_id


def declare(messages: Mapping[str, str]) -> None:
    """Add a feature's codes: ``declare({"call_not_open": mark("This call is not open.")})``."""
    for code, message_id in messages.items():
        if MESSAGES.setdefault(code, message_id) != message_id:
            raise ValueError(f"error code {code!r} is declared twice with different sentences")


MESSAGES: dict[str, str] = {
    "refused": mark("This cannot be done."),
    "not_found": mark(
        "We cannot find this page. Check the address, or start again from the home page."
    ),
    "forbidden": mark(
        "Your account may not do this. If you think it should, write to the programme's office."
    ),
    "wrong_state": mark(
        "This can no longer be done, or not yet. Reload the page to see how things stand."
    ),
    "too_many_requests": mark(
        "Too many requests in a short time. Wait %(wait)s s, then go on more slowly."
    ),
    "stale": mark(
        "Somebody else changed this while you were working on it. Look at what changed, then "
        "save again."
    ),
    "invalid": mark("This value is not right. Check it and try again."),
    "csrf": mark(
        "This page stayed open too long, so nothing was saved. Reload it and send it again."
    ),
    "invalid_many": mark(
        "Some answers need to be checked. You find what is wrong beside each one."
    ),
    # texts
    "required": mark("Fill in this field: it is needed to go on."),
    "too_long": mark(
        "The text is too long: it has %(length)s characters and %(maximum)s are allowed. "
        "Shorten it."
    ),
    "text_control": mark(
        "The text contains characters that cannot be shown. Delete it and type it again by hand."
    ),
    "text_invisible": mark(
        "The text contains invisible characters, perhaps pasted with it. Type it again by hand."
    ),
    "text_no_letters": mark("Write at least one letter or one digit."),
    # codes of people and bodies
    "cf_length": mark(
        "The codice fiscale of a person has 16 characters, that of a body 11 digits. Write "
        "them all."
    ),
    "cf_chars": mark(
        "The codice fiscale contains a character that is not a plain letter or digit. Type it "
        "by hand."
    ),
    "cf_format": mark(
        "The codice fiscale has a letter or a digit in the wrong place. Check it against the card."
    ),
    "cf_component": mark(
        "The codice fiscale holds a date or an office that does not exist. Check it digit by digit."
    ),
    "cf_checksum": mark(
        "The codice fiscale is not right: one character is wrong. Check them all, the last one too."
    ),
    "cf_birthdate_mismatch": mark(
        "The birth date is not the one in the codice fiscale. Check both."
    ),
    "cf_duplicate_in_call": mark(
        "There is already an application with this codice fiscale in this call. "
        "If it is not yours, write to the office: your draft stays here."
    ),
    "piva_length": mark(
        "The partita IVA has 11 digits. If it begins with zeros, write them too: spreadsheets "
        "drop them."
    ),
    "piva_format": mark(
        "The partita IVA is made of 11 digits, for instance 00743110157. Foreign ones do not "
        "go here."
    ),
    "piva_component": mark(
        "The partita IVA is not right: digits 8 to 10 are the code of no province. Check it."
    ),
    "piva_checksum": mark(
        "The partita IVA is not right: one digit is wrong. Check them all, the last one too."
    ),
    "iban_chars": mark(
        "The IBAN contains a character that is not a plain letter or digit. Type it again by hand."
    ),
    "iban_country": mark(
        "This country is not in the European payment area. Give an IBAN of a country that is."
    ),
    "iban_invalid": mark(
        "The IBAN is not right: a character is wrong, missing or too many. Copy it from the "
        "bank's page."
    ),
    "iban_cin": mark(
        "The IBAN is not right: the letter in fifth place does not match the account. Copy it "
        "again."
    ),
    "cup_format": mark(
        "The CUP has 15 characters, letters and digits: copy it from the act that assigns it."
    ),
    "ateco_format": mark(
        "An ATECO code has two, four or six digits with dots between, for instance 62.10.00."
    ),
    "ateco_wide": mark("Write at least the first four digits of the code, for instance 62.10."),
    "ateco_unknown": mark(
        "There is no such code in the ATECO list of %(edition)s. Look for it on the site of ISTAT."
    ),
    "app_code_format": mark("Type the six digits that your app shows now, for instance 123 456."),
    "recovery_code_format": mark(
        "A recovery code has twelve letters and digits, for instance ABCD-2345-WXYZ."
    ),
    "cap_format": mark(
        "The postcode has five digits, for instance 40121. If it begins with zeros, write them too."
    ),
    # contacts
    "email_format": mark(
        "Write one e-mail address, without accents or spaces, for instance anna.bianchi@gmail.com."
    ),
    "phone_format": mark(
        "Write a phone number with its digits, for instance 051 123456 or +39 333 1234567."
    ),
    # amounts
    "amount_format": mark(
        "Write the amount the Italian way, with a comma for the cents, for instance 1.234,56."
    ),
    "amount_range": mark("The amount must be between %(minimum)s and %(maximum)s."),
    "amount_over_call_max": mark(
        "The amount is %(amount)s, but at most %(ceiling)s may be asked for. Lower it."
    ),
    "amount_total_mismatch": mark(
        "The rows add up to %(sum)s, but the total says %(total)s. Check the rows or the total."
    ),
    "over_granted": mark(
        "Together with what has been paid this makes more than the amount granted. Lower it."
    ),
    "percent_format": mark(
        "Write a percentage from 0 to 100 with at most two decimals, for instance 12,5."
    ),
    "percent_range": mark("A percentage cannot be more than 100."),
    "percent_total": mark(
        "The percentages must add up to 100; now they add up to %(total_percent)s."
    ),
    "number_format": mark("Write a whole number with digits only, for instance 12."),
    "number_range": mark("The number must be between %(minimum)s and %(maximum)s."),
    "decimals_format": mark(
        "Write a number with at most %(decimals)s decimals after the comma, for instance 12,5."
    ),
    "decimals_range": mark("The number must be between %(minimum)s and %(maximum)s."),
    # dates
    "date_format": mark(
        "Write the date as day/month/year with four digits for the year, for instance 09/05/2026."
    ),
    "date_not_real": mark("This date does not exist. Check day and month: the day comes first."),
    "date_range": mark("The year must be between %(minimum)s and %(maximum)s. Check the year."),
    "under_age": mark(
        "You must be at least %(minimum)s years old. If you are, check the year of birth."
    ),
    "datetime_format": mark(
        "Write date and time like this: 2026-10-31T12:00. The last minute of a day is 23:59."
    ),
    "time_ambiguous": mark(
        "On that night the clocks go back and this time comes twice. Choose another time."
    ),
    "time_not_real": mark(
        "On that night the clocks go forward and this time does not exist. Choose another time."
    ),
    "close_before_open": mark("The closing time must come after the opening time. Check both."),
    # choices
    "choice_required": mark("Choose an answer: it is needed to go on."),
    "choice_unknown": mark("Choose one of the answers in the list."),
    "municipality_unknown": mark("Choose one of the municipalities in the list."),
    "tick_required": mark("Tick this box: it is needed to go on."),
    "yes_no": mark("Answer yes or no."),
    # files
    "file_empty": mark(
        "The file is empty. Open it on your computer to check it, then upload it again."
    ),
    "file_name": mark(
        "The file has no valid name. Give it a name such as budget.pdf, then upload it again."
    ),
    "file_too_large": mark(
        "The file is larger than %(maximum)s. Make it smaller, then upload it again."
    ),
    "file_type_not_allowed": mark(
        "Files of this type cannot be uploaded here. Save it as a PDF, or a photo of an iPhone "
        "(HEIC) as JPEG, then upload it again."
    ),
    "file_type_mismatch": mark(
        "What is in the file is not what its name says. Save it again in the right format."
    ),
    "file_damaged": mark(
        "The file cannot be opened: perhaps it is incomplete. Save it again, then upload it again."
    ),
    "file_password": mark(
        "The file is protected by a password. Save a copy without it, then upload the copy."
    ),
    "file_active_content": mark(
        "The file holds macros, programs or attachments. Save it without them, then upload it."
    ),
    "file_too_complex": mark(
        "The file has too many pages, images or parts to be opened safely. Split or simplify it."
    ),
    "file_infected": mark(
        "The file contains a virus and was not kept. Check your computer, then upload a clean copy."
    ),
}
