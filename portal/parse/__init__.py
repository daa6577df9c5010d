"""Typed input: one function for each kind of text people type, the same for page, API and import.

Each takes the text and returns the value as it is stored, or raises ``Invalid`` with a stable code.
An empty text is ``required`` where a text, an amount, a date or a choice was expected; a code or a
contact that is empty is refused like any other of the wrong length. What may stay empty is for the
caller to know. Nothing here looks at the database or at a request.
"""

from portal.parse.activities import ateco, ateco_title
from portal.parse.alike import same_body, same_family, same_person
from portal.parse.amounts import (
    amount,
    carried,
    integer,
    number,
    percent,
    require_at_most,
    require_hundred,
    require_total,
    signed_amount,
)
from portal.parse.choices import choice, choices, municipality, yes_no
from portal.parse.codes import (
    app_code,
    codice_fiscale,
    codice_fiscale_ente,
    cup,
    iban,
    partita_iva,
    recovery_code,
    require_birth_date_matches,
    tax_code,
)
from portal.parse.contacts import cap, email, phone
from portal.parse.dates import birth_date, date, deadline, require_order
from portal.parse.persons import is_provisional, name_matches
from portal.parse.texts import free_text, line, name, upload_name

__all__ = [
    "amount",
    "app_code",
    "ateco",
    "ateco_title",
    "birth_date",
    "cap",
    "carried",
    "choice",
    "choices",
    "codice_fiscale",
    "codice_fiscale_ente",
    "cup",
    "date",
    "deadline",
    "email",
    "free_text",
    "iban",
    "integer",
    "is_provisional",
    "line",
    "municipality",
    "name",
    "name_matches",
    "number",
    "partita_iva",
    "percent",
    "phone",
    "recovery_code",
    "require_at_most",
    "require_birth_date_matches",
    "require_hundred",
    "require_order",
    "require_total",
    "same_body",
    "same_family",
    "same_person",
    "signed_amount",
    "tax_code",
    "upload_name",
    "yes_no",
]
