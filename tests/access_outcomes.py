"""What stands in the addresses of outcomes, and who gets what there."""

from __future__ import annotations

import io
from typing import Any

from portal import clock
from portal.accounts.models import User
from portal.applications.models import Application
from portal.evaluation.queries import ranking_of, round_of
from portal.outcomes.engine import Basis
from portal.outcomes.services import (
    choose_reasons,
    draw_sample,
    give_notice,
    observe_notice,
    refuse_application,
    save_reason,
    send_letters,
    send_remark,
)
from tests.files.makers import pdf

OF_OUTCOMES = """
outcomes.check_sample_item         GET  303 404 404 404 404 404 200 404 404 404
outcomes.check_sample_item         POST 401 404 404 404 404 404 409 404 404 404
outcomes.confirm_ranking           GET  303 404 404 404 404 404 200 404 404 404
outcomes.confirm_ranking           POST 401 404 404 404 404 404 303 404 404 404
outcomes.download_ranking          GET  200
outcomes.list_rankings             GET  200
outcomes.show_ranking              GET  200
outcomes.download_ranking_csv      GET  200
outcomes.download_ranking_json     GET  200
outcomes.download_sample           GET  303 404 404 404 404 404 200 404 200 404
outcomes.publish_ranking           POST 401 404 404 404 404 404 303 404 404 404
outcomes.decide_application        GET  303 404 404 404 404 404 200 404 200 404
outcomes.decide_application        POST 401 404 404 404 404 404 422 404 404 404
outcomes.show_notice               GET  303 200 404 403 404 403 403 404 403 404
outcomes.show_notice               POST 401 422 404 403 404 403 403 404 403 404
outcomes.download_observation_file GET  303 404 404 404 404 404 200 404 200 404
outcomes.download_own_observation_file GET  303 200 404 403 404 403 403 404 403 404
outcomes.download_own_refusal      GET  303 200 404 403 404 403 403 404 403 404
outcomes.download_refusal          GET  303 404 404 404 404 404 200 404 200 404
outcomes.decide_remark             GET  303 404 404 404 404 404 200 404 200 404
outcomes.decide_remark             POST 401 404 404 404 404 404 422 404 404 404
outcomes.download_remark_file      GET  303 404 404 404 404 404 200 404 200 404
outcomes.list_remarks              GET  303 404 404 404 404 404 200 404 200 404
outcomes.send_remark               GET  303 200 404 404 404 404 403 404 403 404
outcomes.send_remark               POST 401 422 404 404 404 404 403 404 403 404
outcomes.download_letter           GET  303 404 404 404 404 404 200 404 200 404
outcomes.download_own_letter       GET  303 200 404 403 404 403 403 404 403 404
outcomes.edit_reason               GET  303 404 404 404 404 404 200 404 404 404
outcomes.edit_reason               POST 401 404 404 404 404 404 409 404 404 404
outcomes.list_letters              GET  303 404 404 404 404 404 200 404 200 404
outcomes.list_reasons              GET  303 404 404 404 404 404 200 404 200 404
outcomes.list_reasons              POST 401 404 404 404 404 404 422 404 404 404
outcomes.send_letters              GET  303 404 404 404 404 404 200 404 404 404
outcomes.send_letters              POST 401 404 404 404 404 404 303 404 404 404
outcomes.show_letter               GET  303 404 404 404 404 404 200 404 200 404
outcomes.show_letter               POST 401 404 404 404 404 404 404 404 404 404
outcomes.show_outcome              GET  303 200 404 403 404 403 403 404 403 404
outcomes.list_samples              GET  303 404 404 404 404 404 200 404 200 404
outcomes.list_samples              POST 401 404 404 404 404 404 422 404 404 404
outcomes.show_sample               GET  303 404 404 404 404 404 200 404 200 404
"""


REASON = {
    "code": "R1",
    "text": "Il piano economico non regge.",
    "advice": "Rivedi i ricavi del primo anno.",
    "referral": "Progetti d'impresa",
}


def send_letters_of(application: Application, staff: User, reason_id: int) -> None:
    """Send the only letter of a ranking, with a reason in case it is a refusal."""
    ranking: Any = ranking_of(round_of(application))  # type: ignore[arg-type]
    choose_reasons(ranking, application, [reason_id], staff, [])
    send_letters(ranking, staff, 1)


def arguments_of_outcomes(
    judged: Application, people: dict[str, User], rankable: dict[str, Application]
) -> dict[str, Any]:
    """Return the arguments of rankings at each step, and of a sample that was drawn."""
    of_round: Any = round_of(judged)
    sample = draw_sample(of_round, Basis.ADMITTED, 100, people["staff"])
    code = {"code": judged.call.code}
    drawn = {**code, "sample_id": str(sample.id)}
    published = rankable["published"]
    reason = save_reason(published.call, None, REASON, people["staff"])
    send_letters_of(published, people["staff"], reason.id)
    office = {"code": "published"}
    letter = {**office, "practice_code": published.practice_code}
    own = {"practice_code": published.practice_code}
    return {
        **arguments_of_notices(rankable["unranked"], people),
        **arguments_of_remarks(rankable, people),
        "outcomes.download_letter": letter,
        "outcomes.download_own_letter": own,
        "outcomes.download_ranking": office,
        "outcomes.download_ranking_csv": office,
        "outcomes.download_ranking_json": office,
        "outcomes.edit_reason": {**office, "reason_id": str(reason.id)},
        "outcomes.list_letters": office,
        "outcomes.list_reasons": office,
        "outcomes.send_letters": office,
        "outcomes.show_letter": letter,
        "outcomes.show_outcome": own,
        "outcomes.publish_ranking": {"code": "ranked"},
        "outcomes.confirm_ranking": {"code": "provisional"},
        "outcomes.list_samples": code,
        "outcomes.show_sample": drawn,
        "outcomes.download_sample": drawn,
        "outcomes.check_sample_item": {**drawn, "practice_code": judged.practice_code},
    }


def arguments_of_notices(unranked: Application, people: dict[str, User]) -> dict[str, Any]:
    """Return the arguments of a notice with observations, their file, and the refusal."""
    notice = give_notice(unranked, [], "Il piano economico non regge.", people["staff"])
    name, content = pdf()
    upload = (io.BytesIO(content), name)
    observe_notice(unranked, "Il piano è stato rifatto.", people["owner"], clock.now(), [upload])
    refuse_application(unranked, ["Non basta."], people["staff"], notice.version)
    noted = {"practice_code": unranked.practice_code}
    file = {**noted, "file_public_id": notice.files[0].file.public_id}
    return {
        "outcomes.decide_application": noted,
        "outcomes.show_notice": noted,
        "outcomes.download_observation_file": file,
        "outcomes.download_own_observation_file": file,
        "outcomes.download_own_refusal": noted,
        "outcomes.download_refusal": noted,
    }


def arguments_of_remarks(
    rankable: dict[str, Application], people: dict[str, User]
) -> dict[str, Any]:
    """Return the arguments of a remark with a file, and of an application that may have one."""
    provisional = rankable["provisional"]
    name, content = pdf()
    upload = (io.BytesIO(content), name)
    send_remark(provisional, "Il punteggio è basso.", people["owner"], upload)
    remark = {"code": "provisional", "practice_code": provisional.practice_code}
    return {
        "outcomes.decide_remark": remark,
        "outcomes.download_remark_file": remark,
        "outcomes.list_remarks": {"code": "provisional"},
        "outcomes.send_remark": {"practice_code": rankable["remarked"].practice_code},
    }
