"""What the evaluators of the demo declare: no interest in anybody."""

from __future__ import annotations

from collections.abc import Sequence

from portal.accounts.models import User
from portal.calls.models import Call
from portal.evaluation.queries import is_in_force, names_for, yearly_of
from portal.evaluation.services import Said, TieSaid, declare_for_call, declare_year

TIES = [TieSaid("body", "office", "Cooperativa Esempio Lontano")]


def declare_free(evaluators: Sequence[User], call: Call) -> None:
    """Have them declare for the year, and on the names of a call that wait."""
    for number, evaluator in enumerate(evaluators):
        if not is_in_force(yearly_of(evaluator)):
            declare_year(evaluator, TIES if number == 0 else [])
        waiting = [each for each in names_for(evaluator, call) if not each.is_answered]
        if waiting:
            declare_for_call(call, evaluator, {each.public_id: Said(None) for each in waiting})
