"""What would happen if somebody judged no more in a round; sheets that the office deals with."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, lazyload

from portal.accounts.models import User
from portal.accounts.queries import evaluators_for
from portal.applications.models import Application
from portal.applications.queries import barred_from, dealt_with_by
from portal.db import db
from portal.errors import NotFound
from portal.evaluation.engine import Work
from portal.evaluation.models import Round, ScoreSheet, SheetReopening
from portal.evaluation.queries.planning import (
    PlannedDossier,
    plan_for,
    standing_in,
    to_assign,
)
from portal.evaluation.queries.sheets import has_something, work_of
from portal.evaluation.states import GONE, OPEN, SheetState


@dataclass(frozen=True)
class OpenSheet:
    """A sheet that isn't sent, and whether its evaluator has begun it."""

    sheet_id: int
    version: int
    application: Application
    is_begun: bool


@dataclass(frozen=True)
class SubstitutionPlan:
    """What taking somebody's open sheets away means: who gets which, what is kept."""

    open: Sequence[OpenSheet]
    sent: int
    dossiers: Sequence[PlannedDossier]
    pairs: Sequence[tuple[Application, User]]
    mark: str

    @property
    def begun(self) -> list[OpenSheet]:
        """Return those that he has begun."""
        return [each for each in self.open if each.is_begun]


def plan_substitution(
    of_round: Round, leaving: User, replacement: User | None, user: Any
) -> SubstitutionPlan:
    """Return what passing on somebody's open sheets would do: to one person, or to several."""
    sheets = open_sheets_of(of_round, leaving, user)
    mine = {each.application.id for each in sheets}
    applications = [each for each in to_assign(of_round, user) if each.id in mine]
    people = [replacement] if replacement else others_for(of_round, leaving)
    standing = standing_in(of_round)
    plan = plan_for(of_round, applications, people, standing, dict.fromkeys(mine, 1))
    shown = [(each.sheet_id, each.version) for each in sheets]
    sent = [x for x in standing.values() if x.get(leaving.id) is SheetState.SENT]
    text = f"{shown}:{plan.mark}".encode()
    return SubstitutionPlan(
        open=sheets,
        sent=len(sent),
        dossiers=plan.dossiers,
        pairs=plan.pairs,
        mark=hashlib.sha256(text).hexdigest()[:16],
    )


def open_sheets_of(of_round: Round, evaluator: User, user: Any) -> list[OpenSheet]:
    """Return what somebody has not sent of a round, as far as `user` deals with it: by code."""
    rows = db.session.execute(
        select(ScoreSheet.id, ScoreSheet.version, Application, ScoreSheet.state, has_something())
        .join(ScoreSheet.application)
        .where(
            ScoreSheet.round_id == of_round.id,
            ScoreSheet.evaluator_id == evaluator.id,
            ScoreSheet.state.in_(OPEN),
            dealt_with_by(user),
        )
        .order_by(Application.practice_code)
    )
    return [
        OpenSheet(sheet_id, version, application, work_of(state, has_some) is not Work.TO_DO)
        for sheet_id, version, application, state, has_some in rows
    ]


@dataclass(frozen=True)
class JudgeSheet:
    """One of an evaluator's sheets as the office sees it: how far it is, not what it says."""

    sheet: ScoreSheet
    practice_code: str
    title: str
    work: Work | None


def sheets_in(of_round: Round, evaluator: User, user: Any) -> list[JudgeSheet]:
    """Return somebody's sheets of a round but those an interest ended, by code: one query."""
    rows = db.session.execute(
        select(ScoreSheet, Application.practice_code, Application.title, has_something())
        .join(ScoreSheet.application)
        .where(
            ScoreSheet.round_id == of_round.id,
            ScoreSheet.evaluator_id == evaluator.id,
            ScoreSheet.state != SheetState.RECUSED,
            dealt_with_by(user),
        )
        .order_by(Application.practice_code)
        .options(lazyload(ScoreSheet.scores))
    )
    return [
        JudgeSheet(sheet, code, title, None if sheet.state in GONE else work_of(sheet.state, some))
        for sheet, code, title, some in rows
    ]


def others_for(of_round: Round, leaving: User) -> list[User]:
    """Return the evaluators of a round but one, by name."""
    return [each for each in evaluators_for(of_round.scope) if each.id != leaving.id]


def get_judge(of_round: Round, user_id: int, user: Any) -> User:
    """Return who has, or had, a sheet in the round on what `user` may know of; else NotFound."""
    found = db.session.get(User, user_id)
    has_sheet = exists().where(
        ScoreSheet.round_id == of_round.id,
        ScoreSheet.evaluator_id == user_id,
        ScoreSheet.application_id == Application.id,
        ~barred_from(user),
    )
    if found is None or not db.session.scalar(select(has_sheet)):
        raise NotFound
    return found


def get_sheet_for_office(sheet_id: int, user: Any) -> ScoreSheet:
    """Return a sheet on a dossier that `user` of the office deals with, or raise NotFound."""
    found = db.session.scalar(
        select(ScoreSheet)
        .join(ScoreSheet.application)
        .where(ScoreSheet.id == sheet_id, ScoreSheet.state.not_in(GONE), dealt_with_by(user))
        .options(
            joinedload(ScoreSheet.application).joinedload(Application.call),
            joinedload(ScoreSheet.application).joinedload(Application.applicant),
            joinedload(ScoreSheet.round),
            joinedload(ScoreSheet.evaluator),
        )
    )
    if found is None:
        raise NotFound
    return found


def get_own_sheet(practice_code: str, user: Any) -> ScoreSheet:
    """Return an open sheet of `user`, whether or not its dossier is open to him, or NotFound."""
    found = db.session.scalar(
        select(ScoreSheet)
        .join(ScoreSheet.application)
        .where(
            Application.practice_code == practice_code.strip().upper(),
            ScoreSheet.evaluator_id == user.id,
            ScoreSheet.state.in_(OPEN),
            ~barred_from(user),
        )
        .options(
            joinedload(ScoreSheet.application).joinedload(Application.call),
            joinedload(ScoreSheet.round),
        )
    )
    if found is None:
        raise NotFound
    return found


def reopenings_of(sheet: ScoreSheet) -> list[SheetReopening]:
    """Return how often a sheet was given back, with reasons, the newest first."""
    return list(
        db.session.scalars(
            select(SheetReopening)
            .where(SheetReopening.sheet_id == sheet.id)
            .order_by(SheetReopening.id.desc())
            .options(joinedload(SheetReopening.reopened_by))
        )
    )
