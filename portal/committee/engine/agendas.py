"""In which order dossiers are best discussed, and how many promoters a session needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """A dossier that may go on the agenda, with what its sent sheets come to.

    `dispute` says how far the evaluators are apart, in all or on one criterion, in ten-thousandths.
    """

    application_id: int
    practice_code: str
    title: str
    sheets: int
    total_hundredths: int | None
    spread_hundredths: int | None
    dispute: int


def discussion_order(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the most disputed dossiers first, then by spread, by total, by code."""
    return sorted(
        candidates,
        key=lambda each: (
            -each.dispute,
            -(each.spread_hundredths or 0),
            -(each.total_hundredths or 0),
            each.practice_code,
        ),
    )


def quorum_for(promoters: int, wanted: int | None) -> int:
    """Return how many promoters must be present: those of the call's rule, else more than half."""
    return promoters // 2 + 1 if wanted is None else wanted
