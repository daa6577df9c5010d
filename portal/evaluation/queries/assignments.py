"""Who judges what: the dossiers of a call with their evaluators, and how loaded these are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, exists, func, select
from sqlalchemy.orm import joinedload, selectinload

from portal import tables
from portal.accounts.models import User
from portal.accounts.queries import evaluators_for
from portal.applications.models import Application
from portal.applications.queries import dealt_with_by
from portal.applications.states import ApplicationState
from portal.db import db
from portal.evaluation.models import Round, RoundEntry, ScoreSheet
from portal.evaluation.states import GONE, JUDGED_IN, SheetState
from portal.permissions import Effect, not_owner
from portal.registry.models import Applicant

ASSIGNABLE = (ApplicationState.ADMITTED, ApplicationState.UNDER_EVALUATION)
WITHOUT = "none"
FIRST_GATE = 1


def assignable_in(gate: int) -> tuple[ApplicationState, ...]:
    """Return the states in which a dossier is given to evaluators at a gate."""
    return ASSIGNABLE if gate == FIRST_GATE else (JUDGED_IN[gate],)


DOSSIERS = tables.Table(
    sorts={"code": Application.practice_code},
    default_sort="code",
    tie=Application.id,
    filters=("assigned",),
)


@dataclass(frozen=True)
class Load:
    """An evaluator of a round and how many of its dossiers he has."""

    evaluator: User
    assigned: int
    sent: int


def loads_in(of_round: Round) -> list[Load]:
    """Return the evaluators whose role reaches the round, each with his load there."""
    sent = func.sum(case((ScoreSheet.state == SheetState.SENT, 1), else_=0))
    rows = db.session.execute(
        select(ScoreSheet.evaluator_id, func.count(), sent)
        .where(ScoreSheet.round_id == of_round.id, ScoreSheet.state.not_in(GONE))
        .group_by(ScoreSheet.evaluator_id)
    )
    counts = {evaluator_id: (assigned, done) for evaluator_id, assigned, done in rows}
    return [Load(each, *counts.get(each.id, (0, 0))) for each in evaluators_for(of_round.scope)]


@dataclass(frozen=True)
class Dossier:
    """A dossier in the list of those to assign, with the names of who has it."""

    application_id: int
    practice_code: str
    title: str
    applicant: str
    state: ApplicationState
    evaluators: Sequence[str]


def dossiers_in(of_round: Round, user: Any, listing: tables.Listing) -> tables.Page[Dossier]:
    """Return one page of the dossiers that `user` may assign in a round: three queries."""
    statement = assignable_to(of_round, user).join(Application.applicant)
    if listing.filters.get("assigned") == WITHOUT:
        judged = exists().where(
            ScoreSheet.round_id == of_round.id,
            ScoreSheet.application_id == Application.id,
            ScoreSheet.state.not_in(GONE),
        )
        statement = statement.where(~judged)
    rows: Any = statement.with_only_columns(
        Application.id,
        Application.practice_code,
        Application.title,
        Applicant.name,
        Application.state,
    )
    page = tables.paginate(rows, DOSSIERS, listing)
    names = _evaluator_names(of_round, [row.id for row in page.items])
    items = [Dossier(*[*row, names.get(row.id, ())]) for row in page.items]
    return tables.Page(items, page.total, page.number, page.pages)


def read_dossiers_listing(args: Mapping[str, str]) -> tables.Listing:
    """Read from the address how the dossiers to assign are to be shown."""
    return tables.read_listing(DOSSIERS, args)


def assignable_to(of_round: Round, user: Any) -> Select[Application]:
    """Select the dossiers of a round that `user` may give to evaluators."""
    return (
        select(Application)
        .join(RoundEntry, RoundEntry.application_id == Application.id)
        .where(
            RoundEntry.round_id == of_round.id,
            Application.state.in_(assignable_in(of_round.gate)),
            dealt_with_by(user),
        )
    )


def _evaluator_names(of_round: Round, application_ids: Collection[int]) -> dict[int, list[str]]:
    rows = db.session.execute(
        select(ScoreSheet.application_id, User.name)
        .join(ScoreSheet.evaluator)
        .where(
            ScoreSheet.round_id == of_round.id,
            ScoreSheet.application_id.in_(application_ids),
            ScoreSheet.state.not_in(GONE),
        )
        .order_by(User.name, User.id)
    )
    names: dict[int, list[str]] = {}
    for application_id, name in rows:
        names.setdefault(application_id, []).append(name)
    return names


def chosen_applications(of_round: Round, user: Any, codes: Collection[str]) -> list[Application]:
    """Return those of the codes that `user` may assign in a round, by code; no others."""
    statement = assignable_to(of_round, user).where(Application.practice_code.in_(codes))
    return list(
        db.session.scalars(
            statement.options(
                joinedload(Application.applicant), joinedload(Application.call)
            ).order_by(Application.practice_code)
        )
    )


def chosen_evaluators(of_round: Round, ids: Collection[str]) -> list[User]:
    """Return those of the ids that are evaluators of the round, by name."""
    return [user for user in evaluators_for(of_round.scope) if str(user.id) in ids]


Pair = tuple[Application, User]


@dataclass(frozen=True)
class Plan:
    """What assigning would do: new sheets, those that stand already, those that can't be."""

    new: Sequence[Pair]
    standing: Sequence[Pair]
    barred: Sequence[Pair]


def plan_assignment(
    applications: Sequence[Application], evaluators: Sequence[User], gate: int = FIRST_GATE
) -> Plan:
    """Return what assigning every dossier to every evaluator would do.

    A sheet that was ended, refused or taken back is as if it were not there: assigned again, it
    is taken up.
    """
    load_people(applications)
    existing = {
        (application_id, evaluator_id)
        for application_id, evaluator_id in db.session.execute(
            select(ScoreSheet.application_id, ScoreSheet.evaluator_id)
            .join(ScoreSheet.round)
            .where(
                Round.gate == gate,
                ScoreSheet.application_id.in_([each.id for each in applications]),
                ScoreSheet.state.not_in(GONE),
            )
        )
    }
    pairs = [(application, user) for application in applications for user in evaluators]
    free = [pair for pair in pairs if (pair[0].id, pair[1].id) not in existing]
    return Plan(
        new=[pair for pair in free if not has_interest(*pair)],
        standing=[pair for pair in pairs if (pair[0].id, pair[1].id) in existing],
        barred=[pair for pair in free if has_interest(*pair)],
    )


def load_people(applications: Sequence[Application]) -> None:
    """Read at once who was invited to these applications."""
    wanted = select(Application).where(Application.id.in_([each.id for each in applications]))
    db.session.scalars(wanted.options(selectinload(Application.collaborators))).all()


def has_interest(application: Application, user: User) -> bool:
    """Tell whether the person is on the applicant's side, or barred from the dossier."""
    if not not_owner(user, application):
        return True
    return any(
        row.user_id == user.id and row.effect == Effect.BAR and row.is_in_force
        for row in application.access_rows
    )
