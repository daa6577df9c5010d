"""What keeps the ranking of a round from being drawn: asked by the page and by the deed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal import clock
from portal.applications.models import Application
from portal.calls.engine import is_ranked, windows_of
from portal.calls.queries import last_closing
from portal.db import db
from portal.errors import Invalid
from portal.evaluation.models import Round, Tally
from portal.evaluation.queries.results import unchecked_of, unfinished_of
from portal.evaluation.states import JUDGED_IN

MOST_CODES = 12


@dataclass(frozen=True)
class Hindrance:
    """Something that is still missing; `codes` are the applications it is about."""

    refusal: Invalid
    codes: Sequence[str] = ()


def hindrances_to_draw(found_round: Round) -> list[Hindrance]:
    """Return all that keeps a ranking from being drawn now, in the order in which it is done.

    An application on its way, then a formal check that is not over, then a dossier that lacks a
    sheet or has one that is not sent: four queries. A call may be decided without any ranking.
    """
    if not is_ranked(found_round.call):
        return [Hindrance(Invalid("ranking_not_wanted"))]
    found = [*_of_the_call(found_round), *_of_dossiers(found_round)]
    if not found and not has_judged(found_round):
        return [Hindrance(Invalid("ranking_empty"))]
    return found


def _of_the_call(found_round: Round) -> Iterator[Hindrance]:
    closing = end_of(found_round)
    if closing is None:
        yield Hindrance(Invalid("ranking_call_rolling"))
    elif clock.now() < closing:
        yield Hindrance(Invalid("ranking_call_open", closes_at=closing))


def _of_dossiers(found_round: Round) -> Iterator[Hindrance]:
    lacking = {
        "ranking_unchecked": unchecked_of(found_round),
        "ranking_unfinished": unfinished_of(found_round),
    }
    for name, codes in lacking.items():
        if codes:
            yield Hindrance(Invalid(name, codes=named(codes)), codes)


def end_of(found_round: Round) -> datetime | None:
    """Return when nothing more can arrive for the round; None while that isn't known."""
    closing = last_closing(found_round.call)
    ends = [window.until for window in windows_of(found_round.call)]
    own = ends[found_round.window - 1] if 0 < found_round.window <= len(ends) else None
    return own or closing


def named(codes: Sequence[str]) -> str:
    """Return the first codes of a list that may be long."""
    rest = " …" if len(codes) > MOST_CODES else ""
    return ", ".join(codes[:MOST_CODES]) + rest


def has_judged(found_round: Round) -> bool:
    """Tell whether an application of the round has a sheet that counts."""
    judged = (
        select(Tally.application_id)
        .join(Application, Application.id == Tally.application_id)
        .where(
            Tally.round_id == found_round.id,
            Tally.sent > 0,
            Application.state == JUDGED_IN[found_round.gate],
        )
        .limit(1)
    )
    return db.session.scalar(judged) is not None
