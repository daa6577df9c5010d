"""Two at the same answers: what a page knew of each, and what stands when both have typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal import parse
from portal.applications.engine.canonical import canonical, sha256

MARK_LENGTH = 12


@dataclass(frozen=True)
class Seen:
    """What a page showed of an answer: its version, and a mark of the text."""

    version: int
    mark: str

    def __str__(self) -> str:
        return f"{self.version}.{self.mark}"


def seen_of(version: int, typed: Sequence[str]) -> Seen:
    """Return what a page carries that shows this text."""
    return Seen(version, sha256(canonical(plain(typed)))[:MARK_LENGTH])


def plain(typed: Sequence[str]) -> list[str]:
    """Return the text without what browsers add or change: line ends, and blanks for nothing."""
    texts = [text.replace("\r\n", "\n").replace("\r", "\n") for text in typed]
    return texts if any(texts) else []


def same(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether the same stands typed."""
    return plain(one) == plain(other)


def write_marks(seen: Mapping[str, Seen]) -> str:
    """Return what the page of a section carries: `key:version.mark` for each question."""
    return " ".join(f"{key}:{each}" for key, each in seen.items())


def read_marks(text: str) -> dict[str, Seen]:
    """Return what a page knew; marks that no page wrote are left out."""
    found = {}
    for part in text.split():
        key, _, mark = part.partition(":")
        if seen := read_seen(mark):
            found[key] = seen
    return found


def read_seen(text: str) -> Seen | None:
    """Return what a page knew of one answer; None for what no page wrote."""
    number, _, mark = text.partition(".")
    version = parse.carried(number)
    return None if version is None or not mark else Seen(version, mark)


def merge(mine: Sequence[str], saved: Sequence[str], seen: Seen | None) -> Sequence[str] | None:
    """Return which text stands: that of the page, or the one saved; None when both have changed.

    Whoever did not touch an answer does not put an old text over a colleague's new one.
    """
    if same(mine, saved):
        return saved
    base = seen.mark if seen else seen_of(0, ()).mark
    if seen_of(0, saved).mark == base:
        return mine
    return saved if seen_of(0, mine).mark == base else None
