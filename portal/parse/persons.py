"""What a person's codice fiscale tells of its holder, to be compared and never to decide.

A code of 16 characters holds three letters of surname and of name. A provisional one, 11 digits
given to who waits for protection, holds nothing.
"""

from __future__ import annotations

import unicodedata

PERSON_LENGTH = 16
_VOWELS = frozenset("AEIOU")


def is_provisional(code: str) -> bool:
    """Tell whether a person's code is a provisional one."""
    return len(code) != PERSON_LENGTH


def name_matches(code: str, full_name: str) -> bool:
    """Tell whether a code may be that of this name, whichever part of it is the surname.

    Provisional codes hold no name and match any.
    """
    if is_provisional(code):
        return True
    words = _letters(full_name).split()
    parts = [("".join(words[:cut]), "".join(words[cut:])) for cut in range(1, len(words))]
    pairs = [pair for first, last in parts for pair in ((first, last), (last, first))]
    return any(code[:6] == _of_surname(surname) + _of_name(name) for surname, name in pairs)


def _letters(name: str) -> str:
    """The name in plain capitals: accents off, apostrophes and hyphens closed up."""
    plain = unicodedata.normalize("NFD", name.upper())
    return "".join(c for c in plain if c == " " or (c.isascii() and c.isalpha()))


def _of_surname(surname: str) -> str:
    """Three letters: consonants, then vowels, then X."""
    consonants = [letter for letter in surname if letter not in _VOWELS]
    vowels = [letter for letter in surname if letter in _VOWELS]
    return "".join([*consonants, *vowels, "X", "X", "X"][:3])


def _of_name(name: str) -> str:
    """As of a surname; of four consonants or more the second is left out."""
    consonants = [letter for letter in name if letter not in _VOWELS]
    if len(consonants) > 3:
        return "".join([consonants[0], *consonants[2:4]])
    return _of_surname(name)
