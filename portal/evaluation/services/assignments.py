"""Giving dossiers to evaluators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from portal import audit, clock, outbox, permissions
from portal.accounts.models import User
from portal.accounts.queries import evaluators_for
from portal.applications.models import Application
from portal.applications.states import APPLICATION, ApplicationState
from portal.db import db, lock, transaction
from portal.errors import Invalid, WrongState
from portal.evaluation.engine import reading_order
from portal.evaluation.models import Round, ScoreSheet
from portal.evaluation.queries import plan_assignment
from portal.evaluation.queries.assignments import ASSIGNABLE
from portal.evaluation.services.interests import note_found, open_dossier
from portal.evaluation.services.rounds import enter_round
from portal.evaluation.services.tallies import refresh_tallies
from portal.evaluation.states import SHEET, SheetState
from portal.i18n import in_language, pick


@transaction()
def assign_evaluators(
    applications: Sequence[Application], evaluators: Sequence[User], actor: Any
) -> list[ScoreSheet]:
    """Give every dossier to every evaluator; return the sheets that are new.

    Doing it again adds nothing. Who acts for an applicant or is barred from a dossier is passed
    over; Invalid `evaluator_interest` when that leaves nobody.
    """
    for application in sorted(applications, key=lambda each: each.id):
        permissions.require(actor, "assignment.create", application)
        lock(application)
        require_assignable(application, evaluators)
    note_found([each.id for each in applications], evaluators)
    plan = plan_assignment(applications, evaluators)
    if plan.barred and not plan.new and not plan.standing:
        raise Invalid("evaluator_interest", "evaluators")
    sheets = [open_sheet(application, user, actor) for application, user in plan.new]
    refresh_tallies([each.id for each in applications])
    for application, _user in plan.new:
        if application.state is ApplicationState.ADMITTED:
            APPLICATION.advance(application, "start_evaluation", actor)
    for evaluator in evaluators:
        tell_evaluator(evaluator, [x for x in sheets if x.evaluator_id == evaluator.id])
    return sheets


def require_assignable(application: Application, evaluators: Sequence[User]) -> None:
    """Refuse a dossier that is not to be judged now, and people who are no evaluators of it."""
    if application.state not in ASSIGNABLE:
        raise WrongState("not_assignable", practice_code=application.practice_code)
    reached = {user.id for user in evaluators_for(application.scope)}
    if not {user.id for user in evaluators} <= reached:
        raise Invalid("not_an_evaluator", "evaluators")


def open_sheet(application: Application, evaluator: User, actor: Any) -> ScoreSheet:
    """Add a blank sheet; its evaluator reads the dossier once he has declared his interests."""
    found = enter_round(application)
    ended = ended_sheet(found, application, evaluator)
    if ended is not None:
        return take_up_again(ended, actor)
    sheet = ScoreSheet(
        round=found,
        application_id=application.id,
        evaluator_id=evaluator.id,
        assigned_at=clock.now(),
        assigned_by_id=actor.id,
        reading_order=reading_order(evaluator.id, application.id),
    )
    db.session.add(sheet)
    open_dossier(application, evaluator)
    facts = {"application_id": application.id, "evaluator_id": evaluator.id}
    audit.record("sheet.assign", sheet, actor, facts=facts)
    return sheet


def ended_sheet(found: Round, application: Application, evaluator: User) -> ScoreSheet | None:
    """Return the sheet that an interest of this evaluator ended in the round, if there is one."""
    return db.session.scalar(
        select(ScoreSheet).where(
            ScoreSheet.round_id == found.id,
            ScoreSheet.application_id == application.id,
            ScoreSheet.evaluator_id == evaluator.id,
            ScoreSheet.state == SheetState.RECUSED,
        )
    )


def take_up_again(sheet: ScoreSheet, actor: Any) -> ScoreSheet:
    """Make a draft again of a sheet that an interest ended, now that there is none."""
    now = clock.now()
    SHEET.advance(sheet, "restore", actor, assigned_at=now, assigned_by_id=actor.id)
    open_dossier(sheet.application, sheet.evaluator)
    return sheet


def tell_evaluator(evaluator: User, sheets: Sequence[ScoreSheet]) -> None:
    """Write one mail about all the dossiers given to an evaluator at once."""
    if not sheets:
        return
    applications = [sheet.application for sheet in sheets]
    with in_language(evaluator.language):
        titles = sorted({pick(application.call.title) for application in applications})
    outbox.queue_mail(
        "sheets_assigned",
        evaluator.email,
        f"sheets_assigned:{evaluator.id}:{min(sheet.id for sheet in sheets)}",
        language=evaluator.language,
        name=evaluator.name,
        call_titles=titles,
        codes=sorted(application.practice_code for application in applications),
    )
