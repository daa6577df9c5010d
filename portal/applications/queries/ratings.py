"""How easy people found the service: the fixed answers, and the figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from portal import permissions
from portal.applications.models import Rating
from portal.calls.models import Call
from portal.calls.queries import managed_by
from portal.db import db
from portal.i18n import lazy

STARS = (1, 2, 3, 4, 5)
# What was hard, for one to three stars; what went well, for four and five.
HARD: Mapping[str, Any] = {
    "instructions_unclear": lazy("I did not always understand what to do"),
    "questions_unclear": lazy("Some questions were not clear"),
    "too_long": lazy("It took too long, or asked for too much"),
    "documents_hard": lazy("The documents were hard to find or to upload"),
    "technical_problem": lazy("Something did not work"),
}
WELL: Mapping[str, Any] = {
    "instructions_clear": lazy("I always knew what to do"),
    "questions_clear": lazy("The questions were clear"),
    "quick": lazy("It was quick"),
    "documents_easy": lazy("Uploading the documents was easy"),
    "no_problem": lazy("Everything worked"),
}
RATING_ANSWERS: Mapping[int, Mapping[str, Any]] = {
    stars: HARD if stars <= 3 else WELL for stars in STARS
}
SHOWN_TEXTS = 50


@dataclass(frozen=True)
class Ratings:
    """The figures of all judgements, and the latest texts."""

    by_stars: Mapping[int, int]
    by_answer: Mapping[str, int]
    texts: list[tuple[date, int, str]]

    @property
    def count(self) -> int:
        """Return how many judgements there are."""
        return sum(self.by_stars.values())

    @property
    def mean(self) -> Decimal | None:
        """Return the mean of the stars, to the tenth."""
        if not self.count:
            return None
        total = sum(stars * number for stars, number in self.by_stars.items())
        return (Decimal(total) / self.count).quantize(Decimal("0.1"))


def ratings(user: Any) -> Ratings:
    """Return the judgements about the calls that `user` manages: three queries."""
    permissions.require(user, "rating.list")
    managed = Rating.call_id.in_(select(Call.id).where(managed_by(user)))
    stars = {
        each: number
        for each, number in db.session.execute(
            select(Rating.stars, func.count()).where(managed).group_by(Rating.stars)
        )
    }
    answers = {
        key: number
        for key, number in db.session.execute(
            select(Rating.answer, func.count()).where(managed).group_by(Rating.answer)
        )
    }
    texts = db.session.execute(
        select(Rating.given_on, Rating.stars, Rating.text)
        .where(managed, Rating.text != "")
        .order_by(Rating.given_on.desc(), Rating.id.desc())
        .limit(SHOWN_TEXTS)
    )
    return Ratings(
        by_stars={each: stars.get(each, 0) for each in reversed(STARS)},
        by_answer={key: answers.get(key, 0) for key in (*HARD, *WELL)},
        texts=[(day, given, text) for day, given, text in texts],
    )
