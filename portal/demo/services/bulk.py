"""Many applications under evaluation at once, written in bulk.

The trail, the register and the sheets come out as the services would write them, in one
transaction: numbers without gaps, a chain that verifies, three sent sheets an application.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from portal import audit, clock, protocol
from portal.accounts.models import User
from portal.applications.models import (
    AccessRow,
    Application,
    CheckItem,
    CheckOutcome,
    Submission,
)
from portal.applications.states import ApplicationState
from portal.calls.engine import checklist_of, grid_of
from portal.calls.models import Call
from portal.db import Base, db, transaction
from portal.demo.engine import closing
from portal.demo.services.invented import Dossier, invent
from portal.evaluation.models import AutomaticScore, Round, RoundEntry, Score, ScoreSheet
from portal.evaluation.queries.rounds import FIRST_GATE
from portal.evaluation.services import open_round, refresh_tallies
from portal.evaluation.states import SheetState
from portal.grids.engine import Grid, mark_points
from portal.permissions import Effect
from portal.protocol import Direction, ProtocolEntry
from portal.questionnaires.models import Answer, AnswerSet
from portal.registry.models import Applicant

DEEDS = (
    ("application.submit", ApplicationState.DRAFT, ApplicationState.SUBMITTED),
    ("application.start_check", ApplicationState.SUBMITTED, ApplicationState.FORMAL_CHECK),
    ("application.admit", ApplicationState.FORMAL_CHECK, ApplicationState.ADMITTED),
    (
        "application.start_evaluation",
        ApplicationState.ADMITTED,
        ApplicationState.UNDER_EVALUATION,
    ),
)


@dataclass(frozen=True)
class Bulk:
    """What all rows of one loading share."""

    call: Call
    staff: User
    evaluators: Sequence[User]
    grid: Grid
    round: Round
    chance: random.Random


def load_bulk(call: Call, staff: User, evaluators: Sequence[User], count: int) -> None:
    """Add `count` applications under evaluation to a closed call."""
    bulk = Bulk(
        call=call,
        staff=staff,
        evaluators=evaluators,
        grid=grid_of(call),
        round=open_round(call, FIRST_GATE, 0),
        chance=random.Random(f"{call.code}:{count}"),  # noqa: S311 - invented figures
    )
    dossiers = invent(call, instants(call, count))
    with transaction():
        application_ids = add_applications(bulk, dossiers)
        sheet_ids = add_sheets(bulk, application_ids, dossiers)
        audit.append_entries(db.session(), deeds_of(bulk, application_ids, sheet_ids))


def put(model: type[Base], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows in a few statements and return their ids in the same order."""
    if not rows:
        return []
    statement = insert(model).returning(model.id, sort_by_parameter_order=True)  # type: ignore[attr-defined]
    return list(db.session.scalars(statement, rows))


def instants(call: Call, count: int) -> list[datetime]:
    """Return `count` instants in order within the call's last day."""
    start, step = closing(call) - timedelta(days=1), timedelta(days=1) / (count + 1)
    return [start + step * number for number in range(1, count + 1)]


def add_applications(bulk: Bulk, dossiers: Sequence[Dossier]) -> list[int]:
    """Insert applicants, answers, applications, register entries and submissions."""
    staff_id = bulk.staff.id
    applicant_ids = put(Applicant, [each.applicant for each in dossiers])
    form_id = bulk.call.form_definition_id
    sets = [{"form_definition_id": form_id, "created_at": each.at} for each in dossiers]
    set_ids = put(AnswerSet, [{**row, "version": 1} for row in sets])
    placed = list(zip(dossiers, applicant_ids, set_ids, strict=True))
    ids = put(Application, [each.application(who, own, staff_id) for each, who, own in placed])
    put(Answer, [row for each, _, own in placed for row in each.answers(own, staff_id)])
    put(CheckItem, [row for application_id in ids for row in check_rows(bulk, application_id)])
    register(bulk, ids, dossiers)
    return ids


def check_rows(bulk: Bulk, application_id: int) -> Iterator[dict[str, Any]]:
    """Yield the checklist's items, all met."""
    for key, _ in checklist_of(bulk.call):
        yield {
            "application_id": application_id,
            "item_key": key,
            "outcome": CheckOutcome.MET,
            "reason": "",
            "checked_at": closing(bulk.call) + timedelta(hours=1),
            "checked_by_id": bulk.staff.id,
        }


def register(bulk: Bulk, ids: Sequence[int], dossiers: Sequence[Dossier]) -> None:
    """Insert one register entry and one submission for each application."""
    year = clock.to_rome(closing(bulk.call)).year
    first = protocol.take_numbers(year, len(ids))
    entries = [
        {
            "year": year,
            "number": first + place,
            "direction": Direction.INCOMING,
            "recorded_at": each.at,
            "subject": f"Candidatura {each.practice_code}",
            "correspondent": each.applicant["name"],
            "content_sha256": each.snapshot[1],
        }
        for place, each in enumerate(dossiers)
    ]
    numbered = zip(ids, dossiers, put(ProtocolEntry, entries), strict=True)
    put(
        Submission,
        [
            {
                "application_id": application_id,
                "request_key": f"scale:{application_id}",
                "received_at": each.at,
                "submitted_by_id": bulk.staff.id,
                "snapshot": each.snapshot[0],
                "sha256": each.snapshot[1],
                "protocol_entry_id": entry_id,
            }
            for application_id, each, entry_id in numbered
        ],
    )


