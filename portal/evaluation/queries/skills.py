"""What evaluators know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal.accounts.models import RoleGrant, User
from portal.db import db
from portal.errors import NotFound
from portal.evaluation.models import EvaluatorSkill
from portal.evaluation.queries.grounds import skill_label
from portal.evaluation.queries.planning import skill_labels
from portal.permissions import Role


@dataclass(frozen=True)
class Skilled:
    """An evaluator with what he knows: the keys, and what they are called."""

    user: User
    keys: Sequence[str]
    labels: Sequence[str]


def skilled_evaluators() -> list[Skilled]:
    """Return all active evaluators with what they know, by name."""
    held = select(RoleGrant.user_id).where(
        RoleGrant.role == Role.EVALUATOR, RoleGrant.ended_at.is_(None)
    )
    people = db.session.scalars(
        select(User)
        .where(User.id.in_(held), User.disabled_at.is_(None))
        .order_by(User.name, User.id)
    ).all()
    rows = db.session.execute(
        select(EvaluatorSkill.user_id, EvaluatorSkill.skill).order_by(EvaluatorSkill.skill)
    )
    known: dict[int, list[str]] = {}
    for user_id, skill in rows:
        known.setdefault(user_id, []).append(skill)
    labels = skill_labels()
    return [
        Skilled(each, keys, [skill_label(key, labels) for key in keys])
        for each in people
        for keys in (known.get(each.id, []),)
    ]


def get_skilled(user_id: int) -> Skilled:
    """Return an evaluator with what he knows, or raise NotFound."""
    for each in skilled_evaluators():
        if each.user.id == user_id:
            return each
    raise NotFound
