"""Giving dossiers to evaluators: one by one, or by a plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import audit, clock, outbox, permissions
from portal.accounts.models import User
from portal.accounts.queries import evaluators_for
from portal.applications.models import Application
from portal.applications.services import end_access
from portal.applications.states import APPLICATION, ApplicationState
from portal.db import db, lock, transaction
from portal.errors import Invalid, Stale, WrongState
from portal.evaluation.engine import reading_order
from portal.evaluation.models import Round, RoundEntry, ScoreSheet
from portal.evaluation.queries import plan_assignment
from portal.evaluation.queries.assignments import FIRST_GATE, Pair, assignable_in
from portal.evaluation.queries.planning import plan_automatic
from portal.evaluation.services.interests import ASSIGNMENT, note_found, open_dossier
from portal.evaluation.services.rounds import enter_round
from portal.evaluation.services.scheduling import schedule_round
from portal.evaluation.services.tallies import refresh_tallies
from portal.evaluation.states import GONE, SHEET
from portal.i18n import format_date, in_language, pick


@transaction()
def assign_evaluators(
    applications: Sequence[Application],
    evaluators: Sequence[User],
    actor: Any,
    of_round: Round | None = None,
) -> list[ScoreSheet]:
    """Give every dossier to every evaluator; return the sheets that are new.

    They judge in `of_round`, else in the first gate. Doing it again adds nothing. Who acts for an
    applicant or is barred from a dossier is passed over; Invalid `evaluator_interest` when that
    leaves nobody.
    """
    gate = of_round.gate if of_round else FIRST_GATE
    hold_assignable(applications, evaluators, actor, gate)
    if of_round is not None:
        require_entered(applications, of_round)
    note_found([each.id for each in applications], evaluators)
    plan = plan_assignment(applications, evaluators, gate)
    if plan.barred and not plan.new and not plan.standing:
        raise Invalid("evaluator_interest", "evaluators")
    return assign_pairs(plan.new, actor, of_round)


@transaction()
def assign_plan(
    of_round: Round,
    evaluators: Sequence[User],
    per_dossier: int,
    actor: Any,
    mark: str,
    due_on: date | None = None,
) -> list[ScoreSheet]:
    """Do what the automatic plan says; Stale when it isn't any more the one of the `mark`.

    With `due_on` the sheets of the round are awaited by the end of that day.
    """
    permissions.require(actor, "assignment.create", of_round)
    lock(of_round)
    if due_on is not None:
        schedule_round(of_round, due_on, actor)
    plan = plan_automatic(of_round, evaluators, per_dossier, actor)
    if plan.mark != mark:
        raise Stale
    applications = {application.id: application for application, _user in plan.pairs}
    hold_assignable(list(applications.values()), evaluators, actor, of_round.gate)
    note_found(list(applications), evaluators)
    sheets = assign_pairs(plan.pairs, actor, of_round)
    audit.record("assignment.plan", of_round, actor, facts={"sheets": len(sheets)})
    return sheets


def hold_assignable(
    applications: Iterable[Application],
    evaluators: Sequence[User],
    actor: Any,
    gate: int = FIRST_GATE,
) -> None:
    """Lock dossiers, in the order that all keep; refuse one that isn't to be judged now."""
    reached: dict[Any, set[int]] = {}
    for application in sorted(applications, key=lambda each: each.id):
        permissions.require(actor, "assignment.create", application)
        lock(application)
        if application.state not in assignable_in(gate):
            raise WrongState("not_assignable", practice_code=application.practice_code)
        scope = application.scope
        if scope not in reached:
            reached[scope] = {user.id for user in evaluators_for(scope)}
        if not {user.id for user in evaluators} <= reached[scope]:
            raise Invalid("not_an_evaluator", "evaluators")


def require_entered(applications: Iterable[Application], of_round: Round) -> None:
    """Refuse a dossier that takes no part in the round."""
    entered = select(RoundEntry.application_id).where(RoundEntry.round_id == of_round.id)
    known = set(db.session.scalars(entered))
    for application in applications:
        if application.id not in known:
            raise WrongState("not_assignable", practice_code=application.practice_code)


