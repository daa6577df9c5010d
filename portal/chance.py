"""Codes drawn at random, or drawn again the same under a seed (demo and tests).

Secrets (tokens of sessions and links) never come from here under a seed.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Without 0 O 1 I L U: read out on the telephone without a mistake.
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
PUBLIC_ID_LENGTH = 26  # 127 bits
VERIFY_CODE_LENGTH = 16  # 78 bits, and still typed by hand

_source: ContextVar[random.Random | None] = ContextVar("source", default=None)


@contextmanager
def seeded(seed: str) -> Iterator[None]:
    """Draw the same codes again for the same seed, within the block."""
    token = _source.set(random.Random(seed))  # noqa: S311 - codes of a demo, no secrets
    try:
        yield
    finally:
        _source.reset(token)


def letters(count: int) -> str:
    """Return `count` letters that can't be mistaken for one another."""
    source = _source.get() or secrets.SystemRandom()
    return "".join(source.choice(LETTERS) for _ in range(count))


def public_id() -> str:
    """Return an id for addresses, too long to guess."""
    return letters(PUBLIC_ID_LENGTH).lower()


def practice_code() -> str:
    """Return a code for an application, as people read it: IPL-7K3F-9QXM."""
    return f"IPL-{letters(4)}-{letters(4)}"


def verify_code() -> str:
    """Return a code that stands on a paper, to check it by; people read it in groups of four."""
    return letters(VERIFY_CODE_LENGTH)
