"""Taking down how easy people found the service, without who they are."""

from __future__ import annotations

from typing import Any

from portal import clock, parse, permissions
from portal.applications.models import Application, Rating
from portal.applications.queries import RATING_ANSWERS, get_submission
from portal.db import db, lock, transaction
from portal.errors import Invalid, WrongState, beside

LONGEST_TEXT = 500
MOST_STARS = 5


@transaction()
def rate_service(
    application: Application, actor: Any, stars: str, answer: str = "", text: str = ""
) -> None:
    """Keep one judgement for each sending; nothing in it leads to who gave it."""
    permissions.require(actor, "application.follow", application)
    lock(application)
    submission = get_submission(application)
    if submission.is_rated:
        raise WrongState("already_rated")
    given = read_stars(stars)
    if answer and answer not in RATING_ANSWERS[given]:
        raise Invalid("choice_unknown", "answer")
    with beside("text"):
        words = parse.free_text(text, LONGEST_TEXT) if text.strip() else ""
    submission.is_rated = True
    db.session.add(
        Rating(
            call_id=application.call_id,
            given_on=clock.today(),
            stars=given,
            answer=answer or None,
            text=words,
        )
    )
    db.session.flush()


def read_stars(text: str) -> int:
    """Return how many stars were given."""
    with beside("stars"):
        return parse.integer(text, 1, MOST_STARS)