def assign_pairs(
    pairs: Sequence[Pair], actor: Any, of_round: Round | None = None
) -> list[ScoreSheet]:
    """Open the sheets of these pairs, start the evaluation, and write to each evaluator once."""
    sheets = [open_sheet(application, user, actor, of_round) for application, user in pairs]
    refresh_tallies(list({application.id for application, _user in pairs}))
    for application, _user in pairs:
        if application.state is ApplicationState.ADMITTED:
            APPLICATION.advance(application, "start_evaluation", actor)
    for evaluator in {user.id: user for _application, user in pairs}.values():
        tell_evaluator(evaluator, [x for x in sheets if x.evaluator_id == evaluator.id])
    return sheets


def open_sheet(
    application: Application, evaluator: User, actor: Any, of_round: Round | None = None
) -> ScoreSheet:
    """Add a blank sheet; its evaluator reads the dossier once he has declared his interests."""
    found = of_round or enter_round(application)
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
    """Return the sheet this evaluator had in the round and has no more, if there is one."""
    return db.session.scalar(
        select(ScoreSheet).where(
            ScoreSheet.round_id == found.id,
            ScoreSheet.application_id == application.id,
            ScoreSheet.evaluator_id == evaluator.id,
            ScoreSheet.state.in_(GONE),
        )
    )


def take_up_again(sheet: ScoreSheet, actor: Any) -> ScoreSheet:
    """Make a draft again of a sheet that was ended, refused or taken back; what is in it stays."""
    now = clock.now()
    SHEET.advance(sheet, "restore", actor, assigned_at=now, assigned_by_id=actor.id)
    open_dossier(sheet.application, sheet.evaluator)
    return sheet


def close_dossier(sheet: ScoreSheet) -> None:
    """End what a sheet opened to its evaluator, unless he has another one on the dossier."""
    db.session.flush()
    others = select(ScoreSheet.id).where(
        ScoreSheet.application_id == sheet.application_id,
        ScoreSheet.evaluator_id == sheet.evaluator_id,
        ScoreSheet.state.not_in(GONE),
    )
    if db.session.scalar(others) is None:
        end_access(sheet.application, sheet.evaluator, ASSIGNMENT)


def sheets_by_id(ids: Collection[int]) -> list[ScoreSheet]:
    """Return sheets with all that dealing with them reads."""
    return list(
        db.session.scalars(
            select(ScoreSheet)
            .where(ScoreSheet.id.in_(ids))
            .order_by(ScoreSheet.application_id, ScoreSheet.id)
            .options(
                joinedload(ScoreSheet.application).joinedload(Application.call),
                joinedload(ScoreSheet.round),
                joinedload(ScoreSheet.evaluator),
            )
        )
    )


def tell_evaluator(evaluator: User, sheets: Sequence[ScoreSheet]) -> None:
    """Write one mail about all the dossiers given to an evaluator at once."""
    if not sheets:
        return
    first = min(sheets, key=lambda each: each.id)
    outbox.write_to(
        evaluator,
        "sheets_assigned",
        f"sheets_assigned:{evaluator.id}:{first.id}:{first.assigned_at.isoformat()}",
        due_on=due_text(evaluator, [each.round.sheets_due_on for each in sheets]),
        **told_of(evaluator, sheets),
    )


def told_of(evaluator: User, sheets: Sequence[ScoreSheet]) -> dict[str, Any]:
    """Return what a mail says of sheets: calls and practice codes, no names."""
    applications = [sheet.application for sheet in sheets]
    with in_language(evaluator.language):
        titles = sorted({pick(application.call.title) for application in applications})
    codes = sorted(application.practice_code for application in applications)
    return {"call_titles": titles, "codes": codes}


def due_text(evaluator: User, days: Iterable[date | None]) -> str:
    """Return the earliest of some days in the reader's language; blank without one."""
    known = [day for day in days if day is not None]
    with in_language(evaluator.language):
        return format_date(min(known)) if known else ""
