"""The points of observations, so that a refusal answers them one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

MOST_POINTS = 20
BETWEEN = re.compile(r"\n\s*\n")


def points_in(text: str) -> list[str]:
    """Return the paragraphs of a text, which a blank line parts; what is beyond the most in one."""
    found = [part.strip() for part in BETWEEN.split(text.replace("\r\n", "\n")) if part.strip()]
    if len(found) <= MOST_POINTS:
        return found
    return [*found[: MOST_POINTS - 1], "\n\n".join(found[MOST_POINTS - 1 :])]


def answered(text: str, answers: Sequence[str]) -> list[tuple[str, str]]:
    """Return each point with its answer; blank where there is none."""
    return list(zip_longest(points_in(text), answers, fillvalue=""))
