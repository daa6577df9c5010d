"""Sample checks: what was drawn, and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import contains_eager

from portal import permissions
from portal.applications.models import Application
from portal.applications.queries import barred_from, dealt_with_by
from portal.applications.states import ApplicationState
from portal.calls.models import Call
from portal.db import db
from portal.errors import NotFound
from portal.evaluation.models import Round, RoundEntry
from portal.evaluation.queries import get_call_for, is_kept_from
from portal.outcomes.engine import Basis, CheckResult
from portal.outcomes.models import SampleCheck, SampleItem


def population_of(found_round: Round, basis: Basis) -> dict[str, int]:
    """Return the applications among which a sample is drawn: practice codes with their ids."""
    statement = (
        select(Application.practice_code, Application.id)
        .join(RoundEntry, RoundEntry.application_id == Application.id)
        .where(
            RoundEntry.round_id == found_round.id, Application.state != ApplicationState.WITHDRAWN
        )
    )
    if basis is Basis.SELECTED:
        statement = statement.where(Application.state == ApplicationState.SELECTED)
    return {code: application_id for code, application_id in db.session.execute(statement)}


@dataclass(frozen=True)
class SampleLine:
    """A draw in the list of a call's: how many were drawn, how many are checked, what was found."""

    sample: SampleCheck
    drawn: int
    checked: int
    irregular: int


def kept_rounds(user: Any) -> Any:
    """Select the rounds in which `user` is kept from a dossier: their draws are closed to him.

    How many were drawn among how many, and a gap in the list, would tell of that dossier.
    """
    return (
        select(RoundEntry.round_id)
        .join(Application, Application.id == RoundEntry.application_id)
        .where(barred_from(user))
    )


def rounds_to_draw_in(call: Call, user: Any) -> list[Round]:
    """Return the rounds of a call whose draws are open to `user`: one query."""
    of_call = select(Round).where(Round.call_id == call.id, Round.id.not_in(kept_rounds(user)))
    return list(db.session.scalars(of_call.order_by(Round.number)))


def samples_of(call: Call, user: Any) -> list[SampleLine]:
    """Return the draws of a call that are open to `user`, the newest first: one query."""
    is_checked = case((SampleItem.result != CheckResult.WAITING, 1), else_=0)
    is_irregular = case((SampleItem.result == CheckResult.IRREGULAR, 1), else_=0)
    counts = (
        select(
            SampleItem.sample_id,
            func.count().label("drawn"),
            func.sum(is_checked).label("checked"),
            func.sum(is_irregular).label("irregular"),
        )
        .group_by(SampleItem.sample_id)
        .subquery()
    )
    rows = db.session.execute(
        select(SampleCheck, counts.c.drawn, counts.c.checked, counts.c.irregular)
        .join(SampleCheck.round)
        .join(counts, counts.c.sample_id == SampleCheck.id)
        .options(contains_eager(SampleCheck.round))
        .where(Round.call_id == call.id, Round.id.not_in(kept_rounds(user)))
        .order_by(SampleCheck.id.desc())
    )
    return [SampleLine(sample, drawn, int(done), int(bad)) for sample, drawn, done, bad in rows]


def get_sample(code: str, sample_id: int, user: Any) -> SampleCheck:
    """Return a draw of a call that `user` may read, else raise NotFound."""
    call = get_call_for(code, user, "sample.read")
    found = db.session.get(SampleCheck, sample_id)
    if found is None or found.round.call_id != call.id or is_kept_from(user, found.round):
        raise NotFound
    return found


def items_of(sample: SampleCheck, user: Any) -> Sequence[SampleItem]:
    """Return what was drawn, in the order of the draw: nothing that `user` is kept from."""
    return list(
        db.session.scalars(
            select(SampleItem)
            .join(SampleItem.application)
            .join(Application.applicant)
            .options(contains_eager(SampleItem.application).contains_eager(Application.applicant))
            .where(SampleItem.sample_id == sample.id, dealt_with_by(user))
            .order_by(SampleItem.position)
        )
    )


def get_sample_item(sample: SampleCheck, practice_code: str, user: Any) -> SampleItem:
    """Return one application of a draw that `user` may check, else raise NotFound."""
    found = db.session.scalar(
        select(SampleItem)
        .join(SampleItem.application)
        .where(
            SampleItem.sample_id == sample.id,
            Application.practice_code == practice_code.strip().upper(),
        )
    )
    if found is None or not permissions.can(user, "sample.check", found):
        raise NotFound
    return found
