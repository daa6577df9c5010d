"""What the evaluators of the demo declare, what they know, and by when they are awaited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from portal import clock
from portal.accounts.models import User
from portal.calls.models import Call
from portal.evaluation.queries import is_in_force, names_for, rounds_of, yearly_of
from portal.evaluation.services import (
    Said,
    TieSaid,
    declare_for_call,
    declare_year,
    schedule_round,
    set_skills,
)

# One row for each evaluator; the second tie is by name alone, so the office looks into it.
TIES = (
    (TieSaid("body", "office", "Cooperativa Esempio Lontano"),),
    (TieSaid("body", "office", "Nido del Bosco APS"),),
    (),
)
SKILLS = (("community_welfare",), ("tourism", "community_welfare"), ("tourism",))


def declare_free(evaluators: Sequence[User], call: Call) -> None:
    """Have them declare for the year, and on the names of a call that wait."""
    for evaluator, ties in zip(evaluators, TIES, strict=True):
        if not is_in_force(yearly_of(evaluator)):
            declare_year(evaluator, ties)
        waiting = [each for each in names_for(evaluator, call) if not each.is_answered]
        if waiting:
            declare_for_call(call, evaluator, {each.public_id: Said(None) for each in waiting})


def await_scores(evaluators: Sequence[User], call: Call, staff: User) -> None:
    """Say what each of them knows, and by the end of which day the sheets are awaited."""
    for evaluator, skills in zip(evaluators, SKILLS, strict=False):
        set_skills(evaluator, skills, staff)
    schedule_round(rounds_of(call)[-1], clock.today() + timedelta(days=6), staff)
