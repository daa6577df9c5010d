"""A published ranking as open data: what anybody may take along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.applications.models import Application
from portal.db import db
from portal.documents import Document
from portal.errors import NotFound
from portal.evaluation.models import Ranking, RankingPlace
from portal.evaluation.queries import get_ranking, may_read_draft
from portal.i18n import lazy
from portal.outcomes.models import RankingDocument
from portal.registry.models import Applicant

COLUMNS = ("position", "practice_code", "total", "outcome", "requested", "proposed", "given_up")
NAMED = ("applicant", "title")
# What the page says of each column.
COLUMN_TEXTS: Mapping[str, Any] = {
    "position": lazy("Place in the ranking, from 1"),
    "practice_code": lazy("Code of the application"),
    "total": lazy("Points, with a point and two decimals"),
    "outcome": lazy(
        "funded, partly_funded, selected, reserve, below_threshold (too few points) or "
        "eliminated (below what one criterion requires)"
    ),
    "requested": lazy("Euros asked for, with a point and two decimals; empty without"),
    "proposed": lazy("Euros given, with a point and two decimals; empty without"),
    "given_up": lazy("Whether the place was given up afterwards"),
    "applicant": lazy("Applicant"),
    "title": lazy("Title of the project"),
}


def get_published(code: str, user: Any, number: int | None) -> Ranking:
    """Return a published ranking, or raise NotFound: a draft is no open data.

    Once its publication has ended, only for who reads its results in the office.
    """
    ranking = get_ranking(code, user, number)
    if ranking.published_at is None or not may_read_places(ranking, user):
        raise NotFound
    return ranking


def may_read_places(ranking: Ranking, user: Any) -> bool:
    """Tell whether `user` may read who stands where: after the end the office alone."""
    return not is_ended(ranking) or may_read_draft(user, ranking)


def is_ended(ranking: Ranking) -> bool:
    """Tell whether the publication has ended."""
    return ranking.published_until is not None and clock.now() >= ranking.published_until


def document_of(ranking: Ranking) -> Document | None:
    """Return the document of the ranking as it stands published; None for a draft."""
    issued = db.session.get(RankingDocument, (ranking.id, ranking.state))
    return None if issued is None else issued.document


def columns_of(ranking: Ranking) -> Sequence[str]:
    """Return the names of the columns; those of people only where the call shows names."""
    return COLUMNS if ranking.call.names_hidden else COLUMNS + NAMED


def open_rows(ranking: Ranking) -> list[dict[str, Any]]:
    """Return the places in their order: one query, in which hidden names are not even read."""
    wanted: list[Any] = [
        RankingPlace.position,
        Application.practice_code,
        RankingPlace.total_hundredths,
        RankingPlace.outcome,
        RankingPlace.requested,
        RankingPlace.proposed,
        RankingPlace.left_at.is_not(None),
    ]
    statement = select(*wanted).join(Application, Application.id == RankingPlace.application_id)
    if not ranking.call.names_hidden:
        statement = statement.join(Applicant, Applicant.id == Application.applicant_id)
        statement = statement.add_columns(Applicant.name, Application.title)
    rows = db.session.execute(
        statement.where(RankingPlace.ranking_id == ranking.id).order_by(RankingPlace.position)
    )
    columns = columns_of(ranking)
    return [shown(dict(zip(columns, row, strict=True))) for row in rows]


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as it is published: points and amounts with a point and two decimals."""
    amounts = {
        name: None if row[name] is None else f"{row[name]:.2f}"
        for name in ("requested", "proposed")
    }
    points = points_text(row["total"])
    return {**row, **amounts, "total": points, "outcome": row["outcome"].value}


def points_text(hundredths: int) -> str:
    """Return points as open data write them."""
    return f"{Decimal(hundredths) / 100:.2f}"
