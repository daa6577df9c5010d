"""Opening rounds, and entering applications in them."""

from __future__ import annotations

from sqlalchemy import func, insert, select

from portal import clock
from portal.applications.models import Application
from portal.calls.engine import evaluation_of
from portal.calls.models import Call
from portal.db import db, insert_unless_there, transaction
from portal.evaluation.models import Round, RoundCriterion, RoundEntry
from portal.evaluation.queries.rounds import FIRST_GATE, round_of
from portal.grids.engine import Grid, JudgedCriterion, mark_points
from portal.grids.models import GridDefinition
from portal.grids.queries import grid_of
from portal.grids.services import freeze_areas


@transaction()
def open_round(
    call: Call, gate: int, window: int, grid_definition: GridDefinition | None = None
) -> Round:
    """Return the round of a gate and window, opened if it isn't yet: by the call's rules.

    The grid is that of the call unless another is given; it stays what it is. Of two at once one
    opens it, and neither takes a lock that others wait for.
    """
    rule = evaluation_of(call)
    definition = freeze_areas(grid_definition or call.grid_definition)
    grid = grid_of(definition)
    while (found := find_round(call, gate, window)) is None:
        is_new = insert_unless_there(
            Round,
            call_id=call.id,
            number=next_number(call),
            gate=gate,
            window=window,
            grid_definition_id=definition.id,
            method=rule.method,
            sheets_wanted=rule.sheets,
            is_blind=rule.is_blind,
            threshold_hundredths=call.threshold_hundredths,
            bonus_ceiling_hundredths=grid.bonus_ceiling_hundredths,
            opened_at=clock.now(),
        )
        if is_new:
            write_criteria(call, gate, window, grid)
    return found


def write_criteria(call: Call, gate: int, window: int, grid: Grid) -> None:
    """Write the criteria of a round that has just been opened."""
    found = find_round(call, gate, window)
    if found is not None:
        db.session.execute(insert(RoundCriterion), criterion_rows(found.id, grid))


def next_number(call: Call) -> int:
    """Return the number that the next round of a call takes; of two at once one takes it."""
    return (db.session.scalar(select(func.count()).where(Round.call_id == call.id)) or 0) + 1


def find_round(call: Call, gate: int, window: int) -> Round | None:
    """Return the round of a gate and window, if it is open already."""
    return db.session.scalar(select(Round).filter_by(call_id=call.id, gate=gate, window=window))


def criterion_rows(round_id: int, grid: Grid) -> list[dict[str, object]]:
    """Return the criteria of a grid as far as sums in SQL need to know them."""
    return [
        {
            "round_id": round_id,
            "key": each.key,
            "position": position,
            "is_judged": each.is_judged,
            "is_bonus": each.is_bonus,
            "is_veto": isinstance(each, JudgedCriterion) and each.is_veto,
            "weight_hundredths": each.maximum_hundredths,
            "minimum_hundredths": mark_points(each, each.minimum)
            if isinstance(each, JudgedCriterion) and each.minimum is not None
            else None,
        }
        for position, each in enumerate(grid.criteria)
    ]


def enter_round(application: Application, later: Round | None = None) -> Round:
    """Have an application take part in a round; return it.

    It is that of the first gate of its window, unless a later one is given.
    """
    standing = round_of(application, later.gate if later else FIRST_GATE)
    if standing is not None:
        return standing
    window = application.assessment_window or 0
    found = later or open_round(application.call, FIRST_GATE, window)
    insert_unless_there(
        RoundEntry,
        round_id=found.id,
        application_id=application.id,
        entered_at=clock.now(),
    )
    return found
