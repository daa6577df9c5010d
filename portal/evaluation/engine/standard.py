"""Scores as if every evaluator were equally generous: shown beside the raw ones, never instead.

By whole numbers alone: a deviation is a root rounded down to a millionth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isqrt

FEWEST_SHEETS = 3
MILLION = 10**6


@dataclass(frozen=True)
class Hand:
    """How somebody scores: how many sheets, the sum of their points and that of the squares."""

    sheets: int
    points: int
    squares: int

    @property
    def scatter(self) -> int:
        """Return the variance times the square of the number of sheets."""
        return self.sheets * self.squares - self.points**2


def hand_of(points: Sequence[int]) -> Hand:
    """Return the hand that gave these points."""
    return Hand(len(points), sum(points), sum(each * each for each in points))


def together(hands: Iterable[Hand]) -> Hand:
    """Return all of them as if they were one."""
    found = list(hands)
    return Hand(
        sum(each.sheets for each in found),
        sum(each.points for each in found),
        sum(each.squares for each in found),
    )


def half_up(total: int, count: int) -> int:
    """Return `total / count` as a whole number, a half rounded up."""
    return (2 * total + count) // (2 * count)


def standardise(points: int, own: Hand, everybody: Hand) -> int:
    """Return points as they would be with the mean and the deviation of all.

    Unchanged where somebody has sent too few sheets to be compared, or gave all the same.
    """
    if own.sheets < FEWEST_SHEETS or own.scatter == 0:
        return points
    squared = everybody.scatter * own.sheets**2 * MILLION**2
    ratio = isqrt(squared // (own.scatter * everybody.sheets**2))
    mean = everybody.points * own.sheets * MILLION
    away = everybody.sheets * (points * own.sheets - own.points) * ratio
    return half_up(mean + away, everybody.sheets * own.sheets * MILLION)


def standard_of(
    sheets: Iterable[tuple[int, int, int]], hands: Mapping[int, Hand]
) -> dict[int, int]:
    """Return the mean of the standardised sheets of each application.

    Each sheet is the application, its evaluator and its points.
    """
    everybody, found = together(hands.values()), dict[int, list[int]]()
    for application_id, evaluator_id, points in sheets:
        value = standardise(points, hands[evaluator_id], everybody)
        found.setdefault(application_id, []).append(value)
    return {key: half_up(sum(values), len(values)) for key, values in found.items()}
