"""A published ranking as open data: what anybody may take along."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from portal.applications.models import Application
from portal.db import db
from portal.errors import NotFound
from portal.evaluation.models import Ranking, RankingPlace
from portal.evaluation.queries import get_ranking
from portal.registry.models import Applicant

COLUMNS = ("position", "practice_code", "total", "outcome", "requested", "proposed", "given_up")
NAMED = ("applicant", "title")


def get_published(code: str, user: Any, number: int | None) -> Ranking:
    """Return a ranking that everybody reads, or raise NotFound: a draft is no open data."""
    ranking = get_ranking(code, user, number)
    if ranking.published_at is None:
        raise NotFound
    return ranking


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
