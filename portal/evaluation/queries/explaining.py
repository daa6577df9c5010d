"""Why a dossier stands where it stands: its points from each source, and its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.accounts.models import User
from portal.applications.models import Application
from portal.db import db
from portal.evaluation.engine import explain_place
from portal.evaluation.models import RankingPlace, Round, Score, ScoreSheet, Tally
from portal.evaluation.queries.automatic import automatic_lines
from portal.evaluation.queries.consensus import consensus_on
from portal.evaluation.queries.rankings import ranking_of
from portal.evaluation.queries.rounds import grid_of_round, round_of
from portal.evaluation.queries.tallies import criterion_tallies_in, is_sent
from portal.evaluation.states import RankingState
from portal.i18n import pick


@dataclass(frozen=True)
class Voice:
    """What one evaluator gave to one criterion; without points it was not assessable."""

    name: str
    points: int | None
    comment: str


@dataclass(frozen=True)
class CriterionLine:
    """A criterion with its points and where they come from."""

    label: str
    at_most: int
    points: int | None
    is_judged: bool
    is_bonus: bool
    reason: str = ""
    agreed: str = ""
    marked: int = 0
    is_short: bool = False
    voices: Sequence[Voice] = ()


@dataclass(frozen=True)
class Explanation:
    """All that a sheet of explanation says."""

    round: Round
    ranking: Any
    tally: Tally | None
    criteria: Sequence[CriterionLine]
    place: RankingPlace | None
    reasons: Sequence[str]

    @property
    def is_draft(self) -> bool:
        """Tell whether there is a ranking that nobody else reads yet."""
        return self.ranking is not None and self.ranking.state is RankingState.DRAFT


def explanation_of(application: Application, for_office: bool) -> Explanation | None:
    """Return why an application stands where it stands; None where it is in no round.

    To its applicant: once the ranking is published, and without what each evaluator gave.
    """
    found = round_of(application)
    if found is None:
        return None
    ranking = ranking_of(found)
    is_published = ranking is not None and ranking.state is not RankingState.DRAFT
    if not for_office and not is_published:
        return None
    place = None if ranking is None else place_in(ranking.id, application)
    reasons = [] if place is None else explain_place(place.reason, grid_of_round(found))
    return Explanation(
        found,
        ranking,
        db.session.get(Tally, (found.id, application.id)),
        criterion_lines(application, found, for_office),
        place,
        reasons,
    )


def place_in(ranking_id: int, application: Application) -> RankingPlace | None:
    """Return the application's place in a ranking."""
    return db.session.scalar(
        select(RankingPlace).where(
            RankingPlace.ranking_id == ranking_id, RankingPlace.application_id == application.id
        )
    )


def criterion_lines(
    application: Application, found: Round, for_office: bool
) -> list[CriterionLine]:
    """Return the criteria of the grid in their order."""
    automatic = {each.criterion.key: each for each in automatic_lines(application, found.gate)}
    agreed = consensus_on(application, found)
    voices = voices_on(application, found) if for_office else {}
    tallies = criterion_tallies_in(found, [application.id])[application.id]
    lines = []
    for criterion in grid_of_round(found).criteria:
        shared = (pick(criterion.label), criterion.maximum_hundredths)
        if not criterion.is_judged:
            line = automatic[criterion.key]
            points, reason = line.points_hundredths, line.reason
            lines.append(CriterionLine(*shared, points, False, criterion.is_bonus, reason))
            continue
        tally = tallies.get(criterion.key)
        consensus = agreed.get(criterion.key)
        lines.append(
            CriterionLine(
                *shared,
                points=None if tally is None else tally.points_hundredths,
                is_judged=True,
                is_bonus=criterion.is_bonus,
                agreed="" if consensus is None else consensus.reason,
                marked=0 if tally is None else tally.marked,
                is_short=tally is not None and bool(tally.vetoes or tally.is_below_minimum),
                voices=voices.get(criterion.key, ()),
            )
        )
    return lines


def voices_on(application: Application, found: Round) -> dict[str, list[Voice]]:
    """Return what each evaluator gave to each criterion in the sheets that count: one query."""
    rows: Any = db.session.execute(
        select(Score.criterion_key, User.name, Score.points_hundredths, Score.comment)
        .join(Score.sheet)
        .join(ScoreSheet.evaluator)
        .where(
            ScoreSheet.round_id == found.id, ScoreSheet.application_id == application.id, is_sent
        )
        .order_by(User.name, ScoreSheet.id)
    )
    voices: dict[str, list[Voice]] = {}
    for key, *voice in rows:
        voices.setdefault(key, []).append(Voice(*voice))
    return voices
