"""Codes of economic activities: ATECO, the classification of ISTAT. The one user of `ateco`."""

from __future__ import annotations

import re

import ateco as classification

from portal.errors import Invalid
from portal.parse.texts import given

EDITION = "2025"
_DOTTED = re.compile(r"([0-9]{2})(?:\.([0-9]{1,2})(?:\.([0-9]{1,2}))?)?")
_DIGITS = re.compile("[0-9]{2,6}")


def ateco(text: str) -> str:
    """A code of the 2025 edition with its dots, of at least four digits: 62.10 or 62.10.00.

    Typed with dots or without. Divisions and groups are too wide to say what somebody does.
    """
    code = given(text).replace(" ", "")
    if _DIGITS.fullmatch(code):
        code = ".".join(code[start : start + 2] for start in range(0, len(code), 2))
    if not _DOTTED.fullmatch(code):
        raise Invalid("ateco_format")
    if len(code) < len("00.00"):
        raise Invalid("ateco_wide")
    if classification.lookup(code, edition=EDITION) is None:
        raise Invalid("ateco_unknown", edition=EDITION)
    return code


def ateco_title(code: str, edition: str = EDITION) -> str:
    """The official Italian title of a code; nothing where the edition has no such code."""
    found = classification.lookup(code, edition=edition)
    return found.title if found else ""
