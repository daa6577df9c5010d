"""Remarks: those of a ranking, that of an application, and what could be corrected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from portal import permissions
from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.queries import barred_from, get_dossier
from portal.db import db
from portal.errors import NotFound
from portal.evaluation.models import Ranking, ScoreSheet, Tally
from portal.evaluation.queries import grid_of_round, ranking_of, round_of
from portal.evaluation.states import SheetState
from portal.i18n import _, pick
from portal.outcomes.models import Remark
from portal.outcomes.states import RemarkState


def remarks_on(ranking: Ranking, user: Any) -> Sequence[Remark]:
    """Return the remarks on a ranking, but on dossiers `user` is kept from: one query."""
    return list(
        db.session.scalars(
            select(Remark)
            .join(Remark.application)
            .join(Application.applicant)
            .options(contains_eager(Remark.application).contains_eager(Application.applicant))
            .where(Remark.ranking_id == ranking.id, ~barred_from(user))
            .order_by(Remark.sent_at, Remark.id)
        )
    )


def undecided_codes(ranking: Ranking) -> Sequence[str]:
    """Return the application codes of the remarks that wait for a decision."""
    return list(
        db.session.scalars(
            select(Application.practice_code)
            .join(Remark, Remark.application_id == Application.id)
            .where(Remark.ranking_id == ranking.id, Remark.state == RemarkState.SENT)
            .order_by(Application.practice_code)
        )
    )


def remark_of(application: Application) -> Remark | None:
    """Return the remark on the place of an application."""
    return db.session.scalar(select(Remark).where(Remark.application_id == application.id))


def get_remark(ranking: Ranking, practice_code: str, user: Any) -> Remark:
    """Return a remark that the office may read, or raise NotFound."""
    application = get_dossier(practice_code, user)
    found = remark_of(application)
    may = permissions.can(user, "remark.read", application)
    if found is None or found.ranking_id != ranking.id or not may:
        raise NotFound
    return found


def ranking_with_term(application: Application) -> Ranking | None:
    """Return the published ranking that takes remarks, or took them, on an application."""
    found = round_of(application)
    ranking = None if found is None else ranking_of(found)
    return None if ranking is None or ranking.remarks_until is None else ranking


def hindrance_to_remark(application: Application, instant: datetime) -> str:
    """Return why no remark can be sent at `instant`; blank where one can."""
    if remark_of(application) is not None:
        return "remark_there"
    return "" if ranking_open_to(application, instant) else "remarks_over"


def ranking_open_to(application: Application, instant: datetime) -> Ranking | None:
    """Return the provisional ranking on which remarks can be sent at `instant`."""
    ranking = ranking_with_term(application)
    return ranking if ranking is not None and ranking.takes_remarks(instant) else None


def corrections_on(remark: Remark) -> list[tuple[str, str]]:
    """Return what can be corrected: points computed, a mark agreed on, a sheet sent."""
    grid = grid_of_round(remark.ranking.round)
    found = [("none", _("Nothing: what is wrong has no points"))]
    found += [
        (f"points:{each.key}", _("Points computed: %(label)s", label=pick(each.label)))
        for each in grid.automatic
    ]
    found += [
        (f"agreed:{each.key}", _("Mark agreed on: %(label)s", label=pick(each.label)))
        for each in grid.judged
    ]
    return found + [
        (f"sheet:{id_}", _("Reopen the sheet of %(name)s", name=name))
        for id_, name in sent_sheets(remark)
    ]


def sent_sheets(remark: Remark) -> list[tuple[int, str]]:
    """Return the sheets that count for the application, with who judged."""
    rows = db.session.execute(
        select(ScoreSheet.id, User.name)
        .join(ScoreSheet.evaluator)
        .where(
            ScoreSheet.application_id == remark.application_id,
            ScoreSheet.round_id == remark.ranking.round_id,
            ScoreSheet.state == SheetState.SENT,
        )
        .order_by(User.name, ScoreSheet.id)
    )
    return [(id_, name) for id_, name in rows]


def get_sent_sheet(remark: Remark, sheet_id: int) -> ScoreSheet:
    """Return one of these sheets, or raise NotFound."""
    if sheet_id not in {id_ for id_, _name in sent_sheets(remark)}:
        raise NotFound
    return db.session.get_one(ScoreSheet, sheet_id)


def total_of(remark: Remark) -> int:
    """Return the points of the application as they are now."""
    key = (remark.ranking.round_id, remark.application_id)
    found = db.session.get(Tally, key, populate_existing=True)
    return 0 if found is None else found.total_hundredths or 0
