"""When two applications are alike: simple rules that can be told to whoever asks.

The same tax code in the same call. The same title, in the same call or the same year, whatever its
capitals, accents and punctuation. A long answer that begins with the same 200 letters in the same
year. The same file.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

FIRST_LETTERS = 200
LEAST_LETTERS = 80  # shorter answers are often alike without anything being wrong
NOT_WORDS = re.compile(r"[\W_]+")

Marks = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Source:
    """What is compared of an application that was sent."""

    call_id: int
    year: int
    tax_code: str
    title: str
    long_texts: Sequence[str]
    file_hashes: Sequence[str]


def plain(text: str) -> str:
    """Return a text in small letters, without accents, punctuation and double blanks."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return NOT_WORDS.sub(" ", kept).strip()


def marks_of(source: Source) -> Marks:
    """Return (kind, mark) pairs; who reads a mark learns nothing from it."""
    return frozenset((kind, _mark(kind, *parts)) for kind, parts in _parts(source))


def _parts(source: Source) -> Iterator[tuple[str, tuple[object, ...]]]:
    yield "tax_code", (source.call_id, source.tax_code)
    if title := plain(source.title):
        yield "title", ("call", source.call_id, title)
        yield "title", ("year", source.year, title)
    for text in source.long_texts:
        words = plain(text)
        if len(words) >= LEAST_LETTERS:
            yield "text", (source.year, words[:FIRST_LETTERS])
    for sha256 in source.file_hashes:
        yield "file", (sha256,)


def _mark(kind: str, *parts: object) -> str:
    return hashlib.sha256("\x1f".join([kind, *map(str, parts)]).encode()).hexdigest()
