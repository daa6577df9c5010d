"""To whom the letters of a final ranking go, and on which occasion: sent, ready, or lacking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, null, or_, select, true
from sqlalchemy.orm import aliased

from portal import permissions
from portal.applications.models import Application, RejectionNotice
from portal.applications.queries import barred_from, get_dossier, real
from portal.applications.states import ApplicationState
from portal.db import db
from portal.errors import NotFound
from portal.evaluation.models import Ranking, RankingPlace
from portal.evaluation.queries.rounds import FIRST_GATE
from portal.evaluation.states import OUT, Outcome, RankingState
from portal.outcomes.models import ChosenReason, DecisionLetter
from portal.outcomes.states import Occasion
from portal.registry.models import Applicant

Letter = DecisionLetter
First = aliased(DecisionLetter)
has_reasons = exists().where(ChosenReason.application_id == Application.id)


@dataclass(frozen=True)
class LetterLine:
    """A letter in the list: for whom, on which occasion, whether it lacks its reasons.

    Who was not admitted has neither place nor outcome.
    """

    occasion: Occasion
    application_id: int
    practice_code: str
    name: str
    has_reasons: bool
    letter_id: int | None
    position: int | None
    outcome: Outcome | None

    @property
    def is_missing(self) -> bool:
        """Tell whether a refusal has no reason yet."""
        return self.letter_id is None and self.outcome in OUT and not self.has_reasons


def letter_lines(ranking: Ranking, user: Any) -> list[LetterLine]:
    """Return the letters of a final ranking, but for dossiers `user` is kept from: three queries.

    First those of all places, then of who came in from the reserve after the letters had left,
    then of who was not admitted.
    """
    return list(_lines(ranking, ~barred_from(user)))


def lines_on(ranking: Ranking, application: Application) -> list[LetterLine]:
    """Return the letters that a ranking has for one application, in the order they are sent."""
    return list(_lines(ranking, Application.id == application.id))


def _lines(ranking: Ranking, condition: ColumnElement[bool]) -> Iterable[LetterLine]:
    statements = {
        Occasion.OUTCOME: _of_places(ranking),
        Occasion.PROMOTED: _of_promoted(ranking),
        Occasion.INADMISSIBLE: _of_inadmissible(ranking),
    }
    for occasion, statement in statements.items():
        for row in db.session.execute(statement.where(condition)):
            yield LetterLine(occasion, *row)


def _select(ranking: Ranking, occasion: Occasion, *place: Any) -> Select[Any]:
    of_occasion = and_(
        Letter.application_id == Application.id,
        Letter.ranking_id == ranking.id,
        Letter.occasion == occasion,
    )
    return (
        select(
            Application.id,
            Application.practice_code,
            Applicant.name,
            has_reasons,
            Letter.id,
            *place,
        )
        .select_from(Application)
        .join(Applicant, Applicant.id == Application.applicant_id)
        .outerjoin(Letter, of_occasion)
    )


def _of_places(ranking: Ranking) -> Select[Any]:
    """Select the letters of all places; one that was sent keeps the outcome it told.

    Who left the place before has said so and was answered: no letter offers it after that.
    """
    outcome = func.coalesce(Letter.outcome, RankingPlace.outcome)
    return (
        _select(ranking, Occasion.OUTCOME, RankingPlace.position, outcome)
        .join(RankingPlace, RankingPlace.application_id == Application.id)
        .where(
            RankingPlace.ranking_id == ranking.id,
            or_(RankingPlace.left_at.is_(None), Letter.id.is_not(None)),
        )
        .order_by(RankingPlace.position)
    )


def _of_promoted(ranking: Ranking) -> Select[Any]:
    """Select the letters of who was told to be in reserve and has come in since."""
    told_reserve = exists().where(
        First.application_id == Application.id,
        First.ranking_id == ranking.id,
        First.occasion == Occasion.OUTCOME,
        First.outcome == Outcome.RESERVE,
    )
    return (
        _select(ranking, Occasion.PROMOTED, RankingPlace.position, RankingPlace.outcome)
        .join(RankingPlace, RankingPlace.application_id == Application.id)
        .where(
            RankingPlace.ranking_id == ranking.id,
            RankingPlace.promoted_at.is_not(None),
            or_(RankingPlace.left_at.is_(None), Letter.id.is_not(None)),
            told_reserve,
        )
        .order_by(RankingPlace.position)
    )


def _of_inadmissible(ranking: Ranking) -> Select[Any]:
    """Select the letters of who was not admitted to the first gate of the round's window."""
    found_round = ranking.round
    noted = exists().where(RejectionNotice.application_id == Application.id)
    statement = _select(ranking, Occasion.INADMISSIBLE, null(), null()).where(
        Application.call_id == found_round.call_id,
        Application.state == ApplicationState.INADMISSIBLE,
        true() if found_round.gate == FIRST_GATE else false(),
        real(),
        ~noted,
    )
    if found_round.window:
        statement = statement.where(Application.assessment_window == found_round.window)
    return statement.order_by(Application.practice_code)


def get_final_ranking(ranking: Ranking | None) -> Ranking:
    """Return a ranking whose letters can be written, or raise NotFound."""
    if ranking is None or ranking.state is not RankingState.FINAL:
        raise NotFound
    return ranking


def get_addressee(ranking: Ranking, practice_code: str, user: Any, action: str) -> Application:
    """Return an application with a letter for which `user` may do `action`, or raise NotFound."""
    application = get_dossier(practice_code, user)
    if not permissions.can(user, action, application) or not lines_on(ranking, application):
        raise NotFound
    return application


def get_line(ranking: Ranking, application: Application, occasion: str) -> LetterLine:
    """Return the letter on an occasion; the last one where none is named."""
    lines = lines_on(ranking, application)
    for line in lines:
        if line.occasion == occasion:
            return line
    if occasion or not lines:
        raise NotFound
    return lines[-1]
