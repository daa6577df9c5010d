"""Decision letters: what each says, which ones still lack something, which ones were sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, exists, select

from portal import permissions
from portal.applications.models import Application
from portal.applications.queries import barred_from, get_dossier
from portal.calls.engine import acts_of, office_of
from portal.calls.models import Call
from portal.db import db
from portal.errors import NotFound
from portal.evaluation.models import Ranking, RankingPlace
from portal.evaluation.queries import OUTCOME_LABELS, explanation_of
from portal.evaluation.states import CHOSEN, OUT, Outcome, RankingState
from portal.grids.engine import format_points
from portal.i18n import _, format_amount, format_date, pick
from portal.outcomes.models import ChosenReason, DecisionLetter, RefusalReason
from portal.registry.models import Applicant


@dataclass(frozen=True)
class LetterLine:
    """A letter in the list: for whom, with what outcome, whether it lacks its reasons."""

    application_id: int
    practice_code: str
    name: str
    position: int
    outcome: Outcome
    has_reasons: bool
    letter_id: int | None

    @property
    def is_missing(self) -> bool:
        """Tell whether a refusal has no reason yet."""
        return self.letter_id is None and self.outcome in OUT and not self.has_reasons


def reasons_of(call: Call) -> Sequence[RefusalReason]:
    """Return the reasons that a call knows, by their codes."""
    of_call = RefusalReason.call_id == call.id
    return list(
        db.session.scalars(select(RefusalReason).where(of_call).order_by(RefusalReason.code))
    )


def get_reason(call: Call, reason_id: int) -> RefusalReason:
    """Return a reason of a call, or raise NotFound."""
    found = db.session.get(RefusalReason, reason_id)
    if found is None or found.call_id != call.id:
        raise NotFound
    return found


def letter_lines(ranking: Ranking, user: Any) -> list[LetterLine]:
    """Return the letters of a final ranking, but for dossiers `user` is kept from: one query."""
    rows = db.session.execute(_letters(ranking).where(~barred_from(user)))
    return [LetterLine(*row) for row in rows]


def _letters(ranking: Ranking) -> Any:
    chosen = exists().where(ChosenReason.application_id == Application.id)
    of_place = and_(
        DecisionLetter.application_id == Application.id,
        DecisionLetter.ranking_id == RankingPlace.ranking_id,
    )
    return (
        select(
            Application.id,
            Application.practice_code,
            Applicant.name,
            RankingPlace.position,
            RankingPlace.outcome,
            chosen,
            DecisionLetter.id,
        )
        .select_from(RankingPlace)
        .join(Application, Application.id == RankingPlace.application_id)
        .join(Applicant, Applicant.id == Application.applicant_id)
        .outerjoin(DecisionLetter, of_place)
        .where(RankingPlace.ranking_id == ranking.id)
        .order_by(RankingPlace.position)
    )


def get_final_ranking(ranking: Ranking | None) -> Ranking:
    """Return a ranking whose letters can be written, or raise NotFound."""
    if ranking is None or ranking.state is not RankingState.FINAL:
        raise NotFound
    return ranking


def get_addressee(ranking: Ranking, practice_code: str, user: Any, action: str) -> Application:
    """Return an application of a ranking for which `user` may do `action`, or raise NotFound."""
    application = get_dossier(practice_code, user)
    is_there = exists().where(
        RankingPlace.ranking_id == ranking.id, RankingPlace.application_id == application.id
    )
    may = permissions.can(user, action, application)
    if not may or not db.session.scalar(select(is_there)):
        raise NotFound
    return application


def chosen_ids(application: Application) -> list[int]:
    """Return the ids of the reasons chosen for an application."""
    return list(
        db.session.scalars(
            select(ChosenReason.reason_id)
            .where(ChosenReason.application_id == application.id)
            .order_by(ChosenReason.reason_id)
        )
    )


def letter_of(application: Application) -> DecisionLetter | None:
    """Return the letter that was sent for an application, the newest."""
    return db.session.scalar(
        select(DecisionLetter)
        .where(DecisionLetter.application_id == application.id)
        .order_by(DecisionLetter.id.desc())
        .limit(1)
    )


def compose_letter(application: Application, ranking: Ranking) -> dict[str, Any]:
    """Return what the letter of an application says, in the reader's language, as JSON."""
    found = explanation_of(application, for_office=False)
    if found is None or found.place is None:
        raise NotFound
    place, office, call = found.place, office_of(ranking.call), ranking.call
    is_negative = place.outcome not in CHOSEN
    return {
        "practice_code": application.practice_code,
        "title": application.title,
        "applicant": application.applicant.name,
        "call": pick(call.title),
        "acts": act_lines(call),
        "outcome": str(OUTCOME_LABELS[place.outcome]),
        "is_negative": is_negative,
        "position": place.position,
        "total": format_points(place.total_hundredths),
        "threshold": format_points(ranking.threshold_hundredths),
        "proposed": "" if place.proposed is None else format_amount(place.proposed),
        "criteria": [
            {
                "label": each.label,
                "points": "" if each.points is None else format_points(each.points),
                "at_most": format_points(each.at_most),
            }
            for each in found.criteria
        ],
        "reasons": list(found.reasons),
        "refusals": refusals_of(application) if place.outcome in OUT else [],
        "owner": office.owner,
        "office": office.name,
        "contacts": [each for each in (office.email, office.phone, office.address) if each],
    }


def act_lines(call: Call) -> list[str]:
    """Return the acts on which a call rests, a line for each."""
    return [
        _(
            "%(number)s of %(day)s, %(subject)s",
            number=each.number,
            day=format_date(each.date),
            subject=each.subject,
        )
        for each in acts_of(call)
    ]


def refusals_of(application: Application) -> list[dict[str, str]]:
    """Return the reasons chosen for an application, with what to do next."""
    rows = db.session.scalars(
        select(RefusalReason)
        .join(ChosenReason, ChosenReason.reason_id == RefusalReason.id)
        .where(ChosenReason.application_id == application.id)
        .order_by(RefusalReason.code)
    )
    return [
        {"code": row.code, "text": row.text, "advice": row.advice, "referral": row.referral}
        for row in rows
    ]
