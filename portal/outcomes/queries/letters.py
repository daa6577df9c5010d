"""Decision letters: what each says, the reasons chosen for it, and what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.applications.models import Application, CheckOutcome
from portal.applications.queries import check_of
from portal.calls.engine import acts_of, office_of
from portal.calls.models import Call
from portal.db import db
from portal.errors import NotFound
from portal.evaluation.models import Ranking
from portal.evaluation.queries import OUTCOME_LABELS, explanation_of
from portal.evaluation.states import CHOSEN, OUT
from portal.grids.engine import format_points
from portal.i18n import _, format_amount, format_date, pick
from portal.outcomes.models import ChosenReason, DecisionLetter, RefusalReason
from portal.outcomes.states import Occasion


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


def chosen_ids(application: Application) -> list[int]:
    """Return the ids of the reasons chosen for an application."""
    return list(
        db.session.scalars(
            select(ChosenReason.reason_id)
            .where(ChosenReason.application_id == application.id)
            .order_by(ChosenReason.reason_id)
        )
    )


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


def letters_of(application: Application) -> Sequence[DecisionLetter]:
    """Return the letters that were sent for an application, the oldest first: one query."""
    return list(
        db.session.scalars(
            select(DecisionLetter)
            .where(DecisionLetter.application_id == application.id)
            .options(joinedload(DecisionLetter.ranking))
            .order_by(DecisionLetter.id)
        )
    )


def letter_of(application: Application, occasion: str = "") -> DecisionLetter | None:
    """Return the letter that was sent on an occasion; the newest where none is named."""
    wanted = [each for each in letters_of(application) if occasion in ("", each.occasion)]
    return wanted[-1] if wanted else None


def compose_letter(
    application: Application, ranking: Ranking, occasion: Occasion = Occasion.OUTCOME
) -> dict[str, Any]:
    """Return what a letter says, in the reader's language, as JSON."""
    office, call = office_of(ranking.call), ranking.call
    if occasion is Occasion.INADMISSIBLE:
        content = said_to_inadmissible(application)
    else:
        content = said_of_place(application, ranking)
    return {
        "occasion": occasion.value,
        "practice_code": application.practice_code,
        "title": application.title,
        "applicant": application.applicant.name,
        "call": pick(call.title),
        "acts": act_lines(call),
        **content,
        "owner": office.owner,
        "office": office.name,
        "contacts": [each for each in (office.email, office.phone, office.address) if each],
    }


def said_of_place(application: Application, ranking: Ranking) -> dict[str, Any]:
    """Return what the letter of a place says of it."""
    found = explanation_of(application, for_office=False)
    if found is None or found.place is None:
        raise NotFound
    place = found.place
    return {
        "outcome": str(OUTCOME_LABELS[place.outcome]),
        "is_negative": place.outcome not in CHOSEN,
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
    }


def said_to_inadmissible(application: Application) -> dict[str, Any]:
    """Return what the letter says to who was not admitted.

    The requirements that are not met and the reason written for the applicant: what the office
    noted beside each requirement stays in the office.
    """
    lines = [x for x in check_of(application) if x.outcome is CheckOutcome.NOT_MET]
    return {
        "outcome": _("Not admitted"),
        "is_negative": True,
        "reason": application.outcome_reason or "",
        "unmet": [each.text for each in lines],
        "refusals": refusals_of(application),
    }
