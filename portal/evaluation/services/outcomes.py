"""What the applicants of a ranking are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portal import i18n
from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.queries import addressees_of
from portal.applications.services.telling import write_about
from portal.evaluation.engine import explain_place, explain_refusal
from portal.evaluation.models import Outcome, Ranking, RankingPlace
from portal.evaluation.queries.rounds import grid_of_round
from portal.evaluation.states import CHOSEN, OUT
from portal.grids.engine import format_points
from portal.i18n import format_amount, in_language

TEMPLATES = {
    **dict.fromkeys(CHOSEN, "application_selected"),
    **dict.fromkeys(OUT, "application_refused"),
    Outcome.RESERVE: "application_in_reserve",
}


def refusal_reason(place: RankingPlace, ranking: Ranking) -> str:
    """Return why an application is not selected, in the language the acts are kept in."""
    with in_language(i18n.DEFAULT_LANGUAGE):
        grid = grid_of_round(ranking.round)
        return " ".join(explain_refusal(place.reason, grid))


def tell_applicants(
    ranking: Ranking, places: Sequence[RankingPlace], applications: Mapping[int, Application]
) -> None:
    """Write the mail of the outcome to who sent each application, or acts for it since."""
    readers = addressees_of(applications)
    for place in places:
        application = applications[place.application_id]
        tell_applicant(ranking, place, application, readers[application.id])


def tell_applicant(
    ranking: Ranking, place: RankingPlace, application: Application, reader: User
) -> None:
    """Write one mail, in the reader's language."""
    with in_language(reader.language):
        facts = outcome_facts(ranking, place)
    write_about(application, TEMPLATES[place.outcome], reader, **facts)


def outcome_facts(ranking: Ranking, place: RankingPlace) -> dict[str, Any]:
    """Return what the mail says of a place beside the words of its template."""
    return {
        "call_code": ranking.call.code,
        "round_number": ranking.round.number,
        "position": place.position,
        "total": format_points(place.total_hundredths),
        "automatic": format_points(place.automatic_hundredths),
        "judged": format_points(place.judged_hundredths),
        "sheets": place.sheets,
        "bonus": format_points(place.bonus_hundredths) if place.bonus_hundredths else "",
        "proposed": "" if place.proposed is None else format_amount(place.proposed),
        "threshold": format_points(ranking.threshold_hundredths),
        "reasons": explain_place(place.reason, grid_of_round(ranking.round)),
    }
