"""Answers chosen from a list; what is posted is checked as if it had been typed."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from portal.errors import Invalid
from portal.parse.texts import given

_YES = frozenset({"yes", "y", "si", "sì", "s", "true", "on", "1"})
_NO = frozenset({"no", "n", "false", "off", "0"})


def yes_no(text: str) -> bool:
    """Yes or no, in the words of pages, APIs and spreadsheets."""
    answer = given(text).casefold()
    if answer not in _YES | _NO:
        raise Invalid("yes_no")
    return answer in _YES


def choice(text: str, options: Collection[str]) -> str:
    """One of the options."""
    answer = given(text)
    if answer not in options:
        raise Invalid("choice_unknown")
    return answer


def choices(texts: Iterable[str], options: Collection[str]) -> list[str]:
    """One or more of the options, each once, in the order of the options."""
    answers = {choice(text, options) for text in texts}
    if not answers:
        raise Invalid("required")
    return [option for option in options if option in answers]


def municipality(text: str, known: Collection[str]) -> str:
    """The code of one of the municipalities known to the caller."""
    code = given(text)
    if code not in known:
        raise Invalid("municipality_unknown")
    return code
