"""Names compared with names, to point somebody to what may be the same, never to decide.

Accents, capitals and punctuation don't count; of a body neither do the words of its legal form.
"""

from __future__ import annotations

import unicodedata

LEGAL_FORMS = frozenset(
    "ad ads aps asd associazione cooperativa coop di e ente ets fondazione il impresa la le odv"
    " onlus sas scarl scrl scs snc sociale societa spa srl srls".split()
)


def words_of(name: str) -> list[str]:
    """Return the words of a name in plain small letters; an initialism written with dots is one."""
    plain = unicodedata.normalize("NFD", name.casefold().replace(".", "").replace("'", ""))
    kept = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return "".join(kept).split()


def same_body(name: str, other: str) -> bool:
    """Tell whether two names may be those of one body."""
    return _body_words(name) == _body_words(other) != []


def _body_words(name: str) -> list[str]:
    words = words_of(name)
    return [word for word in words if word not in LEGAL_FORMS] or words


def same_person(name: str, other: str) -> bool:
    """Tell whether two names may be those of one person, whichever comes first."""
    return sorted(words_of(name)) == sorted(words_of(other)) != []


def same_family(name: str, other: str) -> bool:
    """Tell whether two people may share a surname: all words but the first name of `name`."""
    words = words_of(name)
    surname = set(words[1:] or words)
    return bool(surname) and surname <= set(words_of(other))