def add_sheets(
    bulk: Bulk, application_ids: Sequence[int], dossiers: Sequence[Dossier]
) -> list[int]:
    """Insert grants, sent sheets with their scores, and automatic scores."""
    entries = [{"round_id": bulk.round.id, "application_id": each} for each in application_ids]
    now = {"entered_at": closing(bulk.call) + timedelta(hours=1)}
    db.session.execute(insert(RoundEntry), [{**entry, **now} for entry in entries])
    pairs = list(itertools.product(application_ids, bulk.evaluators))
    put(AccessRow, [grant_row(bulk, *pair) for pair in pairs])
    marks = [{c.key: bulk.chance.randint(1, c.scale) for c in bulk.grid.judged} for _ in pairs]
    sheets = [sheet_row(bulk, *pair, given) for pair, given in zip(pairs, marks, strict=True)]
    sheet_ids = put(ScoreSheet, sheets)
    put(Score, list(score_rows(bulk, sheet_ids, marks)))
    put(AutomaticScore, list(automatic_rows(bulk, application_ids, dossiers)))
    refresh_tallies(select(Application.id).where(Application.call_id == bulk.call.id))
    return sheet_ids


def grant_row(bulk: Bulk, application_id: int, evaluator: User) -> dict[str, Any]:
    """Return the grant that an assignment gives."""
    return {
        "application_id": application_id,
        "user_id": evaluator.id,
        "effect": Effect.GRANT,
        "reason": "assignment",
        "since": closing(bulk.call) + timedelta(hours=2),
    }


def sheet_row(
    bulk: Bulk, application_id: int, evaluator: User, marks: Mapping[str, int]
) -> dict[str, Any]:
    """Return a sent sheet with the total of its marks."""
    return {
        "round_id": bulk.round.id,
        "application_id": application_id,
        "evaluator_id": evaluator.id,
        "state": SheetState.SENT,
        "assigned_at": closing(bulk.call) + timedelta(hours=2),
        "assigned_by_id": bulk.staff.id,
        "reading_order": bulk.chance.randrange(1_000_000),
        "sent_at": closing(bulk.call) + timedelta(days=1),
        "total_hundredths": sum(mark_points(c, marks[c.key]) for c in bulk.grid.judged),
        "version": 2,
    }


def score_rows(
    bulk: Bulk, sheet_ids: Sequence[int], marks: Sequence[Mapping[str, int]]
) -> Iterator[dict[str, Any]]:
    """Yield the marks of every sheet."""
    points = {c.key: [mark_points(c, mark) for mark in c.marks] for c in bulk.grid.judged}
    for sheet_id, given in zip(sheet_ids, marks, strict=True):
        for key, mark in given.items():
            yield {
                "sheet_id": sheet_id,
                "criterion_key": key,
                "mark": mark,
                "points_hundredths": points[key][mark],
                "comment": "Commento di esempio.",
            }


def automatic_rows(
    bulk: Bulk, application_ids: Sequence[int], dossiers: Sequence[Dossier]
) -> Iterator[dict[str, Any]]:
    """Yield the automatic points, with the source they come from."""
    for application_id, each in zip(application_ids, dossiers, strict=True):
        for points in each.pattern.points:
            yield {
                "round_id": bulk.round.id,
                "application_id": application_id,
                "criterion_key": points.criterion_key,
                "points_hundredths": points.points_hundredths,
                "source": points.source,
                "computed_at": closing(each.pattern.call) + timedelta(hours=1),
            }


def deeds_of(
    bulk: Bulk, application_ids: Sequence[int], sheet_ids: Sequence[int]
) -> Iterator[dict[str, Any]]:
    """Yield the trail's columns of every deed, application by application."""
    at = closing(bulk.call)
    sheets = zip(*[iter(sheet_ids)] * len(bulk.evaluators), strict=True)
    for application_id, own_sheets in zip(application_ids, sheets, strict=True):
        for action, before, after in DEEDS:
            yield deed(action, "application", application_id, (before, after), bulk.staff.id, at)
        for evaluator, sheet_id in zip(bulk.evaluators, own_sheets, strict=True):
            moved = (SheetState.DRAFT, SheetState.SENT)
            yield deed("sheet.send", "score_sheet", sheet_id, moved, evaluator.id, at)


def deed(
    action: str, kind: str, record_id: int, states: tuple[Any, Any], actor_id: int, at: datetime
) -> dict[str, Any]:
    """Return the columns of one entry."""
    return {
        "at": at,
        "actor_id": actor_id,
        "action": action,
        "record_kind": kind,
        "record_id": record_id,
        "state_before": states[0].value,
        "state_after": states[1].value,
        "facts": {},
    }
